import { knownAcrossCopies, nameErrors } from './names-of-errors.ts';

/**
 * Thrown when a deadline passed. Its `cause` is the {@link CancelledError} that stopped the work.
 *
 * Inner code may throw one of its own: `scope.expired()` tells whether it was this deadline.
 *
 * @example
 * ```ts
 * import { run, sleep, TimeoutError, waitFor } from 'skein';
 *
 * await run(async () => {
 *   try {
 *     return await waitFor(sleep(60_000, 'tea'), 5);
 *   } catch (error) {
 *     if (error instanceof TimeoutError) return 'too late';
 *     throw error;
 *   }
 * }); // => 'too late'
 * ```
 *
 * Follows `TimeoutError`, which `asyncio.TimeoutError` is another name of.
 */
export class TimeoutError extends Error {
  /** Stays the same in all versions, for logs and for what crosses processes. */
  readonly code = 'timeout';

  static {
    nameErrors(this, 'TimeoutError');
    knownAcrossCopies(this);
  }
}
