import { codeOf } from './portable-function.ts';
import type { Code } from './protocol.ts';
import type { JobOptions } from './submit-options.ts';

/** A program that makes ever new sizes of buffers must not fill the memory. */
const limit = 64;
const variants = new WeakMap<Code, Map<string, Code>>();

/**
 * Returns how `fn` crosses for one job. That a job answers a stream, or that somebody listens to its reports, is said with
 * the function, which crosses once: other jobs need no room for it in their messages.
 *
 * @param bufferSize - How far ahead of its consumer a stream may be; undefined for what answers one result.
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
