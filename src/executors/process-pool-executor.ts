import { describe } from '../core/text.ts';
import { builtin } from './crossing/node.ts';
import { isProgram } from './crossing/program-module.ts';
import { childProcesses, ProcessLine } from './lines/process/program.ts';
import { workerStart } from './lines/start-options.ts';
import { PoolExecutor } from './pool-executor.ts';
import { knownPoolOptions, poolSettings, type WorkerPoolOptions } from './worker-pool-options.ts';

/** Options of {@link ProcessPoolExecutor}: those of each pool, and what only processes have. */
export interface ProcessPoolOptions<InitArgs extends unknown[] = unknown[]>
  extends WorkerPoolOptions<InitArgs> {
  /**
   * The module that each process begins with, as a URL or an absolute path: a module of the program, which calls `serve()` of
   * `skein/executors/worker`. For bundles, in which the modules of functions cannot be found by their URLs.
   */
  worker?: URL | string | undefined;
}

const known = [...knownPoolOptions, 'worker'];
const advice = {
  stackSizeMb:
    'A process has the stack that the system grants it. Write `execArgv: ["--stack-size=…"]`, below what `ulimit -s` says, or take a ThreadPoolExecutor.',
  threadNamePrefix: 'Processes have no names: leave it out.',
  resourceLimits: 'Write `maxHeapMb`.',
  stdio: 'Write `stdout` and `stderr`.',
};

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
    const settings = poolSettings('ProcessPoolExecutor', options, known, advice);
    childProcesses();
    const start = workerStart('ProcessPoolExecutor', options);
    const module = moduleOf(options.worker);
    super({
      ...settings,
      namePrefix: `ProcessPoolExecutor-${++made}`,
      open: (_name, events) => new ProcessLine(start, module, events),
    });
  }
}

const isPath = /^(?:\/|[A-Za-z]:[\\/]|\\\\)/;

function hrefOf(place: string): string {
  return isPath.test(place) ? (builtin('node:url')?.pathToFileURL(place).href ?? place) : place;
}

function moduleOf(worker: unknown): URL | string | undefined {
  if (worker === undefined) return undefined;
  const place = worker instanceof URL || typeof worker === 'string' ? String(worker) : '';
  if (isProgram(hrefOf(place))) {
    throw new TypeError(
      `\`new ProcessPoolExecutor()\` expected \`worker\` to be a module of its own, but ${place} is the one that the program began with: each process would run the program once more. Write a module that only calls \`serve()\`.`,
    );
  }
  if (/^file:/.test(place)) return new URL(place);
  if (isPath.test(place)) return place;
  throw new TypeError(
    `\`new ProcessPoolExecutor()\` expected \`worker\` to be the URL of a file, or an absolute path, but got ${describe(worker)}. Write \`worker: new URL('./worker.js', import.meta.url)\`.`,
  );
}
