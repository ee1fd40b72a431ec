/** Registers the lines of threads and processes for `serve()`: see `host-lines.ts`. */
import { hostLines } from '../crossing/host-lines.ts';
import { markServing } from '../crossing/module-loading.ts';
import { builtin, process } from '../crossing/node.ts';
import { listenInProcess } from './process/worker.ts';
import { takeHanded } from './process/worker-arguments.ts';
import { listenInThread } from './thread/worker.ts';

hostLines.push(
  () => {
    const handed = takeHanded();
    const { send } = process;
    if (send === undefined || handed === undefined) return undefined;
    return () => listenInProcess(send, handed);
  },
  () => {
    const port = builtin('node:worker_threads')?.parentPort ?? undefined;
    if (port === undefined) return undefined;
    return () => {
      markServing();
      listenInThread(port);
    };
  },
);
