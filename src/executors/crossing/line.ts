/**
 * A line joins a pool and one worker. This file describes its two ends: the pool holds a `LineToWorker`, and the worker's
 * runtime holds a `LineToPool`. Each kind of line (thread, process, Web Worker, inline) implements both.
 */
import type { FromWorker, ToWorker } from './protocol.ts';
import type { Transferable } from './transfer.ts';

/** How a worker ended. */
export interface WorkerEnd {
  readonly exitCode: number | undefined;
  /** The signal that ended a process: "SIGKILL". */
  readonly signal: string | undefined;
  /** The uncaught error that ended the worker; undefined if it ended for another reason. */
  readonly uncaught: { readonly error: unknown } | undefined;
  /** True if the worker ended because its heap was full. */
  readonly heapLimit: boolean;
  /** True if it was ended because it did not come back to its event loop, though it ran no job. */
  readonly isUnresponsive?: boolean;
  /**
   * The number of the last job that the worker may have begun, -1 if it had begun none. Undefined if that is not known, and
   * for workers that share the claim table, which says it.
   */
  readonly lastBegunSeq?: number | undefined;
  /** More about the reason, as the end of a sentence. */
  readonly reason?: string;
}

/** The pool's callbacks for one worker. `ended` is called once, and no other callback after it. */
export interface LineEvents {
  /** A message arrived that has the mark. A job may have sent it: see `readFrame()`. */
  message(message: unknown): void;
  /** A message arrived that cannot be deserialized. */
  unreadable(error: unknown): void;
  /**
   * What arrived is no message, or one that cannot be read, and nothing can be said of what comes after it.
   *
   * @param why - What is wrong with it, as the end of a sentence.
   */
  broken(why: string): void;
  ended(end: WorkerEnd): void;
}

/** The pool's end of the line. The pool knows nothing else of threads, processes and the like. */
export interface LineToWorker {
  /** The worker's name in errors: "thread 3". */
  readonly place: string;
  readonly threadId: number | undefined;
  readonly pid: number | undefined;
  /** True if pool and worker see the same claim table. */
  readonly sharesMemory: boolean;
  /**
   * @param transfer - The values that are moved instead of copied. A line that cannot move them copies and then empties them.
   * @throws the host's error for a value that cannot be copied or moved. The message was not sent then.
   */
  post(message: ToWorker, transfer?: readonly Transferable[]): void;
  /**
   * Returns the number of the last job that the worker may have begun, -1 for none; undefined if that is not known. Only for
   * lines whose pool does not see the claims.
   */
  lastBegun?(): number | undefined;
  /** Ends the worker at once, even while a job computes. */
  terminate(): void;
  /** Keeps the program alive as long as the worker lives. */
  ref(): void;
  /** Lets the program end while the worker lives. */
  unref(): void;
}

/** The error for a worker that cannot be started. Its message is the reason, as the end of a sentence. */
export class CannotStart extends Error {}

/** Starts a worker called `name`. @throws CannotStart, or the host's error. */
export type OpenLine = (name: string, events: LineEvents) => LineToWorker;

/** The worker's end of the line. The worker's runtime knows nothing else of threads, processes and the like. */
export interface LineToPool {
  /** @throws the host's error for a value that cannot be copied or moved. The message was not sent then. */
  post(message: FromWorker, transfer?: readonly Transferable[]): void;
  /** Ends the worker. */
  close(): void;
  /** Calls `fn` after the event loop of the host has turned. */
  later(fn: () => void): void;
  /** Copies a value as `post()` copies it, for lines that copy in another way than `structuredClone()`. */
  copy?(value: unknown): unknown;
  /** Returns the number of the job that was last asked to stop, for lines that show it before the message arrives. */
  lookForAbort?(): number;
  /**
   * Notes that all jobs up to this number may have begun. Only for lines where the worker tells its claims by message: such a
   * message may be lost when the worker dies.
   */
  noteBegun?(seq: number): void;
  /**
   * Calls `then` once all that jobs have written to the console has arrived, and returns true; returns false if it has arrived
   * already. For lines where output travels apart from messages.
   */
  afterOutput?(then: () => void): boolean;
  /** How long jobs may run before the event loop turns, in ms. */
  readonly slice: number;
}
