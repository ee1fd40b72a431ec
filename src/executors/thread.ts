/** The line to a worker thread of `node:worker_threads`. */
import type { Channel, ChannelEvents, WorkerEnd } from './channel.ts';
import { builtin, type NodeWorker, process, type WorkerThreads } from './node.ts';
import type { FromWorker, ToWorker } from './protocol.ts';

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

/**
 * Options of the program that its threads must not inherit: they say how to read the program's text, and make Node
 * refuse the file of a worker.
 */
function inheritedOptions(): { execArgv?: string[] } {
  const options = process.execArgv ?? [];
  if (!options.some((option) => option.startsWith('--input-type'))) return {};
  const execArgv: string[] = [];
  for (const [index, option] of options.entries()) {
    const wanted = /^(?:--import|--require|-r|--loader|--conditions|-C)(?:=|$)/.test(option);
    if (!wanted) continue;
    execArgv.push(option);
    if (!option.includes('=')) execArgv.push(options[index + 1] ?? '');
  }
  return { execArgv };
}

/** The loader `tsx`, if the program was started with it. */
export function tsxOfProgram(): string | undefined {
  return process.execArgv
    ?.find((option) => /(?:^|[/\\=])tsx(?:[/\\]|$)/.test(option))
    ?.replace(/^--\w+=/, '');
}

export class ThreadChannel implements Channel {
  readonly threadId: number;
  readonly place: string;
  readonly #worker: NodeWorker;

  constructor(name: string, maxHeapMb: number | undefined, events: ChannelEvents) {
    const { Worker } = workerThreads();
    const worker = new Worker(entry, {
      name,
      ...inheritedOptions(),
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
      events.ended({ exitCode, uncaught, heapLimit: code === 'ERR_WORKER_OUT_OF_MEMORY' });
    });
  }

  post(message: ToWorker): void {
    this.#worker.postMessage(message);
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
