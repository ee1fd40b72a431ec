import { codeOf } from '../../crossing/portable-function.ts';
import type { Code } from '../../crossing/protocol.ts';
import type { JobOptions } from '../../crossing/submit-options.ts';

/** The most variants that are kept of a function: a program that makes ever new sizes of buffers must not fill the memory. */
const limit = 64;
const variants = new WeakMap<Code, Map<string, Code>>();

/**
 * Returns how `fn` crosses for one job. The code of the function also says that a job is a stream, that its reports are
 * wanted, or that it is a chunk of `map()`. The code crosses once, so that such jobs need no more room in their messages.
 *
 * @param bufferSize - How far ahead of its consumer a stream may be; undefined for a job with one result.
 * @throws TypeError when it cannot cross.
 */
export function codeFor(
  fn: (...args: never[]) => unknown,
  bufferSize: number | undefined,
  options: JobOptions,
): Code {
  const code = codeOf(fn, bufferSize === undefined ? 'submit' : 'stream');
  const reports = options.onProgress !== undefined;
  const chunked = options.chunked === true;
  if (bufferSize === undefined && !reports && !chunked) return code;
  let known = variants.get(code);
  if (known === undefined) {
    known = new Map();
    variants.set(code, known);
  }
  const key = `${bufferSize} ${reports} ${chunked}`;
  let variant = known.get(key);
  if (variant === undefined) {
    if (known.size >= limit) known.clear();
    variant = { ...code, bufferSize, reports, chunked };
    known.set(key, variant);
  }
  return variant;
}
