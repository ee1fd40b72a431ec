/** Requests to cancel a task that are not delivered yet. Of two, the task keeps one. */
import { isRequest } from '../errors/cancel-request.ts';
import { current } from './current.ts';
import type { Task } from './task.ts';

/** Orders requests: a scope that was entered later is further inside. Those of no scope come from outside of all. */
export function orderOf(reason: unknown): number {
  return isRequest(reason) ? ((reason.by as { _order?: number })._order ?? -1) : -1;
}

/** Returns the one of two reasons that is a request from further outside; of equal ones the later. */
export function outermost(before: unknown, after: unknown): unknown {
  return orderOf(before) < orderOf(after) ? before : after;
}

/** Makes the request pending, unless one from further outside is. */
export function mustCancel(task: Task<unknown>, reason: unknown): void {
  task._value = task._mustCancel ? outermost(task._value, reason) : reason;
  task._mustCancel = true;
}

/** Counts a request: `uncancel()` takes it back. */
export function countRequest(task: Task<unknown>, reason: unknown): void {
  task._cancelRequests++;
  current.hooks?.cancels(task, reason);
}
