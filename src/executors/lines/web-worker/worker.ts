/** The worker's end of the line to a Web Worker. The program's end: `web-worker.ts`. */
import { hearLost } from '../../../core/lost-in-worker.ts';
import { encodeThrown } from '../../crossing/error-codec.ts';
import { later } from '../../crossing/later.ts';
import { checkReadable } from '../../crossing/nesting.ts';
import { type FromWorker, isSign, mark, marked, type Sign } from '../../crossing/protocol.ts';
import type { Transferable } from '../../crossing/transfer.ts';
import type { WebWorkerScope } from '../../crossing/web-worker-scope.ts';
import { slice } from '../../worker/worker-host.ts';
import { WorkerRuntime } from '../../worker/worker-runtime.ts';

interface FailureEvent {
  readonly defaultPrevented: boolean;
  readonly error?: unknown;
  readonly reason?: unknown;
}

/** Makes this worker take jobs. */
export function listenInWebWorker(scope: WebWorkerScope): void {
  // Kept here, as a job may replace it.
  const send = scope.postMessage.bind(scope);
  const post = (message: FromWorker | Sign, transfer?: readonly Transferable[]): void => {
    checkReadable(message);
    send(isSign(message) ? message : marked(message), transfer);
  };
  const closeScope = scope.close.bind(scope);
  const close = (): void => {
    runtime.flush();
    runtime.halt();
    post({ mark, sign: 'over', begun });
    closeScope();
  };
  let begun: number | undefined;
  const noteBegun = (seq: number): void => {
    begun = seq;
  };
  const runtime = new WorkerRuntime({ post, close, later, slice, noteBegun });
  hearLost((count) => post({ type: 'lost', count }));
  // A job may close its worker. Without this the pool would wait for that job for ever.
  scope.close = close;

  const die = (error: unknown, event: FailureEvent): void => {
    // A job may have a listener of its own, which handles the error. That listener is called after this one.
    later(() => {
      if (event.defaultPrevented) return;
      post({ type: 'uncaught', failure: encodeThrown(error) });
      close();
    });
  };
  scope.addEventListener('message', ({ data }: { data: unknown }) => runtime.receive(data));
  scope.addEventListener('messageerror', () => {
    runtime.unreadable(new Error('the browser could not read the message'));
  });
  scope.addEventListener('error', (event: FailureEvent) => die(event.error, event));
  scope.addEventListener('unhandledrejection', (event: FailureEvent) => die(event.reason, event));
  post({ mark, sign: 'listening' });
}
