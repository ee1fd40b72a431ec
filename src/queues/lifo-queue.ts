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
}

/**
 * A {@link Queue} that gives out the newest item first.
 *
 * Follows `asyncio.LifoQueue`.
 */
export class LifoQueue<T> extends Queue<T> {
  constructor(maxsize?: number) {
    super(maxsize, new Stack<T>());
  }
}
