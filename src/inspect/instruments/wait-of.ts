/** What a task waits for after a step. */
import type { Future } from '../../core/future.ts';
import { PENDING } from '../../core/future-state.ts';
import type { Task } from '../../core/task.ts';

/** A future of another library has no state, and may throw when it is asked for one: then it counts as pending, as it is waited for. */
export function isPending(future: Future<unknown>): boolean {
  try {
    return (future._state ?? PENDING) === PENDING;
  } catch {
    return true;
  }
}

/** Returns undefined for a task that is ready. A wait that was cancelled as it began is over: the task is ready. */
export function waitOf(task: Task<unknown>): Future<unknown> | undefined {
  const waiter = task._waiter;
  return waiter !== undefined && isPending(waiter) ? waiter : undefined;
}
