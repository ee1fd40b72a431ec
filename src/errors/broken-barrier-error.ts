import { nameErrors } from './names-of-errors.ts';

/**
 * Thrown by `wait()` at a barrier that is aborted or reset meanwhile, or that was aborted before.
 *
 * @example
 * ```ts
 * import { Barrier, run } from 'skein';
 *
 * await run(async () => {
 *   const barrier = new Barrier(2);
 *   await barrier.abort();
 *   await barrier.wait();
 * }); // throws BrokenBarrierError: The barrier was aborted.
 * ```
 *
 * Follows `asyncio.BrokenBarrierError`.
 */
export class BrokenBarrierError extends Error {
  /** Stays the same in all versions, for logs and for what crosses processes. */
  readonly code = 'broken-barrier';

  static {
    nameErrors(this, 'BrokenBarrierError');
  }
}
