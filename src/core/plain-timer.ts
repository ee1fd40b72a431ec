import type { EventLoop } from './event-loop.ts';
import { seams } from './seams.ts';
import type { Timer } from './timer-heap.ts';

/** The owner of a {@link PlainTimer}, which the timer calls. */
interface Firing {
  /** @internal Called when the time has come, without a context. What it throws goes to the loop's exception handler. */
  _fire(): void;
}

/** A timer of the library. It has neither a context nor a closure, which are most of the cost of a `TimerHandle`. */
export class PlainTimer implements Timer {
  /** @internal */
  readonly _when: number;
  /** @internal */
  _order = 0;
  readonly #loop: EventLoop;
  #owner: Firing | undefined;

  constructor(loop: EventLoop, when: number, owner: Firing) {
    loop._checkOpen();
    this.#loop = loop;
    this._when = when;
    this.#owner = owner;
    loop._setTimer(this);
  }

  cancel(): void {
    if (this.#owner === undefined) return;
    this.#owner = undefined;
    if (this._order >= 0) this.#loop._timerCancelled(this);
  }

  cancelled(): boolean {
    return this.#owner === undefined;
  }

  /** @internal */
  _run(): void {
    try {
      this.#owner?._fire();
    } catch (exception) {
      this.#loop._report({ message: `Exception in ${this}`, exception });
    }
  }

  toString(): string {
    return `<Timer ${seams.texts?.dueText(this._when, this.#loop) ?? ''}>`;
  }
}
