/** Checks of arguments. Each error names the function that was called. */
import type { Executor } from './executor.ts';
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

export function checkFutureOptions(options: unknown): void {
  if (typeof options === 'object' && options !== null) return;
  throw new TypeError(
    `\`new Future()\` expected an options object, but got ${describe(options)}. A future has no executor function: call \`setResult()\` on it.`,
  );
}

export function checkExecutor(name: string, executor: Executor): void {
  if (typeof executor?.submit === 'function') return;
  throw new TypeError(`\`${name}()\` expected an executor, but got ${describe(executor)}.`);
}

export function checkCallback(name: string, callback: unknown): void {
  if (typeof callback !== 'function') {
    throw new TypeError(
      `\`${name}()\` expected a function to call, but got ${describe(callback)}.`,
    );
  }
}
