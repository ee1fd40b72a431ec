import type { Work } from '../core/executor.ts';
import { describe } from '../core/text.ts';
import { findUncloneable } from './cloneable.ts';
import { availableParallelism } from './node.ts';
import { PoolExecutor } from './pool-executor.ts';
import { codeOf } from './portable-function.ts';
import type { Call } from './protocol.ts';
import { ThreadChannel, tsxOfProgram, workerThreads } from './thread.ts';

export interface ThreadPoolOptions<InitArgs extends unknown[] = unknown[]> {
  /** The largest number of threads. Default: as many as can run at once here (`os.availableParallelism()`). */
  maxWorkers?: number;
  /** Called in each thread before its first job. When it fails, the executor is broken: nothing runs any more. */
  initializer?: Work<InitArgs, unknown>;
  /** What the initializer is called with. */
  initArgs?: InitArgs;
  /** What the names of the threads begin with; a number follows. Default: "ThreadPoolExecutor-1", and so on. */
  threadNamePrefix?: string;
  /**
   * The largest heap of a thread, in megabytes. A job that needs more fails with a {@link WorkerLostError}. Default: what
   * the host grants.
   */
  maxHeapMb?: number;
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
    if (typeof options !== 'object' || options === null) {
      throw new TypeError(
        `\`new ThreadPoolExecutor()\` expected an options object, but got ${describe(options)}. Write \`new ThreadPoolExecutor({ maxWorkers: 4 })\`.`,
      );
    }
    const { initializer, maxHeapMb, maxWorkers = availableParallelism() } = options;
    checkPositive('maxWorkers', maxWorkers);
    if (maxHeapMb !== undefined) checkPositive('maxHeapMb', maxHeapMb);
    workerThreads();
    super({
      kind: 'ThreadPoolExecutor',
      maxWorkers,
      namePrefix: options.threadNamePrefix ?? `ThreadPoolExecutor-${++made}`,
      initializer: initializer && initializerCall(initializer, options.initArgs ?? []),
      tsx: tsxOfProgram(),
      open: (name, events) => new ThreadChannel(name, maxHeapMb, events),
    });
  }
}

function initializerCall<InitArgs extends unknown[]>(
  initializer: Work<InitArgs, unknown>,
  args: InitArgs | [],
): Call {
  const reason = findUncloneable(args, 'initArgs');
  if (reason !== undefined) {
    throw new TypeError(
      `\`new ThreadPoolExecutor()\` expected \`initArgs\` that can be copied to a worker, but ${reason}. Pass plain data.`,
    );
  }
  return { code: codeOf(initializer, 'initializer'), args };
}

function checkPositive(name: string, value: unknown): void {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1) {
    throw new RangeError(
      `\`new ThreadPoolExecutor()\` expected \`${name}\` to be a whole number of at least 1, but got ${describe(value)}.`,
    );
  }
}
