import { nameErrors } from './names-of-errors.ts';

/**
 * Thrown when a future is asked for what its state does not allow: its result while pending, a second result.
 *
 * @example
 * ```ts
 * import { Future } from 'skein';
 *
 * const answer = new Future<number>();
 * answer.result(); // throws InvalidStateError: This Future has no result yet. Await it, or ask `done()` first.
 * ```
 *
 * Follows `asyncio.InvalidStateError`.
 */
export class InvalidStateError extends Error {
  /** Stays the same in all versions, for logs and for what crosses processes. */
  readonly code = 'invalid-state';

  static {
    nameErrors(this, 'InvalidStateError');
  }
}
