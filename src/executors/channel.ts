import type { FromWorker, ToWorker } from './protocol.ts';
import type { Transferable } from './transfer.ts';

/** How a worker ended. */
export interface WorkerEnd {
  readonly exitCode: number | undefined;
  /** The signal that ended a process: "SIGKILL". */
  readonly signal: string | undefined;
  /** What nobody caught in the worker, if that is what ended it. */
  readonly uncaught: { readonly error: unknown } | undefined;
  readonly heapLimit: boolean;
  /** The last job that it may have begun, -1 for none, where that is known and the claim table does not tell. */
  readonly begun?: number | undefined;
  /** What else is known of it, as the end of a sentence. */
  readonly reason?: string;
}

/** What a pool hears of a worker. `ended` comes once, and nothing after it. */
export interface ChannelEvents {
  message(message: FromWorker): void;
  /** A message came that cannot be put together again. */
  unreadable(error: unknown): void;
  ended(end: WorkerEnd): void;
}

/** The line to one worker: all that a pool knows of threads, processes and the like. */
export interface Channel {
  /** "thread 3": how errors call the worker. */
  readonly place: string;
  readonly threadId: number | undefined;
  readonly pid: number | undefined;
  /** Whether both ends see the same claim table. */
  readonly sharesMemory: boolean;
  /**
   * @param transfer - What is moved and not copied, or, where that is impossible, copied and then emptied.
   * @throws what the host throws for a value that cannot be copied or moved. Nothing was sent then.
   */
  post(message: ToWorker, transfer?: readonly Transferable[]): void;
  /** Ends the worker at once, whatever it does. */
  terminate(): void;
  /** Has the worker keep the program alive. */
  ref(): void;
  /** Lets the program end though the worker is there. */
  unref(): void;
}

/** Starts a worker called `name`. */
export type OpenChannel = (name: string, events: ChannelEvents) => Channel;
