/**
 * Compares what several tasks saw of an object with what one task alone would see.
 *
 *     two or three tasks, one or two calls each        each order of these calls in which a call that had ended before
 *     task 1  ├── put('a') ──┤                         another one began comes first:
 *     task 2      ├──── take() ─────┤                      put('a'), take()      take(), put('a')
 *             └ begin        └ end                     is made by one task, on a new object, a call after the other
 *
 * If no order has the same outcomes, the object is wrong under this schedule. A call that waits in such an order stays
 * pending while the next ones are made, as it may in the run. So objects whose calls wait need no model.
 */
import { wait } from '../../combinators/wait.ts';
import { checkFlag, checkOptions } from '../../core/checks.ts';
import { type Coroutine, isCoroutine } from '../../core/coroutine.ts';
import { createTask } from '../../core/create-task.ts';
import { isFuture } from '../../core/is-future.ts';
import type { Task } from '../../core/task.ts';
import { brief, describe } from '../../core/text.ts';
import { CancelledError } from '../../errors.ts';
import { Replaying } from './decisions.ts';
import type { Environment } from './environment.ts';
import type { ExploreReport } from './exploration.ts';
import { Stage } from './exploration-loop.ts';
import { explore } from './explore.ts';
import { Run } from './run.ts';
import { type ExploreOptions, settingsOf } from './settings.ts';

/** A call of the object: a coroutine, or a plain function. */
export type Operation<T> = (object: T) => unknown;

/** The options of {@link linearizable}. */
export interface LinearizableOptions extends Omit<ExploreOptions, 'check' | 'eager' | 'mayCancel'> {
  /**
   * What a cancelled call must look like: `undone`: as if it had never been made. `either`: so, or as if it had been made, as a
   * write that is under way. Default: 'undone'.
   */
  cancelled?: 'undone' | 'either';
  /** The tasks may be cancelled. Default: true. */
  cancels?: boolean;
}

/** A call that a task has begun. */
interface Call {
  readonly task: number;
  readonly name: string;
  readonly begin: number;
  end: number;
  outcome: string;
  isCancelled: boolean;
}

const pending = 'waits';

/**
 * Checks that an object looks to several tasks as if their calls had been made one after the other: that it is linearizable. The
 * calls are drawn from `operations`, and explored as by {@link explore}.
 *
 * @param make - Makes the object, anew for each run. What it asks of the environment comes in any order.
 * @param operations - The calls, by name: coroutines, or plain functions.
 * @param options - As of {@link explore}; `cancelled` says what a cancelled call must look like.
 * @throws ExplorationError for calls whose results no order of them has; TypeError for wrong options.
 *
 * @example
 * ```ts
 * import { Queue } from 'skein';
 * import { linearizable } from 'skein/testing';
 *
 * const report = linearizable(() => new Queue<string>(1), {
 *   'put a': (queue) => queue.put('a'),
 *   get: (queue) => queue.get(),
 *   size: (queue) => queue.size,
 * });
 * report.schedules; // => 1000
 * ```
 *
 * asyncio has no counterpart.
 */
export function linearizable<T extends object>(
  make: (env: Environment) => T,
  operations: Readonly<Record<string, Operation<T>>>,
  options: LinearizableOptions = {},
): ExploreReport {
  checkOptions('linearizable', options);
  checkOperations(operations);
  const { cancelled = 'undone', cancels = true, ...rest } = options;
  checkFlag('linearizable', '`cancels`', cancels);
  if (cancelled !== 'undone' && cancelled !== 'either') {
    throw new TypeError(
      `\`linearizable()\` expected \`cancelled\` to be 'undone' or 'either', but got ${describe(cancelled)}.`,
    );
  }
  const alone = new Alone(make, operations);
  const names = Object.keys(operations);
  return explore(function* (env) {
    const calls = yield* callFromTasks(env, make(env), operations, names, cancels);
    env.atEnd(() => check(calls, alone, cancelled === 'either'));
  }, rest);
}

function checkOperations(operations: unknown): void {
  const all =
    typeof operations === 'object' && operations !== null ? Object.values(operations) : [];
  if (all.length > 0 && all.every((each) => typeof each === 'function')) return;
  throw new TypeError(
    `\`linearizable()\` expected an object of functions, but got ${describe(operations)}. Write \`{ get: (queue) => queue.get() }\`.`,
  );
}

/** Draws the calls, makes them from several tasks, and returns what became of them when all is quiet. */
function* callFromTasks<T extends object>(
  env: Environment,
  object: T,
  operations: Readonly<Record<string, Operation<T>>>,
  names: readonly string[],
  cancels: boolean,
): Coroutine<readonly Call[]> {
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
        call.outcome = returned(yield* perform(operations[name] as Operation<T>, object), object);
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

/** Makes a call, in the task that runs. */
function* perform<T>(operation: Operation<T>, object: T): Coroutine<unknown> {
  const made = operation(object);
  if (isCoroutine(made) || isFuture(made)) return yield* made as Coroutine<unknown>;
  return made;
}

/** The object may be what a call returns, as `lock.acquire()` does. */
function returned(value: unknown, object: object): string {
  if (value === object) return 'the object';
  if (typeof value === 'object' && value !== null) {
    try {
      return JSON.stringify(value);
    } catch {
      return brief(value);
    }
  }
  return brief(value);
}

function threw(error: unknown): string {
  return error instanceof Error
    ? `throws ${error.name}: ${error.message}`
    : `throws ${brief(error)}`;
}

/** One task that makes calls one after the other, in the usual order. What came of each sequence is remembered. */
class Alone<T extends object> {
  readonly #make: (env: Environment) => T;
  readonly #operations: Readonly<Record<string, Operation<T>>>;
  readonly #known = new Map<string, readonly string[]>();
  readonly #stage = new Stage();
  readonly #settings = settingsOf({ cancellations: 0, faults: 0, afterMain: 'cancel' });

  constructor(make: (env: Environment) => T, operations: Readonly<Record<string, Operation<T>>>) {
    this.#make = make;
    this.#operations = operations;
  }

  /** What comes of each of the calls, when all is quiet after the last one. */
  outcomes(names: readonly string[]): readonly string[] {
    const key = names.join('\n');
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const outcomes = this.#run(names);
    this.#known.set(key, outcomes);
    return outcomes;
  }

  #run(names: readonly string[]): readonly string[] {
    let outcomes: readonly string[] = [];
    const operations = this.#operations;
    const make = this.#make;
    const main = function* (env: Environment): Coroutine<void> {
      const object = make(env);
      const tasks: Task<unknown>[] = [];
      for (const name of names) {
        tasks.push(createTask(perform(operations[name] as Operation<T>, object)));
        yield* env.quiet();
      }
      outcomes = tasks.map((task) => outcomeOf(task, object));
    };
    const plan = { orders: 'fifo', eager: false, decider: new Replaying([]) } as const;
    const run = new Run(main, this.#settings, plan, this.#stage);
    run.advance();
    if (run.result.failure !== undefined) throw run.result.failure.cause;
    return outcomes;
  }
}

function outcomeOf(task: Task<unknown>, object: object): string {
  if (!task.done()) return pending;
  const error = task.exception();
  return error === undefined ? returned(task.result(), object) : threw(error);
}

/** @throws Error when no order of the calls has these outcomes. */
function check<T extends object>(calls: readonly Call[], alone: Alone<T>, either: boolean): void {
  const counted = either ? calls : calls.filter(({ isCancelled }) => !isCancelled);
  if (hasOrder([], counted, alone)) return;
  const lines = calls.map(
    ({ task, name, outcome, isCancelled }) =>
      `    task ${task}: ${name} → ${isCancelled ? 'cancelled' : outcome}`,
  );
  throw new Error(
    `no order of these calls, made by one task, has the same results:\n${lines.join('\n')}`,
  );
}

/** Tries each order that begins with `placed`. */
function hasOrder<T extends object>(
  placed: readonly Call[],
  left: readonly Call[],
  alone: Alone<T>,
): boolean {
  if (placed.length > 0 && !fits(placed, alone, left.length === 0)) return false;
  if (left.every(({ isCancelled }) => isCancelled) && fits(placed, alone, true)) return true;
  return left.some((next) => {
    const mayCome = left.every(
      (other) => other === next || other.isCancelled || other.end > next.begin,
    );
    return (
      mayCome &&
      hasOrder(
        [...placed, next],
        left.filter((each) => each !== next),
        alone,
      )
    );
  });
}

/** Compares the outcomes. A call that waits may go on when a later one is made: until all are placed, it fits. */
function fits<T extends object>(placed: readonly Call[], alone: Alone<T>, isAll: boolean): boolean {
  if (placed.length === 0) return true;
  const outcomes = alone.outcomes(placed.map(({ name }) => name));
  return placed.every(({ outcome, isCancelled }, at) => {
    if (isCancelled || outcome === outcomes[at]) return true;
    return !isAll && outcomes[at] === pending;
  });
}
