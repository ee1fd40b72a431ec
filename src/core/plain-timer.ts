import type { EventLoop } from './event-loop.ts';
import { dueText, type Timer } from './timer-heap.ts';

/** A timer of the library's own: without a context of its own, which is most of what a timer costs. */
export class PlainTimer implements Timer {
  /** @internal */
  readonly _when: number;
  /** @internal */
  _order = 0;
  /** @internal */
  _idle = false;
  /** @internal */
  _scheduled = true;
  readonly #loop: EventLoop;
  #fire: (() => void) | undefined;

  /** @param fire - Called when it is due, in no context. What it throws goes to the loop's exception handler. */
  constructor(loop: EventLoop, when: number, fire: () => void) {
    loop._checkOpen();
    this.#loop = loop;
    this._when = when;
    this.#fire = fire;
    loop._setTimer(this);
  }

  cancel(): void {
    if (this.#fire === undefined) return;
    this.#fire = undefined;
    if (this._scheduled) this.#loop._timerCancelled();
  }

  cancelled(): boolean {
    return this.#fire === undefined;
  }

  /** @internal */
  _run(): void {
    try {
      this.#fire?.();
    } catch (exception) {
      this.#loop.callExceptionHandler({ message: `Exception in ${this}`, exception });
    }
  }

  toString(): string {
    return `<Timer ${dueText(this, this.#loop.time())}>`;
  }
}
