import './register-tasks.ts';
import { checkEventLoop, checkOptions } from './checks.ts';
import type { Coroutine } from './coroutine.ts';
import type { EventLoop } from './event-loop.ts';
import { Task } from './task.ts';
import type { TaskOptions } from './task-options.ts';

/**
 * A task factory whose tasks make their first step at once, inside `createTask()`. A task that never waits is done when
 * `createTask()` returns, and was never scheduled.
 *
 * @param loop - The loop of the task.
 * @param coroutine - The coroutine that the task runs.
 * @param options - As for `createTask()`; with `eagerStart: false` the task starts as any other.
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
  checkEventLoop('eagerTaskFactory', loop);
  checkOptions('eagerTaskFactory', options);
  return new Task(coroutine, { eagerStart: true, ...options }, loop);
}
