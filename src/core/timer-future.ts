import type { EventLoop } from './event-loop.ts';
import { Future } from './future.ts';
import { PENDING } from './future-state.ts';
import type { Timer } from './timer-heap.ts';

/**
 * A future that finishes when its time has come: `sleep()` waits for one. It is its own timer, without a callback and a
 * context, as a program may have very many of them.
 */
export class TimerFuture<T> extends Future<T> implements Timer {
  /** @internal */
  readonly _when: number;
  /** @internal */
  _order = 0;
  readonly #result: T;

  /**
   * @param ms - The time from now on, in ms.
   * @param result - The result it finishes with.
   * @throws Error when the loop is closed.
   */
  constructor(loop: EventLoop, ms: number, result: T) {
    super(undefined, loop);
    loop._checkOpen();
    this._when = loop.time() + ms;
    this.#result = result;
    loop._setTimer(this);
  }

  /** @internal Its time has come. It may have been cancelled since it was moved into the ready queue. */
  _run(): void {
    if (this._state === PENDING) this._finish(this.#result);
  }

  /** @internal A coroutine that waits for it is ended. Others that wait for the same `sleep()` are cancelled. */
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
    if (this._order >= 0) this._loop._timerCancelled(this);
  }
}
