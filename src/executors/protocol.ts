/**
 * What a pool and its workers say to each other. Everything is made of values that can be copied.
 *
 * A worker's life: it gets `start` and answers `ready` or `broken`; then it gets jobs and answers outcomes, any number of
 * times; `close` makes it end. Before its outcome a job may report `progress`, and one that answers a stream sends `items`,
 * as many as it was granted.
 *
 * Jobs and outcomes, of which there can be very many, travel in flat lists, which are the messages: to copy an object for
 * each would cost more than everything else, and even one for the message would cost more than a job. A list of nothing but
 * whole numbers, as many are, is copied faster still. What the jobs of a list have in common is said once.
 *
 * Jobs have numbers that count up, worker by worker, and are run and answered in that order.
 */

interface AnyCode {
  /** Set for a generator function, as far as that is known here: only a stream can have its items. */
  readonly generates?: boolean;
  /** Set for jobs that answer a stream: how many items may be under way. */
  readonly bufferSize?: number | undefined;
  /** Set for jobs whose reports somebody listens to. */
  readonly reports?: boolean;
  /** Set for jobs that call the function with many inputs: their one argument is a list of argument lists. */
  readonly chunked?: boolean;
}

/** A function that crosses as its source text. */
export interface SourceCode extends AnyCode {
  readonly kind: 'source';
  /** How errors call it. */
  readonly name: string;
  readonly text: string;
}

/** A function that crosses as the place where it is found: as pickle does it. */
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

/** A `Code` that the worker is to keep under a number. Later jobs only say the number. Number 0 begins a new list. */
export type NumberedCode = Code & { readonly number: number };

/** Why a running job is to stop. */
export interface AbortReason {
  readonly timeout: boolean;
  readonly text: string;
}

/**
 * Jobs to run: the number of the first, the others follow; up to which number they are taken to be claimed, as a process that
 * has nothing to do begins at once (-1: none is; a thread is told so only of a job that something moves along with, which
 * is alone in its message). Then for each group of like jobs: their code or the number of that; four
 * times the count of their arguments, two more if values of ContextVars come with them, and one more if their beginning is to
 * be told; how many they are; those values, each after the name of its variable, in a list; their arguments.
 */
export type Jobs = readonly [first: number, claimed: number, ...groups: unknown[]];

/** What all messages of workers bear: a job may send messages of its own over the same line, which are none of ours. */
export const mark = 0x5ce1;

/**
 * What became of jobs: the mark; up to which number all are answered, in this message or one before (-1: none is); how long those of
 * this message took, in µs; up to which number all are claimed, where the pool cannot see it or wants to know (else -1).
 * Then for each group of jobs that follow one another and had the same fate: the number of the first; how many they are,
 * below 0 when they failed; their results, or what they threw, each a `Thrown`.
 */
export type Outcomes = readonly [
  mark: number,
  upTo: number,
  busy: number,
  claimed: number,
  ...groups: unknown[],
];

/** Tells a list of jobs or outcomes from all other messages. */
export function isList<Message extends ToWorker | FromWorker>(
  message: Message,
): message is Extract<Message, readonly unknown[]> {
  return Array.isArray(message);
}

export type ToWorker =
  | Jobs
  | {
      readonly type: 'start';
      readonly initializer: Call | undefined;
      readonly teardown: Call | undefined;
      readonly tsx: string | undefined;
      /** The words of the claim table, where memory can be shared. Without it the worker tells of its claims. */
      readonly claims: Int32Array | undefined;
    }
  /** Asks for jobs back. */
  | { readonly type: 'withdraw'; readonly seqs: readonly number[] }
  | { readonly type: 'abort'; readonly seq: number; readonly reason: AbortReason }
  /** So many more items of a stream may be sent. */
  | { readonly type: 'grant'; readonly seq: number; readonly count: number }
  /** Asks how far the worker is: outcomes may have been lost on the way. */
  | { readonly type: 'report' }
  | { readonly type: 'close' };

/** A thrown value, taken apart. */
export interface Thrown {
  readonly root: Part;
  /** Errors refer to one another by their place in this list, as a cause may lead in a circle. */
  readonly errors: readonly ErrorRecord[];
}

/** Either the place of an error in the list, or any other value. */
export type Part = { readonly error: number } | { readonly value: unknown };

export interface ErrorRecord {
  /** The nearest class that both sides know. */
  readonly known: string;
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly cause: Part | undefined;
  /** The `errors` of an AggregateError. */
  readonly members: readonly Part[] | undefined;
  readonly properties: readonly (readonly [string, Part])[];
}

/** Items of a stream, after so many that went before. When `refused` is there, the next item is at fault. */
export interface ItemsOfStream {
  readonly type: 'items';
  readonly seq: number;
  readonly after: number;
  readonly items: readonly unknown[];
  readonly refused: Thrown | undefined;
}

export type FromWorker =
  | Outcomes
  | { readonly type: 'ready' }
  | { readonly type: 'broken'; readonly failure: Thrown }
  | ItemsOfStream
  /** What a running job reports. */
  | { readonly type: 'progress'; readonly seq: number; readonly value: unknown }
  /** The answer to `withdraw`: these will not run. */
  | { readonly type: 'withdrawn'; readonly seqs: readonly number[] }
  /** A message arrived that cannot be put together again: the jobs in it, after number `after`, will not run. */
  | { readonly type: 'unreadable'; readonly reason: string; readonly after: number }
  /** What ends this worker, where the host would not tell. */
  | { readonly type: 'uncaught'; readonly failure: Thrown }
  /** The teardown is over: the worker ends once what it has printed is written, and says this as long as that takes. */
  | { readonly type: 'closing' }
  /** The teardown failed. */
  | { readonly type: 'untidy'; readonly failure: Thrown };

/** Gives a message of a worker its mark, if it has none yet. */
export function marked(message: FromWorker): FromWorker {
  return isList(message) ? message : Object.assign(message, { mark });
}

/** Tells messages of ours from those of jobs. */
export function isOurs(message: unknown): message is FromWorker {
  if (Array.isArray(message)) return message[0] === mark;
  return (message as { mark?: unknown } | null | undefined)?.mark === mark;
}
