/** An entry of a {@link LinkedList}. */
export interface Link<T> {
  readonly value: T;
  /** @internal */
  before: Link<T> | undefined;
  /** @internal */
  after: Link<T> | undefined;
  /** @internal */
  isIn: boolean;
}

/**
 * A list, first in, first out, from which any entry can leave: each step takes the same time, however long the list is. An
 * array moves all that stand behind the one that leaves.
 */
export class LinkedList<T> {
  #first: Link<T> | undefined;
  #last: Link<T> | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get first(): T | undefined {
    return this.#first?.value;
  }

  push(value: T): Link<T> {
    const link: Link<T> = { value, before: this.#last, after: undefined, isIn: true };
    if (this.#last === undefined) this.#first = link;
    else this.#last.after = link;
    this.#last = link;
    this.#size++;
    return link;
  }

  shift(): T | undefined {
    const link = this.#first;
    if (link !== undefined) this.remove(link);
    return link?.value;
  }

  /** Returns false if the entry had left before. */
  remove(link: Link<T>): boolean {
    if (!link.isIn) return false;
    link.isIn = false;
    if (link.before === undefined) this.#first = link.after;
    else link.before.after = link.after;
    if (link.after === undefined) this.#last = link.before;
    else link.after.before = link.before;
    this.#size--;
    return true;
  }

  /** Takes all entries out, and returns their values. */
  takeAll(): T[] {
    const values: T[] = [];
    while (this.#first !== undefined) values.push(this.shift() as T);
    return values;
  }

  *[Symbol.iterator](): Generator<T, void, undefined> {
    for (let link = this.#first; link !== undefined; link = link.after) yield link.value;
  }
}
