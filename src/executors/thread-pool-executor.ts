import { PoolExecutor } from './pool-executor.ts';
import { ThreadChannel, workerThreads } from './thread.ts';
import { poolSettings, type WorkerPoolOptions } from './worker-pool-options.ts';

export interface ThreadPoolOptions<InitArgs extends unknown[] = unknown[]>
  extends WorkerPoolOptions<InitArgs> {
  /** What the names of the threads begin with; a number follows. Default: "ThreadPoolExecutor-1", and so on. */
  threadNamePrefix?: string;
}

let made = 0;

/**
 * Runs functions on a pool of threads. They run at the same time as the program and as one another, so they may block,
 * compute for long, or wait.
 *
 * A thread has a memory of its own: arguments and results are copied, and a function crosses by its source or, declared
 * with {@link task}, by its module. Threads are started when a job finds none that is free; idle ones wait for more
 * without keeping the program alive.
 *
 * When a thread dies, its job fails with a {@link WorkerLostError}, and everything else goes on.
 *
 * @example
 * ```ts
 * import { getEventLoop } from 'skein';
 * import { ThreadPoolExecutor } from 'skein/executors';
 *
 * function fib(n: number): number {
 *   return n < 2 ? n : fib(n - 1) + fib(n - 2);
 * }
 *
 * await using pool = new ThreadPoolExecutor({ maxWorkers: 2 });
 * await getEventLoop().runInExecutor(pool, fib, 20); // => 6765
 * ```
 *
 * Follows `concurrent.futures.ThreadPoolExecutor`. Differs: nothing is shared, as a thread in JavaScript shares
 * nothing; `maxWorkers` has another default, as these threads really compute at the same time; a worker's death is that
 * of its job alone.
 */
export class ThreadPoolExecutor<InitArgs extends unknown[] = unknown[]> extends PoolExecutor {
  /**
   * @throws RangeError or TypeError for a wrong option; Error where there are no threads.
   */
  constructor(options: ThreadPoolOptions<InitArgs> = {}) {
    const settings = poolSettings('ThreadPoolExecutor', options);
    workerThreads();
    super({
      ...settings,
      namePrefix: options.threadNamePrefix ?? `ThreadPoolExecutor-${++made}`,
      open: (name, events) => new ThreadChannel(name, options.maxHeapMb, events),
    });
  }
}
