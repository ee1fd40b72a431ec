/// <reference lib="esnext.disposable" preserve="true" />
import { refuseMaking } from '../../../core/checks.ts';
import type { EventLoop } from '../../../core/event-loop.ts';
import { asExit } from '../../../core/exits.ts';
import { PENDING } from '../../../core/future-state.ts';
import { Step } from './step.ts';
import { StreamJob } from './stream-job.ts';

/** A stream that was collected can have no consumer any more: its worker is freed. */
const forgotten = new FinalizationRegistry<StreamJob>((job) => {
  // A failed stream is left as it is, so that its failure is reported.
  if (!job.isDone) job.forget();
});

/**
 * The next step of a {@link PoolStream}: a future for coroutines, and a promise for `for await` and other code. Its
 * cancellation, which a cancelled task that awaits it causes, leaves the stream.
 */
export class StreamStep<T, R> extends Step<T, R> {
  /** @internal Keeps the stream from being collected while its next item is awaited. */
  readonly _stream: PoolStream<T, R>;
  readonly #job: StreamJob;

  /** @internal */
  constructor(loop: EventLoop, stream: PoolStream<T, R>, job: StreamJob) {
    if (!(job instanceof StreamJob)) refuseMaking('StreamStep', 'next', job);
    super({ loop });
    this._stream = stream;
    this.#job = job;
  }

  /** @internal */
  override _abandon(reason: unknown): void {
    super._abandon(reason);
    this.#job.leave(reason);
  }

  /** @internal */
  override _letGo(reason: unknown): void {
    this.#job.leave(reason);
  }

  /** @internal The worker is done with the stream. By internal members, as the program may have replaced the methods of the step. */
  _left(failed: { readonly error: unknown } | undefined): void {
    if (this._state !== PENDING) return;
    if (failed === undefined) this._finish({ done: true, value: undefined as R });
    else this._fail(failed.error);
  }

  /** @internal */
  override _shortText(): string {
    return `the next item of \`${this.#job.name}\` in an executor`;
  }
}

/**
 * The items of a generator that runs in a worker: see {@link PoolExecutor.stream}.
 *
 * In async functions: `for await (const item of stream)`. In coroutines: `const { done, value } = yield* stream.next()`.
 *
 * However a `for await` loop is left, the generator's signal aborts (see {@link currentJob}), its `finally` runs in the
 * worker, and the program goes on when that is done. If the generator does not end within `grace` ms, its worker is ended.
 * In coroutines, `using stream = …` or `yield* stream.return()` does that.
 *
 * @example
 * ```ts
 * import { run } from 'skein';
 * import { ThreadPoolExecutor } from 'skein/executors';
 *
 * await using pool = new ThreadPoolExecutor();
 * function* upTo(limit: number) {
 *   for (let n = 1; n <= limit; n++) yield n;
 * }
 * const seen: number[] = [];
 * for await (const n of pool.stream(upTo, 3)) seen.push(n);
 * await run(function* () {
 *   using stream = pool.stream(upTo, 100);
 *   const { value } = yield* stream.next();
 *   seen.push(Number(value));
 * });
 * seen; // => [1, 2, 3, 1]
 * ```
 *
 * Python's executors have nothing like it.
 */
export class PoolStream<T, R = void>
  implements AsyncIterableIterator<T, R | undefined, undefined>, AsyncDisposable, Disposable
{
  readonly #job: StreamJob;

  /** @internal */
  constructor(job: StreamJob) {
    if (!(job instanceof StreamJob)) refuseMaking('PoolStream', 'stream', job);
    this.#job = job;
    forgotten.register(this, job);
  }

  /** For `for await`: the stream itself. */
  [Symbol.asyncIterator](): this {
    return this;
  }

  /**
   * Waits for the next item; the last step has `done`, and the return value of the generator. Cancelling that wait leaves
   * the stream.
   *
   * @throws (a rejection) what the generator throws, after the items that came before; {@link WorkerLostError};
   *   TimeoutError; TypeError for an item that cannot be copied; CancelledError after `cancel()`.
   */
  next(): StreamStep<T, R> {
    const step = this.#step<R>();
    this.#job.next(step as StreamStep<unknown, unknown>);
    return step;
  }

  /**
   * Leaves the stream: items that were not taken are dropped, and the generator's `finally` runs. Waits until the worker is
   * free.
   *
   * @throws (a rejection) what that `finally` throws.
   */
  return(): StreamStep<T, undefined> {
    const step = this.#step<undefined>();
    this.#job.leave('its stream was left', step as StreamStep<unknown, unknown>);
    return step;
  }

  /**
   * Leaves the stream without waiting. A wait for an item throws a CancelledError. Returns false when the generator had
   * ended.
   *
   * @param reason - What the CancelledError says.
   */
  cancel(reason?: unknown): boolean {
    return this.#job.future.cancel(reason);
  }

  /** Tells whether a worker is running the generator, or holds it while it is paused. */
  running(): boolean {
    return this.#job.running();
  }

  /** `await using`: leaves the stream, and waits until the worker is free. */
  async [Symbol.asyncDispose](): Promise<void> {
    await asExit(this.return());
  }

  /** `using`: leaves the stream, without waiting. */
  [Symbol.dispose](): void {
    this.#job.leave('its stream was left');
  }

  #step<Last>(): StreamStep<T, Last> {
    return new StreamStep<T, Last>(
      this.#job.future._loop,
      this as unknown as PoolStream<T, Last>,
      this.#job,
    );
  }
}
