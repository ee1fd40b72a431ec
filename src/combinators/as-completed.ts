import { awaitableMethods } from '../core/awaitable.ts';
import { checkOptionalTime, checkOptions } from '../core/checks.ts';
import type { Awaitable, AwaitableCoroutine, Coroutine, ResultOf } from '../core/coroutine.ts';
import { currentTask, getEventLoop } from '../core/current.ts';
import type { EventLoop } from '../core/event-loop.ts';
import { unexpected } from '../core/expected.ts';
import type { Future } from '../core/future.ts';
import { FAILED } from '../core/future-state.ts';
import type { TimerHandle } from '../core/handle.ts';
import { comparesByIdentity } from '../core/identity.ts';
import { printsItself } from '../core/prints-itself.ts';
import { seams } from '../core/seams.ts';
import { msText } from '../core/text.ts';
import type { AwaitablesOf, Missing } from '../core/type-messages.ts';
import { hold, letGo } from '../core/unretrieved.ts';
import { type Listening, whenDone } from '../core/when-done.ts';
import { wrapSteps } from '../core/wrap.ts';
import { TimeoutError } from '../errors.ts';
import { Queue } from '../queues/queue.ts';
import { awaitablesOf, cancelStarted, startAll } from './inputs.ts';

/**
 * A future as `for await` gives it. Its type has no `then`: with one, the type checker would take the loop's variable for
 * the result. The value is the future itself that was given.
 */
export type Done<F> = Omit<F, 'then'>;

/**
 * The result of `asCompleted()`. Iterate it with `for await` in an async function, with `for` in a coroutine.
 *
 * @example
 * ```ts
 * import { asCompleted, createTask, run, sleep } from 'skein';
 *
 * await run(async () => {
 *   const tasks = [createTask(sleep(9, 'slow')), createTask(sleep(1, 'fast'))];
 *   const seen: string[] = [];
 *   for await (const task of asCompleted(tasks)) seen.push(task.result());
 *   return seen;
 * }); // => ['fast', 'slow']
 * ```
 *
 * Follows the iterator of `asyncio.as_completed()`.
 */
export class AsCompleted<T, F extends Future<unknown>>
  implements Iterable<AwaitableCoroutine<T>>, AsyncIterable<Done<F>>
{
  static {
    printsItself(this.prototype);
    comparesByIdentity(this.prototype);
    awaitableMethods(this.prototype, '_nextResult', '_nextFuture');
  }

  /** The futures that are done and not given out yet; undefined for each future that was not done in time. */
  readonly #done = Object.assign(new Queue<Future<T> | undefined>(), {
    toString: () => `asCompleted() of ${this.#todo.size} pending`,
  });
  /** The futures that are not done. While this listens to them, each has its listener. */
  readonly #todo = new Map<Future<T>, Listening | undefined>();
  /** The number of results that are not given out yet. */
  #left: number;
  /** The number of given out coroutines that are being awaited. */
  #open = 0;
  /** The number of given out coroutines that may still be awaited. */
  #unstarted = 0;
  #iterating = false;
  #isListening = false;
  readonly #loop: EventLoop;
  readonly #deadline: number | undefined;
  readonly #ms: number;
  #timer: TimerHandle | undefined;
  #needsTimer = true;
  /** The futures that failed and are not given out yet. Made for the first of them. */
  #failed: Set<Future<unknown>> | undefined;

  /** @internal */
  constructor(
    awaitables: readonly (Coroutine<T> | Future<T>)[],
    timeout: number | null | undefined,
  ) {
    const given: unknown = awaitables;
    if (!Array.isArray(given) || (given.length > 0 && given[0] === undefined)) {
      throw unexpected('new AsCompleted', 'to be called by `asCompleted()`', given);
    }
    this.#loop = getEventLoop();
    this.#ms = timeout ?? 0;
    const each = [...new Set(awaitables)];
    const futures = startAll(each, this.#loop);
    for (const future of futures) this.#todo.set(future, undefined);
    this.#left = this.#todo.size;
    this.#deadline =
      timeout === undefined || timeout === null ? undefined : this.#loop.time() + timeout;
    try {
      this.#listen();
    } catch (error) {
      cancelStarted(futures, each);
      throw error;
    }
  }

  /** Gives a coroutine for each: the first that is awaited returns the first result, and so on. */
  *[Symbol.iterator](): Generator<AwaitableCoroutine<T>, void, undefined> {
    this.#resume();
    try {
      while (this.#left > 0) {
        this.#left--;
        yield this.#giveOut();
      }
    } finally {
      this.#pause();
    }
  }

  #giveOut(): AwaitableCoroutine<T> {
    const receipt = {};
    const next = this._nextResult(receipt);
    this.#unstarted++;
    dropped.register(next, this as AsCompleted<unknown, Future<unknown>>, receipt);
    return next;
  }

  /**
   * Gives the futures themselves, in the order in which they are done. A second iteration goes on where the first left: what
   * was done between them comes in the order given.
   *
   * @throws TimeoutError (a rejection of `next()`) for each that was not done in time.
   */
  [Symbol.asyncIterator](): AsyncIterator<Done<F>> {
    this.#resume();
    // Not an async generator, which would await the future that it yields.
    return wrapSteps<AsyncIterator<Done<F>>>({
      next: () => this.#nextDone(),
      return: async () => {
        this.#pause();
        return { done: true, value: undefined };
      },
    });
  }

  #resume(): void {
    this.#iterating = true;
    this.#listen();
    this.#needTimer(true);
  }

  /** The iteration is left. */
  #pause(): void {
    this.#iterating = false;
    this.#leaveIfUnused();
  }

  async #nextDone(): Promise<IteratorResult<Done<F>>> {
    if (this.#left <= 0) return { done: true, value: undefined };
    this.#left--;
    try {
      const [future] = await this._nextFuture();
      return { done: false, value: future as unknown as F };
    } catch (error) {
      // `for await` does not call `return()` then.
      this.#pause();
      throw error;
    }
  }

  #timeoutError(): TimeoutError {
    const error = new TimeoutError(
      `The deadline of ${msText(this.#ms)} passed before all of \`asCompleted()\` were done, in task '${currentTask()?.getName()}'.`,
    );
    seams.stacks?.leaveOutLibrary(error);
    return error;
  }

  #listen(): void {
    if (this.#isListening) return;
    this.#isListening = true;
    if (this.#failed !== undefined) for (const future of this.#failed) hold(future);
    try {
      // A copy, as a future with methods of its own may call back at once. Then it has left the list.
      for (const future of [...this.#todo.keys()]) {
        const listening = whenDone(future, this.#completed, this.#done);
        if (this.#todo.has(future)) this.#todo.set(future, listening);
      }
    } catch (error) {
      this.#leave();
      throw error;
    }
    if (this.#todo.size > 0 && this.#deadline !== undefined) {
      this.#timer = this.#loop.callAt(this.#deadline, this.#timedOut);
    }
  }

  /** Nothing of it is kept at the futures or in the loop once nothing iterates it, or awaits what it gave. */
  #leaveIfUnused(): void {
    if (this.#iterating || this.#open > 0) return;
    if (this.#unstarted === 0) this.#leave();
    else this.#needTimer(false);
  }

  /** The timer stays for a coroutine that may be awaited later. Till then it must not keep a program alive. */
  #needTimer(isNeeded: boolean): void {
    if (isNeeded === this.#needsTimer || this.#timer === undefined) return;
    this.#needsTimer = isNeeded;
    this.#loop._timerUnneeded(isNeeded ? -1 : 1);
  }

  #leave(): void {
    if (!this.#isListening) return;
    this.#isListening = false;
    this.#needTimer(true);
    if (this.#failed !== undefined) for (const future of this.#failed) letGo(future);
    if (this.#timer?.cancelled() === false && this.#todo.size > 0) {
      this.#timer.cancel();
      this.#loop._timerLeft(this.#timer.when());
    }
    for (const [future, listener] of this.#todo) {
      listener?.leave();
      this.#todo.set(future, undefined);
    }
  }

  readonly #completed = (future: Future<unknown>): void => {
    if (!this.#todo.delete(future as Future<T>)) return;
    this.#done.putNowait(future as Future<T>);
    if (future._state === FAILED) {
      this.#failed ??= new Set();
      this.#failed.add(future);
      hold(future);
    }
    if (this.#todo.size > 0) return;
    this.#needTimer(true);
    this.#timer?.cancel();
  };

  readonly #timedOut = (): void => {
    this.#needTimer(true);
    for (const listener of this.#todo.values()) {
      listener?.leave();
      this.#done.putNowait(undefined);
    }
    this.#todo.clear();
  };

  toString(): string {
    return `<AsCompleted ${this.#todo.size} pending, ${this.#left} to give>`;
  }

  /** @internal A coroutine that was given out is collected, and was never awaited. */
  _dropped(): void {
    this.#unstarted--;
    this.#leaveIfUnused();
  }

  /** @internal `receipt`: of a coroutine that is given out. */
  _nextResult(receipt: object): AwaitableCoroutine<T>;
  *_nextResult(receipt: object): Coroutine<T> {
    return (yield* this.#next(receipt)).result();
  }

  /** @internal In a list, as an `await` would await the future itself too. */
  _nextFuture(): AwaitableCoroutine<[Future<T>]>;
  *_nextFuture(): Coroutine<[Future<T>]> {
    return [yield* this.#next()];
  }

  *#next(receipt?: object): Coroutine<Future<T>> {
    this.#open++;
    if (receipt !== undefined && dropped.unregister(receipt)) this.#unstarted--;
    this.#listen();
    this.#needTimer(true);
    try {
      const future = yield* this.#done._get();
      if (future === undefined) throw this.#timeoutError();
      if (this.#failed?.delete(future)) letGo(future);
      return future;
    } finally {
      this.#open--;
      this.#leaveIfUnused();
    }
  }
}

const dropped = new FinalizationRegistry<AsCompleted<unknown, Future<unknown>>>((completed) =>
  completed._dropped(),
);

/**
 * Gives results as they come in, the fastest first.
 *
 * In an async function, iterate it with `for await`: it gives the futures themselves, done, which have a `result()`. In a
 * coroutine, iterate it with `for`: each round gives a coroutine, and `yield*` on that gives the next result, or throws what
 * failed.
 *
 * @param awaitables - Futures, tasks, coroutines, promises; each once.
 * @param options - `timeout`: the longest time for all, in ms. A {@link TimeoutError} comes in the place of each that is not
 *   done by then.
 * @returns What can be iterated, once; see {@link AsCompleted}.
 * @throws TypeError when something among them cannot be awaited, or the timeout is not a number; RangeError when it is
 *   NaN, or when they belong to another loop.
 *
 * @example
 * ```ts
 * import { asCompleted, run, sleep } from 'skein';
 *
 * await run(async () => {
 *   const seen: string[] = [];
 *   const words = [sleep(9, 'slow'), sleep(1, 'fast')];
 *   for await (const done of asCompleted(words)) seen.push(done.result());
 *   return seen;
 * }); // => ['fast', 'slow']
 * await run(function* () {
 *   const seen: string[] = [];
 *   const words = [sleep(9, 'slow'), sleep(1, 'fast')];
 *   for (const next of asCompleted(words)) seen.push(yield* next);
 *   return seen;
 * }); // => ['fast', 'slow']
 * ```
 *
 * Follows `asyncio.as_completed()`; differs in the unit.
 */
export function asCompleted<
  A,
  Elements = Missing,
  Iterator = Missing,
  Suspended = Missing,
  Yielded = Missing,
  Way = Missing,
  Whole = never,
  Other = never,
>(
  awaitables: AwaitablesOf<
    'asCompleted',
    Iterable<A>,
    Elements,
    Iterator,
    Suspended,
    Yielded,
    Way,
    Whole,
    Other
  >,
  options?: { timeout?: number | null | undefined },
): AsCompleted<ResultOf<A>, A extends Future<unknown> ? A : Future<ResultOf<A>>>;
export function asCompleted(
  awaitables: unknown,
  options: { timeout?: number | null | undefined } = {},
): AsCompleted<unknown, Future<unknown>> {
  checkOptions('asCompleted', options, ['timeout']);
  const { timeout } = options;
  checkOptionalTime('asCompleted', 'a timeout', timeout);
  return new AsCompleted(
    awaitablesOf('asCompleted', awaitables as Iterable<Awaitable<unknown>>),
    timeout,
  );
}
