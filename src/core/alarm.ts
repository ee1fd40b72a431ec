import type { Host } from './host.ts';

/** The longest delay of a host timer; beyond it `setTimeout` fires at once. */
const longest = 2 ** 31 - 1;

/**
 * The one host timer of a loop: set for the earliest deadline. It may ring early, for a deadline that was given up or is
 * farther away than a host timer can be; whoever is woken looks for himself and sets it again.
 */
export class Alarm {
  readonly #host: Host;
  readonly #ring: () => void;
  #timer: unknown;
  #when = Number.POSITIVE_INFINITY;
  #keepsAlive = true;

  constructor(host: Host, ring: () => void) {
    this.#host = host;
    this.#ring = ring;
  }

  /** Rings at `when`, or before. `keepAlive`: whether somebody waits, so that the program has to stay alive. */
  set(when: number, keepAlive: boolean): void {
    if (this.#timer === undefined || when < this.#when) this.#set(when);
    if (this.#keepsAlive === keepAlive) return;
    this.#keepsAlive = keepAlive;
    this.#host.keepAliveFor(this.#timer, keepAlive);
  }

  #set(when: number): void {
    this.clear();
    this.#keepsAlive = true;
    this.#when = when;
    // Rounded up, as the host cuts fractions off and would wake us too early.
    const delay = Math.min(Math.max(Math.ceil(when - this.#host.now()), 0), longest);
    this.#timer = this.#host.setTimer(this.#rings, delay);
  }

  /** A timer that nobody waits for must not keep the program alive. */
  clear(): void {
    if (this.#timer !== undefined) this.#host.clearTimer(this.#timer);
    this.#timer = undefined;
  }

  readonly #rings = (): void => {
    this.#timer = undefined;
    this.#ring();
  };
}
