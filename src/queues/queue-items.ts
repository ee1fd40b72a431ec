import { Attempt, notYet } from '../core/attempt.ts';
import type { AwaitableCoroutine, Coroutine } from '../core/coroutine.ts';
import { handOut } from '../core/library-coroutine.ts';
import { QueueShutDown } from '../errors.ts';

/** A queue, as far as items are taken from it. */
interface Source<T> {
  empty(): boolean;
  get(): Coroutine<T>;
  getNowait(): T;
}

type Step<T> = IteratorResult<T, undefined>;

/**
 * The items of a queue, for `for await`. An item is taken out in a step of the task that awaits it: if that is cancelled before, the item
 * stays in the queue. An async generator would take it out one step earlier, and lose it.
 *
 * States: open → over, when the loop was left, or when the queue is shut down and empty.
 */
export class QueueItems<T> implements AsyncIterableIterator<T, undefined> {
  readonly #queue: Source<T>;
  #isOver = false;

  constructor(queue: Source<T>) {
    this.#queue = queue;
  }

  /** Takes the next item, and tells of the end by `done`. */
  next(): AwaitableCoroutine<Step<T>> {
    return handOut(new Stepping(this));
  }

  /** Ends the iteration; the queue stays as it is. */
  return(): Promise<Step<T>> {
    this.#isOver = true;
    return Promise.resolve(atEnd);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** @internal */
  _tryStep(): Step<T> | typeof notYet {
    if (this.#isOver) return atEnd;
    return this.#queue.empty() ? notYet : { done: false, value: this.#queue.getNowait() };
  }

  /** @internal */
  *_step(): Coroutine<Step<T>> {
    try {
      return { done: false, value: yield* this.#queue.get() };
    } catch (error) {
      if (!(error instanceof QueueShutDown)) throw error;
      this.#isOver = true;
      return atEnd;
    }
  }
}

const atEnd: IteratorReturnResult<undefined> = { done: true, value: undefined };

class Stepping<T> extends Attempt<Step<T>> {
  readonly #items: QueueItems<T>;

  constructor(items: QueueItems<T>) {
    super();
    this.#items = items;
  }

  protected override _try(): Step<T> | typeof notYet {
    return this.#items._tryStep();
  }

  protected override _wait(): Coroutine<Step<T>> {
    return this.#items._step();
  }
}
