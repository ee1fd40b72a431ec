import '../core/loop-executors.ts';
import { getEventLoop } from '../core/current.ts';
import type { Work } from '../core/executor.ts';
import type { Future } from '../core/future.ts';
import type { CallPart, FunctionOf, Missing } from '../core/type-messages.ts';

/**
 * Runs a blocking function on the loop's default executor, a pool of threads, and returns a future of its result.
 *
 * The function is sent to another thread: see `skein/executors` for its limits. If it cannot be sent, the future fails.
 *
 * @param fn - The function; it may be async.
 * @param args - Its arguments, which are copied.
 * @returns A future of what it returns; it fails with what the function throws.
 * @throws TypeError when `fn` is not a function; Error when the loop is closed or its default executor was shut down;
 *   what an executor given to `setDefaultExecutor()` throws.
 *
 * @example
 * ```ts
 * import { run, toThread } from 'skein';
 *
 * await run(async () => {
 *   return await toThread((n: number) => n ** 2, 7);
 * }); // => 49
 * await run(function* () {
 *   return yield* toThread((n: number) => n ** 2, 8);
 * }); // => 64
 * ```
 *
 * Follows `asyncio.to_thread()`. Differs: returns a future, so the work starts without being awaited; only
 * ContextVars that are `shippable` travel to the thread.
 */
export function toThread<
  Args extends unknown[],
  R,
  Call extends CallPart = Missing,
  Other = Missing,
>(fn: FunctionOf<'toThread(work, …)', Call, Other, Work<Args, R>>, ...args: Args): Future<R> {
  return getEventLoop().runInExecutor(undefined, fn as Work<Args, R>, ...args);
}
