import type { EventLoop } from './event-loop.ts';
import { Future } from './future.ts';
import { PENDING } from './future-state.ts';
import { dueText, type Timer } from './timer-heap.ts';

/**
 * A future that finishes when its time has come: what `sleep()` waits for. It is its own timer, and needs neither a
 * callback nor a context, as a program may have very many.
 */
export class TimerFuture<T> extends Future<T> implements Timer {
  /** @internal */
  readonly _when: number;
  /** @internal */
  _order = 0;
  /** @internal */
  _idle = false;
  /** @internal */
  _scheduled = true;
  readonly #result: T;

  /**
   * @param ms - How long from now on.
   * @param result - What it finishes with.
   * @throws Error when the loop is closed.
   */
  constructor(loop: EventLoop, ms: number, result: T) {
    super(undefined, loop);
    loop._checkOpen();
    this._when = loop.time() + ms;
    this.#result = result;
    loop._setTimer(this);
  }

  /** @internal Its time has come; it may have been cancelled after it was taken out of the heap. */
  _run(): void {
    if (this._state === PENDING) this._finish(this.#result);
  }

  /** @internal A coroutine that waits for it is left. Others that wait for the same `sleep()` are cancelled. */
  override throw(error: unknown): never {
    this.cancel();
    throw error;
  }

  /** @internal */
  override return(value: T): IteratorResult<this, T> {
    this.cancel();
    return { done: true, value };
  }

  /** @internal */
  override _abandon(reason: unknown): void {
    super._abandon(reason);
    if (this._scheduled) this._loop._timerCancelled();
  }

  /** @internal */
  override _shortText(): string {
    return `a timer ${dueText(this, this._loop.time())}`;
  }
}
