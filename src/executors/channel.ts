import type { FromWorker, ToWorker } from './protocol.ts';
import type { Transferable } from './transfer.ts';

/** How a worker ended. */
export interface WorkerEnd {
  readonly exitCode: number | undefined;
  /** The signal that ended a process: "SIGKILL". */
  readonly signal: string | undefined;
  /** The error that was not caught in the worker, if that ended it. */
  readonly uncaught: { readonly error: unknown } | undefined;
  readonly heapLimit: boolean;
  /** The last job that the worker may have begun; -1 for none. Undefined where only the claim table tells. */
  readonly begun?: number | undefined;
  /** Why it ended, in words, as the end of a sentence. */
  readonly reason?: string;
}

/** What the line tells the pool. `ended` is called once, and nothing after it. */
export interface ChannelEvents {
  message(message: FromWorker): void;
  /** A message came that the host cannot read. */
  unreadable(error: unknown): void;
  ended(end: WorkerEnd): void;
}

/** The line to one worker. Threads, processes and web workers differ only behind this interface. */
export interface Channel {
  /** How errors name the worker: "thread 3". */
  readonly place: string;
  readonly threadId: number | undefined;
  readonly pid: number | undefined;
  /** True if both ends see the same claim table. */
  readonly sharesMemory: boolean;
  /**
   * Sends a message.
   *
   * @param transfer - Moved instead of copied. Where nothing can be moved, it is copied and then emptied here.
   * @throws what the host throws for a value that cannot be copied or moved. Nothing was sent then.
   */
  post(message: ToWorker, transfer?: readonly Transferable[]): void;
  /** Ends the worker at once, even while it computes. */
  terminate(): void;
  /** Lets the worker keep the program alive. */
  ref(): void;
  /** Lets the program end while the worker still lives. */
  unref(): void;
}

/** Starts a worker called `name`. */
export type OpenChannel = (name: string, events: ChannelEvents) => Channel;
