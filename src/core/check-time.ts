import { describe } from './text.ts';

/**
 * Refuses what is no time, at the call.
 *
 * @throws TypeError when it is not a number; RangeError when it is NaN.
 */
export function checkTime(name: string, what: string, ms: unknown): asserts ms is number {
  if (typeof ms === 'number' && !Number.isNaN(ms)) return;
  const ErrorClass = typeof ms === 'number' ? RangeError : TypeError;
  throw new ErrorClass(`${name}() expected ${what} in milliseconds, but got ${describe(ms)}.`);
}

/** The same, for what may be left out: undefined or null. */
export function checkOptionalTime(name: string, what: string, ms: unknown): void {
  if (ms !== undefined && ms !== null) checkTime(name, what, ms);
}
