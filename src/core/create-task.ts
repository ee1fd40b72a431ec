import './register-tasks.ts';
import { checkEventLoop } from './checks.ts';
import { getEventLoop } from './current.ts';
import type { EventLoop } from './event-loop.ts';
import type { TaskSource } from './run-body.ts';
import type { Task } from './task.ts';
import type { TaskOptions } from './task-options.ts';
import type { Missing, SourceOf } from './type-messages.ts';

/**
 * Starts an async function or a coroutine beside the code that calls, and returns the {@link Task} that runs it. Its first
 * step is made in the loop's next iteration, not inside this call.
 *
 * A task can be cancelled where it awaits something of this library, with `await` or `yield*`. For other promises (`fetch`
 * and its like) an async function is given an AbortSignal, if it takes a parameter.
 *
 * @param source - An async function, which is called without arguments or with the signal; a generator function without
 *   parameters (`work`); or a coroutine (`work(1)`).
 * @param options - `name`, `context`, `signal`, `eagerStart`: see {@link TaskOptions}.
 * @returns The task, which is the future of the result.
 * @throws TypeError for any other source, and for options of the wrong type; Error when another task runs the coroutine
 *   already.
 *
 * @example
 * ```ts
 * import { createTask, sleep } from 'skein';
 *
 * async function greet(who: string) {
 *   await sleep(5);
 *   return `hello ${who}`;
 * }
 * const task = createTask(() => greet('ada'), { name: 'greeting' });
 * task.getName(); // => 'greeting'
 * task.done(); // => false
 * await task; // => 'hello ada'
 *
 * function* coroutine(who: string) {
 *   yield* sleep(5);
 *   return `hello ${who}`;
 * }
 * await createTask(coroutine('bob')); // => 'hello bob'
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
