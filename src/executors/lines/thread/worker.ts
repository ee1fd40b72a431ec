/** The worker's end of the line to a thread. The program's end: `program.ts`. */
import { hearLost } from '../../../core/lost-in-worker.ts';
import { kept } from '../../crossing/intrinsics.ts';
import { later } from '../../crossing/later.ts';
import { checkReadable } from '../../crossing/nesting.ts';
import { type NodePort, process } from '../../crossing/node.ts';
import { mark, marked } from '../../crossing/protocol.ts';
import { endHost, slice } from '../../worker/worker-host.ts';
import { WorkerOutput } from '../../worker/worker-output.ts';
import { WorkerRuntime } from '../../worker/worker-runtime.ts';

/** The first message of the program, in Node. */
export interface LineOfThread {
  /** The port that all other messages go over. */
  readonly line: NodePort;
  /** What becomes of what jobs print; undefined if that is up to the program that has started the thread. */
  readonly outputs: Outputs | undefined;
}

type Outputs = Readonly<Record<'stdout' | 'stderr', 'ignore' | 'line'>>;

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
    if (outputs !== undefined) redirect(line, outputs);
    listenOn(line, outputs);
  };
  parentPort.on('message', first);
}

/**
 * Sends what jobs print over the line, where the outcomes of the jobs follow it. By Node's own way it would be read after
 * them, as it goes over another port.
 */
function redirect(line: NodePort, outputs: Outputs): void {
  const post = line.postMessage.bind(line);
  const encoder = new TextEncoder();
  // Kept here, as a job may replace it.
  const encode = encoder.encode.bind(encoder);
  for (const stream of ['stdout', 'stderr'] as const) {
    const host = process[stream];
    if (host === undefined) continue;
    host._writev = null;
    host._write = (written, _encoding, done) => {
      if (outputs[stream] === 'line') {
        // Copied, as the memory of a small chunk has others in it.
        const chunk = typeof written === 'string' ? encode(written) : new kept.Uint8Array(written);
        post({ mark, sign: 'output', stream, chunk });
      }
      done();
    };
  }
}

/** Returns what takes a message. */
function listenOn(port: NodePort, outputs: Outputs | undefined): (message: unknown) => void {
  const post = port.postMessage.bind(port);
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
  const receive = (message: unknown): void => runtime.receive(message);
  port.on('message', receive);
  port.on('messageerror', (error: unknown) => runtime.unreadable(error));
  hearLost((count) => post(marked({ type: 'lost', count })));
  process.on?.('exit', () => runtime.flush());
  post({ mark, sign: 'listening' });
  return receive;
}
