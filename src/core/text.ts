/**
 * The text of values in errors, reports and text forms. It is short here. Where `texts/` is registered (in Node, Deno and Bun, and
 * with `skein/debug`) it says all.
 */
import { seams } from './seams.ts';

/** Returns the name of a function; `otherwise` if it has none, or none that is a text. */
export function nameOf(fn: unknown, otherwise: string): string {
  try {
    const { name } = fn as { name?: unknown };
    return typeof name === 'string' && name !== '' ? name : otherwise;
  } catch {
    return otherwise;
  }
}

/** Tells whether `error` is the host's own for `value`, which has neither a text nor a number. WebKit has words of its own. */
export function isOfConversion(error: unknown, value: unknown): boolean {
  if (!(error instanceof TypeError)) return false;
  if (/convert|No default/.test(error.message)) return true;
  try {
    // For this the hosts' words differ from call to call.
    const convert: unknown = (value as Record<symbol, unknown>)[Symbol.toPrimitive];
    return typeof (convert ?? isOfConversion) !== 'function';
  } catch {
    return false;
  }
}

/** Names a function as a person would: `main()`. */
export function functionName(fn: unknown): string {
  const name = nameOf(fn, '');
  return name === '' ? 'an anonymous function' : `${name}()`;
}

/** Writes a time in ms, to the microsecond. */
export function msText(ms: number): string {
  return `${Number(Math.max(ms, 0).toFixed(3))} ms`;
}

/** Returns `text()`, or a substitute if it throws: getters of a value must not make the report of a failure fail. */
export function safely(text: () => string): string {
  try {
    return text();
  } catch {
    return 'a value without a text form';
  }
}

/** Describes a value for a sentence: "5 (number)", "an array", "`fetchUser`, a generator function". */
export function describe(value: unknown): string {
  return safely(() => (seams.texts?.describe ?? shortText)(value));
}

/** Describes a value for the end of a text form: `result=Array(2)`. Does not look into nested values. */
export function brief(value: unknown): string {
  return safely(() => (seams.texts?.brief ?? shortText)(value));
}

/** `"5"`, `5`, `[object Array]`, `[object AsyncFunction]`. */
function shortText(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 60));
  return Object(value) === value ? Object.prototype.toString.call(value) : String(value);
}

/** Names the first three, and counts the others: "a, b, c, 7 more". */
export function listText<T>(items: readonly T[], name: (item: T) => string): string {
  return seams.texts?.listText(items, name) ?? `${items.length} awaitables`;
}

/** Returns `text()`, which names a future within a future; '…' where that goes too deep. */
export function nestedText(text: () => string): string {
  return seams.texts?.nestedText(1, text) ?? text();
}

/** Returns the frames of a stack as the lines of a report. */
export function framesText(frames: readonly { readonly text: string }[], indent = '    '): string {
  return frames.map(({ text }) => `${indent}at ${text}`).join('\n');
}
