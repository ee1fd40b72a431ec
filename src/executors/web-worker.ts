/**
 * The line to a Web Worker, seen from the page or worker that has it.
 *
 * A browser tells less of its workers than Node does of threads: not that one has ended, and not that it has begun to listen.
 * So the worker says both (`web-worker-side.ts`). What is sent before it listens waits here, as a message that comes while
 * its module loads would be lost.
 *
 * States: loading → listening → over, or from loading straight to over.
 */
import type { Channel, ChannelEvents, WorkerEnd } from './channel.ts';
import { type FromWorker, isOurs, type ToWorker } from './protocol.ts';
import type { Transferable } from './transfer.ts';

/** A Web Worker, by what is used of it. */
export interface WebWorker {
  postMessage(message: unknown, transfer?: readonly unknown[]): void;
  terminate(): unknown;
  addEventListener(type: string, listener: (event: never) => void): void;
}

/** What a Web Worker says besides what all workers say. */
export type FromWebWorker =
  | FromWorker
  | { readonly sign: 'listening' }
  /** The last job that it has begun, where the claim table does not tell. */
  | { readonly sign: 'over'; readonly begun: number | undefined };

interface ErrorEventLike {
  readonly message?: string;
  preventDefault(): void;
}

/** How long a worker may take to load its module and to say a first word, in ms: long enough for a slow network. */
const patience = 60_000;

const host = globalThis as { crossOriginIsolated?: boolean; SharedArrayBuffer?: unknown };

/** Starts a worker of this library's own module. */
export function startWebWorker(name: string): WebWorker {
  if (new URL(import.meta.url).pathname.endsWith('.ts')) {
    const source = './web-worker-main.ts';
    return typed(new Worker(new URL(source, import.meta.url), { type: 'module', name }));
  }
  // In these very words, by which bundlers know that the file belongs to the bundle.
  return typed(
    new Worker(new URL('./web-worker-main.js', import.meta.url), { type: 'module', name }),
  );
}

/** The browser's own type has a form of `addEventListener` for each event. */
function typed(worker: Worker): WebWorker {
  return worker as unknown as WebWorker;
}

export class WebWorkerChannel implements Channel {
  readonly threadId = undefined;
  readonly pid = undefined;
  readonly place: string;
  /** Pages that are not isolated from other origins share no memory with their workers. */
  readonly sharesMemory: boolean =
    host.SharedArrayBuffer !== undefined && host.crossOriginIsolated !== false;
  readonly #worker: WebWorker;
  readonly #events: ChannelEvents;
  /** What waits until the worker listens. */
  #early: ToWorker[] | undefined = [];
  #isOver = false;
  #saidWhy = false;
  readonly #tooLate: ReturnType<typeof setTimeout>;

  /** @param wait - How long the worker may take to say a first word, in ms. */
  constructor(name: string, worker: WebWorker, events: ChannelEvents, wait: number = patience) {
    this.place = `web worker ${name}`;
    this.#worker = worker;
    this.#events = events;
    worker.addEventListener('message', ({ data }: { data: unknown }) => this.#hear(data));
    worker.addEventListener('messageerror', () => {
      if (!this.#isOver) events.unreadable(new Error('the browser could not read the message'));
    });
    worker.addEventListener('error', (event: ErrorEventLike) => this.#hearError(event));
    this.#tooLate = setTimeout(() => {
      this.#end(`they say nothing for ${wait} ms. Their module has to call \`serve()\``);
    }, wait);
  }

  post(message: ToWorker, transfer?: readonly Transferable[]): void {
    if (this.#early === undefined) this.#worker.postMessage(message, transfer);
    // No job is sent before the worker is ready: nothing of this is moved.
    else this.#early.push(message);
  }

  terminate(): void {
    this.#worker.terminate();
    // Nobody else says so, and whoever ends a worker does not expect the news before the call returns.
    queueMicrotask(() => this.#end('it was ended'));
  }

  // A page does not stay for its workers, nor end because they are gone.
  ref(): void {}

  unref(): void {}

  #hear(message: unknown): void {
    if (this.#isOver) return;
    const { sign, begun } = (message ?? {}) as { sign?: unknown; begun?: number };
    if (sign === 'listening') this.#begin();
    else if (sign === 'over') this.#hearOver(begun);
    if (!isOurs(message)) return;
    if ('type' in message && message.type === 'uncaught') this.#saidWhy = true;
    this.#events.message(message);
  }

  #hearOver(begun: number | undefined): void {
    this.#end(this.#saidWhy ? undefined : 'it closed itself', undefined, begun);
  }

  #begin(): void {
    clearTimeout(this.#tooLate);
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const message of early) this.#worker.postMessage(message);
  }

  #hearError(event: ErrorEventLike): void {
    // Else the page would report it too.
    event.preventDefault();
    // Once it listens, the worker says by itself what nobody caught.
    if (this.#early === undefined) return;
    const { message } = event;
    if (message === undefined || message === '') {
      this.#end('their module did not load; the console of the browser says more');
    } else {
      this.#end(undefined, errorOf(message));
    }
  }

  #end(reason: string | undefined, error?: Error, begun?: number): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#tooLate);
    this.#worker.terminate();
    const end: WorkerEnd = {
      exitCode: undefined,
      signal: undefined,
      uncaught: error === undefined ? undefined : { error },
      heapLimit: false,
      begun,
      ...(reason === undefined ? {} : { reason }),
    };
    this.#events.ended(end);
  }
}

/** All that a browser passes on of an exception is a line: "Uncaught RangeError: too much". */
function errorOf(line: string): Error {
  const [, name, text] = /^Uncaught (?:\(in promise\) )?(\w+): ([\s\S]*)$/.exec(line) ?? [];
  const error = new Error(text ?? line);
  if (name !== undefined) error.name = name;
  return error;
}
