/**
 * Streams of Node and of the web, read with back-pressure: a chunk is asked for when the work on the one before has ended.
 *
 * - A cancellation, or an error, destroys the source and the target before it goes on.
 * - `mapConcurrent()` has some lines worked on at a time, and reads no further ahead than that.
 */
import { createInterface } from 'node:readline';
import { Readable, type Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { Event, fromPromise, mapConcurrent } from 'skein';

/** Works on each line of a stream, some at a time, and writes the results in their order. */
export async function convert(
  source: Readable | ReadableStream<Uint8Array>,
  target: Writable,
  work: (line: string) => Promise<string>,
  concurrency = 4,
): Promise<number> {
  const readable = source instanceof Readable ? source : Readable.fromWeb(source as never);
  const drained = new Event();
  target.on('drain', () => drained.set());
  let count = 0;
  try {
    const lines = createInterface({ input: readable, crlfDelay: Number.POSITIVE_INFINITY });
    for await (const result of mapConcurrent(lines, work, { concurrency })) {
      drained.clear();
      // The target is full: nothing is read meanwhile.
      if (!target.write(`${result}\n`)) await drained.wait();
      count++;
    }
    target.end();
    await fromPromise(finished(target));
    return count;
  } finally {
    readable.destroy();
    if (!target.writableFinished) target.destroy();
  }
}
