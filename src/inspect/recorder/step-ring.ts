import type { RecordedSteps } from './recording.ts';

/** The steps that were seen last, in columns of 20 bytes a row. A row that comes when it is full takes the place of the oldest. */
export class StepRing {
  readonly #begin: Float64Array;
  readonly #took: Float32Array;
  readonly #task: Uint32Array;
  readonly #next: Uint32Array;
  readonly #mask: number;
  #written = 0;

  /** @param atLeast - The number of rows, which is rounded up to a power of two. */
  constructor(atLeast: number) {
    const rows = 2 ** Math.ceil(Math.log2(Math.max(atLeast, 2)));
    this.#begin = new Float64Array(rows);
    this.#took = new Float32Array(rows);
    this.#task = new Uint32Array(rows);
    this.#next = new Uint32Array(rows);
    this.#mask = rows - 1;
  }

  get capacity(): number {
    return this.#mask + 1;
  }

  /** How many rows are there. */
  get length(): number {
    return Math.min(this.#written, this.capacity);
  }

  /** How many rows have lost their place. */
  get lost(): number {
    return this.#written - this.length;
  }

  add(begin: number, took: number, task: number, next: number): void {
    const at = this.#written++ & this.#mask;
    this.#begin[at] = begin;
    this.#took[at] = took;
    this.#task[at] = task;
    this.#next[at] = next;
  }

  /** Says what came after the row that was added last. */
  follow(next: number): void {
    this.#next[(this.#written - 1) & this.#mask] = next;
  }

  /** Calls `fn` with the task and the `next` of each row. */
  forEach(fn: (task: number, next: number) => void): void {
    for (let at = 0; at < this.length; at++) fn(this.#task[at] as number, this.#next[at] as number);
  }

  /**
   * Returns a copy, the oldest first.
   *
   * @param since - How many of the rows that were ever added are left out.
   */
  copy(since = 0): RecordedSteps {
    const length = Math.min(this.length, this.#written - since);
    const first = (this.#written - length) & this.#mask;
    const inOrder = <C extends Float64Array | Float32Array | Uint32Array>(column: C): C => {
      const end = column.slice(first, first + length) as C;
      if (end.length === length) return end;
      const all = column.slice(0, length) as C;
      all.set(end as never, 0);
      all.set(column.subarray(0, length - end.length) as never, end.length);
      return all;
    };
    return {
      length,
      begin: inOrder(this.#begin),
      took: inOrder(this.#took),
      task: inOrder(this.#task),
      next: inOrder(this.#next),
    };
  }
}
