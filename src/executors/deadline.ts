import { later } from './later.ts';

/** A time after which something is done, unless it is put off before. */
export class Deadline {
  readonly #reached: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(reached: () => void) {
    this.#reached = reached;
  }

  /** @param ms - From now on; endless for never. */
  set(ms: number): void {
    this.clear();
    if (ms === Number.POSITIVE_INFINITY) return;
    const timer = setTimeout(() => {
      // A program that was busy may only now come to read the message that puts it off.
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
