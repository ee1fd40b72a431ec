/** Where the threads of a ThreadPoolExecutor begin. */
import { builtin, process } from './node.ts';
import type { ToWorker } from './protocol.ts';
import { WorkerRuntime } from './worker-runtime.ts';

const port = builtin('node:worker_threads')?.parentPort;
if (port === undefined || port === null) {
  throw new Error('This module is the entry of worker threads. Use `ThreadPoolExecutor`.');
}

/** Ends the thread, once what it has written to the console arrived: an exit would cut that off. */
function close(): void {
  const exit = (): void => void process.exit?.(0);
  const flushErrors = (): void => void (process.stderr?.write('', exit) ?? exit());
  if (process.stdout === undefined) flushErrors();
  else process.stdout.write('', flushErrors);
}

const runtime = new WorkerRuntime({ post: (message) => port.postMessage(message), close });
port.on('message', (message: ToWorker) => runtime.receive(message));
port.on('messageerror', (error: unknown) => runtime.unreadable(error));
