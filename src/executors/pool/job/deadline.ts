import { HostDelay } from '../../../core/host-delay.ts';
import { later } from '../../crossing/later.ts';

/** Calls a function after a time, unless the deadline is set anew or cleared before. */
export class Deadline {
  readonly #reached: () => void;
  #timer: HostDelay | undefined;

  constructor(reached: () => void) {
    this.#reached = reached;
  }

  /** @param ms - From now on. `Infinity` means never. */
  set(ms: number): void {
    this.clear();
    const timer = new HostDelay(() => {
      // A program that was busy may have a message to read that clears the deadline.
      later(() => {
        if (this.#timer === timer) this.#reached();
      });
    }, ms);
    this.#timer = timer;
  }

  clear(): void {
    this.#timer?.clear();
    this.#timer = undefined;
  }
}
