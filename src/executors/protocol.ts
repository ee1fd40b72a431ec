/**
 * What a pool and its workers say to each other. Everything is made of values that can be copied.
 *
 * A worker's life: it gets `start` and answers `ready` or `broken`; then it gets `run` and answers `done`, any number of
 * times; `close` makes it end.
 *
 * Jobs and outcomes, of which there can be very many, travel in flat lists: to copy an object for each would cost more
 * than everything else. Jobs have numbers that count up, worker by worker, and are run and answered in that order.
 */

/** A function that crosses as its source text. */
export interface SourceCode {
  readonly kind: 'source';
  /** How errors call it. */
  readonly name: string;
  readonly text: string;
}

/** A function that crosses as the place where it is found: as pickle does it. */
export interface ReferenceCode {
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

export type ToWorker =
  | {
      readonly type: 'start';
      readonly initializer: Call | undefined;
      readonly teardown: Call | undefined;
      readonly tsx: string | undefined;
      /** The words of the claim table, where memory can be shared. Without it the worker tells of its claims. */
      readonly claims: Int32Array | undefined;
    }
  /** For each job: its number, its code or the number of that, twice the count of its arguments (and one more if its
   * beginning is to be told), and its arguments. */
  | {
      readonly type: 'run';
      readonly jobs: readonly unknown[];
      /** All jobs up to this number are taken to be claimed: a worker that has nothing to do begins at once. */
      readonly claimed: number;
    }
  /** Asks for jobs back. */
  | { readonly type: 'withdraw'; readonly seqs: readonly number[] }
  | { readonly type: 'abort'; readonly seq: number; readonly reason: AbortReason }
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

export type FromWorker =
  | { readonly type: 'ready' }
  | { readonly type: 'broken'; readonly failure: Thrown }
  | {
      readonly type: 'done';
      /** For each job: its number, whether it failed, and its result or what it threw (a `Thrown`). */
      readonly outcomes: readonly unknown[];
      /** All jobs up to this number are answered, in this message or one before. */
      readonly upTo: number;
      /** How long the jobs of this message took, in ms. */
      readonly busy: number;
      /** All jobs up to this number are claimed. Only told where the pool cannot see it, or wants to know. */
      readonly claimed: number | undefined;
    }
  /** The answer to `withdraw`: these will not run. */
  | { readonly type: 'withdrawn'; readonly seqs: readonly number[] }
  /** A message arrived that cannot be put together again: the jobs in it, after number `after`, will not run. */
  | { readonly type: 'unreadable'; readonly reason: string; readonly after: number }
  /** What ends this worker, where the host would not tell. */
  | { readonly type: 'uncaught'; readonly failure: Thrown }
  /** The teardown failed. */
  | { readonly type: 'untidy'; readonly failure: Thrown };
