import type { Coroutine } from './coroutine.ts';
import type { EventLoop } from './event-loop.ts';
import { Task } from './task.ts';
import type { TaskOptions } from './task-options.ts';

/**
 * A task factory whose tasks make their first step at once, inside `createTask()`: one that never waits is done when
 * that returns, and was never scheduled.
 *
 * @param loop - Where it runs.
 * @param coroutine - What it runs.
 * @param options - As for `createTask()`; `eagerStart: false` has it start as any other task.
 * @throws as `new Task()`.
 *
 * @example
 * ```ts
 * import { eagerTaskFactory, EventLoop, run } from 'skein';
 *
 * const loop = () => {
 *   const loop = new EventLoop();
 *   loop.setTaskFactory(eagerTaskFactory);
 *   return loop;
 * };
 * await run(async () => 1, { loop }); // => 1
 * ```
 *
 * Follows `asyncio.eager_task_factory`.
 */
export function eagerTaskFactory<T>(
  loop: EventLoop,
  coroutine: Coroutine<T>,
  options: TaskOptions = {},
): Task<T> {
  return new Task(coroutine, { eagerStart: true, ...options }, loop);
}
