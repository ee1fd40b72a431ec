import { nameErrors } from './names-of-errors.ts';

/**
 * Thrown by `wait()` at a barrier that is aborted or reset meanwhile, or that was aborted before.
 *
 * @example
 * ```ts
 * import { Barrier, run } from 'skein';
 *
 * await run(function* () {
 *   const barrier = new Barrier(2);
 *   yield* barrier.abort();
 *   yield* barrier.wait();
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
