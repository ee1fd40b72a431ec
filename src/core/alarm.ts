import { longestDelayMs } from './clamp-delay.ts';
import type { Host } from './host.ts';

/** So much too early a host timer may fire: it counts in whole milliseconds. */
export const earlyMs = 1;

/**
 * The one host timer of a loop, set for its earliest timer on the real clock. It may ring too early: that timer may have been
 * cancelled, or be farther away than a host timer can be. Then the loop, which looks for due timers, sets it again.
 *
 * If the clock says that it rang much too early it is believed, and not the clock, which may be coarse, or was replaced when
 * this module was loaded: else it would be set again and again.
 */
export class Alarm {
  readonly #host: Host;
  readonly #ring: (believed: number) => void;
  #timer: unknown;
  #when = Number.POSITIVE_INFINITY;

  /** @param ring - Called with the time that it was set for; -Infinity if that is farther away than a host timer can be. */
  constructor(host: Host, ring: (believed: number) => void) {
    this.#host = host;
    this.#ring = ring;
  }

  /** Makes it ring at `when`, or earlier. */
  set(when: number): void {
    if (this.#timer !== undefined && when >= this.#when) return;
    this.clear();
    this.#when = when;
    const ms = when - this.#host.realNow();
    const believed = ms > longestDelayMs ? Number.NEGATIVE_INFINITY : when;
    this.#timer = this.#host.setTimer(() => this.#rings(believed), ms);
  }

  /** Clears the host timer, which would keep the program alive. */
  clear(): void {
    if (this.#timer !== undefined) this.#host.clearTimer(this.#timer);
    this.#timer = undefined;
  }

  /** Tells whether the program has to wait for it, if it is set. */
  hold(isNeeded: boolean): void {
    if (this.#timer !== undefined) this.#host.holdTimer?.(this.#timer, isNeeded);
  }

  #rings(believed: number): void {
    this.#timer = undefined;
    this.#ring(believed);
  }
}
