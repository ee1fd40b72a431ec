/**
 * The output of the program, as far as jobs print there and it has not arrived. The reader of a pipe may be slow: Node keeps
 * what the pipe has no room for, and a program that exits then loses it. So what a worker says after it has printed waits.
 */
import { getEventLoop } from '../../core/current.ts';
import { type NodeReadable, type NodeStream, process } from '../crossing/node.ts';
import { UnfinishedOutput } from '../crossing/unfinished-output.ts';
import type { Output, OutputStream } from './start-options.ts';

/**
 * Node passes on what some threads print, piece by piece: whenever one has arrived it writes the next. A program that prints all
 * the time always has something under way, so not all of it is waited for.
 */
const mostPieces = 16;

type OutputName = 'stdout' | 'stderr';

/** Null for a stream that the program has made: it may read that stream after the job. */
const outputs = new WeakMap<OutputStream, UnfinishedOutput | null>();

function unfinished(to: OutputStream): UnfinishedOutput | null {
  let output = outputs.get(to);
  if (output !== undefined) return output;
  const stream = to === process.stdout ? process.stdout : process.stderr;
  output = stream !== undefined && to === stream ? new UnfinishedOutput(stream) : null;
  outputs.set(to, output);
  return output;
}

/** Returns true if something that was written to one of the streams has not arrived. */
export function isUnfinished(streams: readonly OutputStream[]): boolean {
  return streams.some((to) => (unfinished(to)?.underWay ?? 0) > 0);
}

/** Calls `then` once what was written to the streams so far has arrived. */
export function afterOutput(
  streams: readonly OutputStream[],
  then: () => void,
  pieces: number = mostPieces,
): void {
  const to = streams.find((each) => isUnfinished([each]));
  if (to === undefined || pieces === 0) then();
  else unfinished(to)?.after(() => afterOutput(streams, then, pieces - 1));
}

/** Writes what a worker has printed. If the stream throws, which may be one of the program, that is reported, and the worker goes on. */
export function writeOutput(name: OutputName, to: OutputStream, chunk: Uint8Array | string): void {
  try {
    (to as NodeStream).write(chunk);
  } catch (exception) {
    const message = `The \`${name}\` of an executor could not be written to`;
    getEventLoop()._report({ message, exception });
  }
}

/** Passes on what a worker prints, unless the host does: `from` is undefined then. */
export function passOutput(
  name: OutputName,
  from: NodeReadable | null | undefined,
  to: Output,
): void {
  if (from === undefined || from === null || to === 'inherit') return;
  if (to === 'ignore') from.resume();
  else from.on('data', (chunk) => writeOutput(name, to, chunk));
}
