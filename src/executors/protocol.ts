/**
 * What a pool and its workers say to each other. Everything is made of values that can be copied, and what there can be
 * many of travels in lists, so that one message may carry many jobs or outcomes.
 *
 * A worker's life: it gets `start` and answers `ready` or `broken`; then it gets `run` and answers `done`, any number of
 * times; `close` makes it end.
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

export interface JobMessage extends Call {
  readonly id: number;
}

export type ToWorker =
  | {
      readonly type: 'start';
      readonly initializer: Call | undefined;
      readonly tsx: string | undefined;
    }
  | { readonly type: 'run'; readonly jobs: readonly JobMessage[] }
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

export type Outcome =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly failure: Thrown };

export type FromWorker =
  | { readonly type: 'ready' }
  | { readonly type: 'broken'; readonly failure: Thrown }
  | { readonly type: 'done'; readonly outcomes: readonly Outcome[] }
  /** A message arrived that cannot be put together again: the jobs in it will not run. */
  | { readonly type: 'unreadable'; readonly reason: string };
