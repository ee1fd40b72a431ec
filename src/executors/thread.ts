/** The line to a worker thread of `node:worker_threads`. */
import type { Channel, ChannelEvents, WorkerEnd } from './channel.ts';
import { inheritedOptions } from './inherited-options.ts';
import type { NodeWorker, WorkerThreads } from './node.ts';
import { isOurs, type ToWorker } from './protocol.ts';
import type { Transferable } from './transfer.ts';

/**
 * In megabytes. Node ends a thread that reaches its limit, and grants it 16 MB on the way out; one that needs more aborts the
 * program. One collection may move two thirds of the young generation out of it, which Node 24 lets grow to 192 MB: up to
 * half of the heaps of 64 MB that were filled bit by bit aborted the program there, and none with this.
 */
const maxYoungGenerationSizeMb = 24;

/** @throws what the host throws when it cannot start one. */
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

/** The file of the other end: `.ts` where the sources run as they are, `.js` once compiled. */
function entry(): URL {
  const here = import.meta.url;
  // Not in one expression with `new URL`, which bundlers would take for a file of the page.
  const file = `./thread-main${here.slice(here.lastIndexOf('.'))}`;
  return new URL(file, here);
}

export class ThreadChannel implements Channel {
  readonly threadId: number;
  readonly pid = undefined;
  readonly sharesMemory = true;
  readonly place: string;
  readonly #worker: NodeWorker;

  constructor(worker: NodeWorker, events: ChannelEvents) {
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

/** Why a thread ended before it said a word, where that can be told. */
function reasonOfSilence(exitCode: number, error: unknown): string | undefined {
  if (error === undefined && exitCode === 0) {
    return 'their module ended without a word. It has to call `serve()`';
  }
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  const missing = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
  if (!missing || !String(message).includes('thread-main')) return undefined;
  return 'the file that they begin with, `thread-main.js`, does not stand beside this one, as in a bundle. Give the executor a `worker`, or leave `skein/executors` out of the bundle';
}
