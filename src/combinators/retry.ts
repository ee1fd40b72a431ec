/**
 * Calls a function again until it succeeds.
 *
 * States: attempting → over (it succeeded, or the error goes on) or waiting → attempting. The attempts and the waits are parts of the
 * calling task. An attempt is the last one if
 * - it was cancelled, or a request to cancel came while it ran, whatever it made of that: a cancelled task starts nothing anew;
 * - it was the last of `attempts`;
 * - `retryIf` has nothing for the error;
 * - the next wait would last until `within` has passed.
 */
import { signalOf } from '../core/abort-signals.ts';
import { awaitable } from '../core/awaitable.ts';
import { checkBody } from '../core/checks.ts';
import type { AwaitableCoroutine, Body, Coroutine } from '../core/coroutine.ts';
import { getEventLoop, requirePart } from '../core/current.ts';
import { unexpected } from '../core/expected.ts';
import { runBody } from '../core/run-body.ts';
import type { Task } from '../core/task.ts';
import { nameOf } from '../core/text.ts';
import type { BodyOf, Missing } from '../core/type-messages.ts';
import { CancelledError } from '../errors.ts';
import {
  type CheckedRetryOptions,
  checkRetryOptions,
  delayAfter,
  type RetryOptions,
} from './retry-options.ts';
import { sleep } from './sleep.ts';
import { type Timeout, timeoutOf } from './timeout.ts';

/** The attempts of a `retry()` that failed. */
export interface FailedAttempts {
  /** How many there were. */
  readonly count: number;
  /** The errors of the attempts, in order: of more than 100, the last 100. */
  readonly errors: readonly unknown[];
}

/** An endless `retry()` does not keep all errors of its life. */
const maxErrors = 100;

const attemptsOfErrors = new WeakMap<object, FailedAttempts>();

/**
 * Tells of the attempts that a `retry()` has made, of the error that came out of it.
 *
 * @param error - What `retry()` has thrown.
 * @returns How many attempts failed, and what each threw. Undefined if the error came from somewhere else, or is no object.
 *
 * @example
 * ```ts
 * import { attemptsOf, retry, run } from 'skein';
 *
 * await run(async () => {
 *   let busy = 0;
 *   try {
 *     return await retry(
 *       async () => {
 *         throw new RangeError(`busy ${++busy}`);
 *       },
 *       { attempts: 3, delay: 1 },
 *     );
 *   } catch (error) {
 *     if (!(error instanceof RangeError)) throw error;
 *     return [error.message, attemptsOf(error)?.count];
 *   }
 * }); // => ['busy 3', 3]
 * ```
 */
export function attemptsOf(error: unknown): FailedAttempts | undefined {
  return attemptsOfErrors.get(error as object);
}

/** One attempt of a {@link retry}, which its function is given. */
export class RetryAttempt {
  /** The first one has the number 1. */
  readonly number: number;
  /** How many there may be in all. */
  readonly #attempts: number;
  readonly #part: Task<unknown>;

  /** @internal */
  constructor(number: number, attempts: number, part: Task<unknown>) {
    this.number = number;
    this.#attempts = attempts;
    this.#part = part;
  }

  /** An AbortSignal that aborts when the attempt is cancelled: for `fetch` and its like. */
  get signal(): AbortSignal {
    return signalOf(this.#part);
  }

  /** @internal Names it in stacks. */
  _title(): string {
    const of = this.#attempts === Number.POSITIVE_INFINITY ? '' : ` of ${this.#attempts}`;
    return `\`retry()\`, attempt ${this.number}${of}`;
  }
}

/** The attempts of one call. */
class Attempts {
  readonly #fn: Body<[RetryAttempt], unknown>;
  readonly #options: CheckedRetryOptions;
  readonly #errors: unknown[] = [];
  #count = 0;
  /** False before the first attempt and between two. */
  #isAttempting = false;

  constructor(fn: Body<[RetryAttempt], unknown>, options: CheckedRetryOptions) {
    this.#fn = fn;
    this.#options = options;
  }

  *run(deadline?: Timeout): Coroutine<unknown> {
    const { attempts, onRetry } = this.#options;
    const part = requirePart('retry');
    const requests = part.cancelling();
    while (true) {
      const attempt = new RetryAttempt(this.#count + 1, attempts, part);
      let delay: number;
      this.#isAttempting = true;
      try {
        return yield* runBody(this.#fn, attempt);
      } catch (error) {
        if (error instanceof CancelledError) throw error;
        this.#add(error);
        const isLast = part.cancelling() > requests || this.#count >= attempts;
        if (isLast || !this.#isWorthwhile(error)) throw error;
        delay = this.#delay();
        if (deadline !== undefined && delay >= this.#timeLeft(deadline)) throw error;
        onRetry?.(error, this.#count, delay);
      }
      yield* sleep(delay);
    }
  }

  /** Has the error that goes on tell of the attempts. It may have stopped one. */
  tellIn(error: unknown): void {
    if (this.#isAttempting) this.#add(error);
    if (this.#count === 0 || typeof error !== 'object' || error === null) return;
    attemptsOfErrors.set(error, { count: this.#count, errors: this.#errors });
  }

  #add(error: unknown): void {
    this.#isAttempting = false;
    this.#count++;
    this.#errors.push(error);
    if (this.#errors.length > maxErrors) this.#errors.shift();
  }

  #isWorthwhile(error: unknown): boolean {
    const { retryIf } = this.#options;
    if (retryIf === undefined) return true;
    const result: unknown = retryIf(error, this.#count);
    // A promise would be taken for true.
    if (typeof result !== 'boolean')
      throw unexpected('retry', '`retryIf` to return true or false', result);
    return result;
  }

  #delay(): number {
    const { jitter, maxDelay } = this.#options;
    const full = delayAfter(this.#count, this.#options, maxDelay);
    if (typeof jitter !== 'function') return jitter === true ? full * Math.random() : full;
    const delay: unknown = jitter(full);
    if (typeof delay === 'number' && delay >= 0) return Math.min(delay, maxDelay);
    throw unexpected('retry', '`jitter` to return a time in ms of at least 0', delay, RangeError);
  }

  /** The time that is left for a wait, in ms. Once the deadline has passed, the next wait will tell. */
  #timeLeft(deadline: Timeout): number {
    const when = deadline.when();
    return when === undefined || deadline.expired()
      ? Number.POSITIVE_INFINITY
      : when - getEventLoop().time();
  }
}

const retrying = awaitable(function* (
  fn: Body<[RetryAttempt], unknown>,
  options: CheckedRetryOptions,
): Coroutine<unknown> {
  const attempts = new Attempts(fn, options);
  const { within } = options;
  try {
    if (within === undefined) return yield* attempts.run();
    // A function without a name is named by this method in the TimeoutError.
    const { retry } = {
      *retry(scope: Timeout): Coroutine<unknown> {
        return yield* attempts.run(scope);
      },
    };
    return yield* timeoutOf(within, retry, nameOf(fn, '') === '' ? retry : fn);
  } catch (error) {
    attempts.tellIn(error);
    throw error;
  }
});

/**
 * Calls `fn` until it succeeds: again after each failure, with a wait between. A cancellation is never tried again.
 *
 * What the last attempt threw comes out as it is, so that `instanceof` works; {@link attemptsOf} tells of the attempts before. An
 * attempt has as much time as it needs: for a limit write `retry(() => timeout(ms, load), …)`, whose TimeoutError is a failure as any.
 *
 * The waits are timers of the loop: in a `VirtualEventLoop` they take no time.
 *
 * @param fn - An async function or a generator function. It is given the {@link RetryAttempt}: its `number`, and its `signal`.
 * @param options - See {@link RetryOptions}. The first wait is `delay` ms long, and each further one `factor` times as long, but at
 *   most `maxDelay`. `within` is the time for all: an attempt that is under way then is cancelled. A wait that would last
 *   until then is not begun.
 * @returns What the first attempt returns that succeeds.
 * @throws what the last attempt threw; TimeoutError when `within` has passed in the middle of an attempt; CancelledError when the
 *   calling task was cancelled, or `fn` threw one; what `retryIf`, `jitter` and `onRetry` throw. At once: TypeError or RangeError for
 *   an option that makes no sense, TypeError when `fn` is not a function.
 *
 * @example
 * ```ts
 * import { retry, run, sleep } from 'skein';
 *
 * let calls = 0;
 * async function load() {
 *   await sleep(1);
 *   if (++calls < 3) throw new Error('busy');
 *   return `loaded, the ${calls}rd time`;
 * }
 * await run(async () => {
 *   return await retry(load, {
 *     attempts: 5,
 *     delay: 1,
 *     retryIf: (error) => error instanceof Error && error.message === 'busy',
 *   });
 * }); // => 'loaded, the 3rd time'
 * await run(function* () {
 *   return yield* retry(() => sleep(1, 'in a coroutine'), { attempts: 2 });
 * }); // => 'in a coroutine'
 * ```
 *
 * asyncio has no such thing. Jobs of a cluster have `attempts`, `delay` and `factor` too.
 */
export function retry<T, Yielded = Missing, Given = Missing, Way = Missing, Other = never>(
  fn: BodyOf<
    'retry(async ({ signal }) => { … }, { attempts: 3 })',
    RetryAttempt,
    T,
    Yielded,
    Given,
    Way,
    Other
  >,
  options: RetryOptions,
): AwaitableCoroutine<T>;
export function retry(fn: unknown, options: RetryOptions): Coroutine<unknown> {
  checkBody('retry', fn);
  return retrying(fn as Body<[RetryAttempt], unknown>, checkRetryOptions(options));
}
