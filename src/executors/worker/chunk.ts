/** The worker's side of a chunk: one job that calls its function with many inputs, one after the other. */
import { isPromiseLike } from '../../core/coroutine.ts';
import { encodeThrown } from '../crossing/error-codec.ts';
import { append, apply, KeptSet } from '../crossing/intrinsics.ts';
import { type Transferable, transfer, transferListOf } from '../crossing/transfer.ts';
import type { RunningJob } from './running-job.ts';

type Function = (this: unknown, ...args: unknown[]) => unknown;

/** Two entries for each input: true if the function failed; then its result, or the encoded error. */
export class ChunkOutcomes extends Array<unknown> {
  // Written out, as it would iterate over its arguments otherwise: a job may have replaced that.
  constructor(length = 0) {
    super(length);
  }
}

/** The calls of one chunk and their outcomes so far. */
class Chunk {
  readonly #job: RunningJob;
  readonly #fn: Function;
  readonly #calls: readonly unknown[][];
  readonly #outcomes = new ChunkOutcomes();
  readonly #moves = new KeptSet<Transferable>();
  #at = 0;

  constructor(job: RunningJob, fn: Function, calls: readonly unknown[][]) {
    this.#job = job;
    this.#fn = fn;
    this.#calls = calls;
  }

  run(): ChunkOutcomes | Promise<ChunkOutcomes> {
    while (this.#at < this.#calls.length) {
      // The job was cancelled: the rest is not wanted.
      if (this.#job.isAborted) throw this.#job.signal.reason;
      try {
        const result = apply(this.#fn, this.#job, this.#calls[this.#at++] as unknown[]);
        if (isPromiseLike(result)) return this.#await(result);
        this.#succeed(result);
      } catch (error) {
        this.#add(true, encodeThrown(error));
      }
    }
    if (this.#moves.size > 0) {
      const list: Transferable[] = [];
      this.#moves.forEach((item) => {
        append(list, item);
      });
      transfer(this.#outcomes, list);
    }
    return this.#outcomes;
  }

  async #await(result: PromiseLike<unknown>): Promise<ChunkOutcomes> {
    try {
      this.#succeed(await result);
    } catch (error) {
      this.#add(true, encodeThrown(error));
    }
    return this.run();
  }

  #add(failed: boolean, value: unknown): void {
    const outcomes = this.#outcomes;
    append(outcomes, failed);
    append(outcomes, value);
  }

  #succeed(result: unknown): void {
    const moves = transferListOf(result);
    if (moves !== undefined) {
      for (let at = 0; at < moves.length; at++) this.#moves.add(moves[at] as Transferable);
    }
    this.#add(false, result);
  }
}

export function runChunk(
  job: RunningJob,
  fn: Function,
  calls: readonly unknown[][],
): ChunkOutcomes | Promise<ChunkOutcomes> {
  return new Chunk(job, fn, calls).run();
}
