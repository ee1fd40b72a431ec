/** The code that workers in threads and in processes share. */
import { type NodeStream, process } from './node.ts';

/** How long jobs may run before the event loop turns, in ms. */
export const slice = 1;

// Kept here, as a job may replace `process.exit`, and the `write` of streams.
const exitHost = process.exit?.bind(process);

/** Ends the worker once its console output has arrived. To exit earlier would lose output. */
export function endOnceWritten(): void {
  afterWriting(process.stdout, () => afterWriting(process.stderr, exit));
}

function exit(): void {
  try {
    exitHost?.(0);
  } catch {
    // An `exit` listener of a job has thrown. The second call does not call listeners again.
    exitHost?.(0);
  }
}

function afterWriting(stream: NodeStream | undefined, then: () => void): void {
  if (stream === undefined) then();
  else (Reflect.getPrototypeOf(stream) as NodeStream).write.call(stream, '', then);
}
