import { checkFlag, checkOptions } from '../core/checks.ts';
import type { ShutdownOptions, Work } from '../core/executor.ts';
import type { Future } from '../core/future.ts';
import type {
  CallPart,
  FunctionOf,
  Missing,
  ResultParts,
  ReturnsItems,
} from '../core/type-messages.ts';
import { type AnyFunction, codeOf } from './crossing/portable-function.ts';
import {
  checkSubmitOptions,
  type JobOptions,
  type SubmitOptions,
} from './crossing/submit-options.ts';
import { Executor } from './executor.ts';
import type { SubmitChunk } from './map-chunks.ts';
import type { PassedJob } from './pool/job/passed-job.ts';
import type { PoolFuture } from './pool/job/pool-future.ts';
import { Pool, type PoolSettings } from './pool/pool.ts';
import type { ExecutorStatistics } from './pool/statistics.ts';
import { PoolStream } from './pool/streams/pool-stream.ts';
import type { StreamJob } from './pool/streams/stream-job.ts';
import { checkBufferSize, defaultBufferSize, type StreamOptions } from './stream-options.ts';
import type { CurrentJob } from './worker/running-job.ts';

/** An executor that was collected can get no more work: its workers are ended. */
const forgotten = new FinalizationRegistry<Pool>((pool) => {
  void pool.shutdown({ wait: false });
});

const none: SubmitOptions = {};

/** An iterable, but no string: its letters are hardly meant. */
type Items<T, R> = object & (Iterable<T, R> | AsyncIterable<T, R>);

/** A function that makes the items of {@link PoolExecutor.stream}. */
export type StreamWork<Args extends unknown[], T, R, Progress = unknown> = (
  this: CurrentJob<Progress>,
  ...args: Args
) => Items<T, R> | PromiseLike<Items<T, R>>;

type StreamWorkOf<Example extends string, Call, Way, Result, Other, Fitting> = FunctionOf<
  Example,
  Call,
  Other,
  Fitting,
  ReturnsItems<Way, Result, Fitting>
>;

/** The base of all executors that keep a pool of workers. */
export abstract class PoolExecutor extends Executor {
  readonly #pool: Pool;

  /** @internal */
  constructor(settings: PoolSettings) {
    super();
    this.#pool = new Pool(settings);
    forgotten.register(this, this.#pool);
  }

  override submit<Args extends unknown[], R, Call extends CallPart = Missing, Other = Missing>(
    fn: FunctionOf<'submit(work, …)', Call, Other, Work<Args, R>>,
    ...args: Args
  ): PoolFuture<R> {
    return this.#pool.submit(fn as AnyFunction, args, none, this.submit) as PoolFuture<R>;
  }

  /**
   * Runs `fn(...args)` as `submit()` does, with options.
   *
   * @throws RangeError for a wrong option; as `submit()`.
   *
   * @example
   * ```ts
   * import { ThreadPoolExecutor } from 'skein/executors';
   *
   * await using pool = new ThreadPoolExecutor();
   * const square = (n: number): number => n * n;
   * await pool.submitWith({ timeout: 5000, name: 'the square' }, square, 4); // => 16
   * ```
   */
  submitWith<
    Args extends unknown[],
    R,
    Progress = unknown,
    Call extends CallPart = Missing,
    Other = Missing,
  >(
    options: SubmitOptions<Progress>,
    fn: FunctionOf<
      'submitWith({ timeout: 1000 }, work, …)',
      Call,
      Other,
      (this: CurrentJob<Progress>, ...args: Args) => R | PromiseLike<R>
    >,
    ...args: Args
  ): PoolFuture<R> {
    const checked = checkSubmitOptions(options);
    return this.#pool.submit(fn as AnyFunction, args, checked, this.submitWith) as PoolFuture<R>;
  }

  /**
   * Runs `fn(...args)` in a worker, and returns its items one by one. `fn` is a generator function, an async generator
   * function, or a function that returns an iterable.
   *
   * The generator is paused when it is 64 items ahead of those that were taken; its worker is held meanwhile, and runs
   * nothing else. A thrown error comes in its place in the order.
   *
   * @throws TypeError when the function cannot cross; as `submit()`.
   *
   * @example
   * ```ts
   * import { ThreadPoolExecutor } from 'skein/executors';
   *
   * await using pool = new ThreadPoolExecutor();
   * async function* countdown(from: number) {
   *   for (let n = from; n > 0; n--) yield n;
   * }
   * const seen: number[] = [];
   * for await (const n of pool.stream(countdown, 3)) seen.push(n);
   * seen; // => [3, 2, 1]
   * ```
   *
   * Python's executors have nothing like it.
   */
  stream<
    Args extends unknown[],
    T,
    R,
    Call extends CallPart = Missing,
    Way extends CallPart = Missing,
    Result = Missing,
    Other = Missing,
  >(
    fn:
      | StreamWorkOf<'stream(work, …)', Call, Way, Result, Other, StreamWork<Args, T, R>>
      | ResultParts<Way, Result>,
    ...args: Args
  ): PoolStream<Awaited<T>, R> {
    return this.#stream(fn as AnyFunction, args, {}, this.stream);
  }

  /**
   * Returns the items of `fn(...args)` as `stream()` does, with options.
   *
   * @throws TypeError or RangeError for a wrong option; as `stream()`.
   *
   * @example
   * ```ts
   * import { ThreadPoolExecutor } from 'skein/executors';
   *
   * await using pool = new ThreadPoolExecutor();
   * function* naturals() {
   *   for (let n = 0; ; n++) yield n;
   * }
   * // No more than four are computed ahead.
   * await using numbers = pool.streamWith({ bufferSize: 4, timeout: 60_000 }, naturals);
   * await numbers.next(); // => { done: false, value: 0 }
   * ```
   */
  streamWith<
    Args extends unknown[],
    T,
    R,
    Progress = unknown,
    Call extends CallPart = Missing,
    Way extends CallPart = Missing,
    Result = Missing,
    Other = Missing,
  >(
    options: StreamOptions<Progress>,
    fn:
      | StreamWorkOf<
          'streamWith({ bufferSize: 8 }, work, …)',
          Call,
          Way,
          Result,
          Other,
          StreamWork<Args, T, R, Progress>
        >
      | ResultParts<Way, Result>,
    ...args: Args
  ): PoolStream<Awaited<T>, R> {
    const checked = checkSubmitOptions(options, 'streamWith');
    return this.#stream(fn as AnyFunction, args, checked, this.streamWith);
  }

  #stream<T, R>(
    fn: (...args: never[]) => unknown,
    args: readonly unknown[],
    options: StreamOptions<never>,
    above: (...args: never[]) => unknown,
  ): PoolStream<T, R> {
    const { bufferSize = defaultBufferSize } = options;
    checkBufferSize(bufferSize);
    const { _owner: job } = this.#pool.submit(fn, args, options, above, bufferSize);
    return new PoolStream<T, R>(job as StreamJob);
  }

  /**
   * Waits until the queue has room, for executors with a `maxQueue`: `submit()` throws QueueFull when it has none. The
   * waiting tasks go on in the order of their calls, one for each place. A place is not kept: if a task that went on does not submit
   * within three iterations of its loop, or was cancelled, the next one goes on too.
   *
   * @example
   * ```ts
   * import { ThreadPoolExecutor } from 'skein/executors';
   *
   * await using pool = new ThreadPoolExecutor({ maxWorkers: 1, maxQueue: 10 });
   * for (let n = 0; n < 30; n++) {
   *   await pool.room();
   *   void pool.submit((each: number) => each * 2, n);
   * }
   * ```
   */
  room(): Future<void> {
    return this.#pool.room();
  }

  override shutdown(options: ShutdownOptions = {}): Future<void> {
    checkOptions('shutdown', options, ['wait', 'cancelFutures', 'cancelRunning']);
    const { wait = true, cancelFutures = false, cancelRunning = false } = options;
    for (const [name, value] of Object.entries({ wait, cancelFutures, cancelRunning })) {
      checkFlag('shutdown', `\`${name}\``, value);
    }
    return this.#pool.shutdown({ wait, cancelFutures, cancelRunning });
  }

  /** @internal */
  override _chunks(fn: (...args: never[]) => unknown): SubmitChunk {
    codeOf(fn, 'submit');
    return (calls) => this.#pool.submit(fn, [calls], { chunked: true }, this.map);
  }

  /** @internal Runs a job that another program has submitted. */
  _pass(
    fn: (...args: never[]) => unknown,
    args: readonly unknown[],
    options: JobOptions,
  ): PassedJob {
    return this.#pool.submit(fn, args, options, this._pass)._owner as PassedJob;
  }

  /** Returns what the executor is doing at this moment. */
  statistics(): ExecutorStatistics {
    return this.#pool.statistics();
  }
}
