/** The worker's end of the line to a thread. The program's end: `program.ts`. */
import { hearLost } from '../../../core/lost-in-worker.ts';
import { later } from '../../crossing/later.ts';
import { checkReadable } from '../../crossing/nesting.ts';
import { type NodePort, process } from '../../crossing/node.ts';
import { mark, marked } from '../../crossing/protocol.ts';
import { endHost, slice } from '../../worker/worker-host.ts';
import { WorkerOutput } from '../../worker/worker-output.ts';
import { WorkerRuntime } from '../../worker/worker-runtime.ts';
import { type Outputs, PrintedLines } from './printed-lines.ts';

/** The first message of the program, in Node. */
export interface LineOfThread {
  /** The port that all other messages go over. */
  readonly line: NodePort;
  /** What becomes of what jobs print; undefined if that is up to the program that has started the thread. */
  readonly outputs: Outputs | undefined;
}

/**
 * Makes this thread take jobs.
 *
 * @param parentPort - Brings the port that the messages of the line go over. In Bun and Deno it is that port itself.
 */
export function listenInThread(parentPort: NodePort): void {
  const first = (message: unknown): void => {
    const { line, outputs, type } = (message ?? {}) as Partial<LineOfThread & { type: unknown }>;
    if (typeof line?.postMessage !== 'function') {
      // A program that has started this thread itself may send messages of its own first.
      if (type !== 'start') return;
      parentPort.off('message', first);
      listenOn(parentPort, undefined)(message);
      return;
    }
    parentPort.off('message', first);
    listenOn(line, outputs);
  };
  parentPort.on('message', first);
}

/** Returns what takes a message. */
function listenOn(port: NodePort, outputs: Outputs | undefined): (message: unknown) => void {
  const send = port.postMessage.bind(port);
  const post: typeof send = (message, transfer) => {
    printed?.flush();
    send(message, transfer);
  };
  const output = outputs === undefined ? new WorkerOutput() : undefined;
  const afterOutput = (then: () => void): boolean =>
    output?.after(() => {
      post({ mark, sign: 'printed' });
      then();
    }) ?? false;
  const runtime = new WorkerRuntime({
    post: (message, transfer) => {
      checkReadable(message);
      post(marked(message), transfer);
    },
    close: () => {
      if (output === undefined) endHost();
      else output.afterAll(endHost);
    },
    later,
    slice,
    ...(output === undefined ? {} : { afterOutput }),
  });
  const printed = outputs && new PrintedLines(outputs, send, () => runtime.runsQuickFunction);
  const receive = (message: unknown): void => runtime.receive(message);
  port.on('message', receive);
  port.on('messageerror', (error: unknown) => runtime.unreadable(error));
  hearLost((count) => post(marked({ type: 'lost', count })));
  process.on?.('exit', () => {
    runtime.flush();
    printed?.end();
  });
  post({ mark, sign: 'listening' });
  return receive;
}
