/** Where the threads of a ThreadPoolExecutor begin. */
import { later } from './later.ts';
import { builtin, process } from './node.ts';
import type { ToWorker } from './protocol.ts';
import { endOnceWritten, slice } from './worker-host.ts';
import { WorkerRuntime } from './worker-runtime.ts';

const port = builtin('node:worker_threads')?.parentPort;
if (port === undefined || port === null) {
  throw new Error('This module is the entry of worker threads. Use `ThreadPoolExecutor`.');
}

const runtime = new WorkerRuntime({
  post: (message, transfer) => port.postMessage(message, transfer),
  close: endOnceWritten,
  later,
  slice,
});
port.on('message', (message: ToWorker) => runtime.receive(message));
port.on('messageerror', (error: unknown) => runtime.unreadable(error));
process.on?.('exit', () => runtime.flush());
