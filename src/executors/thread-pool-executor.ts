import { unexpected } from '../core/expected.ts';
import { openerOfThreads, type StartedWorker } from './lines/thread-workers.ts';
import { PoolExecutor } from './pool-executor.ts';
import { knownPoolOptions, poolSettings, type WorkerPoolOptions } from './worker-pool-options.ts';

/** Options of {@link ThreadPoolExecutor}: those of each pool, and what only threads have. */
export interface ThreadPoolOptions<InitArgs extends unknown[] = unknown[]>
  extends WorkerPoolOptions<InitArgs> {
  /** The beginning of the threads' names; a number follows. Default: "ThreadPoolExecutor-1", and so on. */
  threadNamePrefix?: string | undefined;
  /**
   * Starts a worker: one of a module of the program, which calls `serve()` of `skein/executors/worker`. For bundles, in which
   * the modules of functions cannot be found by their URLs. Called once for each worker, with another for each call.
   */
  worker?: (() => StartedWorker) | undefined;
  /**
   * The largest stack of a thread, in megabytes: for functions that call themselves very deeply. Default: 4. Only in Node.
   */
  stackSizeMb?: number | undefined;
}

const known = [...knownPoolOptions, 'threadNamePrefix', 'worker', 'stackSizeMb'];
const advice = {
  resourceLimits: 'Write `maxHeapMb` or `stackSizeMb`.',
  maxThreads: 'Write `maxWorkers`.',
  minThreads: 'Write `minWorkers`.',
};

let made = 0;

/**
 * Runs functions on a pool of threads. They run at the same time as the program and as one another, so they may block,
 * compute for long, or wait.
 *
 * A thread has a memory of its own: arguments and results are copied, and a function crosses by its source or, declared
 * with {@link declareFunctions}, by its module. Threads are started when a job finds none that is free; idle ones wait for more
 * without keeping the program alive.
 *
 * In a browser the threads are Web Workers. They share memory with a page that is isolated from other origins
 * (`crossOriginIsolated`); without, a function that computes does not see that it was cancelled.
 *
 * When a thread dies, its job fails with a {@link WorkerLostError}, and everything else goes on.
 *
 * @example
 * ```ts
 * import { getEventLoop, run } from 'skein';
 * import { ThreadPoolExecutor } from 'skein/executors';
 *
 * function fib(n: number): number {
 *   return n < 2 ? n : fib(n - 1) + fib(n - 2);
 * }
 *
 * await using pool = new ThreadPoolExecutor({ maxWorkers: 2 });
 * await pool.submit(fib, 20); // => 6765
 * await getEventLoop().runInExecutor(pool, fib, 20); // => 6765
 * await run(function* () {
 *   return yield* pool.submit(fib, 10);
 * }); // => 55
 * ```
 *
 * Follows `concurrent.futures.ThreadPoolExecutor`. Differs: nothing is shared, as a thread in JavaScript shares
 * nothing; `maxWorkers` has another default, as these threads really compute at the same time; a worker's death is that
 * of its job alone.
 */
export class ThreadPoolExecutor<InitArgs extends unknown[] = unknown[]> extends PoolExecutor {
  /**
   * @throws RangeError or TypeError for a wrong option; Error where there are neither threads nor Web Workers.
   */
  constructor(options: ThreadPoolOptions<InitArgs> = {}) {
    const settings = poolSettings('ThreadPoolExecutor', options, known, advice);
    const { threadNamePrefix: prefix } = options;
    if (prefix !== undefined && typeof prefix !== 'string') {
      throw unexpected('new ThreadPoolExecutor', '`threadNamePrefix` to be a string', prefix);
    }
    super({
      ...settings,
      namePrefix: prefix ?? `ThreadPoolExecutor-${++made}`,
      open: openerOfThreads(options.worker, options),
    });
  }
}
