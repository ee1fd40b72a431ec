/**
 * Cancellations that a task swallowed, in debug mode: a CancelledError was thrown into it, nobody took the request back
 * with `uncancel()`, and yet the task returned, or failed with something else. Whoever cancelled it believes that it was
 * stopped, and a shutdown that waits for it may wait for long.
 *
 * A failure that has the CancelledError as its cause passed it on, and is none.
 */
import { CancelledError } from '../errors.ts';
import type { Future } from './future.ts';
import { CANCELLED, FAILED, FINISHED } from './future-state.ts';
import { ownFrames } from './stack-frames.ts';
import type { Task } from './task.ts';

/** Where the last request to cancel the task was delivered. */
const deliveries = new WeakMap<Task<unknown>, { readonly at: Error | undefined }>();

export function endedCancelled(future: Future<unknown>): boolean {
  if (future._state === CANCELLED) return true;
  return future._state === FAILED && future._value instanceof CancelledError;
}

/** A CancelledError is about to be thrown into `task`, or into a part of it, where it waits. */
export function noteDelivery(task: Task<unknown>, at: Error | undefined): void {
  const owner = task._owner;
  if (owner._cancelRequests === 0) deliveries.delete(owner);
  else deliveries.set(owner, { at });
}

/** Requests that were taken back count no longer. */
export function forgetDelivery(task: Task<unknown>): void {
  if (task._cancelRequests === 0) deliveries.delete(task);
}

function passedOn(error: unknown): boolean {
  const seen = new Set<unknown>();
  for (let at = error; at instanceof Error && !seen.has(at); at = at.cause) {
    if (at instanceof CancelledError) return true;
    seen.add(at);
  }
  return false;
}

/** To be called after a step. */
export function reportSwallowed(task: Task<unknown>): void {
  const delivery = deliveries.get(task);
  if (delivery === undefined || task._cancelRequests === 0) return;
  const failed = task._state === FAILED;
  if (task._state !== FINISHED && !failed) return;
  deliveries.delete(task);
  // A request that is still to be delivered was made again by a group, whose errors go first.
  if (failed && (task._mustCancel || passedOn(task._value))) return;
  const stack = ownFrames(delivery.at?.stack);
  const where = stack[0] === undefined ? '' : `, thrown at ${stack[0].text}`;
  task._loop.callExceptionHandler({
    message: `${task._name()} swallowed a cancellation${where}, and ${failed ? 'failed with something else' : 'returned as if nothing had happened'}. Rethrow the CancelledError once cleanup is done.`,
    warning: true,
    future: task,
    ...(stack.length > 0 && { stack }),
  });
}
