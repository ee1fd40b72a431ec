/** The worker's end of the line to a process. The program's end: `process.ts`. */
import { checkCopyable, crossToProgram } from './cloneable.ts';
import { encodeThrown } from './error-codec.ts';
import { later } from './later.ts';
import { process } from './node.ts';
import { ownMemory } from './own-memory.ts';
import { type FromWorker, isList, marked, type ToWorker } from './protocol.ts';
import { fileOfProgram } from './shared-file.ts';
import type { Transferable } from './transfer.ts';
import { refuseThreadsOnly, refuseUncloneable } from './unsendable.ts';
import { endOnceWritten, slice } from './worker-host.ts';
import { WorkerRuntime } from './worker-runtime.ts';

function copy(value: unknown): unknown {
  checkCopyable(value);
  return structuredClone(value);
}

/**
 * Makes this process take jobs.
 *
 * @param sendHost - `process.send()`.
 * @param fd - The descriptor of the shared file, if there is one.
 * @param id - What identifies the shared file.
 */
export function listenInProcess(
  sendHost: (message: unknown) => unknown,
  fd: number,
  id: string | undefined,
): void {
  // A job may replace `process.send`.
  const send = sendHost.bind(process);

  const post = (message: FromWorker, transfer?: readonly Transferable[]): void => {
    // The program has closed the line or has ended, and this process is about to end.
    if (process.connected !== true) return;
    if (transfer !== undefined) refuseThreadsOnly(transfer);
    checkCopyable(message);
    refuseUncloneable(message);
    send(marked(message));
  };

  crossToProgram();
  const file = id === undefined ? undefined : fileOfProgram(fd, id);
  const runtime = new WorkerRuntime({ post, close: endOnceWritten, later, slice, copy, ...file });
  process.on?.('message', (message: ToWorker) => {
    if (isList(message)) ownMemory(message as unknown as unknown[]);
    runtime.receive(message);
  });
  process.on?.('exit', () => runtime.flush());
  // The program has ended, perhaps by force. Its workers must not outlive it.
  process.on?.('disconnect', () => process.exit?.(0));
  // Node turns an unhandled rejection into an uncaught exception. Bun does not.
  for (const event of ['uncaughtException', 'unhandledRejection']) {
    process.on?.(event, (error: unknown) => {
      // A job may have a listener of its own, which handles the error.
      if ((process.listenerCount?.(event) ?? 0) > 1) return;
      post({ type: 'uncaught', failure: encodeThrown(error) });
      process.exit?.(1);
    });
  }
}
