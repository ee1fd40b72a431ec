/** Where the processes of a ProcessPoolExecutor begin. */
import { encodeThrown } from './error-codec.ts';
import { later } from './later.ts';
import { process } from './node.ts';
import { ownMemory } from './own-memory.ts';
import { type FromWorker, isList, marked, type ToWorker } from './protocol.ts';
import { fileOfProgram } from './shared-file.ts';
import type { Transferable } from './transfer.ts';
import { refuseUncloneable, refuseUnsendable } from './unsendable.ts';
import { endOnceWritten, slice } from './worker-host.ts';
import { WorkerRuntime } from './worker-runtime.ts';

if (process.send === undefined) {
  throw new Error('This module is the entry of worker processes. Use `ProcessPoolExecutor`.');
}
// A job may put something else in its place.
const send = process.send.bind(process);

function post(message: FromWorker, transfer?: readonly Transferable[]): void {
  // Without the program nobody is there to hear, and this process is about to end.
  if (process.connected !== true) return;
  if (isList(message)) refuseUnsendable(message, transfer);
  else if (message.type === 'items') refuseUnsendable(message.items, transfer);
  else if (message.type === 'progress') refuseUnsendable([message.value]);
  refuseUncloneable(message);
  send(marked(message));
}

function copy(value: unknown): unknown {
  refuseUnsendable([value]);
  return structuredClone(value);
}

const [fd, id] = (process.argv ?? []).slice(2);
const file = id === undefined ? undefined : fileOfProgram(Number(fd), id);
const runtime = new WorkerRuntime({ post, close: endOnceWritten, later, slice, copy, ...file });
process.on?.('message', (message: ToWorker) => {
  if (isList(message)) ownMemory(message as unknown as unknown[]);
  runtime.receive(message);
});
process.on?.('exit', () => runtime.flush());
// The program has ended, perhaps by force: its workers must not outlive it.
process.on?.('disconnect', () => process.exit?.(0));
// Bun does not make the second the first, as Node does.
for (const event of ['uncaughtException', 'unhandledRejection']) {
  process.on?.(event, (error: unknown) => {
    // A job may have a listener of its own, as in any program.
    if ((process.listenerCount?.(event) ?? 0) > 1) return;
    post({ type: 'uncaught', failure: encodeThrown(error) });
    process.exit?.(1);
  });
}
