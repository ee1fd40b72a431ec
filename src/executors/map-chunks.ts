/**
 * Inputs of `map()` that are sent to a worker together, as one job. Each has a future of its own all the same.
 *
 * A chunk is submitted when it is full, when there are no more inputs, and when the program waits for one of its results.
 */
import { getEventLoop } from '../core/current.ts';
import type { Future } from '../core/future.ts';
import { PENDING } from '../core/future-state.ts';
import { QueueFull } from '../errors.ts';
import { decodeThrown } from './crossing/error-codec.ts';
import type { Thrown } from './crossing/protocol.ts';

/** Runs the function with each of the argument lists, as one job. */
export type SubmitChunk = (calls: readonly unknown[][]) => Future<unknown>;

export class MapChunks {
  readonly #submit: SubmitChunk;
  readonly #size: number;
  readonly #underWay = new Set<Future<unknown>>();
  /** The argument lists and the futures of the chunk that is not submitted yet. */
  #calls: unknown[][] = [];
  #futures = new Set<Future<unknown>>();
  /** True if the executor had no room for the chunk when it was to be submitted. */
  #due = false;
  /** True while a chunk is submitted. A getter among its arguments may take results meanwhile. */
  #isSubmitting = false;
  #givenUp: string | undefined;

  constructor(submit: SubmitChunk, size: number) {
    this.#submit = submit;
    this.#size = size;
  }

  /** @throws QueueFull while the executor has no room for the chunk before. */
  add(args: unknown[]): Future<unknown> {
    if (this.#calls.length >= this.#size) throw new QueueFull(this.#underWay.size);
    const future = getEventLoop().createFuture<unknown>();
    future._purpose = 'a result of `map()`';
    this.#calls.push(args);
    this.#futures.add(future);
    if (this.#calls.length === this.#size) this.flush();
    return future;
  }

  /** The program waits for this result, or, if undefined, for any. */
  urge(future: Future<unknown> | undefined): void {
    const waits = future === undefined ? this.#underWay.size === 0 : future._state === PENDING;
    if (waits && (future === undefined || this.#futures.has(future))) this.flush();
  }

  flush(): void {
    const futures = this.#futures;
    if (futures.size === 0 || this.#isSubmitting) return;
    const calls = this.#calls;
    this.#forget();
    this.#isSubmitting = true;
    try {
      this.#begin(this.#submit(calls), futures);
    } catch (error) {
      this.#refused(calls, futures, error);
    } finally {
      this.#isSubmitting = false;
    }
    // It became full meanwhile.
    if (this.#calls.length >= this.#size && !this.#due) this.flush();
  }

  #begin(job: Future<unknown>, futures: Set<Future<unknown>>): void {
    this.#underWay.add(job);
    job.addDoneCallback(() => {
      this.#underWay.delete(job);
      settle(futures, job);
      if (this.#due) this.flush();
    });
    if (this.#givenUp !== undefined) job.cancel(this.#givenUp);
  }

  #refused(calls: unknown[][], futures: Set<Future<unknown>>, error: unknown): void {
    if (this.#givenUp === undefined && error instanceof QueueFull && this.#underWay.size > 0) {
      this.#calls = [...calls, ...this.#calls];
      this.#futures = new Set([...futures, ...this.#futures]);
      this.#due = true;
    } else {
      failAll(futures, error);
    }
  }

  /** The remaining results are not wanted. */
  giveUp(reason: string): void {
    this.#givenUp = reason;
    this.#forget();
    for (const job of this.#underWay) job.cancel(reason);
  }

  #forget(): void {
    this.#due = false;
    this.#calls = [];
    this.#futures = new Set();
  }
}

/** By internal members: the program is given the futures, and may have replaced their methods, which must not harm the others. */
function settle(futures: Iterable<Future<unknown>>, job: Future<unknown>): void {
  if (job.cancelled()) {
    for (const future of futures) if (future._state === PENDING) future._abandon(undefined);
    return;
  }
  const error = job.exception();
  if (error !== undefined) {
    failAll(futures, error);
    return;
  }
  const outcomes = job.result() as readonly unknown[];
  let at = 0;
  for (const future of futures) {
    const failed = outcomes[at++] === true;
    // To make an error calls its class, which is code of the program and may cancel a future.
    const value = failed ? decodeThrown(outcomes[at++] as Thrown) : outcomes[at++];
    if (future._state !== PENDING) continue;
    if (failed) future._fail(value);
    else future._finish(value);
  }
}

/** The chunk failed as a whole. If no future is read, that is reported once, not for each. */
function failAll(futures: Iterable<Future<unknown>>, error: unknown): void {
  let told = false;
  for (const future of futures) {
    if (future._state !== PENDING) continue;
    future._fail(error);
    if (told) future._retrieved();
    told = true;
  }
}
