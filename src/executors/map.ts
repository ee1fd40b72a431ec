/**
 * The results of `map()`: a window that slides over the inputs. Up to `bufferSize` jobs are under way. Before a result is
 * handed out, the next input is submitted, so that workers stay busy while the program looks at the result.
 */
import { checkTime } from '../core/checks.ts';
import { getEventLoop } from '../core/current.ts';
import type { EventLoop } from '../core/event-loop.ts';
import type { Future } from '../core/future.ts';
import type { TimerHandle } from '../core/handle.ts';
import type { Runnable } from '../core/ready-queue.ts';
import { inContextOfNow } from '../core/shippable.ts';
import { describe } from '../core/text.ts';
import { QueueFull, TimeoutError } from '../errors.ts';
import { MapChunks, type SubmitChunk } from './map-chunks.ts';
import { MapInputs } from './map-inputs.ts';
import { Step } from './pool/streams/step.ts';

export interface MapOptions {
  /**
   * How many inputs are submitted ahead of the results that were taken. Default: 1024, enough to keep any number of
   * workers busy, and few enough for an endless input.
   */
  bufferSize?: number;
  /** How long all results may take together, from the call of `map()` on, in ms. Default: as long as they take. */
  timeout?: number;
  /** True: results come in the order of the inputs. False: they come as they are done. Default: true. */
  ordered?: boolean;
  /**
   * How many inputs are sent to a worker as one job, at most `bufferSize`. For work of some microseconds this is several
   * times as fast, as a job costs more than that. The inputs of a chunk run on one worker and are stopped together; an input
   * that cannot be copied, or the loss of the worker, fails all of them. Executors without workers ignore it. Default: 1.
   */
  chunkSize?: number;
  /** Puts errors among the results of `for await`, and goes on, instead of ending with the first. Default: false. */
  returnExceptions?: boolean;
}

const defaultBufferSize = 1024;

/** The next result of {@link MapResults}. */
class MapStep<R> extends Step<R, undefined> {
  /** Gives up the rest. If the wait is cancelled that runs on the loop, as it calls code of the program: it closes inputs. */
  readonly #giveUp: Runnable;

  constructor(loop: EventLoop, giveUp: Runnable) {
    super({ loop });
    this.#giveUp = giveUp;
    this._purpose = 'the next result of map()';
  }

  /** @internal */
  override _abandon(reason: unknown): void {
    this.getLoop()._enqueue(this.#giveUp);
    super._abandon(reason);
  }

  /** @internal */
  override _letGo(): void {
    this.#giveUp._run();
  }
}

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
  readonly #bufferSize: number;
  readonly #returnExceptions: boolean;
  readonly #ordered: boolean;
  readonly #loop: EventLoop = getEventLoop();
  readonly #timer: TimerHandle | undefined;
  /** The calls that were submitted, and whose results were not taken yet. */
  readonly #ahead: Future<unknown>[] = [];
  /** The calls that are done and were not taken yet, if the order does not matter. */
  readonly #finished: Future<unknown>[] = [];
  /** The calls of `next()` that are not settled yet. */
  readonly #asking: MapStep<unknown>[] = [];
  /** Arguments that were taken from the inputs while the executor had no room for them. */
  #held: unknown[] | undefined;
  /** The future that a coroutine was given last. */
  #handedOut: Future<unknown> | undefined;
  /** The future of `#ahead` that calls `#answer()` when it is done. */
  #watched: Future<unknown> | undefined;
  /** Gives up the rest, for steps that do so. */
  readonly #leaving: Runnable = {
    _run: () => this.#giveUp(),
    _runOrphaned: () => this.#giveUp(),
  };
  /** True while `next()` of an input is under way. */
  #pulling = false;
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
    const { bufferSize = defaultBufferSize, timeout, returnExceptions = false } = options;
    checkSize('bufferSize', bufferSize);
    const { chunkSize = 1 } = options;
    checkSize('chunkSize', chunkSize);
    this.#ordered = options.ordered ?? true;
    const size = Math.min(chunkSize, bufferSize);
    const submitChunk = size > 1 ? chunks() : undefined;
    if (submitChunk === undefined) {
      this.#submit = inContextOfCall(submit);
    } else {
      const waiting = new MapChunks(inContextOfCall(submitChunk), size);
      this.#chunks = waiting;
      this.#submit = (args) => waiting.add(args);
    }
    this.#bufferSize = bufferSize;
    this.#returnExceptions = returnExceptions;
    if (timeout !== undefined) checkTime('map', '`timeout`', timeout);
    this.#inputs = new MapInputs(sources, (exception) =>
      this.#loop.callExceptionHandler({ message: 'An input of map() failed to close', exception }),
    );
    if (timeout !== undefined)
      this.#timer = this.#loop.callLater(timeout, () => this.#timeOut(timeout));
    this.#fill();
    // No input came before it: the call itself is wrong, as with a function that cannot cross.
    if (this.#failure !== undefined && this.#ahead.length === 0) {
      this.#timer?.cancel();
      throw this.#failure.error;
    }
  }

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
        'A `for` loop over the results of map() expected ordinary inputs, but one of them is asynchronous. Use `for await`.',
      );
    }
    if (!this.#ordered) {
      throw new TypeError(
        'A `for` loop over the results of map() expected them in the order of the inputs, but `ordered` is false. Use `for await`, or `asCompleted()` with futures of `submit()`.',
      );
    }
    try {
      for (let next = this.#take(); next !== undefined; next = this.#take()) {
        this.#handedOut = next;
        yield next as Future<R>;
      }
      if (this.#failure !== undefined) throw this.#failure.error;
    } finally {
      this.#giveUp();
    }
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
    if (!this.#pulling) await this.#inputs.close();
    return { done: true, value: undefined };
  }

  /** Submits until the window is full. */
  #fill(): void {
    if (this.#inputs.areAsync) {
      if (!this.#pulling) void this.#fillAsync();
      return;
    }
    try {
      while (this.#hasRoom() && this.#add(this.#held ?? this.#inputs.pull()));
    } catch (error) {
      this.#fail(error);
    }
    if (this.#ended) this.#chunks?.flush();
  }

  async #fillAsync(): Promise<void> {
    this.#pulling = true;
    const outside = this.#loop._expectOutside();
    try {
      while (this.#hasRoom()) {
        const args = this.#held ?? (await this.#inputs.pullAsync());
        if (this.#ended || !this.#loop._inside(() => this.#add(args))) break;
        this.#answer();
      }
    } catch (error) {
      this.#fail(error);
      this.#answer();
    } finally {
      this.#pulling = false;
      outside.close();
      if (this.#ended) this.#chunks?.flush();
    }
  }

  #hasRoom(): boolean {
    return !this.#ended && this.#ahead.length + this.#finished.length < this.#bufferSize;
  }

  /** Submits one call. Returns false while the executor has no room for it. */
  #add(args: unknown[] | undefined): boolean {
    if (args === undefined) {
      this.#ended = true;
      return true;
    }
    let future: Future<unknown>;
    try {
      future = this.#submit(args);
    } catch (error) {
      this.#held = args;
      if (error instanceof QueueFull && this.#ahead.length + this.#finished.length > 0)
        return false;
      throw error;
    }
    this.#held = undefined;
    this.#ahead.push(future);
    if (!this.#ordered) future.addDoneCallback(() => this.#finish(future));
    return true;
  }

  /** A call is done, and the order does not matter. */
  #finish(future: Future<unknown>): void {
    const at = this.#ahead.indexOf(future);
    if (at === -1) return;
    this.#ahead.splice(at, 1);
    this.#finished.push(future);
    this.#answer();
  }

  /** An input has failed, or the executor takes no more: the error is thrown in its place in the order. */
  #fail(error: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#failure = { error };
    void this.#inputs.close();
  }

  /** Takes the next future, and submits its successor. */
  #take(): Future<unknown> | undefined {
    const next = (this.#ordered ? this.#ahead : this.#finished).shift();
    if (next !== undefined) {
      this.#fill();
      this.#chunks?.urge(next);
    }
    return next;
  }

  /** Settles calls of `next()`, as far as there are results. */
  #answer(): void {
    for (;;) {
      const asking = this.#asking[0];
      if (asking === undefined) return;
      const [head] = this.#ordered ? this.#ahead : this.#finished;
      if (head === undefined && !(this.#ended && this.#ahead.length === 0)) {
        this.#chunks?.urge(this.#ordered ? undefined : this.#ahead[0]);
        return;
      }
      if (head !== undefined && !head.done()) {
        this.#chunks?.urge(head);
        this.#watch(head);
        return;
      }
      this.#asking.shift();
      if (asking.done()) continue;
      if (head === undefined) this.#answerLast(asking);
      else this.#answerWith(asking, head);
    }
  }

  #watch(head: Future<unknown>): void {
    if (this.#watched === head) return;
    this.#watched = head;
    head.addDoneCallback(() => this.#answer());
  }

  #answerWith(asking: MapStep<unknown>, head: Future<unknown>): void {
    this.#take();
    try {
      asking.setResult({ done: false, value: head.result() });
    } catch (error) {
      if (this.#returnExceptions && this.#failure?.error !== error) {
        asking.setResult({ done: false, value: error });
      } else {
        this.#failure = undefined;
        this.#giveUp();
        asking.setException(error);
      }
    }
  }

  #answerLast(asking: MapStep<unknown>): void {
    const failure = this.#failure;
    this.#failure = undefined;
    this.#giveUp();
    if (failure === undefined) asking.setResult({ done: true, value: undefined });
    else asking.setException(failure.error);
  }

  #giveUp(): void {
    this.#timer?.cancel();
    this.#ended = true;
    this.#finished.length = 0;
    this.#chunks?.giveUp('the results of map() were given up');
    for (const future of this.#ahead.splice(0)) future.cancel('the results of map() were given up');
    void this.#inputs.close();
    this.#answer();
  }

  /** The first result that is not there fails with the TimeoutError. Earlier results can still be read. */
  #timeOut(ms: number): void {
    const late = [this.#handedOut, ...this.#ahead].find((future) => future?.done() === false);
    if (late === undefined && this.#ended) return;
    const error = new TimeoutError(`map() had no result for all inputs within ${ms} ms.`);
    this.#fail(error);
    this.#failure = { error };
    if (late !== undefined) {
      const rest = this.#ahead.splice(this.#ahead.indexOf(late) + 1);
      this.#chunks?.giveUp('map() timed out');
      for (const future of rest) future.cancel('map() timed out');
      late.setException(error);
    }
    this.#answer();
  }
}

/** Later inputs are submitted by the code that takes results, but in the context of the call of `map()`. */
function inContextOfCall<Given>(
  submit: (given: Given) => Future<unknown>,
): (given: Given) => Future<unknown> {
  let next: Given | undefined;
  const inContext = inContextOfNow(() => submit(next as Given));
  return (given) => {
    next = given;
    return inContext();
  };
}

function checkSize(name: string, size: unknown): void {
  if (typeof size !== 'number') {
    throw new TypeError(`map() expected \`${name}\` to be a number, but got ${describe(size)}.`);
  }
  if (!(size >= 1) || (!Number.isInteger(size) && size !== Number.POSITIVE_INFINITY)) {
    throw new RangeError(
      `map() expected \`${name}\` to be a whole number of at least 1, but got ${describe(size)}.`,
    );
  }
}
