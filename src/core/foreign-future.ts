import { cancelAtWait } from './cancel-task.ts';
import { current } from './current.ts';
import type { Future } from './future.ts';
import { awaitsForeignLoop } from './misuse.ts';
import type { Task } from './task.ts';

/** The callback by which each task waits. One that is left over from an earlier wait wakes nothing. */
const waits = new WeakMap<Task<unknown>, () => void>();

/**
 * Makes `task` wait for a future that another library made. Only its public methods can be relied on, and they may throw: that
 * error is the caller's.
 */
export function waitForForeign(task: Task<unknown>, awaited: Future<unknown>): void {
  const loop = awaited.getLoop?.();
  if (loop !== undefined && loop !== task._loop) {
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
    const isWoken = !waits.delete(task);
    if (isWoken) return;
    task._waiter = undefined;
    throw error;
  }
  isAdded = true;
  cancelAtWait(task, awaited);
}
