import { CancelledError } from '../errors.ts';
import { CANCELLED, FAILED } from './future-state.ts';
import { setStackLimit } from './stack-limit.ts';

/**
 * Makes the error of a cancellation. It has a stack in debug mode only: a stack is most of the cost of an error, and here
 * it would show no mistake.
 */
export function cancelledError(reason: unknown, withStack: boolean): CancelledError {
  if (withStack) return new CancelledError(reason);
  // Not 0: with 0 V8 would still walk the stack.
  const limit = setStackLimit(undefined);
  try {
    const error = new CancelledError(reason);
    const value = error.message === '' ? error.name : `${error.name}: ${error.message}`;
    // V8 has made the property, not enumerable. JavaScriptCore has not: there an assignment would make it enumerable.
    if (Object.hasOwn(error, 'stack')) error.stack = value;
    else Object.defineProperty(error, 'stack', { value, writable: true, configurable: true });
    return error;
  } finally {
    setStackLimit(limit);
  }
}

/** The outcome of a future, as `Future` stores it. */
interface Settled {
  readonly _state: number;
  readonly _value: unknown;
}

/** Tells whether `future` was cancelled, or failed with a CancelledError, which tasks treat alike. */
export function endedCancelled(future: Settled): boolean {
  try {
    if (future._state === CANCELLED) return true;
    return future._state === FAILED && future._value instanceof CancelledError;
  } catch {
    // A future of another library, which has code of its own there.
    return false;
  }
}
