import '../core/register-tasks.ts';
import type { Awaitable } from '../core/coroutine.ts';
import { enteredLoops } from '../core/entered-loops.ts';
import { EventLoop } from '../core/event-loop.ts';
import type { Future } from '../core/future.ts';
import { seams } from '../core/seams.ts';
import type { AwaitableOf, Missing } from '../core/type-messages.ts';
import { closedBefore } from '../core/until-done.ts';
import { whenDone } from '../core/when-done.ts';
import { ensureFuture } from '../interop/ensure-future.ts';
import { DeadlockError } from './deadlock-error.ts';
import { VirtualClock } from './virtual-clock.ts';

/**
 * A loop for tests. Its time stands still while anything can run, then jumps to the next timer. So an hour of sleeping takes
 * no time, and each run has the same order.
 *
 * Coroutines run on it without the host. If async functions and promises take part, the host gets a turn after each
 * iteration and before each jump. The loop waits for real time (a request, a thread) only when no timer is left.
 *
 * @example
 * ```ts
 * import { getEventLoop, run, sleep } from 'skein';
 * import { VirtualEventLoop } from 'skein/testing';
 *
 * async function day() {
 *   await sleep(24 * 60 * 60 * 1000);
 *   return getEventLoop().time();
 * }
 * await run(day, { loop: () => new VirtualEventLoop() }); // => 86400000
 *
 * function* coroutine() {
 *   yield* sleep(60_000);
 *   return getEventLoop().time();
 * }
 * await new VirtualEventLoop().runUntilComplete(coroutine()); // => 60000
 * ```
 *
 * asyncio has no public counterpart. `runUntilComplete()` follows `loop.run_until_complete()`; differs in that it returns
 * a promise.
 */
export class VirtualEventLoop extends EventLoop {
  readonly #clock: VirtualClock;
  #running = false;
  #leftUntil = 0;
  #wakeUp: (() => void) | undefined;

  /** Makes a loop whose clock stands at 0. */
  constructor() {
    const clock = new VirtualClock();
    super(clock);
    this.#clock = clock;
    // The test decides what a failure means.
    this.unretrieved = 'report';
  }

  /** Tells whether `runUntilComplete()` is under way. */
  override isRunning(): boolean {
    return this.#running;
  }

  /**
   * Runs until `awaitable` is done, and to the end of that iteration. Tasks that are left over go on in the next call.
   *
   * @param awaitable - A coroutine, future, task or promise. An async function runs on this loop if it is a task of it:
   *   `loop.runUntilComplete(loop.createTask(main))`.
   * @returns A promise of its result.
   * @throws DeadlockError when nothing can ever happen any more; what the awaitable throws; Error when the loop is running
   *   already, or is closed before that; TypeError when it cannot be awaited; RangeError for a future of another loop.
   */
  async runUntilComplete<T, Yielded = Missing, Way = Missing, List = Missing, Other = never>(
    awaitable: AwaitableOf<'runUntilComplete', T, Yielded, Way, List, Other>,
  ): Promise<T> {
    const future = ensureFuture(awaitable as Awaitable<T>, { loop: this });
    await this._drive(future);
    return future.result();
  }

  /** @internal */
  async _drive(future: Future<unknown>): Promise<void> {
    if (this.#running) {
      throw new Error('This event loop is running already: `runUntilComplete()` cannot be nested.');
    }
    let stopped = false;
    const stop = (): void => {
      stopped = true;
    };
    const listening = whenDone(future, stop);
    this.#running = true;
    const leave = enteredLoops().enter(this);
    try {
      while (!stopped && !(this.isClosed() && future.done())) {
        if (this.isClosed()) throw closedBefore(future);
        if (this._ready.length > 0) this._runOnce();
        else if (!(await this.#moveOn())) throw new DeadlockError([...this._tasks]);
        if (this._meetsPromises && !stopped) await this.#hostTurn();
      }
    } finally {
      this.#running = false;
      leave();
      listening.leave();
    }
  }

  /** Jumps to the next timer, else waits for operations outside of the loop. Returns false if there is neither. */
  async #moveOn(): Promise<boolean> {
    const next = this._timers.peek();
    if (next !== undefined && next._when < Number.POSITIVE_INFINITY) {
      this.#moveTo(next._when);
      this._runOnce();
      return true;
    }
    if (this.#leftUntil > this.time()) {
      this.#moveTo(this.#leftUntil);
      return true;
    }
    if (this._outside === 0) return false;
    await new Promise<void>((resolve) => {
      this.#wakeUp = resolve;
    });
    return true;
  }

  #moveTo(time: number): void {
    this.#clock.moveTo(time);
    seams.cancellations?.lookAgain(this);
  }

  /** Gives the host a turn, in which all promises go on that need no real time. */
  #hostTurn(): Promise<void> {
    return new Promise((resolve) => this.#clock.macrotask(resolve));
  }

  /** @internal A subclass may have a clock of its own. */
  protected override _realTime(): number {
    return this.time();
  }

  /** @internal */
  override _timerLeft(when: number): void {
    if (when < Number.POSITIVE_INFINITY) this.#leftUntil = Math.max(this.#leftUntil, when);
  }

  /** @internal */
  protected override _stop(): void {
    super._stop();
    this._wake();
  }

  /** @internal */
  protected override _wake(): void {
    this.#wakeUp?.();
    this.#wakeUp = undefined;
  }

  /** @internal */
  protected override _arm(): void {
    this._wake();
  }
}
