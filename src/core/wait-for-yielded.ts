import { cancelAtWait } from './cancel-task.ts';
import { waitForForeign } from './foreign-future.ts';
import { Future } from './future.ts';
import { isFuture } from './is-future.ts';
import { awaitsForeignLoop, awaitsItself, yieldedWrongly } from './misuse.ts';
import { overridesCallbacks } from './overrides.ts';
import { seams } from './seams.ts';
import { takeSuspension } from './suspension.ts';
import type { Task } from './task.ts';

/** Makes a task wait for the future that its coroutine yielded: adds it to the waiters of the future. */
export function waitForYielded(task: Task<unknown>, yielded: unknown): void {
  if (yielded === undefined) {
    task._loop._enqueue(task);
    return;
  }
  try {
    if (takeSuspension(yielded)) waitForFuture(task, yielded);
    else if (seams.calls?.take(task, yielded) !== true) waitForOther(task, yielded);
  } catch (error) {
    // Code of the program threw: a getter, a proxy, a method of a future. The coroutine gets that, so that it can clean up.
    task._misused((error ?? new TypeError(`A future threw ${error}.`)) as Error);
  }
}

/** Tells whether a future is waited for by its own method. */
function isAsked(future: Future<unknown>): boolean {
  return !(future instanceof Future) || overridesCallbacks(future);
}

/** Waits for a value that is not of this library, or of a subclass. */
function waitForOther(task: Task<unknown>, yielded: unknown): void {
  if (isFuture(yielded) && isAsked(yielded)) waitForForeign(task, yielded);
  else task._misused(yieldedWrongly(task, yielded));
}

function waitForFuture(task: Task<unknown>, future: Future<unknown>): void {
  if (future === task._task) return task._misused(awaitsItself(task));
  if (future._loop !== task._loop) return task._misused(awaitsForeignLoop(task, future));
  if (overridesCallbacks(future)) return waitForOther(task, future);
  future._addWaiter(task);
  task._waiter = future;
  cancelAtWait(task, future);
}
