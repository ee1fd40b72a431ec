/** The worker's end of the line to a thread. The program's end: `thread.ts`. */
import { later } from './later.ts';
import { checkReadable } from './nesting.ts';
import { type NodePort, process } from './node.ts';
import { marked, type ToWorker } from './protocol.ts';
import { endOnceWritten, slice } from './worker-host.ts';
import { WorkerRuntime } from './worker-runtime.ts';

/** Makes this thread take jobs. */
export function listenInThread(port: NodePort): void {
  const runtime = new WorkerRuntime({
    post: (message, transfer) => {
      checkReadable(message);
      port.postMessage(marked(message), transfer);
    },
    close: endOnceWritten,
    later,
    slice,
  });
  port.on('message', (message: ToWorker) => runtime.receive(message));
  port.on('messageerror', (error: unknown) => runtime.unreadable(error));
  process.on?.('exit', () => runtime.flush());
}
