import { checkHeapLimit } from './heap-limit.ts';
import { PoolExecutor } from './pool-executor.ts';
import { childProcesses, ProcessLine } from './process.ts';
import { poolSettings, type WorkerPoolOptions } from './worker-pool-options.ts';

export interface ProcessPoolOptions<InitArgs extends unknown[] = unknown[]>
  extends WorkerPoolOptions<InitArgs> {}

let made = 0;

/**
 * Runs functions on a pool of processes. A crash of native code, a full heap, a changed directory or environment concern
 * one process alone. A process can be stopped whatever it does.
 *
 * It takes the functions that a `ThreadPoolExecutor` takes. Everything is copied, and a `SharedArrayBuffer` cannot cross. A
 * process takes longer to start than a thread, and each job takes longer to reach it.
 *
 * @example
 * ```ts
 * import { ProcessPoolExecutor } from 'skein/executors';
 *
 * await using pool = new ProcessPoolExecutor({ maxWorkers: 2 });
 * await pool.submit((a: number, b: number) => a ** b, 2, 10); // => 1024
 * ```
 *
 * Follows `concurrent.futures.ProcessPoolExecutor`. Differs: a process that dies fails its own job, and the executor goes
 * on.
 */
export class ProcessPoolExecutor<InitArgs extends unknown[] = unknown[]> extends PoolExecutor {
  /**
   * @throws RangeError or TypeError for a wrong option; Error where there are no processes.
   */
  constructor(options: ProcessPoolOptions<InitArgs> = {}) {
    const settings = poolSettings('ProcessPoolExecutor', options);
    childProcesses();
    checkHeapLimit('ProcessPoolExecutor', options.maxHeapMb);
    super({
      ...settings,
      namePrefix: `ProcessPoolExecutor-${++made}`,
      open: (_name, events) => new ProcessLine(options.maxHeapMb, events),
    });
  }
}
