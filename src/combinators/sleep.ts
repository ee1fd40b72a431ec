import { checkTime } from '../core/checks.ts';
import type { AwaitableCoroutine, Suspension } from '../core/coroutine.ts';
import { getEventLoop } from '../core/current.ts';
import type { Marked, RunBy } from '../core/driven.ts';
import type { Future } from '../core/future.ts';
import { handOut, type LibraryCoroutine, makeCoroutines } from '../core/library-coroutine.ts';
import { settleAwait } from '../core/promise-bridge.ts';
import { seams } from '../core/seams.ts';
import type { OnFulfilled, OnRejected } from '../core/then-of-coroutine.ts';
import { TimerFuture } from '../core/timer-future.ts';
import type { ResolvingFunction } from '../core/unread-promise.ts';

/** The result of a `next()` that gives way for one iteration. */
const pause: IteratorYieldResult<undefined> = { done: false, value: undefined };

/** The `then` of a `sleep()` in a bundle without tasks: it waits for the timer. */
function thenAlone(
  sleeping: Marked,
  ms: number,
  value: unknown,
  onFulfilled: OnFulfilled,
  onRejected: OnRejected,
): Promise<unknown> {
  sleeping._runBy ??= new TimerFuture(getEventLoop(), ms, value) as Future<unknown>;
  return (sleeping._runBy as Future<unknown>).then(onFulfilled, onRejected);
}

/** The coroutine of `sleep(0)`, which gives way for one iteration. States: new → waiting → over. */
class Pause<T> implements LibraryCoroutine<T> {
  static {
    makeCoroutines(this.prototype);
  }

  #state: 'new' | 'waiting' | 'over' = 'new';
  readonly #value: T;
  /** @internal */
  _runBy: RunBy = null;

  constructor(value: T) {
    this.#value = value;
  }

  then(onFulfilled?: OnFulfilled, onRejected?: OnRejected): Promise<unknown> {
    const { tasks } = seams;
    if (tasks === undefined) return thenAlone(this, 0, this.#value, onFulfilled, onRejected);
    const frame =
      this.#state === 'new' ? tasks.plainAwaiter(this, onFulfilled, onRejected) : undefined;
    if (frame === undefined)
      return tasks.thenOfCoroutine.call(this as LibraryCoroutine<unknown>, onFulfilled, onRejected);
    this.#state = 'over';
    const turn = new tasks.AwaitedPause(
      frame,
      onFulfilled as ResolvingFunction,
      onRejected as ResolvingFunction,
      this.#value,
    );
    this._runBy = turn;
    return turn as unknown as Promise<unknown>;
  }

  next(): IteratorResult<Suspension, T> {
    if (this.#state === 'new') {
      this.#state = 'waiting';
      return pause;
    }
    const value = this.#state === 'waiting' ? this.#value : (undefined as T);
    this.#state = 'over';
    return { done: true, value };
  }

  throw(error: unknown): never {
    this.#state = 'over';
    throw error;
  }

  return(value: T): IteratorResult<Suspension, T> {
    this.#state = 'over';
    return { done: true, value };
  }
}

/**
 * The coroutine of `sleep(ms)`. `yield*` asks it for an iterator and gets the timer itself, so that the task steps the
 * timer directly. States: new → waiting → over; or new → over, if an iterator was asked for.
 */
class Sleep<T> implements LibraryCoroutine<T> {
  static {
    makeCoroutines(this.prototype);
  }

  readonly #ms: number;
  readonly #value: T;
  #timer: TimerFuture<T> | undefined;
  #state: 'new' | 'waiting' | 'over' = 'new';
  /** @internal */
  _runBy: RunBy = null;

  constructor(ms: number, value: T) {
    this.#ms = ms;
    this.#value = value;
  }

  then(onFulfilled?: OnFulfilled, onRejected?: OnRejected): Promise<unknown> {
    const { tasks } = seams;
    if (tasks === undefined) return thenAlone(this, this.#ms, this.#value, onFulfilled, onRejected);
    const frame =
      this.#state === 'new' ? tasks.plainAwaiter(this, onFulfilled, onRejected) : undefined;
    if (frame === undefined)
      return tasks.thenOfCoroutine.call(this as LibraryCoroutine<unknown>, onFulfilled, onRejected);
    this.#state = 'over';
    const timer = new TimerFuture(frame._loop, this.#ms, this.#value);
    this._runBy = timer as Future<unknown>;
    return settleAwait(timer, onFulfilled as ResolvingFunction, onRejected as ResolvingFunction);
  }

  [Symbol.iterator](): Iterator<Suspension, T> {
    if (this.#state === 'new') this.#start();
    if (this.#timer?.done() !== false) return this;
    this.#state = 'over';
    return this.#timer[Symbol.iterator]();
  }

  next(): IteratorResult<Suspension, T> {
    if (this.#state === 'over') return { done: true, value: undefined as T };
    if (this.#state === 'new') this.#start();
    if (this.#timer?.done() === false) return this.#timer.next() as IteratorResult<never, T>;
    this.#state = 'over';
    return { done: true, value: (this.#timer as TimerFuture<T>).result() };
  }

  throw(error: unknown): never {
    this.#end();
    throw error;
  }

  return(value: T): IteratorResult<Suspension, T> {
    this.#end();
    return { done: true, value };
  }

  #start(): void {
    this.#timer = new TimerFuture(getEventLoop(), this.#ms, this.#value);
    this.#state = 'waiting';
  }

  #end(): void {
    this.#state = 'over';
    this.#timer?.cancel();
  }
}

/**
 * Waits for `ms` milliseconds, then returns `value`. A delay of 0 or less gives way for exactly one iteration of the loop.
 *
 * @param ms - The time, in ms.
 * @param value - The value that it returns.
 * @returns What to await. It starts when it is awaited: `createTask(sleep(5))` starts at once.
 * @throws TypeError when `ms` is not a number; RangeError when it is NaN.
 *
 * @example
 * ```ts
 * import { run, sleep } from 'skein';
 *
 * await run(async () => {
 *   return await sleep(5, 'awake');
 * }); // => 'awake'
 * await run(function* () {
 *   return yield* sleep(5, 'awake');
 * }); // => 'awake'
 * ```
 *
 * Follows `asyncio.sleep()`; differs in the unit.
 */
export function sleep(ms: number): AwaitableCoroutine<void>;
export function sleep<T>(ms: number, value: T): AwaitableCoroutine<T>;
export function sleep(ms: number, value?: unknown): AwaitableCoroutine<unknown> {
  checkTime('sleep', 'a delay', ms);
  return handOut(ms > 0 ? new Sleep(ms, value) : new Pause(value));
}
