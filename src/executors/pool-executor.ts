import type { ShutdownOptions, Work } from '../core/executor.ts';
import type { Future } from '../core/future.ts';
import { Executor } from './executor.ts';
import { Pool, type PoolSettings } from './pool.ts';
import type { PoolFuture } from './pool-future.ts';
import type { ExecutorStatistics } from './statistics.ts';
import { checkSubmitOptions, type SubmitOptions } from './submit-options.ts';

/** An executor that nobody holds any more can get no more work: its workers may go. */
const forgotten = new FinalizationRegistry<Pool>((pool) => {
  void pool.shutdown({ wait: false });
});

/** What the executors have in common that keep a pool of workers. */
export abstract class PoolExecutor extends Executor {
  readonly #pool: Pool;

  /** @internal */
  constructor(settings: PoolSettings) {
    super();
    this.#pool = new Pool(settings);
    forgotten.register(this, this.#pool);
  }

  override submit<Args extends unknown[], R>(fn: Work<Args, R>, ...args: Args): PoolFuture<R> {
    return this.#pool.submit(fn, args, {}, this.submit) as PoolFuture<R>;
  }

  /**
   * Has `fn(...args)` run as `submit()` does, with options.
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
  submitWith<Args extends unknown[], R>(
    options: SubmitOptions,
    fn: Work<Args, R>,
    ...args: Args
  ): PoolFuture<R> {
    checkSubmitOptions(options);
    return this.#pool.submit(fn, args, options, this.submitWith) as PoolFuture<R>;
  }

  /**
   * Waits until the queue has room, for executors with a `maxQueue`: `submit()` throws QueueFull when it has none. Who
   * waits goes on in the order of arrival, one for each place.
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
    return this.#pool.shutdown(options);
  }

  /** What it is doing at this moment. */
  statistics(): ExecutorStatistics {
    return this.#pool.statistics();
  }
}
