/**
 * How a request to cancel a task reaches its code. Each request is delivered once, in one of these ways. A request that is
 * not delivered yet is pending: `_mustCancel` is set, `_cancelReason` is its reason.
 *
 * | when the request comes, the task …           | it is delivered                                               |
 * |----------------------------------------------|---------------------------------------------------------------|
 * | waits for a future                           | at once: the future is cancelled, and throws CancelledError   |
 * | waits for another task, or for `gather()`    | at once: that task is cancelled, and so on (pass-cancel.ts)   |
 * | is ready, or its future refuses to be        | at its next step: `Task._interrupt` throws a CancelledError   |
 * |   cancelled                                  |                                                               |
 * | runs, and then waits for a future            | at that wait: the future is cancelled (`cancelAtWait`)        |
 * | runs, and then returns                       | at its end: the task is cancelled (`Task._returned`)          |
 * | runs an async function that awaits futures   | at once: they are cancelled (`AsyncFrame.cancel`)             |
 * | runs an async function that awaits promises  | at its next library await (`AsyncFrame._await`,               |
 * |   of the host                                |   `thenOfCoroutine`); or by its AbortSignal, if the function  |
 * |                                              |   then rejects (`AsyncFrame.follow`)                          |
 * | runs an async function whose awaited future  | by that future, if it was cancelled (`AsyncFrame._awaitOver`);|
 * |   is done                                    |   else at the next library await                              |
 *
 * `Task.uncancel()` drops a pending request when no other is left.
 */
import { Future } from './future.ts';
import { abortSignal, mustCancel, passCancel, tryCancel } from './pass-cancel.ts';
import type { Task } from './task.ts';

/** Takes the pending request to cancel `task`, which the caller delivers. Returns false if there is none. */
export function takePendingCancel(task: Task<unknown>): boolean {
  if (!task._mustCancel) return false;
  task._mustCancel = false;
  return true;
}

/** Delivers a pending request at the wait that `task` just began: cancels `future`, if that lets itself be cancelled. */
export function cancelAtWait(task: Task<unknown>, future: Future<unknown>): void {
  if (task._mustCancel) deliver(task, future);
}

/** The `cancel()` of the future may be code of the program. If it throws, the request stays pending. */
function deliver(task: Task<unknown>, future: Future<unknown>): void {
  try {
    if (tryCancel(future, task._cancelReason)) task._mustCancel = false;
  } catch (exception) {
    task._loop.callExceptionHandler({
      message: `Exception in the \`cancel()\` of what ${task._name()} waits for`,
      exception,
      future: task,
    });
  }
}

/** Cancels a pending task, and what it waits for. */
export function cancelTask(task: Task<unknown>, reason: unknown): void {
  const waiter = task._waiter;
  if (waiter !== undefined && waiter.cancel !== Future.prototype.cancel) {
    passCancel(task as Future<unknown>, reason);
    return;
  }
  task._cancelRequests++;
  if (waiter?.cancel(reason) !== true) mustCancel(task, reason);
  abortSignal(task, reason);
}
