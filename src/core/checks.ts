/** Checks of arguments. Each error names the function that was called. */
import type { EventLoop } from './event-loop.ts';
import type { Executor } from './executor.ts';
import { unfinishedKind } from './function-kind.ts';
import { checkKnownOptions } from './known-options.ts';
import { describe } from './text.ts';

/**
 * Checks that `ms` is a time.
 *
 * @throws TypeError when it is not a number; RangeError when it is NaN.
 */
export function checkTime(name: string, what: string, ms: unknown): asserts ms is number {
  if (typeof ms === 'number' && !Number.isNaN(ms)) return;
  const ErrorClass = typeof ms === 'number' ? RangeError : TypeError;
  throw new ErrorClass(`\`${name}()\` expected ${what} in milliseconds, but got ${describe(ms)}.`);
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
  if (typeof value === 'number' && !Number.isNaN(value)) return;
  const ErrorClass = typeof value === 'number' ? RangeError : TypeError;
  throw new ErrorClass(
    `\`${name}()\` expected ${what} to be a number, but got ${describe(value)}.`,
  );
}

/** @throws TypeError when it is neither true nor false; undefined is allowed. */
export function checkFlag(name: string, what: string, value: unknown): void {
  if (value === undefined || typeof value === 'boolean') return;
  throw new TypeError(
    `\`${name}()\` expected ${what} to be true or false, but got ${describe(value)}.`,
  );
}

/**
 * Checks that `options` is an object of options, and not a name, a list or null.
 *
 * @param example - A correct call.
 * @param known - The names of all options; undefined if they are checked elsewhere.
 * @throws TypeError
 */
export function checkOptions(
  name: string,
  options: unknown,
  example: string,
  known?: readonly string[],
): void {
  if (typeof options === 'object' && options !== null && !Array.isArray(options)) {
    if (known !== undefined) checkKnownOptions(name, options, known);
    return;
  }
  throw new TypeError(
    `\`${name}()\` expected an options object, but got ${describe(options)}. Write \`${example}\`.`,
  );
}

/** Tells whether `value` has the shape of a loop: a program may have two copies of this package. */
export function isEventLoop(value: unknown): value is EventLoop {
  const { createTask, _enqueue } = (value ?? {}) as Partial<EventLoop>;
  return typeof createTask === 'function' && typeof _enqueue === 'function';
}

/** @throws TypeError when it is not a loop. */
export function checkEventLoop(name: string, loop: unknown): void {
  if (isEventLoop(loop)) return;
  throw new TypeError(
    `\`${name}()\` expected an event loop, but got ${describe(loop)}. Pass what \`getEventLoop()\` returns, or leave it out.`,
  );
}

export function checkExecutor(name: string, executor: Executor): void {
  if (typeof executor?.submit === 'function') return;
  throw new TypeError(`\`${name}()\` expected an executor, but got ${describe(executor)}.`);
}

/**
 * Checks that `callback` is a function whose work is done when the call returns.
 *
 * @throws TypeError when it is not a function; when it is a generator function or an async function.
 */
export function checkCallback(name: string, callback: unknown): void {
  if (typeof callback !== 'function') {
    throw new TypeError(
      `\`${name}()\` expected a function to call, but got ${describe(callback)}.`,
    );
  }
  checkPlainFunction(name, callback);
}

/** @throws TypeError when the function is a generator function or an async function. */
export function checkPlainFunction(name: string, callback: unknown): void {
  if (unfinishedKind(callback) === undefined) return;
  const called = (callback as { name: string }).name || 'work';
  throw new TypeError(
    `\`${name}()\` expected a plain function to call, but got ${describe(callback)}: nothing would wait for it. Write \`() => void createTask(${called})\`.`,
  );
}

/**
 * Checks that `body` can be run as a body.
 *
 * @param example - A correct call.
 * @throws TypeError when it is not a function.
 */
export function checkBody(name: string, body: unknown, example: string): void {
  if (typeof body === 'function') return;
  throw new TypeError(
    `\`${name}()\` expected a generator function or an async function, but got ${describe(body)}. Write \`${example}\`.`,
  );
}
