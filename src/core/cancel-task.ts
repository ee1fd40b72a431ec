/**
 * How a request to cancel a task goes down to what it waits for.
 *
 * A task that waits for a future cancels that, and the future's CancelledError comes out of the task's await. If the
 * future refuses, or there is none, the task has one thrown at its next step. A task that waits for a task passes the
 * request on: in a loop, not in recursion, as such a chain may be longer than the stack is deep.
 */
import { Future } from './future.ts';
import { PENDING } from './future-state.ts';
import type { Task } from './task.ts';

function mustCancel(task: Task<unknown>, reason: unknown): void {
  task._mustCancel = true;
  task._value = reason;
}

/** Wakes a task of a ring, in which tasks wait for each other. Nothing else would wake it. */
function leaveRing(task: Task<unknown>, reason: unknown): void {
  mustCancel(task, reason);
  if (task._waiter instanceof Future) task._waiter._removeWaiters((waiter) => waiter === task);
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
