import {
  type Arbitrary,
  assert,
  asyncProperty,
  type Parameters,
  PreconditionFailure,
  property,
} from 'fast-check';
import { checkBody } from '../../core/checks.ts';
import type { Coroutine } from '../../core/coroutine.ts';
import { isCoroutineFunction, isGeneratorFunction } from '../../core/function-kind.ts';
import type { Environment } from '../explore/environment.ts';
import { ExplorationError } from '../explore/exploration-error.ts';
import { explore } from '../explore/explore.ts';
import { type ExploreOptions, settingsOf } from '../explore/settings.ts';

/** The number of schedules for each value. Each value that fast-check tries while it shrinks is explored anew. */
const usualSchedules = 200;

/**
 * Checks that a test holds for all values of an arbitrary, under all orders: it explores the test for each value that fast-check
 * draws. A failure is made simpler in two steps: fast-check looks for a simpler value that fails under any schedule, and
 * `explore()` for the simplest schedule with which that value fails.
 *
 * `fc.pre()` skips a value, as in any property. With an async function it returns a promise; with a generator function it returns when all is done.
 *
 * @param arbitrary - What fast-check draws values from. Several: `fc.tuple(…)` or `fc.record(…)`.
 * @param main - The test. It is given a value and the environment, and has to make all else anew.
 * @param options - As of `explore()`; `schedules` for each value, by default 200.
 * @param parameters - As of `fc.assert()`. The seed is by default the one of the exploration, so that a test does the same each time.
 * @throws Error by fast-check, with the value, the explanation of the schedule, and the seed; TypeError for wrong options.
 *
 * @example
 * ```ts
 * import fc from 'fast-check';
 * import { createTask, Queue, wait } from 'skein';
 * import { law } from 'skein/testing/fast-check';
 *
 * await law(fc.array(fc.integer(), { maxLength: 4 }), async (numbers, env) => {
 *   const queue = new Queue<number>(2);
 *   const got: number[] = [];
 *   const writer = createTask(async () => {
 *     for (const number of numbers) {
 *       await env.answer('the next number');
 *       await queue.put(number);
 *     }
 *   });
 *   for (const _ of numbers) got.push(await queue.get());
 *   await wait([writer]);
 *   if (got.join() !== numbers.join()) throw new Error(`got ${got}`);
 * }, { schedules: 20 });
 *
 * law(fc.integer(), function* (number) {
 *   const queue = new Queue<number>(1);
 *   yield* queue.put(number);
 *   if ((yield* queue.get()) !== number) throw new Error('another number');
 * }, { schedules: 2 });
 * ```
 *
 * asyncio has no counterpart.
 */
export function law<T>(
  arbitrary: Arbitrary<T>,
  main: (value: T, environment: Environment) => Coroutine<void>,
  options?: ExploreOptions,
  parameters?: Parameters<[T]>,
): void;
export function law<T>(
  arbitrary: Arbitrary<T>,
  main: (value: T, environment: Environment) => PromiseLike<void>,
  options?: ExploreOptions,
  parameters?: Parameters<[T]>,
): Promise<void>;
export function law<T>(
  arbitrary: Arbitrary<T>,
  main: (value: T, environment: Environment) => Coroutine<void> | PromiseLike<void>,
  options: ExploreOptions = {},
  parameters: Parameters<[T]> = {},
): void | Promise<void> {
  checkBody('law', main);
  const { seed } = settingsOf(options);
  const all: Parameters<[T]> = { seed, includeErrorInReport: true, ...parameters };
  const explored = (value: T) => (env: Environment) => main(value, env);
  const given: ExploreOptions = { ...options, schedules: options.schedules ?? usualSchedules };
  if (isGeneratorFunction(main) || isCoroutineFunction(main)) {
    const test = explored as (value: T) => (env: Environment) => Coroutine<void>;
    return assert(
      property(arbitrary, (value) => {
        try {
          explore(test(value), given);
        } catch (error) {
          throw unlessSkipped(error);
        }
      }),
      all,
    );
  }
  const test = explored as (value: T) => (env: Environment) => PromiseLike<void>;
  return assert(
    asyncProperty(arbitrary, async (value) => {
      try {
        await explore(test(value), given);
      } catch (error) {
        throw unlessSkipped(error);
      }
    }),
    all,
  );
}

/** A value that `fc.pre()` refuses is no failure: fast-check draws another one. */
function unlessSkipped(error: unknown): unknown {
  const cause = error instanceof ExplorationError ? error.cause : undefined;
  return PreconditionFailure.isFailure(cause) ? cause : error;
}
