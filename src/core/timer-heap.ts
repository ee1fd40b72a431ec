import type { TimerHandle } from './handle.ts';

/** CPython's bounds: cancelled timers stay in the heap until there are over 100 timers, half of them cancelled. */
const minToRebuild = 100;

function before(a: TimerHandle, b: TimerHandle): boolean {
  return a._when < b._when || (a._when === b._when && a._order < b._order);
}

/**
 * A binary heap of timers, the earliest on top, first in first out among equal deadlines.
 *
 * A cancelled timer stays until it comes to the top or until there are too many of them, so that cancelling costs nothing.
 */
export class TimerHeap {
  #heap: TimerHandle[] = [];
  #cancelled = 0;
  #idle = 0;

  /** How many wait, without the cancelled. */
  get live(): number {
    return this.#heap.length - this.#cancelled;
  }

  /** Whether anybody waits for one of them. */
  get awaited(): boolean {
    return this.live > this.#idle;
  }

  /** To be called when a timer in here becomes idle, or stops being so. */
  noteIdle(idle: boolean): void {
    this.#idle += idle ? 1 : -1;
  }

  /** How many it holds, with the cancelled. */
  get size(): number {
    return this.#heap.length;
  }

  push(timer: TimerHandle): void {
    this.#heap.push(timer);
    this.#up(this.#heap.length - 1);
  }

  /** The earliest timer that is not cancelled. */
  peek(): TimerHandle | undefined {
    while (this.#heap[0]?.cancelled()) {
      this.#remove();
      this.#cancelled--;
    }
    return this.#heap[0];
  }

  /** Takes out the earliest timer; call `peek()` first. */
  pop(): TimerHandle {
    if (this.#heap[0]?._idle) this.#idle--;
    return this.#remove();
  }

  /** To be called once for each timer cancelled while in here. */
  noteCancelled(): void {
    this.#cancelled++;
    if (this.#heap.length > minToRebuild && this.#cancelled * 2 > this.#heap.length)
      this.#rebuild();
  }

  clear(): void {
    for (const timer of this.#heap) timer._scheduled = false;
    this.#heap = [];
    this.#cancelled = 0;
    this.#idle = 0;
  }

  #rebuild(): void {
    this.#heap = this.#heap.filter((timer) => !timer.cancelled());
    this.#cancelled = 0;
    for (let i = (this.#heap.length >> 1) - 1; i >= 0; i--) this.#down(i);
  }

  #remove(): TimerHandle {
    const heap = this.#heap;
    const top = heap[0] as TimerHandle;
    const last = heap.pop() as TimerHandle;
    if (heap.length > 0) {
      heap[0] = last;
      this.#down(0);
    }
    top._scheduled = false;
    return top;
  }

  #up(index: number): void {
    const heap = this.#heap;
    const timer = heap[index] as TimerHandle;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent] as TimerHandle;
      if (!before(timer, above)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = timer;
  }

  #down(index: number): void {
    const heap = this.#heap;
    const timer = heap[index] as TimerHandle;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      const right = child + 1;
      if (right < heap.length && before(heap[right] as TimerHandle, heap[child] as TimerHandle)) {
        child = right;
      }
      const below = heap[child] as TimerHandle;
      if (!before(below, timer)) break;
      heap[index] = below;
      index = child;
    }
    heap[index] = timer;
  }
}
