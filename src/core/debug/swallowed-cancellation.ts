/**
 * Reports, in debug mode, that a task swallowed a cancellation: a CancelledError was thrown into it, the request was not
 * taken back with `uncancel()`, and yet the task returned, or failed with another error. The code that cancelled the task
 * believes that it was stopped, and a shutdown that waits for it may wait for long.
 *
 * An error that has the CancelledError as its cause passes the cancellation on: it is not reported.
 */
import { CancelledError } from '../../errors.ts';
import { FAILED, FINISHED } from '../future-state.ts';
import { ownFrames } from '../stack-frames.ts';
import type { Task } from '../task.ts';
import { awaitedAt } from './suspension-stack.ts';

/** By task: the place in its code where the last request to cancel it was delivered. */
const deliveries = new WeakMap<Task<unknown>, { readonly at: Error | undefined }>();

/** Notes that a CancelledError is about to be thrown into `task` (or a part of it) where it waits, at `at`. */
export function noteDelivery(task: Task<unknown>, at: Error | undefined): void {
  const owner = task._task;
  if (owner._cancelRequests === 0) deliveries.delete(owner);
  else deliveries.set(owner, { at });
}

/** Notes that a CancelledError is about to be thrown out of the `await` of `awaited`. */
export function noteDeliveryAt(task: Task<unknown>, awaited: object): void {
  noteDelivery(task, awaitedAt(awaited));
}

/** Forgets the delivery once all requests to cancel the task were taken back. */
export function forgetDelivery(task: Task<unknown>): void {
  if (task._cancelRequests === 0) deliveries.delete(task);
}

const mostCauses = 1000;

/** Tells whether `error` is a CancelledError, or has one among its causes. */
function passedOn(error: unknown): boolean {
  const seen = new Set<unknown>();
  try {
    for (
      let at = error as Error | null;
      typeof at === 'object' && at !== null && !seen.has(at);
      at = at.cause as Error
    ) {
      if (at instanceof CancelledError) return true;
      // A getter may return a new error each time.
      if (seen.size >= mostCauses) return false;
      seen.add(at);
    }
  } catch {
    // The error has code of its own, which throws when it is looked at.
  }
  return false;
}

/** Reports a swallowed cancellation of `task`. To be called after each step of the task. */
export function reportSwallowed(task: Task<unknown>): void {
  const delivery = deliveries.get(task);
  if (delivery === undefined || task._cancelRequests === 0) return;
  const failed = task._state === FAILED;
  if (task._state !== FINISHED && !failed) return;
  deliveries.delete(task);
  // A pending request was made again by a task group: its errors are thrown first, the cancellation comes after them.
  if (failed && (task._mustCancel || passedOn(task._value))) return;
  const stack = ownFrames(delivery.at?.stack);
  const where = stack[0] === undefined ? '' : `, thrown at ${stack[0].text}`;
  task._loop._report({
    message: `${task._name()} swallowed a cancellation${where}, and ${failed ? 'failed with something else' : 'returned as if nothing had happened'}. Rethrow the CancelledError once cleanup is done.`,
    warning: true,
    future: task,
    ...(stack.length > 0 && { stack }),
  });
}
