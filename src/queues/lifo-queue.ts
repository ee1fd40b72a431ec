import type { NameOptions } from '../sync/named.ts';
import { Queue, type Store } from './queue.ts';

class Stack<T> implements Store<T> {
  readonly #items: T[] = [];

  get length(): number {
    return this.#items.length;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  shift(): T {
    return this.#items.pop() as T;
  }

  clear(): void {
    this.#items.length = 0;
  }
}

/**
 * A {@link Queue} that gives out the newest item first.
 *
 * @example
 * ```ts
 * import { LifoQueue } from 'skein';
 *
 * const queue = new LifoQueue<string>();
 * queue.putNowait('older');
 * queue.putNowait('newer');
 * queue.getNowait(); // => 'newer'
 * ```
 *
 * Follows `asyncio.LifoQueue`.
 */
export class LifoQueue<T> extends Queue<T> {
  /**
   * @param maxsize - As for `Queue`.
   * @param options - As for `Queue`.
   * @throws as `new Queue()`.
   */
  constructor(maxsize?: number, options?: NameOptions) {
    super(maxsize, options, new Stack<T>());
  }
}
