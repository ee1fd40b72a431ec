/**
 * A queue of jobs and the workers that take from it. Knows nothing of threads: `open` starts a worker, whatever that is.
 *
 * A worker is started when a job finds none that is free, up to `maxWorkers`. Workers are given some work ahead, so that
 * they need not wait for more; what one has not begun can be taken back and given to another. A job goes out at once while
 * a worker is idle. When all are busy, jobs wait until the host's loop has turned, and travel together, as a message costs
 * more than a small job: also those that the answers of several workers bring about. (At the end of each answer's own
 * turn, messages of few jobs would beget answers of few outcomes, and these messages of few jobs, for ever.)
 *
 * Idle workers do not keep the program alive; busy ones, and those that start for a job, do. So does the timer before the
 * next try after a worker could not start.
 */
import { getEventLoop } from '../core/current.ts';
import type { ShutdownOptions } from '../core/executor.ts';
import type { Future } from '../core/future.ts';
import { QueueFull } from '../errors.ts';
import { fill, relieve, takersAmong } from './dispatch.ts';
import { BrokenExecutor, reasonOf, textOf } from './errors.ts';
import { IdleWorkers } from './idle-workers.ts';
import { Job, type JobHolder } from './job.ts';
import { codeFor } from './job-code.ts';
import { JobQueue } from './job-queue.ts';
import { OncePerTurn } from './later.ts';
import type { OpenLine, WorkerEnd } from './line.ts';
import type { PoolFuture } from './pool-future.ts';
import { PoolWorker, type WorkerSettings, type WorkerState } from './pool-worker.ts';
import type { Code } from './protocol.ts';
import { RoomWaiters } from './room.ts';
import { shippedValues } from './shipped-context.ts';
import { type ExecutorStatistics, statisticsOf } from './statistics.ts';
import { StreamJob } from './stream-job.ts';
import { checkMaySubmit, closedError } from './submission.ts';
import type { JobOptions } from './submit-options.ts';
import { submitPlace } from './submit-places.ts';
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
  readonly open: OpenLine;
}

/** When to look again after jobs, in ms, that wait behind others. */
const soon = 1;

export class Pool {
  readonly #settings: PoolSettings;
  readonly #queue = new JobQueue();
  readonly #workers = new Set<PoolWorker>();
  readonly #idle: IdleWorkers;
  readonly #starts: WorkerStarts;
  readonly #rooms = new RoomWaiters();
  /** Called once the last worker of a closed pool is gone. */
  readonly #whenGone: (() => void)[] = [];
  #starting = 0;
  #closing = 0;
  #closed = false;
  /** Makes the error of an executor whose workers cannot start. */
  #broken: (() => BrokenExecutor) | undefined;
  #startersKeepAlive = true;
  readonly #feeding = new OncePerTurn(() => this.#feed());
  /** Jobs are being sent. A getter among their arguments may submit others, which must not overtake them. */
  #isSending = false;
  #hasPriorities = false;
  #now = 0;
  #lookAgain: ReturnType<typeof setTimeout> | undefined;

  constructor(settings: PoolSettings) {
    this.#settings = settings;
    this.#idle = new IdleWorkers(settings.idleTimeout, (worker) => this.#idleTooLong(worker));
    const open = (number: number): PoolWorker =>
      new PoolWorker(`${settings.namePrefix}_${number}`, settings.open, settings, this.#events);
    this.#starts = new WorkerStarts(open, {
      again: () => this.#feed(),
      hopeless: (reason, cause) => this.#break(reason, cause),
    });
    this.#startMissing();
  }

  readonly #events = {
    ready: (worker: PoolWorker): void => {
      this.#starting--;
      this.#starts.succeeded();
      this.#free(worker);
    },
    free: (worker: PoolWorker): void => this.#free(worker),
    returned: (job: Job): void => this.#takeBack(job),
    broken: (worker: PoolWorker, error: unknown): void => this.#initializerFailed(worker, error),
    untidy: (worker: PoolWorker, exception: unknown): void => {
      const message = `The teardown of the worker ${worker.name} failed`;
      getEventLoop().callExceptionHandler({ message, exception });
    },
    gone: (worker: PoolWorker, end: WorkerEnd, state: WorkerState): void =>
      this.#gone(worker, end, state),
  };

  /** Holds the jobs that wait in the queue. */
  readonly #holder: JobHolder = {
    runs: () => false,
    giveUp: (job) => {
      this.#queue.remove(job);
      job.end();
      if (this.#queue.length === 0) this.#nothingQueued();
      this.#wakeRooms();
    },
    giveUpWaiting: () => true,
  };

  /** See `Executor.submit()`; `above` is the function whose callers the stacks of errors show. With `bufferSize`: a stream. */
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
    if (this.#settings.maxQueue !== Number.POSITIVE_INFINITY && this.#freePlaces() <= 0) {
      throw new QueueFull(this.#settings.maxQueue);
    }
    const job = this.#newJob(code, args, options, above);
    this.#queue.push(job);
    this.#makeWay(job);
    if (this.#idle.count > 0) {
      this.#feed();
    } else {
      this.#startMore();
      this.#feeding.ask();
    }
    return job.future;
  }

  #newJob(
    code: Code,
    args: readonly unknown[],
    options: JobOptions,
    above: (...args: never[]) => unknown,
  ): Job {
    // One look at the clock is enough for all jobs that travel together.
    if (!this.#feeding.asked) this.#now = performance.now();
    const place = submitPlace(above, this.#now);
    const Kind = code.bufferSize === undefined ? Job : StreamJob;
    const shipped = shippedValues();
    return new Kind(getEventLoop(), code, args, options, place, this.#holder, this.#now, shipped);
  }

  /** See `PoolExecutor.room()`. */
  room(): Future<void> {
    this.#checkOpen('room');
    return this.#rooms.wait(this.#freePlaces());
  }

  shutdown(options: ShutdownOptions): Future<void> {
    const { wait = true, cancelFutures = false, cancelRunning = false } = options;
    this.#closed = true;
    this.#rooms.fail(() => closedError('room', this.#settings.kind));
    if (cancelFutures || cancelRunning) this.#cancelWaiting();
    if (cancelRunning) {
      for (const worker of this.#workers) worker.cancelAll('its executor was shut down');
    }
    if (this.#queue.length === 0) this.#nothingQueued();
    const loop = getEventLoop();
    const future = loop.createFuture<void>();
    future._purpose = `the shutdown of a ${this.#settings.kind}`;
    if (!wait || this.#isGone()) {
      future.setResult();
      return future;
    }
    const outside = loop._expectOutside();
    this.#whenGone.push(() => {
      outside.close();
      if (!future.done()) future.setResult();
    });
    return future;
  }

  statistics(): ExecutorStatistics {
    return statisticsOf(this.#settings.maxWorkers, this.#queue.length, [...this.#workers]);
  }

  #checkOpen(caller: string): void {
    if (this.#broken !== undefined) throw this.#broken();
    if (this.#closed) throw closedError(caller, this.#settings.kind);
  }

  /** Jobs that are not over, wherever they are. */
  #unfinished(): number {
    let count = this.#queue.length;
    for (const worker of this.#workers) count += worker.load;
    return count;
  }

  #freePlaces(): number {
    const { maxQueue, maxWorkers } = this.#settings;
    return maxQueue + maxWorkers - this.#unfinished();
  }

  #wakeRooms(): void {
    if (this.#rooms.length > 0) this.#rooms.wake(Math.max(this.#freePlaces(), 0));
  }

  #cancelWaiting(): void {
    const given = [...this.#workers].flatMap((worker) => worker.waiting());
    for (let job = this.#queue.shift(); job !== undefined; job = this.#queue.shift()) {
      job.cancel('its executor was shut down');
    }
    for (const { future } of given) future.cancel('its executor was shut down');
  }

  /** Jobs that wait in workers must not be in the way of a more urgent one. */
  #makeWay({ priority }: Job): void {
    this.#hasPriorities ||= priority !== 0;
    if (!this.#hasPriorities) return;
    for (const worker of this.#workers) worker.recall(Number.POSITIVE_INFINITY, priority);
  }

  #takeBack(job: Job): void {
    job.state = 'queued';
    job.holder = this.#holder;
    this.#queue.giveBack(job);
    this.#feeding.ask();
  }

  /** The queue has become empty. */
  #nothingQueued(): void {
    // The next try to start a worker would be for nobody.
    if (this.#unfinished() === 0) this.#starts.forgetRetry();
    if (this.#isEnding) this.#closeFree();
    else if (this.#starting > 0) this.#keepStartersAlive(false);
  }

  /** Gives queued jobs to workers, and starts workers for the rest. */
  #feed(): void {
    if (this.#isSending) {
      this.#feeding.ask();
      return;
    }
    if (this.#queue.length > 0) {
      const takers = takersAmong(this.#workers, this.#idle.list());
      this.#isSending = true;
      fill(this.#queue, takers);
      this.#isSending = false;
      for (const worker of takers) if (worker.load > 0) this.#idle.remove(worker);
      this.#wakeRooms();
    }
    this.#startMore();
    if (this.#queue.length === 0) this.#nothingQueued();
    else if (this.#starting > 0) this.#keepStartersAlive(true);
  }

  #startMore(): void {
    const { maxWorkers } = this.#settings;
    if (this.#workers.size - this.#closing >= maxWorkers || this.#broken !== undefined) return;
    let wanted = Math.min(this.#unfinished(), maxWorkers) - (this.#workers.size - this.#closing);
    for (; wanted > 0 && this.#starts.areAllowed; wanted--) this.#start();
  }

  /** Starts workers up to the number that is always kept. */
  #startMissing(): void {
    if (this.#isEnding) return;
    let missing = this.#settings.minWorkers - (this.#workers.size - this.#closing);
    for (; missing > 0 && this.#starts.areAllowed; missing--) this.#start();
    if (this.#starting > 0 && this.#queue.length === 0) this.#keepStartersAlive(false);
  }

  /** Workers that start for nobody must not keep the program alive. */
  #keepStartersAlive(keeps: boolean): void {
    if (keeps === this.#startersKeepAlive) return;
    this.#startersKeepAlive = keeps;
    for (const worker of this.#workers) if (worker.state === 'starting') worker.keepAlive(keeps);
  }

  #start(): void {
    const worker = this.#starts.start(this.#workers.size > this.#starting);
    if (worker === undefined) return;
    this.#workers.add(worker);
    this.#starting++;
    if (!this.#startersKeepAlive) this.#keepStartersAlive(true);
  }

  /** A worker can take more. */
  #free(worker: PoolWorker): void {
    if (worker.state === 'closing' || worker.state === 'gone') return;
    this.#wakeRooms();
    if (worker.load === 0 && worker.isSpent) this.#close(worker);
    else if (worker.load === 0 && worker.state !== 'idle') this.#rest(worker);
    if (this.#queue.length > 0) {
      if (this.#idle.count > 0) this.#feed();
      else this.#feeding.ask();
    } else if (worker.load === 0 && !this.#starts.areAllowed) {
      this.#nothingQueued();
    }
    if (this.#idle.count > 0 && this.#queue.length === 0) this.#relieve();
    if (worker.state === 'idle' && this.#isEnding && this.#queue.length === 0) this.#closeFree();
  }

  /** Has an idle worker do what waits behind the jobs of others. */
  #relieve(): void {
    if (this.#workers.size < 2 || this.#lookAgain !== undefined) return;
    const again = relieve(this.#workers);
    if (this.#queue.length > 0) this.#feed();
    if (!again) return;
    this.#lookAgain = setTimeout(() => {
      this.#lookAgain = undefined;
      if (this.#idle.count > 0) this.#relieve();
    }, soon);
  }

  #rest(worker: PoolWorker): void {
    worker.state = 'idle';
    this.#idle.add(worker);
  }

  #idleTooLong(worker: PoolWorker): void {
    if (this.#workers.size - this.#closing > this.#settings.minWorkers) this.#close(worker);
  }

  #close(worker: PoolWorker): void {
    if (worker.state === 'starting') this.#starting--;
    this.#idle.remove(worker);
    this.#closing++;
    worker.close();
    this.#startMissing();
  }

  /** Closes the workers that have nothing to do, now and ever. */
  #closeFree(): void {
    for (const worker of this.#workers) {
      if (worker.state === 'starting' || worker.state === 'idle') this.#close(worker);
    }
  }

  #initializerFailed(worker: PoolWorker, error: unknown): void {
    this.#close(worker);
    const name = this.#settings.initializer?.code.name;
    this.#break(`the initializer \`${name}\` failed with ${textOf(error)}`, error);
  }

  #gone(worker: PoolWorker, end: WorkerEnd, state: WorkerState): void {
    this.#workers.delete(worker);
    this.#idle.remove(worker);
    if (state === 'closing') this.#closing--;
    if (state === 'starting') {
      this.#starting--;
      const othersLive = this.#workers.size > this.#starting;
      this.#starts.failed(reasonOf(end), end.uncaught?.error, othersLive);
    } else if (state === 'idle') {
      this.#reportIdleDeath(worker, end);
    }
    this.#startMissing();
    this.#feed();
    this.#wakeRooms();
    if (this.#closed && this.#isGone()) for (const gone of this.#whenGone.splice(0)) gone();
  }

  /** What a job left behind in a worker failed later: no future is there to tell. */
  #reportIdleDeath(worker: PoolWorker, { uncaught }: WorkerEnd): void {
    if (uncaught === undefined) return;
    getEventLoop().callExceptionHandler({
      message: `The worker ${worker.name} of a ${this.#settings.kind} died between two jobs, of what one of them left behind`,
      exception: uncaught.error,
    });
  }

  #break(reason: string, cause: unknown): void {
    if (this.#broken === undefined) {
      const text = `The workers of this ${this.#settings.kind} cannot start: ${reason}. Make a new executor once that is mended.`;
      this.#broken = () => new BrokenExecutor(text, { cause });
      this.#rooms.fail(this.#broken);
    }
    for (let job = this.#queue.shift(); job !== undefined; job = this.#queue.shift()) {
      job.failHere(this.#broken());
    }
    this.#nothingQueued();
    if (this.#closed && this.#isGone()) for (const gone of this.#whenGone.splice(0)) gone();
  }

  get #isEnding(): boolean {
    return this.#closed || this.#broken !== undefined;
  }

  #isGone(): boolean {
    return this.#workers.size === 0 && this.#queue.length === 0;
  }
}
