import type { Runnable } from './ready-queue.ts';

/** A runnable with a time: the loop runs it when it is due. */
export interface Timer extends Runnable {
  /** @internal The time it is due, in ms on the clock of its loop. */
  readonly _when: number;
  /** @internal Its place among timers of equal time; -1: it is not scheduled any more. */
  _order: number;
  cancelled(): boolean;
}

/** The heap is rebuilt when it has over 100 timers, half of them cancelled. The numbers are CPython's. */
const minToRebuild = 100;

/** The number of children of a place in the heap. With four the heap is half as deep as with two. */
const arity = 4;

/**
 * A heap of timers, the earliest on top; first in, first out among equal times.
 *
 * The times are in an array of their own, so that comparing them need not read the timers. A cancelled timer stays in the
 * heap until it comes to the top, or until there are too many of them: so cancelling costs nothing.
 */
export class TimerHeap {
  #timers: Timer[] = [];
  /** The time of each of `#timers`. */
  #whens: number[] = [];
  #pushed = 0;
  #cancelled = 0;

  /** The number of timers that are not cancelled. */
  get live(): number {
    return this.#timers.length - this.#cancelled;
  }

  /** The number of timers, including the cancelled. */
  get size(): number {
    return this.#timers.length;
  }

  push(timer: Timer): void {
    timer._order = this.#pushed++;
    this.#timers.push(timer);
    this.#whens.push(timer._when);
    this.#up(this.#timers.length - 1);
  }

  /** Returns the earliest timer that is not cancelled. */
  peek(): Timer | undefined {
    while (this.#timers[0]?.cancelled()) {
      this.pop();
      this.#cancelled--;
    }
    return this.#timers[0];
  }

  /** Takes out the earliest timer; call `peek()` first. */
  pop(): Timer {
    const top = this.#timers[0] as Timer;
    const last = this.#timers.pop() as Timer;
    const when = this.#whens.pop() as number;
    if (this.size > 0) {
      this.#timers[0] = last;
      this.#whens[0] = when;
      this.#down(0);
    }
    top._order = -1;
    return top;
  }

  /** To be called once for each timer cancelled while in here. */
  noteCancelled(): void {
    this.#cancelled++;
    if (this.size > minToRebuild && this.#cancelled * 2 > this.size) this.#rebuild();
  }

  clear(): void {
    for (const timer of this.#timers) timer._order = -1;
    this.#timers = [];
    this.#whens = [];
    this.#cancelled = 0;
  }

  #rebuild(): void {
    this.#timers = this.#timers.filter((timer) => !timer.cancelled());
    this.#whens = this.#timers.map(({ _when }) => _when);
    this.#cancelled = 0;
    for (let at = Math.floor((this.size - 2) / arity); at >= 0; at--) this.#down(at);
  }

  #up(from: number): void {
    const timers = this.#timers;
    const whens = this.#whens;
    const timer = timers[from] as Timer;
    const when = timer._when;
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 2;
      const above = whens[parent] as number;
      // A new timer comes after those of the same time.
      if (above <= when) break;
      whens[at] = above;
      timers[at] = timers[parent] as Timer;
      at = parent;
    }
    whens[at] = when;
    timers[at] = timer;
  }

  #down(from: number): void {
    const timers = this.#timers;
    const whens = this.#whens;
    const { length } = timers;
    const timer = timers[from] as Timer;
    const when = timer._when;
    let at = from;
    for (;;) {
      const first = arity * at + 1;
      if (first >= length) break;
      let child = first;
      const end = Math.min(first + arity, length);
      for (let other = first + 1; other < end; other++) {
        if (this.#before(other, child)) child = other;
      }
      const below = whens[child] as number;
      if (below > when || (below === when && (timers[child] as Timer)._order > timer._order)) break;
      whens[at] = below;
      timers[at] = timers[child] as Timer;
      at = child;
    }
    whens[at] = when;
    timers[at] = timer;
  }

  #before(one: number, other: number): boolean {
    const a = this.#whens[one] as number;
    const b = this.#whens[other] as number;
    if (a !== b) return a < b;
    return (this.#timers[one] as Timer)._order < (this.#timers[other] as Timer)._order;
  }
}
