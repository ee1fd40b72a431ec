import { checkOptions, checkPlainFunction } from '../core/checks.ts';
import { unexpected } from '../core/expected.ts';
import { isOfConversion } from '../core/text.ts';
import type { NameOptions } from '../sync/named.ts';
import { Queue, type Store } from './queue.ts';

/** Returns a number below 0 if `a` comes before `b`, above 0 if it comes after, 0 if they are equal. */
export type Comparator<T> = (a: T, b: T) => number;

interface Entry<T> {
  readonly item: T;
  readonly order: number;
}

/**
 * A binary heap. Equal items come out in the order they went in.
 *
 * The comparator is code of the program: it may throw, and it may use the queue. So the way of an item through the heap is
 * found first, and the items are moved then.
 */
class Heap<T> implements Store<T> {
  readonly #compare: Comparator<T>;
  readonly #heap: Entry<T>[] = [];
  #order = 0;
  #changes = 0;

  constructor(compare: Comparator<T>) {
    this.#compare = compare;
  }

  get length(): number {
    return this.#heap.length;
  }

  push(item: T): void {
    const heap = this.#heap;
    const entry = { item, order: this.#order++ };
    const path = [heap.length];
    this.#unchanged(() => {
      for (let at = heap.length; at > 0; ) {
        at = (at - 1) >> 1;
        if (!this.#before(entry, heap[at] as Entry<T>)) return;
        path.push(at);
      }
    });
    this.#place(entry, path);
  }

  shift(): T {
    const heap = this.#heap;
    const top = heap[0] as Entry<T>;
    const last = heap[heap.length - 1] as Entry<T>;
    const path = [0];
    this.#unchanged(() => {
      for (let at = this.#lower(0); at !== undefined; at = this.#lower(at)) {
        if (!this.#before(heap[at] as Entry<T>, last)) return;
        path.push(at);
      }
    });
    heap.pop();
    if (heap.length > 0) this.#place(last, path);
    else this.#changes++;
    return top.item;
  }

  clear(): void {
    this.#heap.length = 0;
    this.#changes++;
  }

  /** The place of the lower child, without the last entry, which is to be moved. */
  #lower(at: number): number | undefined {
    const heap = this.#heap;
    const left = 2 * at + 1;
    const end = heap.length - 1;
    if (left >= end) return undefined;
    const right = left + 1;
    const isRight = right < end && this.#before(heap[right] as Entry<T>, heap[left] as Entry<T>);
    return isRight ? right : left;
  }

  /** Moves the entries along `path` by one place, and puts `entry` at its end. */
  #place(entry: Entry<T>, path: readonly number[]): void {
    for (let i = 1; i < path.length; i++) {
      this.#heap[path[i - 1] as number] = this.#heap[path[i] as number] as Entry<T>;
    }
    this.#heap[path.at(-1) as number] = entry;
    this.#changes++;
  }

  /** Calls `find`, which compares, and refuses what it found if the comparator changed the queue. */
  #unchanged(find: () => void): void {
    const before = this.#changes;
    find();
    if (this.#changes !== before) {
      throw new Error(
        'The `compare` function of a PriorityQueue put an item in, or took one out, while it compared. Let it only compare.',
      );
    }
  }

  #before(a: Entry<T>, b: Entry<T>): boolean {
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
  try {
    if ((a as number) < (b as number)) return -1;
    return (a as number) > (b as number) ? 1 : 0;
  } catch (error) {
    // What an item throws comes out as it is. This is the host's error for one that is neither a number nor a text.
    if (!isOfConversion(error, a) && !isOfConversion(error, b)) throw error;
    throw unexpected('put', 'an item that `<` compares with the others', b);
  }
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
   * @param options - `compare`: the order of two items, as `Array.prototype.sort()` wants it; `name`: as for `Queue`.
   * @throws RangeError when `maxsize` is not a number; TypeError when `compare` is not a function.
   */
  constructor(
    maxsize?: number,
    options: NameOptions & { compare?: Comparator<T> | undefined } = {},
  ) {
    checkOptions('new PriorityQueue', options, ['compare', 'name']);
    const { compare = naturally, name } = options;
    if (typeof compare !== 'function') {
      throw unexpected('new PriorityQueue', '`compare` to be a function', compare);
    }
    checkPlainFunction('new PriorityQueue', compare);
    super(maxsize, { name }, new Heap<T>(compare));
  }
}
