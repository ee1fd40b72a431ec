import { checkTime } from '../core/checks.ts';
import type { AwaitableCoroutine, Suspension } from '../core/coroutine.ts';
import { getEventLoop } from '../core/current.ts';
import { handOut, type LibraryCoroutine, makeCoroutines } from '../core/library-coroutine.ts';
import { TimerFuture } from '../core/timer-future.ts';

/** What a coroutine yields to give way for one iteration. */
const pause: IteratorYieldResult<undefined> = { done: false, value: undefined };

/** States: new → waiting (`#timer` is set, or it gives way for one iteration) → over. */
class Sleep<T> implements LibraryCoroutine<T> {
  static {
    makeCoroutines(this.prototype);
  }

  readonly #ms: number;
  readonly #value: T;
  #timer: TimerFuture | undefined;
  #state: 'new' | 'waiting' | 'over' = 'new';

  constructor(ms: number, value: T) {
    this.#ms = ms;
    this.#value = value;
  }

  next(): IteratorResult<Suspension, T> {
    if (this.#state === 'over') return { done: true, value: undefined as T };
    if (this.#state === 'new') {
      this.#state = 'waiting';
      if (this.#ms <= 0) return pause;
      this.#timer = new TimerFuture(getEventLoop(), this.#ms);
    }
    if (this.#timer?.done() === false) return this.#timer.next() as IteratorResult<never, T>;
    this.#state = 'over';
    this.#timer?.result();
    return { done: true, value: this.#value };
  }

  throw(error: unknown): never {
    this.#end();
    throw error;
  }

  return(value: T): IteratorResult<Suspension, T> {
    this.#end();
    return { done: true, value };
  }

  #end(): void {
    this.#state = 'over';
    this.#timer?.cancel();
  }
}

/**
 * Waits for `ms` milliseconds, then returns `value`. A delay of 0 or less gives way for exactly one iteration of the loop.
 *
 * @param ms - How long, in ms.
 * @param value - What it returns.
 * @throws TypeError when `ms` is not a number; RangeError when it is NaN.
 *
 * @example
 * ```ts
 * import { run, sleep } from 'skein';
 *
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
  return handOut(new Sleep(ms, value));
}
