import './register-tasks.ts';
import { checkEventLoop } from './checks.ts';
import { getEventLoop } from './current.ts';
import type { EventLoop } from './event-loop.ts';
import type { TaskSource } from './run-body.ts';
import type { Task } from './task.ts';
import type { TaskOptions } from './task-options.ts';
import type { Missing, SourceOf } from './type-messages.ts';

/**
 * Starts a coroutine beside the current one, and returns the {@link Task} that runs it. Its first step is made in the
 * loop's next iteration, not inside this call.
 *
 * An async function can be run too. Where it awaits something of this library it can be cancelled, as at a `yield*`. For
 * the rest (`fetch` and its like) it is given an AbortSignal, if it takes a parameter.
 *
 * @param source - A coroutine (`work(1)`), a generator function without parameters (`work`), or an async function.
 * @param options - `name`, `context`, `signal`, `eagerStart`: see {@link TaskOptions}.
 * @throws TypeError for any other source, and for options of the wrong type; Error when another task runs the coroutine
 *   already.
 *
 * @example
 * ```ts
 * import { createTask, sleep } from 'skein';
 *
 * function* greet(who: string) {
 *   yield* sleep(5);
 *   return `hello ${who}`;
 * }
 * const task = createTask(greet('ada'), { name: 'greeting' });
 * task.getName(); // => 'greeting'
 * task.done(); // => false
 * await task; // => 'hello ada'
 * ```
 *
 * Follows `asyncio.create_task()`. Differs: works outside of tasks too, on the default loop.
 */
export function createTask<T, Yielded = Missing, Given = AbortSignal, Way = Missing, Other = never>(
  source: SourceOf<T, Yielded, Given, Way, Other>,
  options?: TaskOptions,
): Task<T> {
  return getEventLoop().createTask(source as TaskSource<T>, options);
}

/**
 * Returns the tasks of a loop that are not done, oldest first.
 *
 * @param loop - The loop, by default `getEventLoop()`.
 * @throws TypeError when it is not a loop.
 *
 * @example
 * ```ts
 * import { allTasks, createTask, currentTask, run, sleep } from 'skein';
 *
 * await run(async () => {
 *   createTask(sleep(60_000), { name: 'poller' });
 *   const others = [...allTasks()].filter((task) => task !== currentTask());
 *   return others.map((task) => task.getName());
 * }); // => ['poller']
 * ```
 *
 * Follows `asyncio.all_tasks()`.
 */
export function allTasks(loop: EventLoop = getEventLoop()): Set<Task<unknown>> {
  checkEventLoop('allTasks', loop);
  return new Set([...loop._tasks].filter((task) => !task.done()));
}
