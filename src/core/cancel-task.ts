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
 * | runs a part of an async function's task, and | at the next library await of that function                    |
 * |   the part returns or fails                  |   (`AsyncFrame._partOver`)                                    |
 *
 * `Task.uncancel()` drops a pending request when no other is left.
 *
 * A request of a `CancelScope` is known again by what it throws (`requestOf`), so it must not be merged with one of further
 * outside. Of two pending requests the one of further outside is delivered; the scope of the other is left with it.
 *
 * Levels repeat their requests: see level.ts.
 */
import { requestOf } from '../errors/cancelled-error.ts';
import type { AsyncFrame } from './async-frame.ts';
import type { Values } from './context.ts';
import { current } from './current.ts';
import { isExit } from './exits.ts';
import { Future } from './future.ts';
import { makePending, repeat } from './level.ts';
import { abortSignal, passCancel, tryCancel } from './pass-cancel.ts';
import { countRequest, orderOf } from './pending-cancel.ts';
import type { Task } from './task.ts';

/** Takes the pending request to cancel `task`, which the caller delivers. Returns false if there is none. */
export function takePendingCancel(task: Task<unknown>): boolean {
  if (!task._mustCancel) return false;
  if (task._level !== undefined) return true;
  task._mustCancel = false;
  repeat(task, task._value);
  return true;
}

/** Takes a request that was never delivered, at the end of the task. */
export function takeUndelivered(task: Task<unknown>): boolean {
  return task._level === undefined && takePendingCancel(task);
}

/** Delivers a pending request at the wait that `task` just began: cancels `future`, if that lets itself be cancelled. */
export function cancelAtWait(task: Task<unknown>, future: Future<unknown>): void {
  if (task._mustCancel && !isExempt(task, future)) deliver(task, future);
}

/** Tells whether a repeated request is not delivered at a wait for `future`, by which the library restores something. */
export function isExempt(task: Task<unknown>, future: Future<unknown>): boolean {
  // The waits of a body are in the body: its end is none.
  const isBody = (future as Partial<AsyncFrame>)._isFollowed !== undefined;
  return task._level !== undefined && (isBody || isExit(future));
}

/** The `cancel()` of the future may be code of the program. If it throws, the request stays pending. */
function deliver(task: Task<unknown>, future: Future<unknown>): void {
  try {
    if (tryCancel(future, task._cancelReason)) takePendingCancel(task);
  } catch (exception) {
    reportThrown(task, exception);
  }
}

/** Reports what the `cancel()` of the future has thrown that `task` waits for. */
export function reportThrown(task: Task<unknown>, exception: unknown): void {
  task._loop._report({
    message: `Exception in the \`cancel()\` of what ${task._name()} waits for`,
    exception,
    future: task._task,
  });
}

/** Tells whether `waiter`, which is done, leaves a pending request of `task` as it is. */
export function keepsPending(
  task: Task<unknown>,
  waiter: Future<unknown>,
  isCancelled: boolean,
): boolean {
  if (!task._mustCancel) return false;
  if (!isCancelled) return isExempt(task, waiter);
  // The scope that cancelled it takes its own CancelledError, and the request of further outside would be lost.
  const delivered = requestOf(waiter._detail) ?? waiter._value;
  return orderOf(task._value) < orderOf(delivered);
}

/** Cancels a task for a scope: abort listeners and futures see the context `values`, and the task's async context. */
export function cancelIn(values: Values, task: Task<unknown>, reason: unknown): void {
  const { context } = current;
  current.context = values;
  try {
    if (task._asyncScope === undefined) tryCancel(task, reason);
    else task._asyncScope.runInAsyncScope(tryCancel, undefined, task, reason);
  } finally {
    current.context = context;
  }
}

/** Cancels a pending task, and what it waits for. */
export function cancelTask(task: Task<unknown>, reason: unknown): void {
  const waiter = task._waiter;
  if (waiter !== undefined && waiter.cancel !== Future.prototype.cancel) {
    passCancel(task as Future<unknown>, reason);
    return;
  }
  countRequest(task, reason);
  if (task._level !== undefined) task._level._keep(reason);
  else if (waiter?.cancel(reason) === true) repeat(task, reason);
  else makePending(task, reason);
  abortSignal(task, reason);
}
