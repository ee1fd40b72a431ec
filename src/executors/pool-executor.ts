import type { ShutdownOptions, Work } from '../core/executor.ts';
import type { Future } from '../core/future.ts';
import { Executor } from './executor.ts';
import { type ExecutorStatistics, Pool, type PoolSettings } from './pool.ts';
import type { PoolFuture } from './pool-future.ts';

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
    return this.#pool.submit(fn, args, this.submit) as PoolFuture<R>;
  }

  override shutdown(options: ShutdownOptions = {}): Future<void> {
    return this.#pool.shutdown(options);
  }

  /** What it is doing at this moment. */
  statistics(): ExecutorStatistics {
    return this.#pool.statistics();
  }
}
