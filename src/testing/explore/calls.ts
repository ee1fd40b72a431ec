/** The calls of an object that several tasks make, and what came of each. */
import { wait } from '../../combinators/wait.ts';
import { type Coroutine, isCoroutine, isPromiseLike } from '../../core/coroutine.ts';
import { createTask } from '../../core/create-task.ts';
import { isFuture } from '../../core/is-future.ts';
import { runBody } from '../../core/run-body.ts';
import type { Task } from '../../core/task.ts';
import { brief, safely } from '../../core/text.ts';
import { CancelledError } from '../../errors.ts';
import type { Environment } from './environment.ts';

/** A call of the object: a coroutine, an async function, or a plain function. */
export type Operation<T> = (object: T) => unknown;

export type Operations<T> = Readonly<Record<string, Operation<T>>>;

/** A call that a task has begun. */
export interface Call {
  readonly task: number;
  readonly name: string;
  readonly begin: number;
  end: number;
  outcome: string;
  isCancelled: boolean;
}

/** The outcome of a call that is not over. */
export const pending = 'waits';

/** Draws the calls, makes them from several tasks, and returns what became of them when all is quiet. */
export function* callFromTasks<T extends object>(
  env: Environment,
  object: T,
  operations: Operations<T>,
  { cancels, isAsync }: { readonly cancels: boolean; readonly isAsync: boolean },
): Coroutine<readonly Call[]> {
  const names = Object.keys(operations);
  const calls: Call[] = [];
  let time = 0;
  function* work(task: number, drawn: readonly string[]): Coroutine<void> {
    for (const name of drawn) {
      const call: Call = {
        task,
        name,
        begin: time++,
        end: Infinity,
        outcome: pending,
        isCancelled: false,
      };
      calls.push(call);
      try {
        const operation = operations[name] as Operation<T>;
        call.outcome = returned(yield* perform(operation, object, isAsync), object);
      } catch (error) {
        if (error instanceof CancelledError) call.isCancelled = true;
        else call.outcome = threw(error);
      }
      call.end = time++;
      if (call.isCancelled) return;
    }
  }
  const tasks = Array.from({ length: env.choose([2, 3], 'tasks') }, (_, at) => {
    const drawn = Array.from({ length: env.choose([1, 2], 'calls') }, () =>
      env.choose(names, 'call'),
    );
    return createTask(work(at + 1, drawn), { name: `task ${at + 1}` });
  });
  if (cancels) for (const task of tasks) env.mayCancel(task);
  yield* env.quiet();
  const seen = calls.map((call) => ({ ...call }));
  for (const task of tasks) task.cancel();
  yield* wait(tasks);
  return seen;
}

/** Makes a call, in the task that runs. What an async function awaits is awaited by that task. */
export function* perform<T>(
  operation: Operation<T>,
  object: T,
  isAsync: boolean,
): Coroutine<unknown> {
  let made: unknown;
  if (isAsync) {
    const box = yield* runBody(async () => {
      const called = operation(object);
      // A generator object cannot be awaited: it is run below.
      return { made: isPromiseLike(called) ? await called : called };
    });
    made = box.made;
  } else {
    made = operation(object);
  }
  if (isCoroutine(made) || isFuture(made)) return yield* made as Coroutine<unknown>;
  return made;
}

/** What JSON leaves out, or writes as something else, is a difference between results too. */
function written(_key: string, value: unknown): unknown {
  if (value instanceof Map) return { Map: [...value] };
  if (value instanceof Set) return { Set: [...value] };
  if (value instanceof Error) return threw(value);
  const isPlain =
    typeof value === 'string' || typeof value === 'boolean' || typeof value === 'object';
  const isNumber = Number.isFinite(value) && !Object.is(value, -0);
  return isPlain || isNumber ? value : { is: brief(value) };
}

/** The object may be what a call returns, as `lock.acquire()` does. */
function returned(value: unknown, object: object): string {
  if (value === object) return 'the object';
  if (typeof value === 'object' && value !== null) {
    try {
      return JSON.stringify(value, written);
    } catch {
      return brief(value);
    }
  }
  return brief(value);
}

function threw(error: unknown): string {
  const text = (): string =>
    error instanceof Error ? `${error.name}: ${error.message}` : brief(error);
  return `throws ${safely(text)}`;
}

/** What came of a call that a task of its own made. */
export function outcomeOf(task: Task<unknown>, object: object): string {
  if (!task.done()) return pending;
  try {
    return returned(task.result(), object);
  } catch (error) {
    return threw(error);
  }
}
