/**
 * The executor's side of a cluster: it holds the jobs that are not over, and follows each until it is.
 *
 * An outcome is in a reply, which the engine keeps until it was heard, and is kept beside it if others may ask for it. A connection may
 * fail to bring a reply. What keeps every future from hanging is the sweep, which asks for outcomes of which no reply came.
 */
import { getEventLoop } from '../core/current.ts';
import type { EventLoop } from '../core/event-loop.ts';
import type { ShutdownOptions } from '../core/executor.ts';
import type { Future } from '../core/future.ts';
import { PENDING } from '../core/future-state.ts';
import { OutsideWork } from '../core/outside-work.ts';
import { withTraceparent } from '../core/traceparent.ts';
import { BrokenExecutor, textOf } from '../executors/crossing/errors.ts';
import type { Code } from '../executors/crossing/protocol.ts';
import { shippedValues } from '../executors/crossing/shipped-context.ts';
import { failRefused } from '../executors/pool/refused-job.ts';
import { noRoom } from '../executors/pool/room.ts';
import { checkMaySubmit, closedError } from '../executors/pool/submission.ts';
import { submitPlace } from '../executors/pool/submit-places.ts';
import { Adding, refusedError } from './adding.ts';
import { type ClusterHolder, ClusterJob, keepOthersMs, newAddress } from './cluster-job.ts';
import type { CheckedOptions } from './cluster-options.ts';
import type { ClusterStatistics } from './cluster-statistics.ts';
import type { Engine, ExecutorEnd, ExecutorEvents, Reply } from './engine.ts';
import { Forgetting } from './forgetting.ts';
import { JobLostError } from './job-lost-error.ts';
import { Stopping } from './stopping.ts';
import { Sweep } from './sweep.ts';
import { after, type Timer } from './timing.ts';
import { UnfinishedJobs } from './unfinished-jobs.ts';
import type { Wire } from './wire.ts';

export interface ClusterSettings {
  readonly wire: Wire;
  readonly maxQueue: number;
  readonly keepResult: number | undefined;
  readonly offline: number;
  readonly sweep: number;
}

const kind = 'ClusterExecutor';

export class Cluster {
  readonly #settings: ClusterSettings;
  readonly #jobs: UnfinishedJobs;
  readonly #address = newAddress();
  readonly #whenGone: (() => void)[] = [];
  #end: ExecutorEnd | undefined;
  #adding: Adding | undefined;
  #stopping: Stopping | undefined;
  /** The jobs of this turn, and those that came before the engine was open. */
  #batch: ClusterJob[] = [];
  #batchIsAsked = false;
  #forgetting: Forgetting | undefined;
  #made = 0;
  #loop: EventLoop = getEventLoop();
  #sweep: Sweep | undefined;
  #offlineTimer: Timer | undefined;
  #isReachable = false;
  #isClosed = false;
  #isGone = false;
  /** True if named jobs go on. */
  #leaves = false;
  #broken: (() => BrokenExecutor) | undefined;

  constructor(settings: ClusterSettings, engine: Engine | Promise<Engine>) {
    this.#settings = settings;
    this.#jobs = new UnfinishedJobs(settings.maxQueue, () => this.#allOver());
    if (engine instanceof Promise) {
      engine.then(
        (opened) => this.#open(opened),
        (error: unknown) => this.#break(textOf(error), error),
      );
      this.#setOffline();
    } else {
      this.#open(engine);
    }
  }

  #open(engine: Engine): void {
    if (this.#isGone) return;
    const { wire, keepResult } = this.#settings;
    const keep = keepResult ?? keepOthersMs;
    const end = engine.openExecutorEnd(this.#address, this.#events, keep);
    this.#end = end;
    this.#forgetting = new Forgetting(end);
    this.#stopping = new Stopping(end, wire, this.#jobs, keepResult);
    this.#adding = new Adding(
      end,
      (job) => job.toWire(wire, this.#address, keepResult, end.time()),
      (job) => job.keepMs(keepResult),
      {
        added: (job) => this.#added(job),
        found: (job, outcome) => this.#settle(job, outcome, true),
        refused: (job, error) => {
          this.#jobs.delete(job);
          job.failHere(refusedError(job.name, error));
        },
        gone: (job) => {
          this.#jobs.delete(job);
          job.end();
        },
        lost: (job) => this.#lose(job),
      },
    );
    this.#sweep = new Sweep(end, this.#jobs, this.#settings.sweep, {
      found: (job, outcome) => this.#settle(job, outcome, true),
      lost: (job) => this.#lose(job),
    });
    if (this.#jobs.count > 0) this.#sweep.start(this.#loop);
    end.keepAlive(this.#jobs.count > 0);
    this.#flush();
  }

  readonly #events: ExecutorEvents = {
    heard: (reply) => this.#hear(reply),
    missed: () => void this.#sweep?.now(this.#loop),
    reachable: (isReachable) => {
      this.#isReachable = isReachable;
      this.#offlineTimer?.cancel();
      this.#offlineTimer = undefined;
      if (!isReachable) this.#setOffline();
    },
    fatal: (error) => this.#break(textOf(error), error),
  };

  readonly #holder: ClusterHolder = {
    runs: () => true,
    isWaiting: () => true,
    drop: (job) => this.#drop(job as ClusterJob),
    waitedTooLong: (job, expire) => {
      if (job.isSent && this.#stopping !== undefined) void this.#stopping.expire(job, expire);
      else expire();
    },
  };

  /**
   * See `Executor.submit()`.
   *
   * @param above - Stacks of errors begin with the caller of this function.
   */
  submit(
    code: Code,
    args: readonly unknown[],
    options: CheckedOptions,
    above: (...args: never[]) => unknown,
  ): ClusterJob {
    checkMaySubmit('submit');
    this.#checkOpen('submit');
    if (this.#jobs.freePlaces <= 0) throw noRoom(this.#settings.maxQueue);
    const job = this.#newJob(code, args, options, above);
    const { wire } = this.#settings;
    try {
      const written = wire.write(`the arguments of \`${job.name}\``, args);
      const values = withTraceparent(job.shipped);
      const context =
        values.length > 0 ? wire.write('the values of ContextVars', values) : undefined;
      job.texts = { args: written, context };
    } catch (error) {
      if (error instanceof RangeError) job.failHere(error);
      else failRefused(job, error);
      return job;
    }
    this.#hold(job);
    return job;
  }

  /** Waits for a job that was submitted with an id. */
  attach(options: CheckedOptions, above: (...args: never[]) => unknown): ClusterJob {
    checkMaySubmit('attach');
    this.#checkOpen('attach');
    const code: Code = { kind: 'reference', name: String(options.id), url: '' };
    const job = this.#newJob(code, [], options, above);
    this.#hold(job);
    return job;
  }

  #newJob(
    code: Code,
    args: readonly unknown[],
    options: CheckedOptions,
    above: (...args: never[]) => unknown,
  ): ClusterJob {
    const loop = getEventLoop();
    this.#loop = loop;
    // The engine resolves promises: a virtual loop gives them their turn before its time moves on.
    loop._meetsPromises = true;
    const now = performance.now();
    const ownId = `${this.#address}-${++this.#made}`;
    return new ClusterJob(
      loop,
      code,
      args,
      options,
      ownId,
      submitPlace(above, now),
      this.#holder,
      now,
      shippedValues(),
    );
  }

  #hold(job: ClusterJob): void {
    this.#jobs.add(job);
    if (this.#jobs.count === 1) this.#end?.keepAlive(true);
    this.#batch.push(job);
    this.#askFlush();
    this.#sweep?.start(this.#loop);
  }

  #askFlush(): void {
    if (this.#batchIsAsked) return;
    this.#batchIsAsked = true;
    const flush = (): void => {
      this.#batchIsAsked = false;
      this.#flush();
    };
    this.#loop._enqueue({ _run: flush, _runOrphaned: () => queueMicrotask(flush) });
  }

  #flush(): void {
    const end = this.#end;
    if (end === undefined) return;
    const jobs = this.#batch.filter((job) => job.state !== 'over');
    this.#batch = [];
    if (jobs.length > 0) {
      for (const job of jobs) job.isSent = true;
      this.#adding?.add(this.#loop, jobs);
    }
    this.#forgetting?.now();
    if (this.#isClosed && this.#jobs.count === 0) this.#leave(end);
  }

  #added(job: ClusterJob): void {
    job.isAdded = true;
    if (job.stopsLater) void this.#stopping?.stop(job);
  }

  #hear(reply: Reply): void {
    for (const job of this.#jobs.of(reply.id)) {
      if (reply.kind === 'outcome') this.#settle(job, reply.outcome, reply.isKept);
      else if (reply.kind === 'begun') this.#jobs.begun(job, reply.by);
      else this.#report(job, reply.value);
    }
  }

  #report(job: ClusterJob, text: string): void {
    if (job.reports === undefined) return;
    try {
      job.reports.hear(this.#settings.wire.read('the report', text));
    } catch (exception) {
      const message = `A report of ${job.future._shortText()} was refused`;
      this.#loop._report({ message, exception });
    }
  }

  #settle(job: ClusterJob, text: string, isKept: boolean): void {
    if (!this.#jobs.delete(job)) return;
    if (job.isUncertain && !isKept) this.#keep(job, text);
    const isLeft = isKept || job.isAskedToStop;
    if (isLeft && !job.isNamed && !job.isUncertain) {
      this.#forgetting?.later(this.#loop, job.key);
    }
    try {
      const outcome = this.#settings.wire.readOutcome(job.key, text);
      if (outcome.kind === 'returned') job.succeed(outcome.value);
      else if (outcome.kind === 'threw') job.failWith(outcome.thrown, job.serverText);
      else job.cancel(outcome.reason === '' ? undefined : outcome.reason);
    } catch (error) {
      job.failHere(
        new Error(
          `The executor expected the outcome of \`${job.name}\`, but ${(error as Error).message}.`,
          { cause: error },
        ),
      );
    }
  }

  /** The bytes of a first try to add the job may come yet: then a server finds its outcome, and does not run it. */
  #keep(job: ClusterJob, text: string): void {
    this.#end?.finish(job.key, text, job.keepMs(this.#settings.keepResult)).catch(() => {});
  }

  #allOver(): void {
    this.#sweep?.stop();
    this.#end?.keepAlive(false);
    if (this.#isClosed) this.#askFlush();
  }

  /** The future of the job is done, and the job is not over. */
  #drop(job: ClusterJob): void {
    const isLeft = this.#leaves && job.isNamed;
    if (!job.isSent || isLeft || this.#broken !== undefined) {
      this.#jobs.delete(job);
      job.end();
    } else if (job.isAdded) {
      void this.#stopping?.stop(job);
    } else {
      job.stopsLater = true;
    }
  }

  #lose(job: ClusterJob): void {
    this.#jobs.delete(job);
    job.failHere(new JobLostError(job.name, job.publicId));
  }

  #setOffline(): void {
    const { offline } = this.#settings;
    if (offline === Number.POSITIVE_INFINITY || this.#isGone) return;
    this.#offlineTimer ??= after(this.#loop, offline, () => {
      this.#offlineTimer = undefined;
      const text = `The server was out of reach for ${offline} ms`;
      for (const job of this.#jobs.all()) {
        this.#jobs.delete(job);
        job.failHere(
          new BrokenExecutor(
            `${text}, so the outcome of \`${job.name}\` is not known. It may run all the same.`,
          ),
        );
      }
      if (!this.#isReachable) this.#setOffline();
    });
  }

  #break(reason: string, cause: unknown): void {
    const text = `This ${kind} cannot use its server: ${reason.replace(/\.$/, '')}. Make a new executor once that is mended.`;
    this.#broken = () => new BrokenExecutor(text, { cause });
    this.#jobs.failRooms(this.#broken);
    for (const job of this.#jobs.all()) {
      this.#jobs.delete(job);
      job.failHere(this.#broken());
    }
    if (this.#isClosed) this.#leave(this.#end);
  }

  #checkOpen(caller: string): void {
    if (this.#broken !== undefined) throw this.#broken();
    if (this.#isClosed) throw closedError(caller, kind);
  }

  /** See `PoolExecutor.room()`. */
  room(): Future<void> {
    this.#checkOpen('room');
    return this.#jobs.room();
  }

  statistics(): ClusterStatistics {
    return Object.freeze({
      pending: this.#jobs.count,
      queued: this.#jobs.queued,
      running: this.#jobs.count - this.#jobs.queued,
      connected: this.#isReachable,
      clockSkew: this.#end?.clockSkew ?? 0,
      lastSweep: this.#sweep?.last,
    });
  }

  shutdown(options: Required<ShutdownOptions> & { readonly leave: boolean }): Future<void> {
    const loop = getEventLoop();
    const future = loop.createFuture<void>();
    future._purpose = `the shutdown of a ${kind}`;
    this.#isClosed = true;
    this.#jobs.failRooms();
    this.#leaves ||= options.leave;
    const reason = 'its executor was shut down';
    for (const job of this.#jobs.all()) {
      if (options.cancelRunning || (this.#leaves && job.isNamed)) job.cancelFuture(reason);
      else if (options.cancelFutures && !job.isSent) job.cancelFuture(reason);
      else if (options.cancelFutures) void this.#stopping?.cancelQueued(job, reason);
      // Cancelled before, and not over.
      if (this.#leaves && job.isNamed && this.#jobs.delete(job)) job.end();
    }
    if (!options.wait || this.#isGone) future._finish(undefined);
    else {
      const outside = new OutsideWork(loop);
      this.#whenGone.push(() => {
        outside.close();
        if (future._state === PENDING) future._finish(undefined);
      });
    }
    if (this.#jobs.count === 0) this.#askFlush();
    return future;
  }

  #leave(end: ExecutorEnd | undefined): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#offlineTimer?.cancel();
    this.#sweep?.stop();
    const gone = (): void => {
      for (const each of this.#whenGone.splice(0)) each();
    };
    if (end === undefined) gone();
    else end.close().then(gone, gone);
  }
}
