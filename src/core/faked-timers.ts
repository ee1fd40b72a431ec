import { longestDelayMs } from './clamp-delay.ts';
import type { EventLoop } from './event-loop.ts';
import type { Host } from './host.ts';
import type { Timer } from './timer-heap.ts';

/**
 * The timers of a loop that are set while a test has replaced the host's timers or clock. Each has a host timer of its own: the
 * fake clock need not be one that can be read, so a timer is due when its host timer fires, and not before.
 */
export class FakedTimers {
  readonly #host: Host;
  readonly #due: (timer: Timer, isAtOnce: boolean) => void;
  readonly #timers = new Map<Timer, unknown>();
  /** The timer that is being set: a mock may call back at once. */
  #setting: Timer | undefined;

  /** @param due - Called for a timer that is due; `isAtOnce` is true inside of `set()`. */
  constructor(host: Host, due: (timer: Timer, isAtOnce: boolean) => void) {
    this.#host = host;
    this.#due = due;
  }

  get size(): number {
    return this.#timers.size;
  }

  set(timer: Timer): void {
    this.#set(timer, timer._when - this.#host.now());
  }

  #set(timer: Timer, ms: number): void {
    this.#timers.set(timer, undefined);
    if (ms === Number.POSITIVE_INFINITY) return;
    this.#setting = timer;
    try {
      const hostTimer = this.#host.setFakedTimer?.(() => this.#fired(timer, ms), ms);
      if (this.#timers.has(timer)) this.#timers.set(timer, hostTimer);
    } catch (error) {
      this.#timers.delete(timer);
      throw error;
    } finally {
      this.#setting = undefined;
    }
  }

  #fired(timer: Timer, ms: number): void {
    // Cancelled: some fake timers cannot be cleared.
    if (!this.#timers.has(timer)) return;
    const isAtOnce = this.#setting === timer;
    if (ms > longestDelayMs && !isAtOnce) {
      this.#set(timer, ms - longestDelayMs);
      return;
    }
    this.#timers.delete(timer);
    this.#host.hasReached?.(timer._when);
    this.#due(timer, isAtOnce);
  }

  /** Returns false if `timer` is none of these. */
  delete(timer: Timer): boolean {
    if (!this.#timers.has(timer)) return false;
    const hostTimer = this.#timers.get(timer);
    this.#timers.delete(timer);
    if (hostTimer !== undefined) this.#host.clearTimer(hostTimer);
    return true;
  }

  clear(): void {
    for (const timer of [...this.#timers.keys()]) {
      this.delete(timer);
      timer._order = -1;
    }
  }
}

/** Sets `timer` of `loop` with the replaced functions of the host; returns false if none is replaced. */
export function setFaked(loop: EventLoop, timer: Timer): boolean {
  const host = loop._host;
  if (host.areFaked?.() !== true) return false;
  if (timer._when > loop.time()) {
    loop._faked ??= new FakedTimers(host, (due, isAtOnce) => {
      due._order = -1;
      // Nothing runs inside of the call that sets a timer.
      if (isAtOnce) loop._enqueue(due);
      else loop._ring(undefined, due);
    });
    loop._faked.set(timer);
  } else {
    timer._order = -1;
    loop._enqueue(timer);
  }
  return true;
}
