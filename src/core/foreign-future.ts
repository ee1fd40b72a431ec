import { cancelAtWait } from './cancel-task.ts';
import type { Future } from './future.ts';
import { awaitsForeignLoop } from './misuse.ts';
import type { Task } from './task.ts';

/** Makes `task` wait for a future that another library made. Only its public methods can be relied on. */
export function waitForForeign(task: Task<unknown>, awaited: Future<unknown>): void {
  const loop = awaited.getLoop?.();
  if (loop !== undefined && loop !== task._loop) {
    task._misused(awaitsForeignLoop(task, awaited));
    return;
  }
  task._waiter = awaited;
  awaited.addDoneCallback(() => {
    if (task._waiter === awaited) task._run();
  });
  cancelAtWait(task, awaited);
}
