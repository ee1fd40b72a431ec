import { CancelledError } from '../errors.ts';

/**
 * Makes the error of a cancellation. Nobody made a mistake, so neither stack nor place would help, and a stack is what is
 * costly about an error: it gets one in debug mode only.
 */
export function cancelledError(reason: unknown, withStack: boolean): CancelledError {
  if (withStack) return new CancelledError(reason);
  const limit = Error.stackTraceLimit;
  // Not 0: V8 would walk the stack all the same.
  (Error as { stackTraceLimit?: number | undefined }).stackTraceLimit = undefined;
  try {
    const error = new CancelledError(reason);
    const value = error.message === '' ? error.name : `${error.name}: ${error.message}`;
    // V8 made the property, hidden as ever; where there is none (JavaScriptCore), assigning would make one that is listed.
    if (Object.hasOwn(error, 'stack')) error.stack = value;
    else Object.defineProperty(error, 'stack', { value, writable: true, configurable: true });
    return error;
  } finally {
    Error.stackTraceLimit = limit;
  }
}
