/**
 * Both ends of the line of an InlineExecutor, whose worker runs on the program's own loop. Messages are copied as those of
 * threads, and the worker's end is the same runtime.
 */
import { Context } from '../core/context.ts';
import { getEventLoop } from '../core/current.ts';
import { Deque } from '../queues/deque.ts';
import type { LineEvents, LineToWorker } from './crossing/line.ts';
import { checkReadable } from './crossing/nesting.ts';
import { type FromWorker, isList, marked, type ToWorker } from './crossing/protocol.ts';
import type { Transferable } from './crossing/transfer.ts';
import { WorkerRuntime } from './worker/worker-runtime.ts';

export class InlineLine implements LineToWorker {
  readonly place = 'the thread of the program';
  readonly threadId = undefined;
  readonly pid = undefined;
  readonly sharesMemory = true;
  readonly #events: LineEvents;
  readonly #runtime: WorkerRuntime;
  /** What is to be done, in order. A loop that is closed drops its callbacks, not these. */
  readonly #due = new Deque<() => void>();
  #announced = 0;
  #begun = 0;
  /** An empty context, as in any other worker: the ContextVars of the program have no values there. */
  readonly #context = new Context();
  #ended = false;

  constructor(events: LineEvents) {
    this.#events = events;
    this.#runtime = new WorkerRuntime({
      post: (message, transfer) => this.#deliver(message, transfer),
      close: () => this.#end(),
      later: (fn) => this.#later(fn),
      // The rest of the loop gets a turn after each job.
      slice: 0,
    });
  }

  post(message: ToWorker, transfer?: readonly Transferable[]): void {
    const copy = copyOf(message, transfer);
    // The claim table is not copied. Both ends use the same one, also where threads cannot share memory.
    const isStart = !isList(message) && message.type === 'start';
    const heard = isStart ? { ...copy, claims: message.claims } : copy;
    this.#later(() => this.#runtime.receive(heard as ToWorker));
  }

  terminate(): void {
    this.#later(() => this.#end());
  }

  ref(): void {}

  unref(): void {}

  #deliver(message: FromWorker, transfer?: readonly Transferable[]): void {
    const copy = copyOf(marked(message), transfer);
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
    this.#due.push(fn);
    // The loop of now: the one on which the executor was first used may be closed, or stand still.
    const loop = getEventLoop();
    const number = ++this.#announced;
    const doDue = (): void => this.#doDue(number);
    const soon = (): void => queueMicrotask(doDue);
    if (!loop.isRunning()) soon();
    // A loop that is closed drops what is ready. The job is to end all the same.
    else loop._enqueue({ _run: doDue, _runOrphaned: soon });
  }

  /** Does what was announced up to `number`: also what a loop has dropped. */
  #doDue(number: number): void {
    while (this.#begun < number) {
      this.#begun++;
      try {
        this.#context.run(this.#due.shift());
      } catch (exception) {
        const message = 'Exception in the worker of an InlineExecutor';
        getEventLoop()._report({ message, exception });
      }
    }
  }
}

function copyOf<Message>(message: Message, transfer: readonly Transferable[] = []): Message {
  checkReadable(message);
  return structuredClone(message, { transfer: transfer as ArrayBuffer[] });
}
