/** The line to a worker thread of `node:worker_threads`. */
import type { Channel, ChannelEvents, WorkerEnd } from './channel.ts';
import { inheritedOptions } from './inherited-options.ts';
import { builtin, type NodeWorker, type WorkerThreads } from './node.ts';
import type { FromWorker, ToWorker } from './protocol.ts';
import type { Transferable } from './transfer.ts';

/** `.ts` where the sources run as they are, `.js` once compiled. */
const entry = new URL(
  `./thread-main${import.meta.url.slice(import.meta.url.lastIndexOf('.'))}`,
  import.meta.url,
);

/** @throws Error where there are no threads. */
export function workerThreads(): WorkerThreads {
  const threads = builtin('node:worker_threads');
  if (threads === undefined) {
    throw new Error(
      '`new ThreadPoolExecutor()` expected a place with `node:worker_threads` (Node, Bun, Deno), but there is none here. Use `new InlineExecutor()`.',
    );
  }
  return threads;
}

function inherited(): { execArgv?: string[] } {
  const execArgv = inheritedOptions();
  return execArgv === undefined ? {} : { execArgv };
}

export class ThreadChannel implements Channel {
  readonly threadId: number;
  readonly pid = undefined;
  readonly sharesMemory = true;
  readonly place: string;
  readonly #worker: NodeWorker;

  constructor(name: string, maxHeapMb: number | undefined, events: ChannelEvents) {
    const { Worker } = workerThreads();
    const worker = new Worker(entry, {
      name,
      ...inherited(),
      ...(maxHeapMb === undefined ? {} : { resourceLimits: { maxOldGenerationSizeMb: maxHeapMb } }),
    });
    this.#worker = worker;
    this.threadId = worker.threadId;
    this.place = `thread ${worker.threadId}`;
    let uncaught: WorkerEnd['uncaught'];
    worker.on('message', (message: FromWorker) => events.message(message));
    worker.on('messageerror', (error: unknown) => events.unreadable(error));
    worker.on('error', (error: unknown) => {
      uncaught = { error };
    });
    worker.on('exit', (exitCode: number) => {
      const code = (uncaught?.error as { code?: unknown } | null | undefined)?.code;
      const heapLimit = code === 'ERR_WORKER_OUT_OF_MEMORY';
      events.ended({ exitCode, signal: undefined, uncaught, heapLimit });
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
