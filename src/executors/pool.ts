/**
 * A queue of jobs and the workers that take from it. Knows nothing of threads: `open` starts a worker, whatever that is.
 *
 * A worker is started when a job finds none that is free, up to `maxWorkers`, and stays. It has one job at a time, so a
 * job that waits in the queue has certainly not begun, and one that a dead worker had may have.
 *
 * Idle workers do not keep the program alive; busy ones, and those that start for a job, do. So does the timer before the
 * next try after a worker could not start.
 */
import { getEventLoop } from '../core/current.ts';
import type { ShutdownOptions } from '../core/executor.ts';
import type { Future } from '../core/future.ts';
import type { OpenChannel, WorkerEnd } from './channel.ts';
import { BrokenExecutor, reasonOf, textOf } from './errors.ts';
import { Job } from './job.ts';
import { JobQueue } from './job-queue.ts';
import { checkNotLoading } from './load-function.ts';
import { process } from './node.ts';
import type { PoolFuture } from './pool-future.ts';
import { PoolWorker, type WorkerEvents, type WorkerState } from './pool-worker.ts';
import { codeOf } from './portable-function.ts';
import type { Call } from './protocol.ts';
import { submitPlace } from './submit-places.ts';

/** What an executor is doing, at one moment. */
export interface ExecutorStatistics {
  readonly maxWorkers: number;
  /** Jobs that wait for a worker. */
  readonly queued: number;
  /** Jobs that a worker is running. */
  readonly running: number;
  readonly workers: readonly {
    readonly name: string;
    readonly threadId: number | undefined;
    readonly state: 'starting' | 'idle' | 'busy' | 'closing' | 'gone';
    /** The name of the function that it runs. */
    readonly job: string | undefined;
  }[];
}

export interface PoolSettings {
  /** How errors call the executor. */
  readonly kind: string;
  readonly maxWorkers: number;
  readonly namePrefix: string;
  readonly initializer: Call | undefined;
  readonly tsx: string | undefined;
  readonly open: OpenChannel;
}

/** After so many starts in a row that failed, with no worker left, there is no hope. */
const maxFailedStarts = 3;
/** Before the second try, in ms; then twice as long each time. */
const firstDelay = 100;
const longestDelay = 10_000;

export class Pool {
  readonly #settings: PoolSettings;
  readonly #queue = new JobQueue();
  readonly #workers = new Set<PoolWorker>();
  /** Free workers; the one that worked last is taken first, as it is warm. */
  readonly #idle: PoolWorker[] = [];
  readonly #events: WorkerEvents;
  /** Called once the last worker of a closed pool is gone. */
  readonly #whenGone: (() => void)[] = [];
  #starting = 0;
  #opened = 0;
  #failedStarts = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #closed = false;
  /** Makes the error of an executor whose workers cannot start. */
  #broken: (() => BrokenExecutor) | undefined;
  #startersKeepAlive = true;

  constructor(settings: PoolSettings) {
    this.#settings = settings;
    this.#events = {
      free: (worker) => this.#free(worker),
      broken: (worker, error) => this.#initializerFailed(worker, error),
      gone: (worker, end, state) => this.#gone(worker, end, state),
    };
  }

  /** See `Executor.submit()`; `above` is the function whose callers the stacks of errors show. */
  submit(
    fn: (...args: never[]) => unknown,
    args: readonly unknown[],
    above: (...args: never[]) => unknown,
  ): PoolFuture<unknown> {
    checkNotLoading('submit');
    if (process._exiting === true) {
      throw new Error(
        'submit() expected a program that goes on, but it is ending: nothing that starts now would be done.',
      );
    }
    if (this.#broken !== undefined) throw this.#broken();
    if (this.#closed) {
      throw new Error(
        `submit() expected an open executor, but this ${this.#settings.kind} was shut down. Submit before \`shutdown()\`, and before the block that \`using\` is in ends.`,
      );
    }
    const call = { code: codeOf(fn, 'submit'), args };
    const job = new Job(getEventLoop(), call, submitPlace(above), this.#abandon);
    this.#queue.push(job);
    this.#feed();
    return job.future;
  }

  shutdown({ wait = true, cancelFutures = false }: ShutdownOptions): Future<void> {
    this.#closed = true;
    if (cancelFutures) {
      for (let job = this.#queue.shift(); job !== undefined; job = this.#queue.shift()) {
        job.cancel('its executor was shut down');
      }
    }
    if (this.#queue.length === 0) this.#nothingQueued();
    const loop = getEventLoop();
    const future = loop.createFuture<void>();
    future._purpose = `the shutdown of a ${this.#settings.kind}`;
    if (!wait || this.#isGone()) {
      future.setResult();
      return future;
    }
    loop._outside++;
    this.#whenGone.push(() => {
      loop._outside--;
      if (!future.done()) future.setResult();
    });
    return future;
  }

  statistics(): ExecutorStatistics {
    const workers = [...this.#workers].map(({ name, threadId, state, job }) =>
      Object.freeze({ name, threadId, state, job: job?.name }),
    );
    return Object.freeze({
      maxWorkers: this.#settings.maxWorkers,
      queued: this.#queue.length,
      running: workers.filter((worker) => worker.job !== undefined).length,
      workers: Object.freeze(workers),
    });
  }

  /** Takes back a job that is cancelled while it is queued. */
  readonly #abandon = (job: Job): void => {
    this.#queue.remove(job);
    if (this.#queue.length === 0) this.#nothingQueued();
  };

  /** The queue has become empty. */
  #nothingQueued(): void {
    // The next try to start a worker would be for nobody.
    clearTimeout(this.#retry);
    this.#retry = undefined;
    if (this.#closed || this.#broken !== undefined) this.#closeFree();
    else if (this.#starting > 0) this.#keepStartersAlive(false);
  }

  /** Gives queued jobs to idle workers, and starts workers for the rest. */
  #feed(): void {
    while (this.#queue.length > 0) {
      const worker = this.#idle.pop();
      if (worker === undefined) break;
      this.#serve(worker);
    }
    while (
      this.#queue.length > this.#starting &&
      this.#workers.size < this.#settings.maxWorkers &&
      this.#retry === undefined &&
      this.#broken === undefined
    ) {
      this.#start();
    }
    if (this.#queue.length > 0 && this.#starting > 0) this.#keepStartersAlive(true);
  }

  /** Workers that start for nobody must not keep the program alive. */
  #keepStartersAlive(keeps: boolean): void {
    if (keeps === this.#startersKeepAlive) return;
    this.#startersKeepAlive = keeps;
    for (const worker of this.#workers) if (worker.state === 'starting') worker.keepAlive(keeps);
  }

  /** Gives a worker that has no job the next one that can cross, or else lets it rest. */
  #serve(worker: PoolWorker): void {
    let serves = false;
    for (let job = this.#queue.shift(); job !== undefined; job = this.#queue.shift()) {
      serves = worker.run(job);
      if (serves) break;
    }
    if (!serves) this.#rest(worker);
    if (this.#queue.length === 0) this.#nothingQueued();
  }

  #rest(worker: PoolWorker): void {
    if (this.#closed || this.#broken !== undefined) {
      worker.close();
      return;
    }
    worker.state = 'idle';
    worker.keepAlive(false);
    this.#idle.push(worker);
  }

  #start(): void {
    const { namePrefix, open, initializer, tsx } = this.#settings;
    const name = `${namePrefix}_${this.#opened++}`;
    try {
      this.#workers.add(new PoolWorker(name, open, { initializer, tsx }, this.#events));
    } catch (error) {
      this.#startFailed(textOf(error), error);
      return;
    }
    this.#starting++;
    this.#startersKeepAlive = true;
  }

  #free(worker: PoolWorker): void {
    if (worker.state === 'starting') {
      this.#starting--;
      this.#failedStarts = 0;
    }
    this.#serve(worker);
  }

  #initializerFailed(worker: PoolWorker, error: unknown): void {
    this.#starting--;
    worker.close();
    const name = this.#settings.initializer?.code.name;
    this.#break(`the initializer \`${name}\` failed with ${textOf(error)}`, error);
  }

  #gone(worker: PoolWorker, end: WorkerEnd, state: WorkerState): void {
    this.#workers.delete(worker);
    if (state === 'starting') {
      this.#starting--;
      this.#startFailed(reasonOf(end), end.uncaught?.error);
    } else if (state === 'idle') {
      this.#idle.splice(this.#idle.indexOf(worker), 1);
      this.#reportIdleDeath(worker, end);
    }
    this.#feed();
    this.#checkGone();
  }

  /** What a job left behind in a worker failed later: no future is there to tell. */
  #reportIdleDeath(worker: PoolWorker, { uncaught }: WorkerEnd): void {
    if (uncaught === undefined) return;
    getEventLoop().callExceptionHandler({
      message: `The worker ${worker.name} of a ${this.#settings.kind} died between two jobs, of what one of them left behind`,
      exception: uncaught.error,
    });
  }

  #startFailed(reason: string, cause: unknown): void {
    // Workers that were started together and fail together are one failure.
    if (this.#retry !== undefined) return;
    this.#failedStarts++;
    const hopeless = this.#workers.size === this.#starting;
    if (this.#failedStarts >= maxFailedStarts && hopeless) {
      this.#break(reason, cause);
      return;
    }
    const delay = Math.min(firstDelay * 2 ** (this.#failedStarts - 1), longestDelay);
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      this.#feed();
    }, delay);
  }

  #break(reason: string, cause: unknown): void {
    if (this.#broken === undefined) {
      const text = `The workers of this ${this.#settings.kind} cannot start: ${reason}. Make a new executor once that is mended.`;
      this.#broken = () => new BrokenExecutor(text, { cause });
    }
    for (let job = this.#queue.shift(); job !== undefined; job = this.#queue.shift()) {
      job.failHere(this.#broken());
    }
    this.#nothingQueued();
    this.#checkGone();
  }

  /** Closes the workers that have nothing to do, now and ever. */
  #closeFree(): void {
    for (const worker of this.#workers) {
      const { state } = worker;
      if (state === 'starting') this.#starting--;
      if (state === 'starting' || state === 'idle') worker.close();
    }
    this.#idle.length = 0;
  }

  #checkGone(): void {
    if (!this.#closed || !this.#isGone()) return;
    for (const gone of this.#whenGone.splice(0)) gone();
  }

  #isGone(): boolean {
    return this.#workers.size === 0 && this.#queue.length === 0;
  }
}
