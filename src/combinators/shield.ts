import type { Awaitable } from '../core/coroutine.ts';
import { getEventLoop } from '../core/current.ts';
import { asExit } from '../core/exits.ts';
import { loopOf, textOf, wasCancelled } from '../core/foreign-future.ts';
import { Future } from '../core/future.ts';
import { nestedText } from '../core/text.ts';
import type { AwaitableOf, Missing } from '../core/type-messages.ts';
import { whenDone } from '../core/when-done.ts';
import { futureOf } from '../interop/ensure-future.ts';

/** Reports a late failure. One function for all shields, so that a future shielded twice is reported once. */
function reportLate(inner: Future<unknown>): void {
  if (wasCancelled(inner)) return;
  const message = 'Exception in a shielded future that nobody waits for any more';
  if (inner instanceof Future) {
    // Another shield, a task or a combinator that waits for it gets the failure.
    const failures = inner._loop._unretrieved;
    if (failures?.isLost(inner)) failures.tell(inner, message);
    return;
  }
  try {
    (inner as Future<unknown>).result();
  } catch (exception) {
    getEventLoop()._report({ message, exception, future: inner });
  }
}

/**
 * Protects an awaitable from the cancellation of the task that awaits it: the task is cancelled, the awaitable goes on.
 *
 * It is not protected from its own `cancel()`. If it fails after the task was cancelled, and nothing else waits
 * for it, the failure is reported.
 *
 * @param awaitable - A future, task, coroutine or promise. A coroutine is run as a task.
 * @returns A future with the outcome of the awaitable; the awaitable itself if it is a future that is done.
 * @throws TypeError when it cannot be awaited.
 *
 * @example
 * ```ts
 * import { createTask, run, shield, sleep } from 'skein';
 *
 * await run(async () => {
 *   const saving = createTask(sleep(5, 'saved'));
 *   const request = createTask(async () => await shield(saving));
 *   const other = createTask(function* () {
 *     return yield* shield(saving);
 *   });
 *   await sleep(1);
 *   request.cancel();
 *   other.cancel();
 *   return await saving;
 * }); // => 'saved'
 * ```
 *
 * Follows `asyncio.shield()`.
 */
export function shield<T, Yielded = Missing, Way = Missing, List = Missing, Other = never>(
  awaitable: AwaitableOf<'shield', T, Yielded, Way, List, Other>,
): Future<T> {
  const inner = futureOf(awaitable as Awaitable<T>, 'shield');
  if (inner.done()) return inner;
  const outer = asExit(loopOf(inner).createFuture<T>());
  outer._purpose = {
    _kind: 'shield',
    _of: inner,
    toString: () => `shield() of ${nestedText(() => textOf(inner))}`,
  };

  const innerDone = (): void => {
    if (outer.done()) return;
    let result: T;
    try {
      if (wasCancelled(inner)) {
        outer.cancel();
        return;
      }
      result = inner.result();
    } catch (exception) {
      outer._fail(exception);
      return;
    }
    outer.setResult(result);
  };
  const listening = whenDone(inner, innerDone, outer);
  whenDone(outer, () => {
    if (inner.done()) return;
    listening.leave();
    (inner as Partial<Future<T>>).removeDoneCallback?.(reportLate);
    inner.addDoneCallback(reportLate);
  });
  return outer;
}
