/**
 * Runs the jobs of a server on the loop of its program. Nothing is between the two: there is no line to a worker, and no value is copied, as
 * arguments were read from text just now, and results become text.
 *
 * A function that was asked to stop cannot be ended here. Its job is over once it returns.
 */
import { isPromiseLike } from '../core/coroutine.ts';
import { getEventLoop } from '../core/current.ts';
import type { Runnable } from '../core/ready-queue.ts';
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

class InlineJob extends PassedJob {
  /** The job, as its function sees it. */
  readonly self: RunningJob;
  readonly fn: AnyFunction;
  /** Its place among the jobs of the pool; -1 once it is over. */
  at = -1;

  constructor(
    fn: AnyFunction,
    args: readonly unknown[],
    options: JobOptions,
    pool: InlinePool,
    name: string,
  ) {
    super(
      { kind: 'reference', name, url: '', chunked: options.chunked === true },
      args,
      options,
      pool,
    );
    this.fn = fn;
    this.self = new RunningJob(name, 0, noClaims);
    this.self.bring(this.shipped ?? []);
    if (this.reports === undefined) return;
    const hear = (value: unknown): void => this.reports?.hear(copyOf(value));
    this.self.reporter = new Reporter(name, hear, copyOf);
  }

  call(): unknown {
    const { fn, self } = this;
    const args = this.args as never[];
    if (this.code.chunked !== true) return Reflect.apply(fn, self, args);
    return runChunk(self, fn as never, args[0] as unknown as unknown[][]);
  }
}

export class InlinePool implements ServerPool, JobHolder {
  /** In no order. Not a Set, for the reason in `Table`. */
  readonly #jobs: InlineJob[] = [];
  /** The jobs that came in this turn. They begin together, in the order in which they came. */
  readonly #next: InlineJob[] = [];
  readonly #beginning: Runnable = {
    _run: () => this.#beginAll(),
    _runOrphaned: () => queueMicrotask(() => this.#beginAll()),
  };

  _pass(fn: AnyFunction, args: readonly unknown[], options: JobOptions): PassedJob {
    const job = new InlineJob(fn, args, options, this, referenceOf(fn)?.name ?? fn.name);
    job.at = this.#jobs.push(job) - 1;
    if (this.#next.push(job) === 1) getEventLoop()._enqueue(this.#beginning);
    return job;
  }

  #beginAll(): void {
    for (const job of this.#next.splice(0)) {
      try {
        this.#begin(job);
      } catch (exception) {
        const message = `The begin of ${job.future._shortText()} failed`;
        getEventLoop().callExceptionHandler({ message, exception });
      }
    }
  }

  #begin(job: InlineJob): void {
    if (job.future.done()) {
      this.#leave(job);
      job.end();
      return;
    }
    job.state = 'given';
    job.onClaimed();
    job.self.begin();
    let result: unknown;
    try {
      result = job.self.run(() => job.call());
      if (isPromiseLike(result)) {
        const succeed = (value: unknown): void => this.#succeed(job, value);
        whenSettled(result, succeed, (error) => this.#fail(job, error));
        return;
      }
    } catch (error) {
      this.#fail(job, error);
      return;
    }
    // Outside of the `try`: a job is left once.
    this.#succeed(job, result);
  }

  #succeed(job: InlineJob, value: unknown): void {
    this.#leave(job);
    job.succeed(value);
  }

  #fail(job: InlineJob, error: unknown): void {
    this.#leave(job);
    job.failWith(encodeThrown(error), place);
  }

  #leave(job: InlineJob): void {
    job.self.end();
    const last = this.#jobs.pop() as InlineJob;
    if (last !== job) this.#jobs[job.at] = last;
    last.at = job.at;
    job.at = -1;
  }

  runs(): boolean {
    return true;
  }

  isWaiting(): boolean {
    return false;
  }

  drop(job: Job): void {
    (job as InlineJob).self.abort(job.abortReason());
  }

  /** The jobs that run are asked to stop. */
  async shutdown(): Promise<void> {
    for (const job of [...this.#jobs]) job.future.cancel('its server closes');
  }
}

function copyOf(value: unknown): unknown {
  checkReadable(value);
  return structuredClone(value);
}
