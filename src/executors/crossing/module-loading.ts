/**
 * A worker must not run the program once more. It would, if it loaded the module of the program for a function that is declared
 * there, or if the program gave itself as the `worker` of an executor. It is noticed when that module starts work.
 */
import { builtin, process } from './node.ts';
import { firstModule } from './program-module.ts';

const key = Symbol.for('skein.loading/0');
const shared = globalThis as unknown as Record<symbol, string | undefined>;

/** The first argument of a worker process begins with it, until the process takes what was handed to it. */
export const handedSign = 'skein-worker:';
/** In the data that Node copies to a thread when it is started: the modules of the program, for a thread that must `serve()`. */
const mustServeKey = 'skein.must-serve/0';

/** Stores the URL of the module that this worker loads; undefined once the module is loaded. */
export function markLoading(url: string | undefined): void {
  shared[key] = url;
}

/** Starts a thread whose module has to call `serve()`. */
export function startServing<Worker>(start: () => Worker): Worker {
  const threads = builtin('node:worker_threads');
  threads?.setEnvironmentData(mustServeKey, [firstModule(), import.meta.url]);
  try {
    return start();
  } finally {
    threads?.setEnvironmentData(mustServeKey, undefined);
  }
}

/** Notes that this thread has called `serve()`. */
export function markServing(): void {
  builtin('node:worker_threads')?.setEnvironmentData(mustServeKey, undefined);
}

/** Returns the modules of the program if this is a worker that has not called `serve()` yet. */
function modulesOfProgram(): unknown[] | undefined {
  const modules = builtin('node:worker_threads')?.getEnvironmentData(mustServeKey);
  if (Array.isArray(modules)) return modules;
  return process.argv?.[2]?.startsWith(handedSign) === true ? [] : undefined;
}

const first = modulesOfProgram();
if (first !== undefined && firstModule() !== undefined && first.includes(firstModule())) {
  throw new Error(
    `This worker expected a module of its own, but it began with ${firstModule()}, which is the program: the worker would run the program once more. Give the executor a \`worker\` that only calls \`serve()\`.`,
  );
}

let mayWork = false;

/**
 * Refuses work that is given by a module while a worker loads that module: usually the module is the program itself.
 *
 * @throws Error while a module is being loaded, and in a worker that has not called `serve()`.
 */
export function checkNotLoading(caller: string): void {
  const url = shared[key];
  if (url !== undefined) {
    throw new Error(
      `\`${caller}()\` expected to be called by the program, but a worker is loading ${url} for its functions, and that module starts work while it loads. Put the functions into a module of their own. If the program is a bundle, give the executor a \`worker\`, a module that serves them.`,
    );
  }
  if (mayWork) return;
  if (modulesOfProgram() !== undefined) {
    throw new Error(
      `\`${caller}()\` expected to be called by the program, but this is a worker that has not called \`serve()\`, and its module starts work. Give the executor a \`worker\` that is not the program itself: a module that only calls \`serve()\`.`,
    );
  }
  mayWork = true;
}
