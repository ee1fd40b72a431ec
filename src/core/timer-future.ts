import type { EventLoop } from './event-loop.ts';
import { Future } from './future.ts';
import { PENDING } from './future-state.ts';
import { dueText, type Timer } from './timer-heap.ts';

/**
 * A future that finishes when its time has come: what `sleep()` waits for. It is its own timer, and needs neither a
 * callback nor a context, as a program may have very many.
 */
export class TimerFuture extends Future<void> implements Timer {
  /** @internal */
  readonly _when: number;
  /** @internal */
  _order = 0;
  /** @internal */
  _idle = false;
  /** @internal */
  _scheduled = true;

  /**
   * @param ms - How long from now on.
   * @throws Error when the loop is closed.
   */
  constructor(loop: EventLoop, ms: number) {
    super(undefined, loop);
    loop._checkOpen();
    this._when = loop.time() + ms;
    loop._setTimer(this);
  }

  /** @internal Its time has come; it may have been cancelled after it was taken out of the heap. */
  _run(): void {
    if (this._state === PENDING) this._finish(undefined);
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
