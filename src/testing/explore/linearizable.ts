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
 *
 * The runs of one task are made when a run of several is over. Where calls are async functions they need turns of the host, so
 * the comparison is made in a function that is awaited after each run.
 */
import { checkFlag, checkOptions } from '../../core/checks.ts';
import { type Coroutine, isPromiseLike } from '../../core/coroutine.ts';
import type { Future } from '../../core/future.ts';
import { isFuture } from '../../core/is-future.ts';
import { describe } from '../../core/text.ts';
import { Alone, UnknownCalls } from './alone.ts';
import { type Call, callFromTasks, type Operation, type Operations } from './calls.ts';
import type { Environment } from './environment.ts';
import type { ExploreReport } from './exploration.ts';
import { explore, exploreAsync } from './explore.ts';
import { checkOrder } from './order-of-calls.ts';
import { type ExploreOptions, settingsOf } from './settings.ts';

/** The options of {@link linearizable}. */
export interface LinearizableOptions extends Omit<ExploreOptions, 'check' | 'eager' | 'mayCancel'> {
  /**
   * What a cancelled call must look like: `undone`: as if it had never been made. `either`: so, or as if it had been made, as a
   * write that is under way. Default: 'undone'; 'either' if a call is an async function, as that may hear of its cancellation
   * when its work is done.
   */
  cancelled?: 'undone' | 'either' | undefined;
  /** The tasks may be cancelled. Default: true. */
  cancels?: boolean | undefined;
}

/** What an async function returns: a promise that is no coroutine and no future of the library. */
type PromiseOf<Returned> = Returned extends Coroutine<unknown> | Future<unknown>
  ? never
  : Extract<Returned, Promise<unknown>>;

/** A promise, if one of the calls is an async function. */
export type Compared<Calls extends Readonly<Record<string, Operation<never>>>> = [
  PromiseOf<ReturnType<Calls[keyof Calls]>>,
] extends [never]
  ? ExploreReport
  : Promise<ExploreReport>;

/**
 * Checks that an object looks to several tasks as if their calls had been made one after the other: that it is linearizable. The
 * calls are drawn from `operations`, and explored as by {@link explore}.
 *
 * @param make - Makes the object, anew for each run. What it asks of the environment comes in any order.
 * @param operations - The calls, by name: async functions, coroutines, or plain functions.
 * @param options - As of {@link explore}; `cancelled` says what a cancelled call must look like.
 * @returns How many schedules passed; a promise of it if one of the calls returns a promise.
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
export function linearizable<
  T extends object,
  Calls extends Readonly<Record<string, Operation<T>>>,
>(make: (env: Environment) => T, operations: Calls, options?: LinearizableOptions): Compared<Calls>;
export function linearizable<T extends object>(
  make: (env: Environment) => T,
  operations: Operations<T>,
  options: LinearizableOptions = {},
): ExploreReport | Promise<ExploreReport> {
  checkOptions('linearizable', options);
  checkMake(make);
  checkOperations(operations);
  const { cancelled, cancels = true, ...rest } = options;
  checkFlag('linearizable', '`cancels`', cancels);
  if (cancelled !== undefined && cancelled !== 'undone' && cancelled !== 'either') {
    throw new TypeError(
      `\`linearizable()\` expected \`cancelled\` to be 'undone' or 'either', but got ${describe(cancelled)}.`,
    );
  }
  const makeChecked = (env: Environment): T => checkMade(make(env));
  const alone = new Alone(makeChecked, operations);
  const { isAsync } = alone;
  const either = (cancelled ?? (isAsync ? 'either' : 'undone')) === 'either';
  let calls: readonly Call[] = [];
  const main = function* (env: Environment): Coroutine<void> {
    calls = [];
    calls = yield* callFromTasks(env, makeChecked(env), operations, { cancels, isAsync });
    if (!isAsync) env.atEnd(() => checkOrder(calls, alone, either));
  };
  if (!isAsync) return explore(main, rest);
  return exploreAsync(main, settingsOf(rest), () => checkLater(calls, alone, either));
}

/** Compares, and finds out meanwhile what comes of calls that one task makes. */
async function checkLater<T extends object>(
  calls: readonly Call[],
  alone: Alone<T>,
  either: boolean,
): Promise<void> {
  for (;;) {
    try {
      return checkOrder(calls, alone, either);
    } catch (error) {
      if (!(error instanceof UnknownCalls)) throw error;
      await alone.learn(error);
    }
  }
}

function checkMake(make: unknown): void {
  if (typeof make === 'function') return;
  throw new TypeError(
    `\`linearizable()\` expected a function that makes what is called, but got ${describe(make)}. Write \`() => new Queue()\`.`,
  );
}

/** With a promise, or nothing, each call would fail in the same way, in any order. */
function checkMade<T extends object>(made: T): T {
  const isObject = typeof made === 'function' || (typeof made === 'object' && made !== null);
  if (isObject && (isFuture(made) || !isPromiseLike(made))) return made;
  throw new TypeError(
    `\`linearizable()\` expected a function that returns what is called, but it returned ${describe(made)}. Make the object at once: \`() => new Queue()\`.`,
  );
}

function checkOperations(operations: unknown): void {
  const all =
    typeof operations === 'object' && operations !== null ? Object.values(operations) : [];
  if (all.length > 0 && all.every((each) => typeof each === 'function')) return;
  throw new TypeError(
    `\`linearizable()\` expected an object of functions, but got ${describe(operations)}. Write \`{ get: (queue) => queue.get() }\`.`,
  );
}
