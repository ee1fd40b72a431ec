import { Attempt, notYet } from '../core/attempt.ts';
import { awaitableMethods } from '../core/awaitable.ts';
import { checkFlag } from '../core/checks.ts';
import type { AwaitableCoroutine, Coroutine } from '../core/coroutine.ts';
import { unexpected } from '../core/expected.ts';
import type { Future } from '../core/future.ts';
import { handOut } from '../core/library-coroutine.ts';
import { QueueEmpty, QueueFull, QueueShutDown } from '../errors.ts';
import { Event } from '../sync/event.ts';
import { Named, type NameOptions } from '../sync/named.ts';
import { Waiters } from '../sync/waiters.ts';
import { Deque } from './deque.ts';
import { LastTask } from './last-task.ts';
import { QueueItems } from './queue-items.ts';

/** The items of a queue, in the order in which the queue gives them out. */
export interface Store<T> {
  readonly length: number;
  push(item: T): void;
  /** Takes the next item. There must be one. */
  shift(): T;
  /** Drops all items. */
  clear(): void;
}

/** What a {@link Queue} is doing, at one moment. */
export interface QueueStatistics {
  /** The name that the queue was given. */
  readonly name: string | undefined;
  /** The number of items in it. */
  readonly size: number;
  /** The greatest number of items it holds; 0 or less: any number. */
  readonly maxsize: number;
  /** The number of items that were put in, and whose work is not done; see {@link Queue.taskDone}. */
  readonly unfinished: number;
  /** The number of tasks that wait for an item. */
  readonly getters: number;
  /** The number of tasks that wait for room. */
  readonly putters: number;
  /** True after `shutdown()`. */
  readonly shutDown: boolean;
}

/**
 * Hands items from tasks to tasks, first in first out. With a `maxsize`, putting waits for room.
 *
 * States: open → shut down (`shutdown()`): nothing more goes in; what is in comes out, unless it is dropped.
 *
 * @example
 * ```ts
 * import { createTask, Queue, run } from 'skein';
 *
 * const queue = new Queue<number>(2);
 * await run(async () => {
 *   const producer = createTask(async () => {
 *     for (const n of [1, 2, 3]) await queue.put(n);
 *     queue.shutdown();
 *   });
 *   const seen: number[] = [];
 *   for await (const n of queue) seen.push(n);
 *   await producer;
 *   return seen;
 * }); // => [1, 2, 3]
 * await run(function* () {
 *   const letters = new Queue<string>();
 *   yield* letters.put('a');
 *   return yield* letters.get();
 * }); // => 'a'
 * ```
 *
 * Follows `asyncio.Queue`; adds async iteration, which ends when the queue is shut down and empty.
 */
export class Queue<T> extends Named implements AsyncIterable<T> {
  static {
    awaitableMethods(this.prototype, 'join');
  }

  /** The greatest number of items it holds; 0 or less: any number. */
  readonly maxsize: number;
  readonly #store: Store<T>;
  readonly #lastPut = new LastTask();
  readonly #lastTaken = new LastTask();
  readonly #getters = new Waiters({
    _kind: 'get',
    _of: this,
    toString: (): string => `an item of ${this}`,
    _related: () => this.#lastPut.related('last put by'),
  });
  readonly #putters = new Waiters({
    _kind: 'put',
    _of: this,
    toString: (): string => `room in ${this}`,
    _related: () => this.#lastTaken.related('last taken by'),
  });
  readonly #finished = new Event(undefined, {
    _kind: 'join',
    _of: this,
    toString: (): string => `taskDone() for ${this.#unfinished} of ${this}`,
    _related: () => this.#lastTaken.related('last taken by'),
  });
  #unfinished = 0;
  #shutDown = false;

  /**
   * @param maxsize - The greatest number of items it holds; 0 or less: any number.
   * @param options - `name`: shown in text forms, call graphs and `statistics()`.
   * @throws RangeError when `maxsize` is not a number; TypeError when an option is not known, or the name has no text form.
   */
  constructor(maxsize?: number, options?: NameOptions);
  /** @internal */
  constructor(maxsize: number | undefined, options: NameOptions | undefined, store: Store<T>);
  constructor(maxsize = 0, options?: NameOptions, store: Store<T> = new Deque<T>()) {
    super(options);
    if (typeof maxsize !== 'number' || Number.isNaN(maxsize)) {
      throw unexpected(`new ${new.target.name}`, '`maxsize` to be a number', maxsize, RangeError);
    }
    if (typeof store?.shift !== 'function' || Array.isArray(store)) {
      throw unexpected(`new ${new.target.name}`, '`maxsize`, options and nothing more', store);
    }
    this.maxsize = maxsize;
    this.#store = store;
    this.#finished.set();
  }

  /** The number of items in it. */
  get size(): number {
    return this.#store.length;
  }

  /** Tells whether it has no items. */
  empty(): boolean {
    return this.#store.length === 0;
  }

  /** Tells whether it holds `maxsize` items. */
  full(): boolean {
    return this.maxsize > 0 && this.#store.length >= this.maxsize;
  }

  /**
   * Puts an item in, once there is room.
   *
   * @throws QueueShutDown when the queue is shut down, now or while waiting.
   */
  put(item: T): AwaitableCoroutine<void> {
    return handOut(new Putting(this, item));
  }

  /**
   * Puts an item in.
   *
   * @throws QueueFull when there is no room; QueueShutDown when the queue is shut down.
   */
  putNowait(item: T): void {
    if (this.#shutDown) throw new QueueShutDown();
    if (this.full()) throw new QueueFull(this.maxsize);
    this.#store.push(item);
    this.#unfinished++;
    this.#finished.clear();
    this.#lastPut.note();
    this.#getters.releaseNext();
  }

  /**
   * Takes the next item out, once there is one.
   *
   * @throws QueueShutDown when the queue is shut down and empty, now or while waiting.
   */
  get(): AwaitableCoroutine<T> {
    return handOut(new Getting(this));
  }

  /**
   * Takes the next item out.
   *
   * @throws QueueEmpty when there is none; QueueShutDown when there will never be one.
   */
  getNowait(): T {
    // A subclass may say that it is not empty, though it is.
    if (this.empty() || this.#store.length === 0)
      throw this.#shutDown ? new QueueShutDown() : new QueueEmpty();
    const item = this.#store.shift();
    this.#lastTaken.note();
    this.#putters.releaseNext();
    return item;
  }

  /**
   * Says that the work for one item taken out is done; see {@link Queue.join}.
   *
   * @throws RangeError when it is called more often than items were put in.
   */
  taskDone(): void {
    if (this.#unfinished <= 0) {
      throw new RangeError(
        '`taskDone()` expected an item whose work is not done, but was called more often than items were put in.',
      );
    }
    this.#unfinished--;
    if (this.#unfinished === 0) this.#finished.set();
  }

  /** Waits until `taskDone()` was called for every item put in. */
  join(): AwaitableCoroutine<void>;
  *join(): Coroutine<void> {
    if (this.#unfinished > 0) yield* this.#finished.wait();
  }

  /**
   * Closes the queue. From now on `put()` throws a {@link QueueShutDown}, and `get()` does once the queue is empty.
   *
   * @param immediate - True to drop the items that are in it; they count as done.
   */
  shutdown(immediate = false): void {
    checkFlag('queue.shutdown', '`immediate`', immediate);
    this.#shutDown = true;
    if (immediate) {
      this.#unfinished = Math.max(this.#unfinished - this.#store.length, 0);
      this.#store.clear();
      if (this.#unfinished === 0) this.#finished.set();
    }
    this.#getters.releaseAll();
    this.#putters.releaseAll();
  }

  /** Tells what is in it, and how many tasks wait; see {@link QueueStatistics}. The object is frozen. */
  statistics(): QueueStatistics {
    return Object.freeze({
      name: this.name,
      size: this.size,
      maxsize: this.maxsize,
      unfinished: this.#unfinished,
      getters: this.#getters.size,
      putters: this.#putters.size,
      shutDown: this.#shutDown,
    });
  }

  /** Takes items out until the queue is shut down and empty. An item for which a cancelled loop waited stays in the queue. */
  [Symbol.asyncIterator](): AsyncIterableIterator<T, undefined> {
    return new QueueItems(this);
  }

  /** @internal */
  *_put(item: T): Coroutine<void> {
    while (this.full()) {
      if (this.#shutDown) throw new QueueShutDown();
      yield* this.#turn(this.#putters, () => !this.full());
    }
    try {
      this.putNowait(item);
    } catch (error) {
      // The item was refused: the room is for the next that waits.
      this.#passOn(this.#putters, () => !this.full());
      throw error;
    }
  }

  /** @internal */
  *_get(): Coroutine<T> {
    while (this.empty()) {
      if (this.#shutDown) throw new QueueShutDown();
      yield* this.#turn(this.#getters, () => !this.empty());
    }
    try {
      return this.getNowait();
    } catch (error) {
      // The item stays: it is for the next that waits.
      this.#passOn(this.#getters, () => !this.empty());
      throw error;
    }
  }

  /** @internal The futures of the tasks that wait for an item, for call graphs. */
  _awaited(): Iterable<Future<unknown>> {
    return this.#getters;
  }

  *#turn(waiters: Waiters, possible: () => boolean): Coroutine<void> {
    const future = waiters.createFuture();
    try {
      yield* waiters.wait(future);
    } catch (error) {
      // The task was released and cancelled in the same iteration: it passes its turn on to the next.
      if (!future.cancelled()) this.#passOn(waiters, possible);
      throw error;
    }
  }

  /** Releases the next waiter, if it may go on. A method of a subclass says so: if that throws, the waiter is to see that too. */
  #passOn(waiters: Waiters, possible: () => boolean): void {
    let isPossible = true;
    try {
      isPossible = possible();
    } catch {
      // The waiter asks again, and gets the error.
    }
    if (isPossible) waiters.releaseNext();
  }

  override toString(): string {
    const limit = this.maxsize > 0 ? ` of ${this.maxsize}` : '';
    const state = `${this.#shutDown ? 'shut down, ' : ''}${this.size}${limit} items`;
    return this._textOf(this.constructor.name, state);
  }
}

class Putting<T> extends Attempt<void> {
  readonly #queue: Queue<T>;
  readonly #item: T;

  constructor(queue: Queue<T>, item: T) {
    super();
    this.#queue = queue;
    this.#item = item;
  }

  protected override _try(): undefined | typeof notYet {
    return this.#queue.full() ? notYet : (this.#queue.putNowait(this.#item) as undefined);
  }

  protected override _wait(): Coroutine<void> {
    return this.#queue._put(this.#item);
  }
}

class Getting<T> extends Attempt<T> {
  readonly #queue: Queue<T>;

  constructor(queue: Queue<T>) {
    super();
    this.#queue = queue;
  }

  protected override _try(): T | typeof notYet {
    return this.#queue.empty() ? notYet : this.#queue.getNowait();
  }

  protected override _wait(): Coroutine<T> {
    return this.#queue._get();
  }
}
