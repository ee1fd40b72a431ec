/** What workers in threads and processes have in common. */
import { type NodeStream, process } from './node.ts';

/** How long jobs may run before the event loop turns, in ms. */
export const slice = 1;

// Jobs may put something else in the place of it, and of the `write` of streams.
const exitHost = process.exit?.bind(process);

/** Ends the worker, once what it has written to the console arrived: an exit would cut that off. */
export function endOnceWritten(): void {
  afterWriting(process.stdout, () => afterWriting(process.stderr, exit));
}

function exit(): void {
  try {
    exitHost?.(0);
  } catch {
    // A listener of a job has thrown. They are not called again.
    exitHost?.(0);
  }
}

function afterWriting(stream: NodeStream | undefined, then: () => void): void {
  if (stream === undefined) then();
  else (Reflect.getPrototypeOf(stream) as NodeStream).write.call(stream, '', then);
}
