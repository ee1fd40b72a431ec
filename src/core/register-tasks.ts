/**
 * Registers tasks: what `loop.createTask()` makes, and what an `await` of a coroutine of the library needs. A page that uses nothing
 * but `sleep()` does without. The modules that make tasks, and the names that hand out a loop, import this one.
 */
import { AwaitedPause } from './awaited-turn.ts';
import type { Coroutine } from './coroutine.ts';
import { current } from './current.ts';
import type { EventLoop, TaskFactory } from './event-loop.ts';
import { isPlainGeneratorFunction } from './function-kind.ts';
import { isFuture } from './is-future.ts';
import { coroutineOf, type TaskSource } from './run-body.ts';
import { seams } from './seams.ts';
import { Task } from './task.ts';
import { checkTaskOptionsObject, type TaskOptions } from './task-options.ts';
import { describe } from './text.ts';
import { plainAwaiter, thenOfCoroutine } from './then-of-coroutine.ts';

/** Makes a task of `loop`, with its task factory if it has one. */
function createTask<T>(
  loop: EventLoop,
  source: TaskSource<T>,
  options: TaskOptions | undefined,
  factory: TaskFactory | undefined,
): Task<T> {
  if (options !== undefined) checkTaskOptionsObject(options);
  const coroutine = coroutineOf(source);
  loop._checkOpen();
  if (factory !== undefined) return madeBy(factory, loop, coroutine, options ?? {});
  const isOwn = coroutine !== source && isPlainGeneratorFunction(source);
  return new Task(coroutine, options, loop, undefined, isOwn);
}

function madeBy<T>(
  factory: TaskFactory,
  loop: EventLoop,
  coroutine: Coroutine<T>,
  options: TaskOptions,
): Task<T> {
  const task = factory(loop, coroutine, options);
  if (isFuture(task)) return task;
  throw new TypeError(
    `A task factory was expected to return a task, but it returned ${describe(task)}.`,
  );
}

export interface TaskParts {
  readonly AwaitedPause: typeof AwaitedPause;
  readonly createTask: typeof createTask;
  readonly plainAwaiter: typeof plainAwaiter;
  readonly thenOfCoroutine: typeof thenOfCoroutine;
}

/** A function too, as bundlers may drop a module that is imported for nothing but its effect. */
export function registerTasks(): void {
  const parts = { AwaitedPause, createTask, plainAwaiter, thenOfCoroutine };
  seams.tasks = parts;
  // For the loops of another copy of this package, which may have none.
  current.tasks ??= parts;
}

registerTasks();
