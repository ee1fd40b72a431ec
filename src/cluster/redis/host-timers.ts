import { HostDelay } from '../../core/host-delay.ts';

/** A function that is called again and again, and others that are called once. None of them keeps the program alive. */
export class HostTimers {
  readonly #delays = new Set<HostDelay>();

  constructor(everyMs: number, fn: () => void) {
    const again = (): void => {
      this.once(everyMs, () => {
        again();
        fn();
      });
    };
    again();
  }

  once(ms: number, fn: () => void): void {
    const delay = new HostDelay(() => {
      this.#delays.delete(delay);
      fn();
    }, ms);
    delay.unref();
    this.#delays.add(delay);
  }

  clear(): void {
    for (const delay of this.#delays) delay.clear();
    this.#delays.clear();
  }
}
