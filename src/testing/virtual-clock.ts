import { type Host, systemHost } from '../core/host.ts';

/** The host of virtual loops: the real host, with a clock that moves only when `moveTo()` is called, and without timers. */
export class VirtualClock implements Host {
  #now = 0;

  readonly microtask: Host['microtask'] = systemHost.microtask;
  readonly macrotask: Host['macrotask'] = systemHost.macrotask;
  readonly captureScope: Host['captureScope'] = systemHost.captureScope;
  readonly createAsyncLocal: Host['createAsyncLocal'] = systemHost.createAsyncLocal;

  now(): number {
    return this.#now;
  }

  realNow(): number {
    return this.#now;
  }

  areFaked(): boolean {
    return false;
  }

  setFakedTimer(): undefined {}

  hasReached(): void {}

  /** Moves to a later time; never back. */
  moveTo(time: number): void {
    this.#now = Math.max(this.#now, time);
  }

  /** Moves back to the start, for another loop: none may be at work on it. */
  reset(): void {
    this.#now = 0;
  }

  setTimer(): undefined {}

  clearTimer(): void {}
}
