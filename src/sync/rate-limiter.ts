import { checkBody, checkOptions } from '../core/checks.ts';
import type { AwaitableCoroutine, Body, Coroutine } from '../core/coroutine.ts';
import { getEventLoop } from '../core/current.ts';
import type { EventLoop } from '../core/event-loop.ts';
import { unexpected } from '../core/expected.ts';
import { handOut } from '../core/library-coroutine.ts';
import { PlainTimer } from '../core/plain-timer.ts';
import type { PurposeKind } from '../core/purpose.ts';
import { msText } from '../core/text.ts';
import type { BodyOf, Missing } from '../core/type-messages.ts';
import { Acquiring, hold } from './acquiring.ts';
import { Named, type NameOptions } from './named.ts';
import { type Pace, SlidingWindow, TokenBucket } from './rate-pace.ts';
import { Waiters } from './waiters.ts';

/** Options of a {@link RateLimiter}. */
export interface RateLimiterOptions extends NameOptions {
  /** How many are let in during an `interval`. */
  limit: number;
  /** In ms. */
  interval: number;
  /**
   * `'sliding-window'`: at most `limit` in any `interval`, wherever that begins. `'token-bucket'`: after a pause up to `limit` at once, and
   * then one every `interval / limit` ms; so up to twice `limit` in an interval. Default: `'sliding-window'`.
   */
  strategy?: 'sliding-window' | 'token-bucket' | undefined;
}

/** What a {@link RateLimiter} is doing, at one moment. */
export interface RateLimiterStatistics {
  /** The name that the limiter was given. */
  readonly name: string | undefined;
  /** How many are let in during an interval. */
  readonly limit: number;
  /** In ms. */
  readonly interval: number;
  /** How many would be let in at once. */
  readonly available: number;
  /** The number of tasks that wait. */
  readonly waiting: number;
}

const limiterOptions: readonly string[] = ['limit', 'interval', 'strategy', 'name'];

/**
 * Lets a number of tasks in during an interval, in the order of arrival: for a server that takes so many requests a second.
 *
 * A waiter is let in by a timer, and counted when it runs. If it is cancelled before, its place goes to the next one. What was
 * let in counts, whatever comes of it: nothing is given back.
 *
 * States of a waiter: waiting → let in (the timer fired) → counted; or waiting or let in → cancelled.
 *
 * @example
 * ```ts
 * import { gather, getEventLoop, RateLimiter, run } from 'skein';
 *
 * const limiter = new RateLimiter({ limit: 2, interval: 20 });
 * async function request() {
 *   return getEventLoop().time();
 * }
 * await run(async () => {
 *   const [first, , third] = await gather([
 *     limiter.with(request),
 *     limiter.with(request),
 *     limiter.with(request),
 *   ]);
 *   return third - first >= 20;
 * }); // => true
 * await run(function* () {
 *   yield* limiter.acquire();
 *   return limiter.statistics().waiting;
 * }); // => 0
 * ```
 */
export class RateLimiter extends Named {
  /** How many are let in during an interval. */
  readonly limit: number;
  /** The interval, in ms. */
  readonly interval: number;
  readonly #pace: Pace;
  readonly #waiters = new Waiters(this);
  /** The number of waiters that were let in and have not run yet. */
  #letIn = 0;
  /** Set while tasks wait and none was let in: one that runs lets in those behind it. */
  #timer: PlainTimer | undefined;
  /** The time of the timer. */
  #due = 0;

  /**
   * @throws RangeError when `limit` is not a whole number of at least 1, or `interval` is not a time above 0; TypeError for another
   *   strategy, for an option that is not known, and for a name without a text form.
   */
  constructor(options: RateLimiterOptions) {
    checkOptions('new RateLimiter', options, limiterOptions);
    const { limit, interval, strategy = 'sliding-window', name } = options;
    super(name === undefined ? undefined : { name });
    if (!Number.isInteger(limit) || limit < 1)
      throw unexpected(
        'new RateLimiter',
        '`limit` to be a whole number of at least 1',
        limit,
        RangeError,
      );
    if (!Number.isFinite(interval) || interval <= 0)
      throw unexpected(
        'new RateLimiter',
        '`interval` to be a time in ms above 0',
        interval,
        RangeError,
      );
    if (strategy !== 'sliding-window' && strategy !== 'token-bucket')
      throw unexpected(
        'new RateLimiter',
        "`strategy` to be 'sliding-window' or 'token-bucket'",
        strategy,
      );
    this.limit = limit;
    this.interval = interval;
    this.#pace = new (strategy === 'token-bucket' ? TokenBucket : SlidingWindow)(limit, interval);
  }

  /** Waits until one more may go on. Returns the limiter. Nothing has to be released. */
  acquire(): AwaitableCoroutine<this> {
    return handOut(new Acquiring<this>(this));
  }

  /**
   * Runs `body` once it may go on.
   *
   * @param body - An async function, which is given an AbortSignal, or a generator function.
   * @returns What the body returns.
   * @throws what the body throws. At once: TypeError when `body` is not a function.
   */
  with<T, Yielded = Missing, Given = Missing, Way = Missing, Other = never>(
    body: BodyOf<'limiter.with(async () => { … })', AbortSignal, T, Yielded, Given, Way, Other>,
  ): AwaitableCoroutine<T> {
    checkBody('limiter.with', body);
    const held = { acquire: () => this.acquire(), release: nothingToRelease };
    return hold(held, body as Body<[signal: AbortSignal], T>);
  }

  /** Tells how many would be let in at once, and how many tasks wait; see {@link RateLimiterStatistics}. It is frozen. */
  statistics(): RateLimiterStatistics {
    const { name, limit, interval } = this;
    const available = this.#waiters.anyLive
      ? 0
      : this.#pace.free(getEventLoop().time(), this.#letIn);
    return Object.freeze({ name, limit, interval, available, waiting: this.#waiters.size });
  }

  /** @internal Goes on if that is possible without waiting. Returns false otherwise. */
  _take(): boolean {
    if (this.#waiters.anyLive) return false;
    const now = getEventLoop().time();
    if (this.#pace.next(now, this.#letIn) > now) return false;
    this.#pace.take(now);
    return true;
  }

  /** @internal */
  *_waitAndTake(): Coroutine<this> {
    const loop = getEventLoop();
    const future = this.#waiters.createFuture();
    let hasRun = false;
    try {
      if (this.#timer === undefined && this.#letIn === 0) this.#setTimer(loop, loop.time());
      yield* this.#waiters.wait(future);
      hasRun = true;
    } finally {
      if (future.done() && !future.cancelled()) this.#letIn--;
      if (hasRun) this.#pace.take(loop.time());
      this.#letOthersIn(loop);
    }
    return this;
  }

  #letOthersIn(loop: EventLoop): void {
    const now = loop.time();
    while (this.#pace.next(now, this.#letIn) <= now && this.#waiters.wakeNext()) this.#letIn++;
    if (this.#letIn > 0 || !this.#waiters.anyLive) {
      this.#timer?.cancel();
      this.#timer = undefined;
    } else this.#setTimer(loop, now);
  }

  #setTimer(loop: EventLoop, now: number): void {
    const due = this.#pace.next(now, 0);
    if (this.#timer !== undefined && this.#due === due) return;
    this.#timer?.cancel();
    this.#due = due;
    this.#timer = new PlainTimer(loop, due, {
      _fire: () => {
        this.#timer = undefined;
        this.#letOthersIn(loop);
      },
    });
  }

  /** @internal */
  get _kind(): PurposeKind {
    return 'limiter';
  }

  override toString(): string {
    const state = `${this.limit} per ${msText(this.interval)}`;
    return this._textOf('RateLimiter', state, this.#waiters.size);
  }
}

const nothingToRelease = (): void => {};
