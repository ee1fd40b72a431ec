import { later } from '../../crossing/later.ts';

/** Calls a function after a time, unless the deadline is set anew or cleared before. */
export class Deadline {
  readonly #reached: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(reached: () => void) {
    this.#reached = reached;
  }

  /** @param ms - From now on. `Infinity` means never. */
  set(ms: number): void {
    this.clear();
    if (ms === Number.POSITIVE_INFINITY) return;
    const timer = setTimeout(() => {
      // A program that was busy may have a message to read that clears the deadline.
      later(() => {
        if (this.#timer === timer) this.#reached();
      });
    }, ms);
    this.#timer = timer;
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
