import type { Host } from './host.ts';

/** The longest delay of a host timer. With a longer one `setTimeout` fires at once. */
const longestMs = 2 ** 31 - 1;

/**
 * The one host timer of a loop, set for its earliest timer. It may ring too early: that timer may have been cancelled, or be
 * farther away than a host timer can be. Then the loop, which looks for due timers, sets it again.
 */
export class Alarm {
  readonly #host: Host;
  readonly #ring: () => void;
  #timer: unknown;
  #when = Number.POSITIVE_INFINITY;

  constructor(host: Host, ring: () => void) {
    this.#host = host;
    this.#ring = ring;
  }

  /** Makes it ring at `when`, or earlier. */
  set(when: number): void {
    if (this.#timer !== undefined && when >= this.#when) return;
    this.clear();
    this.#when = when;
    // Rounded up: the host cuts fractions off, and would ring too early.
    const delay = Math.min(Math.max(Math.ceil(when - this.#host.now()), 0), longestMs);
    this.#timer = this.#host.setTimer(this.#rings, delay);
  }

  /** Clears the host timer, which would keep the program alive. */
  clear(): void {
    if (this.#timer !== undefined) this.#host.clearTimer(this.#timer);
    this.#timer = undefined;
  }

  readonly #rings = (): void => {
    this.#timer = undefined;
    this.#ring();
  };
}
