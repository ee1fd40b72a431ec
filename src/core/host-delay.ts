import { longestDelayMs } from './clamp-delay.ts';
import { clearTimer, type HostTimer, setRealTimer } from './host-timers.ts';

/**
 * Calls a function once, after a time on the real clock, however long it is: one longer than a host timer can be is made of
 * several. What the library waits for outside of a loop is one of these.
 */
export class HostDelay {
  readonly #fn: () => void;
  /** What is left after the present host timer, in ms. */
  #left: number;
  #timer: HostTimer | undefined;
  #holdsProgram = true;
  readonly #set: typeof setRealTimer;

  /** @param ms - `Infinity` for a time that never ends; it does not keep the program alive. */
  constructor(fn: () => void, ms: number, set: typeof setRealTimer = setRealTimer) {
    this.#fn = fn;
    this.#set = set;
    this.#left = ms;
    if (ms !== Number.POSITIVE_INFINITY) this.#setTimer();
  }

  #setTimer(): void {
    const ms = this.#left;
    this.#left = ms - longestDelayMs;
    this.#timer = this.#set(this.#fired, ms);
    if (!this.#holdsProgram) this.unref();
  }

  readonly #fired = (): void => {
    this.#timer = undefined;
    if (this.#left > 0) this.#setTimer();
    else this.#fn();
  };

  clear(): void {
    clearTimer(this.#timer);
    this.#timer = undefined;
  }

  /** Does not keep the program alive, where a timer does. */
  unref(): void {
    this.#holdsProgram = false;
    (this.#timer?.timer as { unref?(): void } | undefined)?.unref?.();
  }
}
