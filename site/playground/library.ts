/** All of the package that runs in a page, as one script: `SK`. The playground gives it to the worker in which a program runs. */
import '../../src/debug.ts';

export { systemHost } from '../../src/core/host.ts';
export * as debug from '../../src/debug.ts';
export { webWorkerScope } from '../../src/executors/crossing/web-worker-scope.ts';
export * as executors from '../../src/executors/index.ts';
export { listenInWebWorker } from '../../src/executors/lines/web-worker/worker.ts';
export * as worker from '../../src/executors/worker.ts';
export * as skein from '../../src/index.ts';
export * as inspect from '../../src/inspect/index.ts';
export * as testing from '../../src/testing/index.ts';
