import { describe } from '../core/text.ts';
import { Queue, type Store } from './queue.ts';

/** Returns a number below 0 if `a` comes before `b`, above 0 if it comes after, 0 if they are equal. */
export type Comparator<T> = (a: T, b: T) => number;

/** A binary heap. Equal items come out in the order they went in. */
class Heap<T> implements Store<T> {
  readonly #compare: Comparator<T>;
  readonly #heap: { item: T; order: number }[] = [];
  #order = 0;

  constructor(compare: Comparator<T>) {
    this.#compare = compare;
  }

  get length(): number {
    return this.#heap.length;
  }

  push(item: T): void {
    const heap = this.#heap;
    const entry = { item, order: this.#order++ };
    let index = heap.length;
    heap.push(entry);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent] as { item: T; order: number };
      if (!this.#before(entry, above)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = entry;
  }

  shift(): T {
    const heap = this.#heap;
    const top = heap[0] as { item: T; order: number };
    const last = heap.pop() as { item: T; order: number };
    if (heap.length > 0) this.#sink(last);
    return top.item;
  }

  #sink(entry: { item: T; order: number }): void {
    const heap = this.#heap;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      const left = heap[child];
      const right = heap[child + 1];
      if (left === undefined) break;
      let below = left;
      if (right !== undefined && this.#before(right, left)) {
        below = right;
        child++;
      }
      if (!this.#before(below, entry)) break;
      heap[index] = below;
      index = child;
    }
    heap[index] = entry;
  }

  #before(a: { item: T; order: number }, b: { item: T; order: number }): boolean {
    const order = this.#compare(a.item, b.item);
    return order < 0 || (order === 0 && a.order < b.order);
  }
}

/** Compares as Python compares tuples: by the first element that differs, then by the length. */
function naturally(a: unknown, b: unknown): number {
  if (Array.isArray(a) && Array.isArray(b)) {
    for (let i = 0; i < Math.min(a.length, b.length); i++) {
      const order = naturally(a[i], b[i]);
      if (order !== 0) return order;
    }
    return a.length - b.length;
  }
  if ((a as number) < (b as number)) return -1;
  return (a as number) > (b as number) ? 1 : 0;
}

/**
 * A {@link Queue} that gives out the lowest item first.
 *
 * Items are compared with `<`, arrays element by element as Python compares tuples (`[priority, item]`), or as
 * `options.compare` says. Equal items come out in the order they went in.
 *
 * @example
 * ```ts
 * import { PriorityQueue } from 'skein';
 *
 * const queue = new PriorityQueue<[number, string]>();
 * queue.putNowait([2, 'later']);
 * queue.putNowait([1, 'sooner']);
 * queue.getNowait(); // => [1, 'sooner']
 * ```
 *
 * Follows `asyncio.PriorityQueue`. Differs: equal items keep their order; what is not comparable counts as equal.
 */
export class PriorityQueue<T> extends Queue<T> {
  /**
   * @param maxsize - As for `Queue`.
   * @param options - `compare`: the order of two items, as `Array.prototype.sort()` wants it.
   * @throws RangeError when `maxsize` is not a number; TypeError when `compare` is not a function.
   */
  constructor(maxsize?: number, options: { compare?: Comparator<T> } = {}) {
    const { compare = naturally } = options;
    if (typeof compare !== 'function') {
      throw new TypeError(
        `\`new PriorityQueue()\` expected \`compare\` to be a function, but got ${describe(compare)}.`,
      );
    }
    super(maxsize, new Heap<T>(compare));
  }
}
