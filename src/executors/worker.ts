/** The entry `skein/executors/worker`, for programs that start their workers with modules of their own. All is public. */
import { markServing } from './crossing/module-loading.ts';
import { builtin, process } from './crossing/node.ts';
import { webWorkerScope } from './crossing/web-worker-scope.ts';
import { listenInProcess } from './lines/process/worker.ts';
import { takeHanded } from './lines/process/worker-arguments.ts';
import { listenInThread } from './lines/thread/worker.ts';
import { listenInWebWorker } from './lines/web-worker/worker.ts';
import { serveFunctions } from './worker/served-functions.ts';

// The modules of a worker need only this entry.
export { declareFunctions, task } from './crossing/declare-functions.ts';

/**
 * Makes this worker one of a `ThreadPoolExecutor` or a `ProcessPoolExecutor` that was given a `worker`. It runs the functions of these modules, which
 * are found by their names, and functions that cross by source.
 *
 * Call it at the end of the worker's module, once.
 *
 * @param modules - What to serve: `import * as work from './work.js'`, or any object of functions.
 * @throws TypeError for what is no module, or when two functions have one name; Error outside of a worker.
 *
 * @example
 * ```ts no-run
 * // worker.ts, which a program gives to its executor:
 * // new ThreadPoolExecutor({
 * //   worker: () => new Worker(new URL('./worker.js', import.meta.url), { type: 'module' }),
 * // });
 * import { serve } from 'skein/executors/worker';
 *
 * function cube(n: number): number {
 *   return n ** 3;
 * }
 *
 * serve({ cube });
 * ```
 *
 * Python has no counterpart: its workers are copies of the program, or load its modules by name.
 */
export function serve(...modules: readonly object[]): void {
  const handed = takeHanded();
  serveFunctions(modules);
  if (process.send !== undefined && handed !== undefined) {
    listenInProcess(process.send, handed);
    return;
  }
  const port = builtin('node:worker_threads')?.parentPort ?? undefined;
  const scope = webWorkerScope();
  if (port !== undefined) {
    markServing();
    listenInThread(port);
  } else if (scope !== undefined) {
    listenInWebWorker(scope);
  } else {
    throw new Error(
      '`serve()` expected to be called in a worker, but this is the program. Call it in the module that the `worker` of an executor starts.',
    );
  }
}
