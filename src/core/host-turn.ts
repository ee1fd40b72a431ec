import type { Host } from './host.ts';

/** How long, in ms, the loop may keep the host from its timers and I/O. A frame of 60 Hz has 16. */
const slice = 4;

/** Iterations that are surely short; only after these is the clock read. */
const free = 8;

/**
 * Decides between a microtask, which is cheap but keeps the host waiting, and a macrotask, which lets it have a turn.
 *
 * The loop cannot see whether the host had a turn between two of its microtasks. So after a few iterations it asks
 * for a macrotask, which tells it; and once the slice is used up, it waits for that one.
 */
export class HostTurn {
  readonly #host: Host;
  readonly #iterate: () => void;
  #iterations = 0;
  #since = 0;
  #asked = false;
  #waiting = false;

  constructor(host: Host, iterate: () => void) {
    this.#host = host;
    this.#iterate = iterate;
  }

  /** Has the next iteration run. */
  schedule(): void {
    this.#iterations++;
    if (this.#iterations >= free) {
      if (!this.#asked) {
        this.#asked = true;
        this.#since = this.#host.now();
        this.#host.macrotask(this.#hadTurn);
      } else if (this.#host.now() - this.#since > slice) {
        this.#waiting = true;
        return;
      }
    }
    this.#host.microtask(this.#iterate);
  }

  /** The host is at it: called from a timer or a macrotask. */
  readonly #hadTurn = (): void => {
    this.#asked = false;
    this.#iterations = 0;
    if (!this.#waiting) return;
    this.#waiting = false;
    this.#iterate();
  };
}
