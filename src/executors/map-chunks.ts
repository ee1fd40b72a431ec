/**
 * Inputs of `map()` that are sent to a worker together, as one job. Each has a future of its own all the same.
 *
 * A chunk is submitted when it is full, when there are no more inputs, and when the program waits for one of its results.
 */
import { getEventLoop } from '../core/current.ts';
import type { Future } from '../core/future.ts';
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
  #futures: Future<unknown>[] = [];
  /** True if the executor had no room for the chunk when it was to be submitted. */
  #due = false;

  constructor(submit: SubmitChunk, size: number) {
    this.#submit = submit;
    this.#size = size;
  }

  /** @throws QueueFull while the executor has no room for the chunk before. */
  add(args: unknown[]): Future<unknown> {
    if (this.#calls.length >= this.#size) throw new QueueFull(this.#underWay.size);
    const future = getEventLoop().createFuture<unknown>();
    future._purpose = 'a result of map()';
    this.#calls.push(args);
    this.#futures.push(future);
    if (this.#calls.length === this.#size) this.flush();
    return future;
  }

  /** The program waits for this result, or, if undefined, for any. */
  urge(future: Future<unknown> | undefined): void {
    const waits = future === undefined ? this.#underWay.size === 0 : !future.done();
    if (waits && (future === undefined || this.#futures.includes(future))) this.flush();
  }

  flush(): void {
    const futures = this.#futures;
    if (futures.length === 0) return;
    let job: Future<unknown>;
    try {
      job = this.#submit(this.#calls);
    } catch (error) {
      this.#due = error instanceof QueueFull && this.#underWay.size > 0;
      if (this.#due) return;
      this.#forget();
      failAll(futures, error);
      return;
    }
    this.#forget();
    this.#underWay.add(job);
    job.addDoneCallback(() => {
      this.#underWay.delete(job);
      settle(futures, job);
      if (this.#due) this.flush();
    });
  }

  /** The remaining results are not wanted. */
  giveUp(reason: string): void {
    this.#forget();
    for (const job of this.#underWay) job.cancel(reason);
  }

  #forget(): void {
    this.#due = false;
    this.#calls = [];
    this.#futures = [];
  }
}

function settle(futures: readonly Future<unknown>[], job: Future<unknown>): void {
  if (job.cancelled()) {
    for (const future of futures) future.cancel();
    return;
  }
  const error = job.exception();
  if (error !== undefined) {
    failAll(futures, error);
    return;
  }
  const outcomes = job.result() as readonly unknown[];
  for (const [at, future] of futures.entries()) {
    if (future.done()) continue;
    const value = outcomes[at * 2 + 1];
    if (outcomes[at * 2] === true) future.setException(decodeThrown(value as Thrown));
    else future.setResult(value);
  }
}

/** The chunk failed as a whole. If no future is read, that is reported once, not for each. */
function failAll(futures: readonly Future<unknown>[], error: unknown): void {
  let told = false;
  for (const future of futures) {
    if (future.done()) continue;
    future.setException(error);
    if (told) future._retrieved();
    told = true;
  }
}
