/**
 * A queue of jobs, and the workers that run them. The pool does not know what a worker is: `open` starts one.
 *
 * - A worker is started when a job finds none that is idle, up to `maxWorkers`.
 * - Workers are given some jobs ahead, so that they need not wait for more. A job that is not claimed can be recalled and
 *   given to another worker.
 * - A job is sent at once while a worker is idle. When all are busy, jobs wait until the host's event loop has turned, and
 *   are sent together, as a message costs more than a small job. This also holds for jobs that follow from the outcomes of
 *   several workers: if they were sent at the end of each outcome's own turn, messages with few jobs would lead to messages
 *   with few outcomes, and these to messages with few jobs, for ever.
 * - Idle workers do not keep the program alive. Busy workers do, and workers that start for a job, and the delay after a
 *   worker could not start.
 *
 * Whatever happens, `#reconcile()` follows: it compares the jobs with the workers, and does all that is due.
 */

import { current, getEventLoop } from '../../core/current.ts';
import type { ShutdownOptions } from '../../core/executor.ts';
import type { Future } from '../../core/future.ts';
import { PENDING } from '../../core/future-state.ts';
import { HostDelay } from '../../core/host-delay.ts';
import { OutsideWork } from '../../core/outside-work.ts';
import { BrokenExecutor, partOf, reasonOf, WorkerLostError } from '../crossing/errors.ts';
import { OncePerTurn } from '../crossing/later.ts';
import type { OpenLine, WorkerEnd } from '../crossing/line.ts';
import type { Code } from '../crossing/protocol.ts';
import { shippedValues } from '../crossing/shipped-context.ts';
import type { JobOptions } from '../crossing/submit-options.ts';
import { fill, relieve, takersAmong } from './dispatch.ts';
import { IdleWorkers } from './idle-workers.ts';
import { Job, type JobHolder } from './job/job.ts';
import { codeFor } from './job/job-code.ts';
import { JobQueue } from './job/job-queue.ts';
import { PassedJob } from './job/passed-job.ts';
import type { PoolFuture } from './job/pool-future.ts';
import { PoolWorker } from './pool-worker.ts';
import { noRoom, RoomWaiters } from './room.ts';
import { type ExecutorStatistics, statisticsOf } from './statistics.ts';
import { StreamJob } from './streams/stream-job.ts';
import { checkLoadable, checkMaySubmit, closedError } from './submission.ts';
import { submitPlace } from './submit-places.ts';
import type { WorkerSettings, WorkerState } from './worker-events.ts';
import { hearReport } from './worker-reports.ts';
import { WorkerStarts } from './worker-starts.ts';

export interface PoolSettings extends WorkerSettings {
  /** How errors call the executor. */
  readonly kind: string;
  readonly maxWorkers: number;
  readonly minWorkers: number;
  /** How long a worker may be idle before it ends, in ms. */
  readonly idleTimeout: number;
  /** How many jobs may wait when all workers are busy. */
  readonly maxQueue: number;
  readonly namePrefix: string;
  /** Tells if a module is the program itself. Undefined where workers load no modules of the program. */
  readonly isProgram: ((url: string) => boolean) | undefined;
  readonly open: OpenLine;
}

/** The delay before the pool looks again at jobs that wait behind others. */
const lookAgainMs = 1;

export class Pool {
  readonly #settings: PoolSettings;
  readonly #queue = new JobQueue();
  readonly #workers = new Set<PoolWorker>();
  readonly #idle: IdleWorkers;
  readonly #starts: WorkerStarts;
  readonly #rooms = new RoomWaiters(() => this.#freePlaces());
  /** Called once the pool is closed and its last worker has ended. */
  readonly #whenGone: (() => void)[] = [];
  #closed = false;
  /** Makes the error of an executor whose workers cannot start. */
  #broken: (() => BrokenExecutor) | undefined;
  /** Gives jobs to busy workers too. */
  readonly #feeding = new OncePerTurn(() => this.#reconcile(true));
  /**
   * True during `#reconcile()`. Code of the program may run then, as a getter among the arguments of a job that is sent, and
   * call the pool: what it wants is done in the next turn.
   */
  #isReconciling = false;
  #hasPriorities = false;
  #now = 0;
  #lookAgain: HostDelay | undefined;

  constructor(settings: PoolSettings) {
    this.#settings = settings;
    this.#idle = new IdleWorkers(settings.idleTimeout, (worker) => this.#idleTooLong(worker));
    const open = (number: number): PoolWorker =>
      new PoolWorker(`${settings.namePrefix}_${number}`, settings.open, settings, this.#events);
    this.#starts = new WorkerStarts(open, {
      again: () => this.#reconcile(),
      hopeless: (reason, cause) => this.#break(reason, cause),
    });
    this.#reconcile();
  }

  readonly #events = {
    ready: ({ name }: PoolWorker): void => {
      current.hooks?.workerStarted(name, this.#settings.kind);
      this.#starts.succeeded();
      this.#reconcile();
    },
    free: (): void => this.#reconcile(),
    returned: (job: Job): void => this.#returned(job),
    broken: (worker: PoolWorker, error: unknown): void => this.#initializerFailed(worker, error),
    reported: hearReport,
    gone: (worker: PoolWorker, end: WorkerEnd, state: WorkerState): void =>
      this.#gone(worker, end, state),
  };

  /** Holds the jobs that wait in the queue. */
  readonly #holder: JobHolder = {
    runs: () => false,
    isWaiting: () => true,
    drop: (job) => {
      this.#queue.remove(job);
      job.end();
      this.#reconcile();
    },
  };

  /**
   * See `Executor.submit()`.
   *
   * @param above - Stacks of errors begin with the caller of this function.
   * @param bufferSize - Given for a stream: how far it may be ahead of its consumer.
   */
  submit(
    fn: (...args: never[]) => unknown,
    args: readonly unknown[],
    options: JobOptions,
    above: (...args: never[]) => unknown,
    bufferSize?: number,
  ): PoolFuture<unknown> {
    const caller = bufferSize === undefined ? 'submit' : 'stream';
    checkMaySubmit(caller);
    this.#checkOpen(caller);
    const code = codeFor(fn, bufferSize, options);
    checkLoadable(caller, code, this.#settings.isProgram);
    if (this.#settings.maxQueue !== Number.POSITIVE_INFINITY && this.#freePlaces() <= 0) {
      throw noRoom(this.#settings.maxQueue);
    }
    const job = this.#newJob(code, args, options, above);
    this.#queue.push(job);
    this.#makeWay(job);
    if (!this.#isWaitingForTurn) this.#reconcile();
    return job.future;
  }

  /** True if a further job changes nothing now: all workers are there and busy, and the next turn looks after the queue. */
  get #isWaitingForTurn(): boolean {
    return (
      this.#feeding.asked &&
      this.#idle.count === 0 &&
      this.#workers.size >= this.#settings.maxWorkers
    );
  }

  #newJob(
    code: Code,
    args: readonly unknown[],
    options: JobOptions,
    above: (...args: never[]) => unknown,
  ): Job {
    if (options.passed !== undefined) return new PassedJob(code, args, options, this.#holder);
    // One look at the clock is enough for all jobs that are sent together.
    if (!this.#feeding.asked) this.#now = performance.now();
    const place = submitPlace(above, this.#now);
    const Kind = code.bufferSize === undefined ? Job : StreamJob;
    const shipped = shippedValues();
    return new Kind(getEventLoop(), code, args, options, place, this.#holder, this.#now, shipped);
  }

  /** See `PoolExecutor.room()`. */
  room(): Future<void> {
    this.#checkOpen('room');
    return this.#rooms.wait();
  }

  shutdown(options: ShutdownOptions): Future<void> {
    const { wait = true, cancelFutures = false, cancelRunning = false } = options;
    // Before anything changes: the loop may be a class of the program.
    const loop = getEventLoop();
    const future = loop.createFuture<void>();
    future._purpose = `the shutdown of a ${this.#settings.kind}`;
    this.#closed = true;
    this.#rooms.fail(() => closedError('room', this.#settings.kind));
    if (cancelFutures || cancelRunning) this.#cancelWaiting();
    if (cancelRunning) {
      for (const worker of this.#workers) worker.cancelAll('its executor was shut down');
    }
    if (!wait) future._finish(undefined);
    else {
      const outside = new OutsideWork(loop);
      this.#whenGone.push(() => {
        outside.close();
        if (future._state === PENDING) future._finish(undefined);
      });
    }
    this.#reconcile();
    return future;
  }

  statistics(): ExecutorStatistics {
    return statisticsOf(this.#settings.maxWorkers, this.#queue.length, [...this.#workers]);
  }

  #checkOpen(caller: string): void {
    if (this.#broken !== undefined) throw this.#broken();
    if (this.#closed) throw closedError(caller, this.#settings.kind);
  }

  /** The number of jobs that are not over: in the queue, and in workers. */
  #unfinished(): number {
    let count = this.#queue.length;
    for (const worker of this.#workers) count += worker.load;
    return count;
  }

  #freePlaces(): number {
    const { maxQueue, maxWorkers } = this.#settings;
    return maxQueue + maxWorkers - this.#unfinished();
  }

  #cancelWaiting(): void {
    const given = [...this.#workers].flatMap((worker) => worker.waiting());
    for (let job = this.#queue.shift(); job !== undefined; job = this.#queue.shift()) {
      job.cancel('its executor was shut down');
    }
    for (const job of given) job.cancelFuture('its executor was shut down');
  }

  /** Recalls less urgent jobs from the workers, so that they are not in the way of this one. */
  #makeWay({ priority }: Job): void {
    this.#hasPriorities ||= priority !== 0;
    if (!this.#hasPriorities) return;
    for (const worker of this.#workers) worker.recall(Number.POSITIVE_INFINITY, priority);
  }

  #returned(job: Job): void {
    job.state = 'queued';
    job.holder = this.#holder;
    this.#queue.putBack(job);
    this.#feeding.ask();
  }

  /**
   * Compares the jobs with the workers, and does all that is due. Called after every event, as its last step.
   *
   * @param toBusyWorkers - Gives jobs to busy workers too. Without it they are given to idle workers only, and the others
   *   get theirs when the host's event loop has turned.
   */
  #reconcile(toBusyWorkers = false): void {
    if (this.#isReconciling) {
      this.#feeding.ask();
      return;
    }
    this.#isReconciling = true;
    try {
      this.#noteIdle();
      if (this.#queue.length > 0) this.#give(toBusyWorkers);
      if (this.#idle.count > 0 && this.#queue.length === 0) this.#relieve();
      if (this.#rooms.length > 0) this.#rooms.wake();
      this.#endWorkers();
      this.#startWorkers();
      if (!this.#starts.areAllowed && this.#unfinished() === 0) this.#starts.forgetRetry();
    } finally {
      this.#isReconciling = false;
    }
    const isGone = this.#workers.size === 0 && this.#queue.length === 0;
    if (this.#closed && isGone) for (const gone of this.#whenGone.splice(0)) gone();
  }

  #noteIdle(): void {
    for (const worker of this.#workers) {
      if (worker.state === 'idle') this.#idle.add(worker);
      else this.#idle.remove(worker);
    }
  }

  /** Gives idle workers what waits behind the jobs of others. */
  #relieve(): void {
    if (this.#workers.size < 2 || this.#lookAgain !== undefined) return;
    const again = relieve(this.#workers);
    if (this.#queue.length > 0) this.#give(false);
    if (!again) return;
    this.#lookAgain = new HostDelay(() => {
      this.#lookAgain = undefined;
      this.#reconcile();
    }, lookAgainMs);
  }

  #give(toBusyWorkers: boolean): void {
    if (!toBusyWorkers && this.#idle.count === 0) {
      this.#feeding.ask();
      return;
    }
    fill(this.#queue, takersAmong(this.#workers, this.#idle.list()));
    this.#noteIdle();
  }

  #startWorkers(): void {
    const { maxWorkers, minWorkers } = this.#settings;
    const always = this.#closed ? 0 : minWorkers;
    const forJobs = this.#queue.length === 0 ? 0 : Math.min(this.#unfinished(), maxWorkers);
    let missing = Math.max(always, forJobs) - this.#live();
    while (missing-- > 0 && this.#starts.areAllowed && this.#broken === undefined) {
      const worker = this.#starts.start(this.#anyStarted());
      if (worker !== undefined) this.#workers.add(worker);
    }
    // A worker that starts keeps the program alive only if there is a job for it.
    const keepsAlive = this.#queue.length > 0;
    for (const worker of this.#workers) {
      if (worker.state === 'starting') worker.keepAlive(keepsAlive);
    }
  }

  /** The number of workers that are there, or start. */
  #live(): number {
    let count = 0;
    for (const { state } of this.#workers) if (state !== 'closing') count++;
    return count;
  }

  /** True if a worker has started that has not ended. */
  #anyStarted(): boolean {
    for (const { state } of this.#workers) if (state !== 'starting') return true;
    return false;
  }

  /** Closes workers that may run no more jobs, and, once the pool ends, those for which there are none. */
  #endWorkers(): void {
    const isEnding = this.#closed || this.#broken !== undefined;
    const noJobs = isEnding && this.#queue.length === 0;
    for (const worker of this.#workers) {
      const { state } = worker;
      if (state === 'idle' ? noJobs || worker.isSpent : noJobs && state === 'starting') {
        this.#close(worker);
      }
    }
  }

  #close(worker: PoolWorker): void {
    this.#idle.remove(worker);
    worker.close();
  }

  #idleTooLong(worker: PoolWorker): void {
    if (this.#live() > this.#settings.minWorkers) this.#close(worker);
    this.#reconcile();
  }

  #initializerFailed(worker: PoolWorker, error: unknown): void {
    this.#close(worker);
    const name = this.#settings.initializer?.code.name;
    this.#break(`the initializer \`${name}\` failed with ${partOf(error)}`, error);
    this.#reconcile();
  }

  #gone(worker: PoolWorker, end: WorkerEnd, state: WorkerState): void {
    // It was ended before the pool had it: that start has failed already.
    if (!this.#workers.delete(worker)) return;
    this.#idle.remove(worker);
    current.hooks?.workerGone(worker.name, this.#settings.kind, reasonOf(end));
    if (state === 'starting') {
      this.#starts.failed(reasonOf(end), end.uncaught?.error, this.#anyStarted());
    }
    this.#reconcile();
    this.#reportDeath(worker, end, state);
  }

  /** What an earlier job left behind has ended the worker. No future is there that could fail with it. */
  #reportDeath({ name, ran, line }: PoolWorker, end: WorkerEnd, state: WorkerState): void {
    const { isUnresponsive = false, uncaught } = end;
    if (!isUnresponsive && (state !== 'idle' || uncaught === undefined)) return;
    const worker = `The worker ${name} of a ${this.#settings.kind}`;
    getEventLoop()._report({
      message: isUnresponsive
        ? `${worker} was ended, as it did not answer`
        : `${worker} died between two jobs, of what one of them left behind`,
      exception: isUnresponsive ? new WorkerLostError(ran, line, end, 1) : uncaught?.error,
    });
  }

  /** Workers cannot start: all queued jobs fail. */
  #break(reason: string, cause: unknown): void {
    if (this.#broken === undefined) {
      const text = `The workers of this ${this.#settings.kind} cannot start: ${reason}. Make a new executor once that is mended.`;
      this.#broken = () => new BrokenExecutor(text, { cause });
      this.#rooms.fail(this.#broken);
    }
    for (let job = this.#queue.shift(); job !== undefined; job = this.#queue.shift()) {
      job.failHere(this.#broken());
    }
  }
}
