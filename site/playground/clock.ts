/**
 * The clock and the timers of a program. Real: as they are, and counted, as a program is over when no timer is left. Slow: at a fifth. Virtual:
 * no timer waits; when nothing else is due, the clock jumps to the next one.
 */
import type { Pace } from './messages.ts';

interface Host {
  now(): number;
  realNow(): number;
  setTimer(fn: () => void, ms: number): unknown;
  clearTimer(timer: unknown): void;
  holdTimer?(timer: unknown, isNeeded: boolean): void;
}

interface Timer {
  readonly at: number;
  readonly fn: () => void;
  /** Whether the program has to wait for it. A loop keeps a timer that was cancelled, and does not hold it. */
  isNeeded: boolean;
}

/** How many turns of the host without a timer set or fired make sure that nothing is due. */
const quietTurns = 6;
const slowness = 5;
/** The longest delay that a timer of the host can have. */
const longestMs = 2 ** 31 - 1;

const realSetTimeout = setTimeout.bind(globalThis);
const realClearTimeout = clearTimeout.bind(globalThis);
const realNow = performance.now.bind(performance);

export const soon = (fn: () => void, ms: number): unknown => realSetTimeout(fn, ms);

/** One turn of the host, in which its messages and timers are served. */
function turn(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    resolve();
  };
  port2.postMessage(0);
  return promise;
}

export class Clock {
  readonly #pace: Pace;
  readonly #timers = new Map<number, Timer>();
  #last = 0;
  /** Grows with each timer that is set or fired. */
  #changes = 0;
  #virtual = 0;
  #start = realNow();

  constructor(host: Host, pace: Pace) {
    this.#pace = pace;
    const set = (fn: () => void, ms: number): number => this.#set(fn, ms);
    const clear = (id: unknown): void => this.#clear(id as number);
    const now = (): number => this.now();
    Object.assign(globalThis, {
      setTimeout: (fn: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) =>
        set(() => fn(...args), ms),
      clearTimeout: clear,
      setInterval: (fn: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) =>
        this.#repeat(() => fn(...args), ms),
      clearInterval: clear,
    });
    Object.assign(host, {
      now,
      realNow: now,
      setTimer: set,
      clearTimer: (timer: unknown) => timer !== undefined && clear(timer),
      // The timers that are replaced here are no fakes of a test.
      areFaked: undefined,
      setFakedTimer: undefined,
      hasReached: undefined,
      holdTimer: (timer: unknown, isNeeded: boolean) => {
        const held = this.#timers.get(timer as number);
        if (held !== undefined) held.isNeeded = isNeeded;
      },
    });
    performance.now = now;
    if (pace !== 'real') {
      const began = Date.now();
      Date.now = () => began + Math.floor(now());
    }
  }

  /** Milliseconds since the program began, as it sees them. */
  now(): number {
    if (this.#pace === 'virtual') return this.#virtual;
    const took = realNow() - this.#start;
    return this.#pace === 'slow' ? took / slowness : took;
  }

  /** @param isHeld tells whether work goes on elsewhere, which virtual time has to wait for */
  begin(isHeld: () => boolean): void {
    this.#start = realNow();
    if (this.#pace === 'virtual') void this.#jump(isHeld);
  }

  /** Waits until no timer is left and nothing goes on. */
  async idle(isHeld: () => boolean): Promise<void> {
    for (let quiet = 0; quiet < quietTurns; ) {
      const before = this.#changes;
      await turn();
      const isWaiting = this.#hasTimers() || isHeld();
      quiet = !isWaiting && before === this.#changes ? quiet + 1 : 0;
      if (isWaiting) await new Promise<void>((go) => void soon(go, 5));
    }
  }

  async #jump(isHeld: () => boolean): Promise<never> {
    for (;;) {
      const before = this.#changes;
      for (let turns = 0; turns < quietTurns; turns++) await turn();
      if (before !== this.#changes) continue;
      const next = isHeld() ? undefined : this.#earliest();
      if (next === undefined) {
        await new Promise<void>((go) => void soon(go, 2));
        continue;
      }
      const [id, timer] = next;
      this.#virtual = Math.max(this.#virtual, timer.at);
      this.#fire(id, timer);
    }
  }

  #hasTimers(): boolean {
    for (const { isNeeded } of this.#timers.values()) if (isNeeded) return true;
    return false;
  }

  #earliest(): [number, Timer] | undefined {
    let first: [number, Timer] | undefined;
    for (const entry of this.#timers) {
      if (!entry[1].isNeeded) continue;
      if (first === undefined || entry[1].at < first[1].at) first = entry;
    }
    return first;
  }

  #set(fn: () => void, ms: number): number {
    const delay = Math.max(0, Number(ms) || 0);
    const id = ++this.#last;
    const timer = { at: this.now() + delay, fn, isNeeded: true };
    this.#timers.set(id, timer);
    this.#changes++;
    if (this.#pace !== 'virtual') {
      const real = Math.min(longestMs, this.#pace === 'slow' ? delay * slowness : delay);
      const hostTimer = realSetTimeout(() => this.#fire(id, timer), real);
      this.#cancel.set(id, () => realClearTimeout(hostTimer));
    }
    return id;
  }

  readonly #cancel = new Map<number, () => void>();

  #repeat(fn: () => void, ms: number): number {
    const id = this.#set(() => {
      again();
      fn();
    }, ms);
    const again = (): void => {
      // The same number, so that `clearInterval()` finds what is due now.
      const next = this.#set(
        () => {
          again();
          fn();
        },
        Math.max(1, ms),
      );
      this.#move(next, id);
    };
    return id;
  }

  #move(from: number, to: number): void {
    const timer = this.#timers.get(from);
    const cancel = this.#cancel.get(from);
    if (timer === undefined) return;
    this.#timers.delete(from);
    this.#cancel.delete(from);
    this.#timers.set(to, timer);
    if (cancel !== undefined) this.#cancel.set(to, cancel);
  }

  #fire(id: number, timer: Timer): void {
    // An interval has moved to the number that it began with.
    const held = this.#timers.get(id) === timer ? id : this.#numberOf(timer);
    if (held === undefined) return;
    this.#timers.delete(held);
    this.#cancel.delete(held);
    this.#changes++;
    timer.fn();
  }

  #numberOf(timer: Timer): number | undefined {
    for (const [id, each] of this.#timers) if (each === timer) return id;
    return undefined;
  }

  #clear(id: number): void {
    this.#cancel.get(id)?.();
    this.#cancel.delete(id);
    this.#timers.delete(id);
    this.#changes++;
  }
}
