/**
 * The line to a worker that is no other thread: the same messages, copied as threads copy them, and the same code at the
 * other end, all on the loop.
 */
import { Context } from '../core/context.ts';
import { getEventLoop } from '../core/current.ts';
import type { EventLoop } from '../core/event-loop.ts';
import type { Channel, ChannelEvents } from './channel.ts';
import { type FromWorker, isList, type ToWorker } from './protocol.ts';
import type { Transferable } from './transfer.ts';
import { WorkerRuntime } from './worker-runtime.ts';

export class InlineChannel implements Channel {
  readonly place = 'the thread of the program';
  readonly threadId = undefined;
  readonly pid = undefined;
  readonly sharesMemory = true;
  readonly #events: ChannelEvents;
  readonly #runtime: WorkerRuntime;
  readonly #loop: EventLoop = getEventLoop();
  /** As in a worker, where the variables of the program have no values. */
  readonly #context = new Context();
  #ended = false;

  constructor(events: ChannelEvents) {
    this.#events = events;
    this.#runtime = new WorkerRuntime({
      post: (message, transfer) => this.#answer(message, transfer),
      close: () => this.#end(),
      later: (fn) => this.#later(fn),
      // Everything else on the loop gets its turn after each job.
      slice: 0,
    });
  }

  post(message: ToWorker, transfer?: readonly Transferable[]): void {
    const copy = copyOf(message, transfer);
    // The claim table is not copied: both ends see the same one, also where memory cannot be shared between threads.
    const isStart = !isList(message) && message.type === 'start';
    const heard = isStart ? { ...copy, claims: message.claims } : copy;
    this.#later(() => this.#runtime.receive(heard as ToWorker));
  }

  terminate(): void {
    this.#later(() => this.#end());
  }

  ref(): void {}

  unref(): void {}

  #answer(message: FromWorker, transfer?: readonly Transferable[]): void {
    const copy = copyOf(message, transfer);
    this.#later(() => {
      if (!this.#ended) this.#events.message(copy);
    });
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#runtime.halt();
    this.#events.ended({
      exitCode: undefined,
      signal: undefined,
      uncaught: undefined,
      heapLimit: false,
    });
  }

  #later(fn: () => void): void {
    const inContext = (): void => this.#context.run(fn);
    if (this.#loop.isClosed()) queueMicrotask(inContext);
    else this.#loop.callSoon(inContext);
  }
}

function copyOf<Message>(message: Message, transfer: readonly Transferable[] = []): Message {
  return structuredClone(message, { transfer: transfer as ArrayBuffer[] });
}
