import { systemHost } from '../core/host.ts';

const host = globalThis as { setImmediate?: (fn: () => void) => unknown };
const { setImmediate } = host;

/** Calls back after the event loop of the host has turned. */
export function later(fn: () => void): void {
  // A browser has timers wait for 4 ms, which its messages need not.
  if (setImmediate === undefined) systemHost.macrotask(fn);
  else setImmediate(fn);
}

/** Has a function called after the event loop of the host has turned: once, however often that is asked for meanwhile. */
export class OncePerTurn {
  readonly #fn: () => void;
  asked = false;

  constructor(fn: () => void) {
    this.#fn = fn;
  }

  ask(): void {
    if (this.asked) return;
    this.asked = true;
    later(() => {
      this.asked = false;
      this.#fn();
    });
  }
}
