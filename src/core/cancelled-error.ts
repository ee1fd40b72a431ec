import { CancelledError } from '../errors.ts';

/**
 * Makes the error of a cancellation. Nobody made a mistake, so neither stack nor place would help, and a stack is what is
 * costly about an error: it gets one in debug mode only.
 */
export function cancelledError(reason: unknown, withStack: boolean): CancelledError {
  if (withStack) return new CancelledError(reason);
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return new CancelledError(reason);
  } finally {
    Error.stackTraceLimit = limit;
  }
}
