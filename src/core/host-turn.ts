import type { Host } from './host.ts';

/** How long, in ms, the loop may keep the host from its timers and I/O. A frame of 60 Hz has 16. */
const slice = 4;

/** So many steps and awaits are surely made in a moment; only after these is the clock read. */
const free = 1024;

/**
 * Decides between a microtask, which is cheap but keeps the host waiting, and a macrotask, which lets it have a turn.
 *
 * The loop cannot see whether the host had a turn between two of its microtasks. So after a few hundred steps it asks
 * for a macrotask, which tells it; and once the slice is used up, it waits for that one.
 */
export class HostTurn {
  readonly #host: Host;
  readonly #iterate: () => void;
  #steps = 0;
  #since = 0;
  #asked = false;
  #waiting = false;

  constructor(host: Host, iterate: () => void) {
    this.#host = host;
    this.#iterate = iterate;
  }

  /** Has the next iteration run; so many steps were made since the last call. */
  schedule(steps: number): void {
    this.#steps += steps + 1;
    if (this.#steps >= free) {
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
    this.#steps = 0;
    if (!this.#waiting) return;
    this.#waiting = false;
    this.#iterate();
  };
}
