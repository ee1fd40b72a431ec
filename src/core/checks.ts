/** Checks of arguments. Each error names the function that was called. */
import type { EventLoop } from './event-loop.ts';
import type { Executor } from './executor.ts';
import { unexpected } from './expected.ts';
import { isUnfinished } from './function-kind.ts';
import { checkKnownOptions } from './known-options.ts';
import { seams } from './seams.ts';

function isNumeric(value: unknown): value is number {
  // biome-ignore lint/suspicious/noSelfCompare: NaN alone differs from itself.
  return typeof value === 'number' && value === value;
}

function notNumeric(name: string, what: string, value: unknown): TypeError {
  return unexpected(name, what, value, typeof value === 'number' ? RangeError : TypeError);
}

/**
 * Checks that `ms` is a time.
 *
 * @throws TypeError when it is not a number; RangeError when it is NaN.
 */
export function checkTime(name: string, what: string, ms: unknown): asserts ms is number {
  if (!isNumeric(ms)) throw notNumeric(name, `${what} in milliseconds`, ms);
}

/** Checks that `ms` is a time, undefined or null. Throws as `checkTime()`. */
export function checkOptionalTime(name: string, what: string, ms: unknown): void {
  if (ms !== undefined && ms !== null) checkTime(name, what, ms);
}

/**
 * Checks that `value` is a number: of waiters to wake, of frames to show.
 *
 * @throws TypeError when it is not a number; RangeError when it is NaN.
 */
export function checkNumber(name: string, what: string, value: unknown): void {
  if (!isNumeric(value)) throw notNumeric(name, `${what} to be a number`, value);
}

/** @throws TypeError when it is neither true nor false; undefined is allowed. */
export function checkFlag(name: string, what: string, value: unknown): void {
  if (value === undefined || typeof value === 'boolean') return;
  throw unexpected(name, `${what} to be true or false`, value);
}

/**
 * Checks that `options` is an object of options, and not a name, a list or null.
 *
 * @param known - The names of all options; undefined if they are checked elsewhere.
 * @throws TypeError
 */
export function checkOptions(name: string, options: unknown, known?: readonly string[]): void {
  if (typeof options === 'object' && options !== null && !Array.isArray(options)) {
    if (known !== undefined) checkKnownOptions(name, options, known);
    return;
  }
  throw unexpected(name, 'an options object', options);
}

/**
 * Refuses a constructor that only the library calls.
 *
 * @param by - The function that makes such objects.
 * @throws TypeError
 */
export function refuseMaking(name: string, by: string, got: unknown): never {
  throw unexpected(`new ${name}`, `to be called by \`${by}()\``, got);
}

/** Returns the iterator of what says that it can be iterated. Throws `refusal()` if it has none. With full texts it refuses wrong steps. */
export function iteratorOf<T, R>(
  iterable: { [Symbol.iterator](): Iterator<T, R, unknown> },
  refusal: () => Error,
): Iterator<T, R, unknown> {
  const begin: unknown = iterable[Symbol.iterator];
  const iterator = typeof begin === 'function' ? Reflect.apply(begin, iterable, []) : undefined;
  if (typeof iterator?.next !== 'function') throw refusal();
  return seams.texts?.steps(iterator, refusal) ?? iterator;
}

/** Tells whether `value` has the shape of a loop: a program may have two copies of this package. */
export function isEventLoop(value: unknown): value is EventLoop {
  const { createTask, _enqueue } = (value ?? {}) as Partial<EventLoop>;
  return typeof createTask === 'function' && typeof _enqueue === 'function';
}

/** @throws TypeError when it is not a loop. */
export function checkEventLoop(name: string, loop: unknown): void {
  if (isEventLoop(loop)) return;
  throw unexpected(name, 'an event loop', loop);
}

export function checkExecutor(name: string, executor: Executor): void {
  if (typeof executor?.submit === 'function') return;
  throw unexpected(name, 'an executor', executor);
}

/**
 * Checks that `callback` is a function whose work is done when the call returns.
 *
 * @throws TypeError when it is not a function; when it is a generator function or an async function.
 */
export function checkCallback(name: string, callback: unknown): void {
  if (typeof callback !== 'function') throw unexpected(name, 'a function to call', callback);
  checkPlainFunction(name, callback);
}

/** @throws TypeError when the function is a generator function or an async function. */
export function checkPlainFunction(name: string, callback: unknown): void {
  if (!isUnfinished(callback)) return;
  throw unexpected(name, 'a plain function to call', callback);
}

/**
 * Checks that `body` can be run as a body.
 *
 * @throws TypeError when it is not a function.
 */
export function checkBody(name: string, body: unknown): void {
  if (typeof body === 'function') return;
  throw unexpected(name, 'a generator function or an async function', body);
}
