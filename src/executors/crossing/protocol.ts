/**
 * The messages between a pool and its workers. All of them are made of values that can be copied.
 *
 * A worker's life: the pool sends `start`, and the worker says `ready` or `broken`. Then the pool sends jobs and the worker
 * sends outcomes, any number of times, until the pool sends `close`. Before its outcome a job may report `progress`, and a
 * job that is a stream sends `items`, as many as the pool has granted.
 *
 * Each worker numbers its jobs from 0 upwards. It runs them in that order, and sends their outcomes in that order.
 *
 * Jobs and outcomes travel in flat lists; all other messages are objects with a `type`. To copy an object for each job would
 * cost more than the rest of the way, and one object for the message would cost more than a small job. A list of whole
 * numbers only, as many lists are, is copied even faster. What several jobs have in common is therefore said once, for a
 * group. The grammar (`x*`: any number of x; `x?`: x or nothing):
 *
 * ```text
 * Jobs     = [first, claimed, JobGroup*]
 * JobGroup = code, head, count, shipped?, (argument*)*
 *   first     number of the first job; the others count up from it, through all groups
 *   claimed   the pool counts the jobs up to this number as claimed by the worker; -1: none
 *   code      a NumberedCode the first time, then its number only
 *   head      4 × (arguments of each job) + 2 if `shipped` is there + 1 if the worker is to tell when a job begins
 *   count     number of jobs in the group
 *   shipped   list of the names of ContextVars, each followed by its value
 *   argument  the arguments of the first job, then those of the next, …
 *
 * OutcomeList  = [mark, upTo, busy, claimed, OutcomeGroup*]
 * OutcomeGroup = first, count, outcome*
 *   mark      tells this list from messages that a job sends by itself
 *   upTo      the outcomes of all jobs up to this number are in this message or in one before; -1: none
 *   busy      how long the jobs of this message took together, in whole µs
 *   claimed   the worker has claimed all jobs up to this number; -1: not told, as the pool sees it in shared memory
 *   first     number of the first job of the group; the others count up from it
 *   count     number of jobs in the group; below 0 if they failed
 *   outcome   a result, or, if they failed, a Thrown
 * ```
 *
 * Why `claimed` is in `Jobs`: a process that is idle begins at once, and a message that says so would double the number of
 * messages. A thread is told of a claim only for a job that memory moves along with; that job is alone in its message.
 */
import { hasOwn, isArray } from './intrinsics.ts';

interface AnyCode {
  /** True for a generator function, where that is known: only `stream()` can run it. */
  readonly generates?: boolean;
  /** For streams only: how many items may be under way. */
  readonly bufferSize?: number | undefined;
  /** True if the job was submitted with `onProgress`. */
  readonly reports?: boolean;
  /** True if the job calls the function once for each input: its one argument is then a list of argument lists. */
  readonly chunked?: boolean;
}

/** A function that crosses as its source text. */
export interface SourceCode extends AnyCode {
  readonly kind: 'source';
  /** The name of the function in errors. */
  readonly name: string;
  readonly text: string;
}

/** A function that crosses as its module and its name there, as in pickle. */
export interface ReferenceCode extends AnyCode {
  readonly kind: 'reference';
  readonly name: string;
  /** The module that declares it. */
  readonly url: string;
}

export type Code = SourceCode | ReferenceCode;

export interface Call {
  readonly code: Code;
  readonly args: readonly unknown[];
}

/** A `Code` that the worker keeps under a number. Later jobs only send the number. Number 0 makes the worker forget all others. */
export type NumberedCode = Code & { readonly number: number };

/** Why a running job is to stop. */
export interface AbortReason {
  readonly timeout: boolean;
  readonly text: string;
}

/** Jobs for a worker to run: see the grammar above. */
export type Jobs = readonly [first: number, claimed: number, ...groups: unknown[]];

/** All messages of workers have it: a job may send messages of its own over the same line, and they have no mark. */
export const mark = 0x5ce1;

/** Results and failures of jobs: see the grammar above. */
export type OutcomeList = readonly [
  mark: number,
  upTo: number,
  busy: number,
  claimed: number,
  ...groups: unknown[],
];

/** Tells a list of jobs or outcomes from the messages that are objects. */
export function isList<Message extends ToWorker | FromWorker>(
  message: Message,
): message is Extract<Message, readonly unknown[]> {
  return isArray(message);
}

/** Tells a sign from the messages of the pool. Not by `in`: a job may have given `Object.prototype` a "sign". */
export function isSign(message: FromWorker | Sign): message is Sign {
  return hasOwn(message, 'sign');
}

/** The first message to a worker. */
export interface Start {
  readonly type: 'start';
  readonly initializer: Call | undefined;
  readonly teardown: Call | undefined;
  readonly tsx: string | undefined;
  /** The words of the claim table, where memory can be shared. Without it the worker tells of its claims. */
  readonly claims: Int32Array | undefined;
}

export type ToWorker =
  | Jobs
  | Start
  /** Asks the worker to give these jobs back. */
  | { readonly type: 'withdraw'; readonly seqs: readonly number[] }
  | { readonly type: 'abort'; readonly seq: number; readonly reason: AbortReason }
  /** Lets the worker send `count` more items of a stream. */
  | { readonly type: 'grant'; readonly seq: number; readonly count: number }
  /** Asks the worker how far it is: the pool got a message that it could not read, perhaps with outcomes. */
  | { readonly type: 'report' }
  /** Asks the worker whether its event loop turns. It confirms. */
  | { readonly type: 'ping' }
  /** Has the worker end, which has no job. It confirms at once. */
  | { readonly type: 'close' };

/** A thrown value, taken apart by `encodeThrown()`. */
export interface Thrown {
  readonly root: Part;
  /** All errors of it. They refer to one another by their place in this list, as causes may form a circle. */
  readonly errors: readonly ErrorRecord[];
}

/** Either the place of an error in `Thrown.errors`, or any other value. */
export type Part = { readonly error: number } | { readonly value: unknown };

export interface ErrorRecord {
  /** The name of the nearest class that both sides know. */
  readonly known: string;
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly cause: Part | undefined;
  /** The `errors` of an AggregateError. */
  readonly members: readonly Part[] | undefined;
  readonly properties: readonly (readonly [string, Part])[];
}

/** Items of a stream; `after` others were sent before them. `refused` says why the next item cannot be copied. */
export interface ItemsOfStream {
  readonly type: 'items';
  readonly seq: number;
  readonly after: number;
  readonly items: readonly unknown[];
  readonly refused: Thrown | undefined;
}

export type FromWorker =
  | OutcomeList
  | { readonly type: 'ready' }
  | { readonly type: 'broken'; readonly failure: Thrown }
  | ItemsOfStream
  /** A report of the running job. */
  | { readonly type: 'progress'; readonly seq: number; readonly value: unknown }
  /** Follows `withdraw`: the worker will not run these jobs. */
  | { readonly type: 'withdrawn'; readonly seqs: readonly number[] }
  /** A message came that the worker cannot read. `after` is the last job that it has read: later ones will not run. */
  | { readonly type: 'unreadable'; readonly reason: string; readonly after: number }
  /** An error that was not caught and ends this worker. Sent where the host does not tell the pool. */
  | { readonly type: 'uncaught'; readonly failure: Thrown }
  /** Confirms `ping` and `close`. */
  | { readonly type: 'pong' }
  /** The teardown is over. The worker ends once its output is written, and repeats this message until then. */
  | { readonly type: 'closing' }
  /** The number of failures that were told in this worker, and were not retrieved since. */
  | { readonly type: 'lost'; readonly count: number }
  /** The teardown failed. */
  | { readonly type: 'untidy'; readonly failure: Thrown };

/** Puts the mark on a message of a worker; lists have it already. */
export function marked(message: FromWorker): FromWorker {
  if (!isList(message)) (message as { mark?: number }).mark = mark;
  return message;
}

/** True for a message with the mark; false for a message that a job sent by itself. A job may put the mark on one: see `readFrame()`. */
export function isOurs(message: unknown): message is object {
  if (isArray(message)) return message[0] === mark;
  return (message as { mark?: unknown } | null | undefined)?.mark === mark;
}

/** What a worker's end of a line tells the program's end, and not the pool. */
export type Sign = { readonly mark: number } & (
  | { readonly sign: 'listening' }
  /** A job has closed the shared file of a process. */
  | { readonly sign: 'file lost' }
  /** What jobs of a thread have printed before is on its way, over a line of Node's own. */
  | { readonly sign: 'printed' }
  /** A job of a thread has printed this. */
  | {
      readonly sign: 'output';
      readonly stream: 'stdout' | 'stderr';
      readonly chunk: Uint8Array | string;
    }
  /** A Web Worker has ended. `begun`: the last job that it has begun, if it does not share the claim table. */
  | { readonly sign: 'over'; readonly begun: number | undefined }
);
