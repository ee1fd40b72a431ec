/**
 * Runs the jobs of a server on the loop of its program. Nothing is between the two: there is no line to a worker, and no value is copied, as
 * arguments were read from text just now, and results become text.
 *
 * A function that was asked to stop cannot be ended here. Its job is over once it returns.
 */
import { isPromiseLike } from '../core/coroutine.ts';
import { getEventLoop } from '../core/current.ts';
import { ClaimTable } from '../executors/crossing/claim-table.ts';
import { encodeThrown } from '../executors/crossing/error-codec.ts';
import { whenSettled } from '../executors/crossing/intrinsics.ts';
import { checkReadable } from '../executors/crossing/nesting.ts';
import { type AnyFunction, referenceOf } from '../executors/crossing/portable-function.ts';
import type { JobOptions } from '../executors/crossing/submit-options.ts';
import type { Job, JobHolder } from '../executors/pool/job/job.ts';
import { PassedJob } from '../executors/pool/job/passed-job.ts';
import { runChunk } from '../executors/worker/chunk.ts';
import { Reporter } from '../executors/worker/reporter.ts';
import { RunningJob } from '../executors/worker/running-job.ts';

/** Where a server runs its jobs: this, or a pool of threads or processes. */
export interface ServerPool {
  _pass(fn: AnyFunction, args: readonly unknown[], options: JobOptions): PassedJob;
  shutdown(options: { readonly cancelRunning: true }): PromiseLike<void>;
}

const place = 'the thread of the server';
/** No job is claimed by a number here: it is asked to stop by a call. */
const noClaims = new ClaimTable();

export class InlinePool implements ServerPool, JobHolder {
  readonly #running = new Map<Job, RunningJob>();

  _pass(fn: AnyFunction, args: readonly unknown[], options: JobOptions): PassedJob {
    const name = referenceOf(fn)?.name ?? fn.name;
    const job = new PassedJob({ kind: 'reference', name, url: '' }, args, options, this);
    const running = new RunningJob(name, 0, noClaims);
    running.bring(job.shipped ?? []);
    if (job.reports !== undefined) {
      const hear = (value: unknown): void => job.reports?.hear(copyOf(value));
      running.reporter = new Reporter(name, hear, copyOf);
    }
    this.#running.set(job, running);
    const begin = (): void => this.#begin(job, running, fn, options.chunked === true);
    const loop = getEventLoop();
    if (loop.isClosed()) queueMicrotask(begin);
    else loop.callSoon(begin);
    return job;
  }

  #begin(job: PassedJob, running: RunningJob, fn: AnyFunction, isChunked: boolean): void {
    const succeed = (value: unknown): void => {
      this.#end(job, running);
      job.succeed(value);
    };
    const fail = (error: unknown): void => {
      this.#end(job, running);
      job.failWith(encodeThrown(error), place);
    };
    if (job.future.done()) {
      this.#end(job, running);
      job.end();
      return;
    }
    job.state = 'given';
    job.onClaimed();
    running.begin();
    try {
      const args = job.args as never[];
      const result = running.run(() =>
        isChunked
          ? runChunk(running, fn as never, args[0] as unknown as unknown[][])
          : (Reflect.apply(fn, running, args) as unknown),
      );
      if (isPromiseLike(result)) whenSettled(result, succeed, fail);
      else succeed(result);
    } catch (error) {
      fail(error);
    }
  }

  #end(job: PassedJob, running: RunningJob): void {
    running.end();
    this.#running.delete(job);
  }

  runs(): boolean {
    return true;
  }

  isWaiting(): boolean {
    return false;
  }

  drop(job: Job): void {
    this.#running.get(job)?.abort(job.abortReason());
  }

  /** The jobs that run are asked to stop. */
  async shutdown(): Promise<void> {
    for (const job of this.#running.keys()) job.future.cancel('its server closes');
  }
}

function copyOf(value: unknown): unknown {
  checkReadable(value);
  return structuredClone(value);
}
