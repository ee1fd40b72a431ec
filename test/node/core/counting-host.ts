import type { AsyncScope, Host } from '../../../src/core/host.ts';

/** How often something was asked of the host. */
export interface Counts {
  microtasks: number;
  macrotasks: number;
  timersSet: number;
  /** Captures of the async context: one for what runs later, a task, a callback, a timer. */
  captures: number;
  clockReads: number;
}

/** A host that does everything inside of `run()`, with a clock of its own, and counts what it is asked for. */
export class CountingHost implements Host {
  readonly counts: Counts = {
    microtasks: 0,
    macrotasks: 0,
    timersSet: 0,
    captures: 0,
    clockReads: 0,
  };
  /** Called when the host has a turn for timers and I/O. */
  onTurn: () => void = () => undefined;
  #time = 0;
  #microtasks: (() => void)[] = [];
  #macrotasks: (() => void)[] = [];
  readonly #timers = new Map<() => void, number>();

  /** Runs until nothing is left to do; where only timers are, it is their time at once. */
  run(): void {
    for (;;) {
      const next = this.#takeMicrotasks() ?? this.#takeMacrotasks() ?? this.#takeTimer();
      if (next === undefined) return;
      for (const fn of next) fn();
    }
  }

  get time(): number {
    return this.#time;
  }

  /** Has `ms` pass, as if something took so long. */
  pass(ms: number): void {
    this.#time += ms;
  }

  now(): number {
    this.counts.clockReads++;
    return this.#time;
  }

  realNow(): number {
    return this.now();
  }

  areFaked(): boolean {
    return false;
  }

  setFakedTimer(): undefined {}

  hasReached(): void {}

  microtask(fn: () => void): void {
    this.counts.microtasks++;
    this.#microtasks.push(fn);
  }

  macrotask(fn: () => void): void {
    this.counts.macrotasks++;
    this.#macrotasks.push(fn);
  }

  setTimer(fn: () => void, ms: number): unknown {
    this.counts.timersSet++;
    const timer = (): void => fn();
    this.#timers.set(timer, this.#time + ms);
    return timer;
  }

  clearTimer(timer: unknown): void {
    this.#timers.delete(timer as () => void);
  }

  captureScope(): AsyncScope | undefined {
    this.counts.captures++;
    return undefined;
  }

  createAsyncLocal(): undefined {}

  #takeMicrotasks(): (() => void)[] | undefined {
    if (this.#microtasks.length === 0) return undefined;
    const taken = this.#microtasks;
    this.#microtasks = [];
    return taken;
  }

  #takeMacrotasks(): (() => void)[] | undefined {
    if (this.#macrotasks.length === 0) return undefined;
    this.onTurn();
    const taken = this.#macrotasks;
    this.#macrotasks = [];
    return taken;
  }

  #takeTimer(): (() => void)[] | undefined {
    const [first] = [...this.#timers].sort(([, a], [, b]) => a - b);
    if (first === undefined) return undefined;
    const [timer, when] = first;
    this.#timers.delete(timer);
    this.#time = when;
    return [timer];
  }
}
