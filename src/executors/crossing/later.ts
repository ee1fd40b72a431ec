import { systemHost } from '../../core/host.ts';

/** Calls `fn` after the event loop of the host has turned. */
export function later(fn: () => void): void {
  systemHost.macrotask(fn);
}

/** Calls a function after the event loop of the host has turned: once, however often `ask()` was called meanwhile. */
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
