import type { Future } from './future.ts';

/** Something that the loop runs: the next step of a task, or a callback. `_run` never throws. */
export interface Runnable {
  /** @internal */
  _run(): void;
  /** @internal Called in the place of `_run` when the loop is closed. */
  _runOrphaned?(): void;
  /** @internal True if it retrieves the outcome of the future that it waits for, also an exception. */
  readonly _retrieves?: boolean;
  /** @internal True if a task, or a future that tasks wait for, will be told of that outcome and may retrieve it. */
  readonly _holds?: boolean;
  /** @internal Returns what runs in its place for `future`, which failed or was cancelled. */
  _for?(future: Future<unknown>): Runnable;
  /** @internal The function that it calls, by which it can be removed from the waiters of a future. */
  readonly _callback?: object | undefined;
}

/** The size of the first ring. */
const firstSize = 64;

/**
 * A queue, first in, first out, in a ring buffer whose size is a power of two: it allocates only when it grows. A loop that
 * an exploration makes has a queue of another kind, so the first ring is allocated when it is needed.
 */
export class ReadyQueue {
  #ring: (Runnable | undefined)[] = [];
  #mask = -1;
  #head = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(runnable: Runnable): void {
    if (this.#length > this.#mask) this.#grow();
    this.#ring[(this.#head + this.#length) & this.#mask] = runnable;
    this.#length++;
  }

  shift(): Runnable | undefined {
    if (this.#length === 0) return undefined;
    const runnable = this.#ring[this.#head];
    this.#ring[this.#head] = undefined;
    this.#head = (this.#head + 1) & this.#mask;
    this.#length--;
    return runnable;
  }

  #grow(): void {
    const size = this.#ring.length;
    const newSize = size === 0 ? firstSize : size * 2;
    const ring = new Array<Runnable | undefined>(newSize);
    for (let i = 0; i < size; i++) ring[i] = this.#ring[(this.#head + i) & this.#mask];
    this.#ring = ring;
    this.#mask = newSize - 1;
    this.#head = 0;
  }
}
