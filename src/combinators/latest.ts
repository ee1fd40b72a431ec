import type { Coroutine } from '../core/coroutine.ts';
import { nameOf } from '../core/text.ts';
import type { CallPart, Missing, WorkParts } from '../core/type-messages.ts';
import { SupersededError } from '../errors.ts';
import { Lock } from '../sync/lock.ts';
import { CancelScope } from './cancel-scope.ts';
import {
  type ControllableOf,
  type Controlled,
  controlCalls,
  type Work,
} from './controlled-calls.ts';

/**
 * The calls of one function, each in a scope of its own, which a later call cancels.
 *
 * States of a call: waiting (an earlier one cleans up) → running → over; or waiting or running → superseded.
 */
class LatestCalls {
  readonly #name: string;
  /** Held by the call that runs. */
  readonly #lock = new Lock();
  #latest: CancelScope | undefined;

  constructor(name: string) {
    this.#name = name;
  }

  *run(work: Work): Coroutine<unknown> {
    const lock = this.#lock;
    const scope = new CancelScope({ name: this.#name });
    const before = this.#latest;
    // First, as code of the program may run in `cancel()`, and call again.
    this.#latest = scope;
    before?.cancel('superseded by a later call');
    try {
      if (scope.cancelCalled) throw this.#superseded();
      const result = yield* scope.run(function* () {
        yield* lock.acquire();
        try {
          return yield* work();
        } finally {
          lock.release();
        }
      });
      // It may have a result all the same. But a later call may have had its own before.
      if (scope.cancelCalled) throw this.#superseded();
      return result;
    } finally {
      if (this.#latest === scope) this.#latest = undefined;
    }
  }

  #superseded(): SupersededError {
    return new SupersededError(`\`${this.#name}()\` was called again before this call was done.`);
  }
}

/**
 * Returns a function of which only the latest call counts: a new call cancels the one before, whose caller gets a
 * {@link SupersededError}. The task of that caller is not cancelled.
 *
 * The new call begins when the one before has ended, with its cleanup: never do two run at once. So a function that awaits promises of
 * the host should give them `currentTask()?.signal`. If the caller is cancelled, so is its call.
 *
 * @param fn - An async function, a generator function, or one declared with `coroutine()`. Its arguments, its result and its `this`
 *   stay as they are. It starts as before: an async function with the call, a coroutine when it is awaited. Each event loop has calls
 *   of its own.
 * @returns The function in the place of `fn`. An async function returns a future now.
 * @throws TypeError when `fn` is not a function. A call throws SupersededError when it was superseded, even if it has a result, and what
 *   `fn` throws.
 *
 * @example
 * ```ts
 * import { latest, run, sleep, SupersededError } from 'skein';
 *
 * const search = latest(async (text: string) => {
 *   await sleep(5); // the user is still typing
 *   return `results for ${text}`;
 * });
 * await run(async () => {
 *   const shown: string[] = [];
 *   const show = async (text: string) => {
 *     try {
 *       shown.push(await search(text));
 *     } catch (error) {
 *       if (!(error instanceof SupersededError)) throw error;
 *     }
 *   };
 *   await Promise.all(['s', 'sk', 'skein'].map(show));
 *   return shown;
 * }); // => ['results for skein']
 * const find = latest(function* (text: string) {
 *   return yield* sleep(1, text.length);
 * });
 * await run(function* () {
 *   return yield* find('skein');
 * }); // => 5
 * ```
 */
export function latest<
  This,
  Args extends unknown[],
  Result extends Coroutine<unknown> | PromiseLike<unknown>,
  Way extends CallPart = Missing,
  Other = Missing,
>(
  fn:
    | ((this: This, ...args: Args) => ControllableOf<'latest', Result, Way, Other>)
    | WorkParts<Way, Other>,
): (this: This, ...args: Args) => Controlled<Result>;
export function latest(fn: unknown): unknown {
  return controlCalls(fn, {
    by: 'latest',
    callsOf: () => new LatestCalls(nameOf(fn, 'the function of latest')),
    prepare: () => undefined,
    control: (calls, work) => calls.run(work),
  });
}
