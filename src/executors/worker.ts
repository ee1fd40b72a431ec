/** The entry `skein/executors/worker`, for programs that start their workers with modules of their own. All is public. */
import { type FindLine, hostLines } from './crossing/host-lines.ts';
import { builtin } from './crossing/node.ts';
import { webWorkerScope } from './crossing/web-worker-scope.ts';
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
  const listen = findLine();
  serveFunctions(modules);
  if (listen === undefined) {
    const what =
      hostLines.length === 0 && builtin('node:worker_threads') !== undefined
        ? 'the worker of a page, but this host has threads, and `serve()` is that of pages. Bundle the worker with the condition `node`, `deno` or `bun`.'
        : 'a worker, but this is the program. Call it in the module that the `worker` of an executor starts.';
    throw new Error(`\`serve()\` expected to be called in ${what}`);
  }
  listen();
}

function findLine(): ReturnType<FindLine> {
  for (const find of hostLines) {
    const listen = find();
    if (listen !== undefined) return listen;
  }
  const scope = webWorkerScope();
  return scope && (() => listenInWebWorker(scope));
}
