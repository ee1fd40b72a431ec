/**
 * How a request to cancel a task reaches its code. Each request is delivered once, in one of these ways. A request that is
 * not delivered yet is pending: `_mustCancel` is set, `_cancelReason` is its reason.
 *
 * | when the request comes, the task …           | it is delivered                                               |
 * |----------------------------------------------|---------------------------------------------------------------|
 * | waits for a future                           | at once: the future is cancelled, and throws CancelledError   |
 * | waits for another task                       | at once: that task is cancelled, and so on (`cancelChain`)    |
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
 * `Task.uncancel()` drops a pending request when no other is left. A chain of tasks is walked in a loop, not in recursion,
 * as it may be longer than the stack is deep.
 */
import { Future } from './future.ts';
import { PENDING } from './future-state.ts';
import type { Task } from './task.ts';

/** Makes the request pending. */
function mustCancel(task: Task<unknown>, reason: unknown): void {
  task._mustCancel = true;
  task._value = reason;
}

/** Takes the pending request to cancel `task`, which the caller delivers. Returns false if there is none. */
export function takePendingCancel(task: Task<unknown>): boolean {
  if (!task._mustCancel) return false;
  task._mustCancel = false;
  return true;
}

/** Delivers a pending request at the wait that `task` just began: cancels `future`, if that lets itself be cancelled. */
export function cancelAtWait(task: Task<unknown>, future: Future<unknown>): void {
  if (task._mustCancel && future.cancel(task._cancelReason)) task._mustCancel = false;
}

/** Wakes a task of a ring, in which tasks wait for each other. Nothing else would wake it. */
function leaveRing(task: Task<unknown>, reason: unknown): void {
  mustCancel(task, reason);
  if (task._waiter instanceof Future) task._waiter._removeWaiter(task);
  task._waiter = undefined;
  task._loop._enqueue(task);
}

/** The tasks whose cancellation is being passed on at this moment. A task that is met again is part of a ring. */
const underWay = new Set<Task<unknown>>();

/** Cancels a pending task, and each task that it waits for, directly or by way of other tasks. */
export function cancelTask(first: Task<unknown>, reason: unknown): void {
  const waiter = first._waiter;
  if (waiter === undefined || waiter.cancel === Future.prototype.cancel) {
    first._cancelRequests++;
    if (waiter?.cancel(reason) !== true) mustCancel(first, reason);
    first._signal?.abort(reason);
  } else {
    cancelChain(first, reason);
  }
}

/** Cancels a task whose awaited future overrides `cancel()`, which may call `cancelTask()` again. */
function cancelChain(first: Task<unknown>, reason: unknown): void {
  const chain: Task<unknown>[] = [];
  let task = first;
  try {
    for (;;) {
      task._cancelRequests++;
      if (underWay.has(task)) {
        leaveRing(task, reason);
        break;
      }
      underWay.add(task);
      chain.push(task);
      const waiter = task._waiter;
      const next = waiter instanceof Future ? waiter._asPlainTask() : undefined;
      if (next === undefined || next._state !== PENDING) {
        if (waiter?.cancel(reason) !== true) mustCancel(task, reason);
        break;
      }
      task = next;
    }
  } finally {
    for (const each of chain) underWay.delete(each);
  }
  for (const each of chain) each._signal?.abort(reason);
}
