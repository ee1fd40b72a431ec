/** The program's end of the line to a worker thread of `node:worker_threads`. The worker's end: `worker.ts`. */

import type { LineEvents, LineToWorker, WorkerEnd } from '../../crossing/line.ts';
import { checkReadable } from '../../crossing/nesting.ts';
import {
  type NodePort,
  type NodeWorker,
  process,
  runtime,
  type ThreadOptions,
  type WorkerThreads,
} from '../../crossing/node.ts';
import { isOurs, type ToWorker } from '../../crossing/protocol.ts';
import { readSign } from '../../crossing/read-frame.ts';
import type { Transferable } from '../../crossing/transfer.ts';
import { endedWithoutWord, FirstWord } from '../first-word.ts';
import { HeldMessages } from '../held-messages.ts';
import { inheritedOptions } from '../inherited-options.ts';
import { placeOf } from '../main-module.ts';
import { writeOutput } from '../program-output.ts';
import type { Output, OutputStream, WorkerStart } from '../start-options.ts';
import type { LineOfThread } from './worker.ts';

/**
 * The limit of the young generation, for threads that have a limit of the heap. Node ends a thread that reaches the limit of
 * its heap, and grants the thread 16 MB more until it has ended. A thread that needs more than these 16 MB aborts the program.
 * One collection may move two thirds of the young generation into the old one, and Node 24 lets the young generation grow to
 * 192 MB. There, up to half of the heaps of 64 MB that were filled bit by bit aborted the program, and none with this limit.
 */
const maxYoungGenerationSizeMb = 24;

const main = 'thread-main';

const encoder = new TextEncoder();

/** @throws CannotStart if the file that threads begin with is missing; the host's error if it cannot start a thread. */
export function startThread(
  { Worker }: WorkerThreads,
  name: string,
  { env, argv, execArgv = inheritedOptions(), ...limits }: WorkerStart,
): NodeWorker {
  const entry = placeOf(main, import.meta.url);
  const resourceLimits = limitsOf(limits);
  return new Worker(entry, {
    name,
    argv,
    ...(env === undefined ? {} : { env }),
    ...(execArgv === undefined ? {} : { execArgv }),
    ...(resourceLimits === undefined ? {} : { resourceLimits }),
  });
}

function limitsOf({
  maxHeapMb,
  stackSizeMb,
}: Pick<WorkerStart, 'maxHeapMb' | 'stackSizeMb'>): ThreadOptions['resourceLimits'] {
  if (maxHeapMb === undefined && stackSizeMb === undefined) return undefined;
  const heap =
    maxHeapMb === undefined ? {} : { maxOldGenerationSizeMb: maxHeapMb, maxYoungGenerationSizeMb };
  return stackSizeMb === undefined ? heap : { ...heap, stackSizeMb };
}

/**
 * Messages go over a port of their own, and not over the thread's `parentPort`, which jobs can reach: a job may remove all
 * listeners of that, or close it. Bun and Deno lose messages of other ports when a thread ends, so they use `parentPort`.
 */
function openPort(
  worker: NodeWorker,
  { MessageChannel }: WorkerThreads,
  start: WorkerStart | undefined,
): NodeWorker | NodePort {
  if (runtime !== 'Node') return worker;
  const { port1, port2 } = new MessageChannel();
  const how = (output: Output): 'ignore' | 'line' => (output === 'ignore' ? 'ignore' : 'line');
  const outputs = start && { stdout: how(start.stdout), stderr: how(start.stderr) };
  const first: LineOfThread = { line: port2, outputs };
  worker.postMessage(first, [port2]);
  return port1;
}

export class ThreadLine implements LineToWorker {
  readonly threadId: number;
  readonly pid = undefined;
  readonly sharesMemory = true;
  readonly place: string;
  readonly #worker: NodeWorker;
  readonly #port: NodeWorker | NodePort;

  /** @param start - How the thread was started; undefined if the program has started it, with a module of its own. */
  constructor(
    worker: NodeWorker,
    threads: WorkerThreads,
    events: LineEvents,
    start: WorkerStart | undefined,
    firstWordMs?: number,
  ) {
    this.#worker = worker;
    this.threadId = worker.threadId;
    this.place = `thread ${worker.threadId}`;
    let isOver = false;
    let uncaught: WorkerEnd['uncaught'];
    const end = (exitCode: number | undefined, reason: string | undefined): void => {
      if (isOver) return;
      isOver = true;
      firstWord.heard();
      const code = (uncaught?.error as { code?: unknown } | null | undefined)?.code;
      const heapLimit = code === 'ERR_WORKER_OUT_OF_MEMORY';
      const more = reason === undefined ? {} : { reason };
      events.ended({ exitCode, signal: undefined, uncaught, heapLimit, ...more });
    };
    const firstWord = new FirstWord(start === undefined, firstWordMs, (reason) => {
      void worker.terminate();
      end(undefined, reason);
    });
    const messages = new HeldMessages(
      (message) => {
        if (!isOver) events.message(message);
      },
      () => [outputOf('stdout', start), outputOf('stderr', start)],
    );
    const hear = (message: unknown): void => {
      if (isOver || !isOurs(message)) return;
      firstWord.heard();
      const sign = readSign(message);
      if (sign === undefined) {
        messages.take(message);
      } else if (sign.sign === 'output') {
        print(sign.stream, sign.chunk, start);
        messages.waitForOutput();
      } else if (sign.sign === 'printed') {
        messages.waitForTurn();
      }
    };
    const port = openPort(worker, threads, start);
    this.#port = port;
    port.on('message', hear);
    port.on('messageerror', (error: unknown) => events.unreadable(error));
    worker.on('error', (error: unknown) => {
      uncaught = { error };
    });
    worker.on('exit', (exitCode: number) => {
      // The last messages of the thread may still be unread.
      if (port !== worker) readAll(port as NodePort, threads, hear);
      const isSilent = !firstWord.wasHeard && exitCode === 0 && uncaught === undefined;
      messages.last(() => end(exitCode, isSilent ? endedWithoutWord : undefined));
    });
  }

  post(message: ToWorker, transfer?: readonly Transferable[]): void {
    checkReadable(message);
    this.#port.postMessage(message, transfer);
  }

  terminate(): void {
    void this.#worker.terminate();
  }

  ref(): void {
    this.#worker.ref();
    this.#port.ref();
  }

  unref(): void {
    this.#worker.unref();
    this.#port.unref();
  }
}

/** What a thread prints goes where the program prints, unless an option says otherwise. */
function outputOf(name: 'stdout' | 'stderr', start: WorkerStart | undefined): OutputStream {
  const output = start?.[name];
  if (typeof output === 'object') return output;
  return (process[name] ?? { write: () => undefined }) as OutputStream;
}

function print(
  name: 'stdout' | 'stderr',
  chunk: Uint8Array | string,
  start: WorkerStart | undefined,
): void {
  // A stream that the program gives is promised bytes.
  const isGiven = typeof start?.[name] === 'object';
  const written = isGiven && typeof chunk === 'string' ? encoder.encode(chunk) : chunk;
  writeOutput(name, outputOf(name, start), written);
}

function readAll(
  port: NodePort,
  { receiveMessageOnPort }: WorkerThreads,
  hear: (message: unknown) => void,
): void {
  for (
    let next = receiveMessageOnPort(port);
    next !== undefined;
    next = receiveMessageOnPort(port)
  ) {
    hear(next.message);
  }
}
