/**
 * The results of `map()`: a window that slides over the inputs. Up to `bufferSize` jobs are under way. Before a result is
 * handed out, the next input is submitted, so that workers stay busy while the program looks at the result.
 *
 * A call is in one of these places, and moves on from one to the next:
 *
 * - held: its arguments were taken from the inputs, and the executor had no room for them.
 * - ahead: it was submitted, and its result was not taken. In any order: it is not done either.
 * - finished, in any order only: it is done, and its result was not taken.
 *
 * Code of the program runs within some of these steps: inputs, the `submit()` of its own executor, getters among arguments. It
 * may take results or give them up meanwhile. So each step looks again, after such a call, at whether the rest is still wanted.
 */
import { refuseMaking } from '../core/checks.ts';
import { getEventLoop } from '../core/current.ts';
import type { EventLoop } from '../core/event-loop.ts';
import type { Future } from '../core/future.ts';
import { PENDING } from '../core/future-state.ts';
import { type FutureWindow, keep } from '../core/future-windows.ts';
import type { TimerHandle } from '../core/handle.ts';
import { inside } from '../core/inside.ts';
import { isFuture } from '../core/is-future.ts';
import { LinkedList } from '../core/linked-list.ts';
import { OutsideWork } from '../core/outside-work.ts';
import type { Runnable } from '../core/ready-queue.ts';
import { describe } from '../core/text.ts';
import { taken } from '../core/unretrieved.ts';
import { CancelledError, QueueFull, TimeoutError } from '../errors.ts';
import { Call, inContextOfCall, MapStep, type Shape, ShapedFuture, shapeFor } from './map-calls.ts';
import { MapChunks, type SubmitChunk } from './map-chunks.ts';
import { MapInputs } from './map-inputs.ts';
import { type CheckedMapOptions, checkMapOptions, type MapOptions } from './map-options.ts';

const givenUp = 'the results of `map()` were given up';

/**
 * The results of {@link Executor.map}, in the order of the inputs unless that was not wanted.
 *
 * In async functions: `for await (const result of results)`. In coroutines: `for (const next of results)` and then
 * `yield* next`, where each failure is that of its own future, so that the loop can go on after it.
 *
 * However a loop is left, the rest is given up: calls that have not begun never begin, and the inputs are closed.
 */
export class MapResults<R> implements AsyncIterableIterator<R, undefined> {
  readonly #submit: (args: unknown[]) => Future<unknown>;
  readonly #inputs: MapInputs;
  /** Where inputs wait until a chunk is full. */
  readonly #chunks: MapChunks | undefined;
  readonly #options: CheckedMapOptions;
  readonly #shape: Shape | undefined;
  readonly #loop: EventLoop = getEventLoop();
  readonly #timer: TimerHandle | undefined;
  readonly #ahead = new LinkedList<Call>();
  readonly #finished = new LinkedList<Call>();
  /** The calls of `next()` that are not settled yet. */
  readonly #asking = new LinkedList<MapStep<unknown>>();
  #held: unknown[] | undefined;
  /** The number of inputs that were submitted. */
  #submitted = 0;
  /** The future that a coroutine was given last, and its call. */
  #handedOut: { readonly future: Future<unknown>; readonly call: Call } | undefined;
  /** The call of `#ahead` that calls `#answer()` when it is done. */
  #watched: Call | undefined;
  /** The call that was under way when the time of all was over. */
  #late: Call | undefined;
  /** A failure among the results is not lost before it was taken. */
  readonly #window: FutureWindow = { [Symbol.iterator]: () => this.#untaken() };
  /** Gives up the rest, for steps that do so. */
  readonly #leaving: Runnable = {
    _run: () => this.#giveUp(),
    _runOrphaned: () => this.#giveUp(),
  };
  /** True while inputs are taken and submitted. */
  #isFilling = false;
  /** Nothing more is submitted: the inputs have ended or failed, or the rest was given up. */
  #ended = false;
  /** The error that ended the inputs early. It is thrown after the results of the inputs before it. */
  #failure: { readonly error: unknown } | undefined;

  /** @internal */
  constructor(
    submit: (args: unknown[]) => Future<unknown>,
    chunks: () => SubmitChunk | undefined,
    sources: readonly unknown[],
    options: MapOptions,
  ) {
    const isOurs =
      typeof submit === 'function' && typeof chunks === 'function' && Array.isArray(sources);
    if (!isOurs || !options) refuseMaking('MapResults', 'map', submit);
    this.#options = checkMapOptions(options);
    this.#shape = shapeFor(this.#options);
    const { chunkSize, timeout } = this.#options;
    const submitChunk = chunkSize > 1 ? chunks() : undefined;
    if (submitChunk === undefined) {
      this.#submit = inContextOfCall(submit);
    } else {
      const waiting = new MapChunks(inContextOfCall(submitChunk), chunkSize);
      this.#chunks = waiting;
      this.#submit = (args) => waiting.add(args);
    }
    this.#inputs = new MapInputs(sources, (exception) =>
      this.#report('An input of `map()` failed to close', exception),
    );
    if (timeout !== undefined)
      this.#timer = this.#loop.callLater(timeout, () => this.#timeOut(timeout));
    keep(this.#window);
    this.#fill();
    // No input came before it: the call itself is wrong, as with a function that cannot cross.
    if (this.#failure !== undefined && this.#ahead.size === 0) {
      this.#timer?.cancel();
      throw this.#failure.error;
    }
  }

  /** For `for await`: the results themselves. */
  [Symbol.asyncIterator](): this {
    return this;
  }

  /**
   * Hands out the futures of the results, for coroutines.
   *
   * @throws TypeError when an input is asynchronous: whether there is a next one cannot be told at once then. So it is
   *   for results in any order: which future is next is not known before one is done.
   */
  *[Symbol.iterator](): Generator<Future<R>, undefined, unknown> {
    if (this.#inputs.areAsync) {
      throw new TypeError(
        'A `for` loop over the results of `map()` expected ordinary inputs, but one of them is asynchronous. Use `for await`.',
      );
    }
    if (!this.#options.ordered) {
      throw new TypeError(
        'A `for` loop over the results of `map()` expected them in the order of the inputs, but `ordered` is false. Use `for await`, or `asCompleted()` with futures of `submit()`.',
      );
    }
    try {
      for (let call = this.#ahead.shift(); call !== undefined; call = this.#ahead.shift()) {
        taken(call.future);
        this.#fill();
        this.#chunks?.urge(call.future);
        const future = this.#futureFor(call);
        this.#handedOut = { future, call };
        yield future as Future<R>;
      }
      if (this.#failure !== undefined) throw this.#failure.error;
    } finally {
      this.#giveUp();
    }
  }

  *#untaken(): Iterator<Future<unknown>> {
    for (const { future } of this.#ahead) yield future;
    for (const { future } of this.#finished) yield future;
  }

  #futureFor(call: Call): Future<unknown> {
    const isPlain = this.#shape === undefined || call === this.#late;
    return isPlain ? call.future : new ShapedFuture(this.#loop, call, this.#shape as Shape);
  }

  /** Waits for the next result. Cancelling that wait gives up the rest. */
  next(): Promise<IteratorResult<R, undefined>> {
    const answer = new MapStep<unknown>(this.#loop, this.#leaving);
    this.#asking.push(answer);
    this.#answer();
    return answer as Promise<IteratorResult<unknown, undefined>> as Promise<
      IteratorResult<R, undefined>
    >;
  }

  /** Gives up the rest. */
  async return(): Promise<IteratorResult<R, undefined>> {
    this.#giveUp();
    // An input whose `next()` is not settled may wait for something that never comes. It is closed when it goes on.
    if (!this.#isFilling) await this.#inputs.close();
    return { done: true, value: undefined };
  }

  /** Submits until the window is full. */
  #fill(): void {
    if (this.#isFilling) return;
    if (this.#inputs.areAsync) {
      void this.#fillAsync();
      return;
    }
    this.#isFilling = true;
    try {
      while (this.#hasRoom() && this.#add(this.#held ?? this.#inputs.pull()));
    } catch (error) {
      this.#fail(error);
    }
    this.#isFilling = false;
    if (this.#ended) this.#chunks?.flush();
  }

  async #fillAsync(): Promise<void> {
    this.#isFilling = true;
    const outside = new OutsideWork(this.#loop);
    try {
      for (let goesOn = true; goesOn && this.#hasRoom(); this.#answer()) {
        const args = this.#held ?? (await this.#inputs.pullAsync());
        goesOn = inside(this.#loop, () => this.#add(args));
      }
    } catch (error) {
      this.#fail(error);
      this.#answer();
    } finally {
      this.#isFilling = false;
      outside.close();
      if (this.#ended) this.#chunks?.flush();
    }
  }

  #hasRoom(): boolean {
    return !this.#ended && this.#ahead.size + this.#finished.size < this.#options.bufferSize;
  }

  /** Submits one call. Returns false if no other is to follow now. */
  #add(args: unknown[] | undefined): boolean {
    if (this.#ended) return false;
    if (args === undefined) {
      this.#ended = true;
      return false;
    }
    let future: Future<unknown>;
    try {
      future = this.#submit(args);
    } catch (error) {
      this.#held = args;
      if (error instanceof QueueFull && this.#ahead.size + this.#finished.size > 0) return false;
      throw error;
    }
    if (!isFuture(future)) {
      throw new TypeError(
        `\`map()\` expected a future from the executor's \`submit()\`, but got ${describe(future)}. Wrap a promise with \`fromPromise()\`.`,
      );
    }
    this.#held = undefined;
    const call = new Call(this.#loop, this.#submitted, future);
    if (this.#ended) {
      call.cancel(givenUp);
      return false;
    }
    this.#submitted++;
    call.link = this.#ahead.push(call);
    if (this.#options.ordered || call.listen(() => this.#finish(call))) return true;
    this.#finish(call);
    return true;
  }

  /** A call is done, and the order does not matter. */
  #finish(call: Call): void {
    if (call.link === undefined || !this.#ahead.remove(call.link)) return;
    this.#finished.push(call);
    this.#answer();
  }

  /** An input has failed, or the executor takes no more: the error is thrown in its place in the order. */
  #fail(error: unknown): void {
    if (!this.#ended) this.#end(error);
    else if (!isCancellation(error)) {
      this.#report('An input of `map()` failed after its results were given up', error);
    }
  }

  #end(error: unknown): void {
    this.#ended = true;
    this.#failure = { error };
    void this.#inputs.close();
  }

  /** Settles calls of `next()`, as far as there are results. */
  #answer(): void {
    const { ordered } = this.#options;
    const list = ordered ? this.#ahead : this.#finished;
    for (let step = this.#asking.first; step !== undefined; step = this.#asking.first) {
      const call = list.first;
      if (step._state === PENDING) {
        if (call === undefined && !(this.#ended && this.#ahead.size === 0)) {
          this.#chunks?.urge(ordered ? undefined : this.#ahead.first?.future);
          return;
        }
        if (call !== undefined && !call.isDone()) {
          this.#chunks?.urge(call.future);
          if (this.#watch(call)) return;
        }
      }
      this.#asking.shift();
      if (step._state !== PENDING) continue;
      if (call === undefined) this.#answerLast(step);
      else this.#answerWith(step, call);
    }
  }

  #watch(call: Call): boolean {
    if (this.#watched === call) return true;
    this.#watched = call;
    return call.listen(() => this.#answer());
  }

  #answerWith(step: MapStep<unknown>, call: Call): void {
    (this.#options.ordered ? this.#ahead : this.#finished).shift();
    let value: unknown;
    try {
      value = this.#resultOf(call);
    } catch (error) {
      this.#failure = undefined;
      this.#giveUp();
      if (step._state === PENDING) step._fail(error);
      return;
    }
    if (step._state === PENDING) step._finish({ done: false, value });
    this.#fill();
  }

  #resultOf(call: Call): unknown {
    const { indexed, returnExceptions } = this.#options;
    try {
      const isPlain = this.#shape === undefined || call === this.#late;
      return isPlain ? call.future.result() : this.#shape?.(call);
    } catch (error) {
      if (!returnExceptions || call === this.#late) throw error;
      return indexed ? { index: call.index, value: error } : error;
    }
  }

  #answerLast(step: MapStep<unknown>): void {
    const failure = this.#failure;
    this.#failure = undefined;
    this.#giveUp();
    if (step._state !== PENDING) return;
    if (failure === undefined) step._finish({ done: true, value: undefined });
    else step._fail(failure.error);
  }

  #giveUp(): void {
    this.#timer?.cancel();
    this.#ended = true;
    this.#held = undefined;
    this.#chunks?.giveUp(givenUp);
    // Also those that are done: a failure among them is not wanted, and is not reported.
    for (const call of this.#finished.takeAll()) call.cancel(givenUp);
    for (const call of this.#ahead.takeAll()) call.cancel(givenUp);
    void this.#inputs.close();
    this.#answer();
  }

  #report(message: string, exception: unknown): void {
    this.#loop._report({ message, exception });
  }

  /** The first result that is not there fails with the TimeoutError. Earlier results can still be read. */
  #timeOut(ms: number): void {
    const given = this.#handedOut?.call.isDone() === false ? this.#handedOut : undefined;
    const calls = [...this.#ahead];
    const at = given === undefined ? calls.findIndex((call) => !call.isDone()) : -1;
    const late = given?.call ?? calls[at];
    if (late === undefined && this.#ended) return;
    const error = new TimeoutError(`\`map()\` had no result for all inputs within ${ms} ms.`);
    this.#end(error);
    if (late !== undefined) {
      this.#late = late;
      this.#chunks?.giveUp('`map()` timed out');
      for (const call of calls.slice(at + 1)) {
        if (call.link !== undefined) this.#ahead.remove(call.link);
        call.cancel('`map()` timed out');
      }
      try {
        (given?.future ?? late.future).setException(error);
      } catch {
        late.fail(error);
      }
      if (given !== undefined) late.cancel('`map()` timed out');
    }
    this.#answer();
  }
}

/** True for what an input throws because the task that reads the results was cancelled. */
function isCancellation(error: unknown): boolean {
  try {
    return error instanceof CancelledError || (error as Error).name === 'AbortError';
  } catch {
    return false;
  }
}
