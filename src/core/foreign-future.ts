/**
 * Futures that another library, or another copy of this one, made; and those of a subclass that overrides `addDoneCallback()`.
 *
 * Only the protocol of a foreign future can be relied on: `done()`, `result()` and `addDoneCallback()`. It may lack all other
 * methods: `cancel()` counts as refused then, and `cancelled()` is found out by `result()`. An error about a method that is
 * missing would take the place of a failure or a cancellation.
 */
import { CancelledError } from '../errors.ts';
import { cancelAtWait } from './cancel-task.ts';
import { cancelledError } from './cancelled-error.ts';
import { current, getEventLoop } from './current.ts';
import type { EventLoop } from './event-loop.ts';
import { Future } from './future.ts';
import { FAILED } from './future-state.ts';
import { awaitsForeignLoop } from './misuse.ts';
import { reportMethod } from './overrides.ts';
import type { Task } from './task.ts';
import { describe } from './text.ts';

/** The callback by which each task waits. One that is left over from an earlier wait wakes nothing. */
const waits = new WeakMap<Task<unknown>, () => void>();

/**
 * Makes `task` wait for a future by its `addDoneCallback()`. The methods of a foreign future may throw: that error is the
 * caller's.
 */
export function waitForForeign(task: Task<unknown>, awaited: Future<unknown>): void {
  if (!belongsTo(awaited, task._loop)) {
    task._misused(awaitsForeignLoop(task, awaited));
    return;
  }
  let isAdded = false;
  const wake = (): void => {
    if (waits.get(task) !== wake || task._waiter !== awaited) return;
    waits.delete(task);
    // As a callback of the loop it makes the step at once. Called from anywhere else, it must not: other code is half done.
    const isCallback = isAdded && current.loop === task._loop && current.task === undefined;
    if (isCallback) task._stepInline();
    else task._loop._enqueue(task);
  };
  waits.set(task, wake);
  task._waiter = awaited;
  try {
    awaited.addDoneCallback(wake);
  } catch (error) {
    // If it has called back before, the task goes on.
    if (!waits.delete(task)) return reportMethod(awaited, error, task._loop);
    task._waiter = undefined;
    throw error;
  }
  isAdded = true;
  cancelAtWait(task, awaited);
}

/** A foreign future need not know its loop. */
export function loopOf(future: Future<unknown>): EventLoop {
  return (future as Partial<Future<unknown>>).getLoop?.() ?? getEventLoop();
}

export function belongsTo(future: Future<unknown>, loop: EventLoop): boolean {
  const own = (future as Partial<Future<unknown>>).getLoop?.();
  return own === undefined || own === loop;
}

/** Names it in the text of something that waits for it. */
export function textOf(future: Future<unknown>): string {
  return future instanceof Future ? future._shortText() : describe(future);
}

/** The outcome of a foreign future that is done. */
function outcomeOf(future: Future<unknown>): { readonly thrown: unknown } | undefined {
  try {
    future.result();
    return undefined;
  } catch (thrown) {
    return { thrown };
  }
}

/** Tells whether a future that is done was cancelled. */
export function wasCancelled(future: Future<unknown>): boolean {
  if (future instanceof Future) return future.cancelled();
  const foreign = future as Partial<Future<unknown>>;
  if (typeof foreign.cancelled === 'function') return foreign.cancelled();
  return outcomeOf(future)?.thrown instanceof CancelledError;
}

/** Tells whether a future failed. The state of one of this library is read: `exception()` would count as retrieving it. */
export function hasFailed(future: Future<unknown>): boolean {
  if (future instanceof Future) return future._state === FAILED;
  const foreign = future as Future<unknown>;
  return foreign.done() && !wasCancelled(foreign) && outcomeOf(foreign) !== undefined;
}

/** Retrieves the exception of a future that is done, if it failed. */
export function retrieveFrom(future: Future<unknown>): void {
  if (!(future instanceof Future)) outcomeOf(future);
  else if (!future.cancelled()) future.exception();
}

/** Returns the CancelledError for something that was cancelled together with `future`. */
export function cancelledErrorOf(future: Future<unknown>): CancelledError {
  if (future instanceof Future) return future._makeCancelledError();
  const thrown = outcomeOf(future)?.thrown;
  return thrown instanceof CancelledError ? thrown : cancelledError(undefined, false);
}
