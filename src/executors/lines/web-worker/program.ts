/**
 * The program's end of the line to a Web Worker. The worker's end: `web-worker-side.ts`.
 *
 * A browser has no event for the end of a worker, and none for the moment at which a worker begins to listen. The worker
 * therefore sends a message for both. A message that arrives while the worker's module loads would be lost, so messages wait
 * here until the worker listens.
 *
 * States: loading → listening → over, or loading → over.
 */
import { HostDelay } from '../../../core/host-delay.ts';
import type { LineEvents, LineToWorker, WorkerEnd } from '../../crossing/line.ts';
import { checkReadable } from '../../crossing/nesting.ts';
import { isOurs, type ToWorker } from '../../crossing/protocol.ts';
import { readSign } from '../../crossing/read-frame.ts';
import type { Transferable } from '../../crossing/transfer.ts';

/** The part of a Web Worker that is used here. */
export interface WebWorker {
  postMessage(message: unknown, transfer?: readonly unknown[]): void;
  terminate(): unknown;
  addEventListener(type: string, listener: (event: never) => void): void;
}

interface ErrorEventLike {
  readonly message?: string;
  preventDefault(): void;
}

/** How long a worker may take to load its module and to send its first message: long enough for a slow network. */
const firstWordMs = 60_000;

const host = globalThis as { crossOriginIsolated?: boolean; SharedArrayBuffer?: unknown };

/** Starts a worker of this library's own module. */
export function startWebWorker(name: string): WebWorker {
  if (new URL(import.meta.url).pathname.endsWith('.ts')) {
    const source = './web-worker-main.ts';
    return typed(new Worker(new URL(source, import.meta.url), { type: 'module', name }));
  }
  // Bundlers know this exact form, and take the file into the bundle.
  return typed(
    new Worker(new URL('./web-worker-main.js', import.meta.url), { type: 'module', name }),
  );
}

/** Narrows the type: the browser's own has an overload of `addEventListener` for each event. */
function typed(worker: Worker): WebWorker {
  return worker as unknown as WebWorker;
}

export class WebWorkerLine implements LineToWorker {
  readonly threadId = undefined;
  readonly pid = undefined;
  readonly place: string;
  /** Pages that are not isolated from other origins cannot share memory with their workers. */
  readonly sharesMemory: boolean =
    host.SharedArrayBuffer !== undefined && host.crossOriginIsolated !== false;
  readonly #worker: WebWorker;
  readonly #events: LineEvents;
  /** The messages that wait until the worker listens; undefined once it listens. */
  #early: ToWorker[] | undefined = [];
  #isOver = false;
  #saidWhy = false;
  readonly #tooLate: HostDelay;

  /** @param wait - How long the worker may take to send its first message, in ms. */
  constructor(name: string, worker: WebWorker, events: LineEvents, wait: number = firstWordMs) {
    this.place = `web worker ${name}`;
    this.#worker = worker;
    this.#events = events;
    worker.addEventListener('message', ({ data }: { data: unknown }) => this.#hear(data));
    worker.addEventListener('messageerror', () => {
      if (!this.#isOver) events.unreadable(new Error('the browser could not read the message'));
    });
    worker.addEventListener('error', (event: ErrorEventLike) => this.#hearError(event));
    this.#tooLate = new HostDelay(() => {
      this.#end(`they say nothing for ${wait} ms. Their module has to call \`serve()\``);
    }, wait);
  }

  post(message: ToWorker, transfer?: readonly Transferable[]): void {
    checkReadable(message);
    if (this.#early === undefined) this.#worker.postMessage(message, transfer);
    // No job is sent before the worker is ready, so no waiting message has values to move.
    else this.#early.push(message);
  }

  terminate(): void {
    this.#worker.terminate();
    // The browser has no event for this. The pool must not hear of it before `terminate()` returns.
    queueMicrotask(() => this.#end('it was ended'));
  }

  // The life of a page does not depend on its workers.
  ref(): void {}

  unref(): void {}

  #hear(message: unknown): void {
    if (this.#isOver || !isOurs(message)) return;
    const sign = readSign(message);
    if (sign?.sign === 'listening') {
      this.#begin();
    } else if (sign?.sign === 'over') {
      this.#hearOver(sign.begun);
    } else {
      if ('type' in message && message.type === 'uncaught') this.#saidWhy = true;
      this.#events.message(message);
    }
  }

  #hearOver(begun: number | undefined): void {
    this.#end(this.#saidWhy ? undefined : 'it closed itself', undefined, begun);
  }

  #begin(): void {
    this.#tooLate.clear();
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const message of early) this.#worker.postMessage(message);
  }

  #hearError(event: ErrorEventLike): void {
    // Otherwise the page would report the error as well.
    event.preventDefault();
    // Once the worker listens, it sends a message for each uncaught error itself.
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
    this.#tooLate.clear();
    this.#worker.terminate();
    const end: WorkerEnd = {
      exitCode: undefined,
      signal: undefined,
      uncaught: error === undefined ? undefined : { error },
      heapLimit: false,
      lastBegunSeq: begun,
      ...(reason === undefined ? {} : { reason }),
    };
    this.#events.ended(end);
  }
}

/** Makes an error of the one line by which a browser tells an exception: "Uncaught RangeError: too much". */
function errorOf(line: string): Error {
  const [, name, text] = /^Uncaught (?:\(in promise\) )?(\w+): ([\s\S]*)$/.exec(line) ?? [];
  const error = new Error(text ?? line);
  if (name !== undefined) error.name = name;
  return error;
}
