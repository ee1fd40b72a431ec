/** The program's end of the line to a worker thread of `node:worker_threads`. The worker's end: `thread-side.ts`. */

import { inheritedOptions } from './inherited-options.ts';
import type { LineEvents, LineToWorker, WorkerEnd } from './line.ts';
import { checkReadable } from './nesting.ts';
import type { NodeWorker, WorkerThreads } from './node.ts';
import { isOurs, type ToWorker } from './protocol.ts';
import type { Transferable } from './transfer.ts';

/**
 * The limit of the young generation, for threads that have a limit of the heap. Node ends a thread that reaches the limit of
 * its heap, and grants the thread 16 MB more until it has ended. A thread that needs more than these 16 MB aborts the program.
 * One collection may move two thirds of the young generation into the old one, and Node 24 lets the young generation grow to
 * 192 MB. There, up to half of the heaps of 64 MB that were filled bit by bit aborted the program, and none with this limit.
 */
const maxYoungGenerationSizeMb = 24;

/** @throws the host's error if it cannot start a thread. */
export function startThread(
  { Worker }: WorkerThreads,
  name: string,
  maxHeapMb: number | undefined,
): NodeWorker {
  const execArgv = inheritedOptions();
  return new Worker(entry(), {
    name,
    ...(execArgv === undefined ? {} : { execArgv }),
    ...(maxHeapMb === undefined
      ? {}
      : { resourceLimits: { maxOldGenerationSizeMb: maxHeapMb, maxYoungGenerationSizeMb } }),
  });
}

/** Returns the file that the thread begins with: `.ts` where the sources run directly, `.js` once compiled. */
function entry(): URL {
  const here = import.meta.url;
  // Not one expression with `new URL`: bundlers would take the file for an asset of the page.
  const file = `./thread-main${here.slice(here.lastIndexOf('.'))}`;
  return new URL(file, here);
}

export class ThreadLine implements LineToWorker {
  readonly threadId: number;
  readonly pid = undefined;
  readonly sharesMemory = true;
  readonly place: string;
  readonly #worker: NodeWorker;

  constructor(worker: NodeWorker, events: LineEvents) {
    this.#worker = worker;
    this.threadId = worker.threadId;
    this.place = `thread ${worker.threadId}`;
    let hasSpoken = false;
    let uncaught: WorkerEnd['uncaught'];
    worker.on('message', (message: unknown) => {
      if (!isOurs(message)) return;
      hasSpoken = true;
      events.message(message);
    });
    worker.on('messageerror', (error: unknown) => events.unreadable(error));
    worker.on('error', (error: unknown) => {
      uncaught = { error };
    });
    worker.on('exit', (exitCode: number) => {
      const code = (uncaught?.error as { code?: unknown } | null | undefined)?.code;
      const heapLimit = code === 'ERR_WORKER_OUT_OF_MEMORY';
      const reason = hasSpoken ? undefined : reasonOfSilence(exitCode, uncaught?.error);
      events.ended({
        exitCode,
        signal: undefined,
        uncaught,
        heapLimit,
        ...(reason === undefined ? {} : { reason }),
      });
    });
  }

  post(message: ToWorker, transfer?: readonly Transferable[]): void {
    checkReadable(message);
    this.#worker.postMessage(message, transfer);
  }

  terminate(): void {
    void this.#worker.terminate();
  }

  ref(): void {
    this.#worker.ref();
  }

  unref(): void {
    this.#worker.unref();
  }
}

/** Returns the reason why a thread ended before its first message; undefined if the reason is not known. */
function reasonOfSilence(exitCode: number, error: unknown): string | undefined {
  if (error === undefined && exitCode === 0) {
    return 'their module ended without a word. It has to call `serve()`';
  }
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  const missing = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
  if (!missing || !String(message).includes('thread-main')) return undefined;
  return 'the file that they begin with, `thread-main.js`, does not stand beside this one, as in a bundle. Give the executor a `worker`, or leave `skein/executors` out of the bundle';
}
