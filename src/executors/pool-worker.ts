import { ClaimTable, capacity } from './claim-table.ts';
import { Deadline } from './deadline.ts';
import { decodeThrown } from './error-codec.ts';
import { lostOnTheWay, WorkerLostError } from './errors.ts';
import { GivenJobs } from './given-jobs.ts';
import type { Job, JobHolder } from './job.ts';
import type { LineEvents, LineToWorker, OpenLine, WorkerEnd } from './line.ts';
import { countOutcomes, readOutcomes } from './outcomes.ts';
import { Prefetch } from './prefetch.ts';
import {
  type Call,
  type FromWorker,
  type ItemsOfStream,
  isList,
  type Outcomes,
  type Thrown,
} from './protocol.ts';
import { isQuick, noteDuration } from './quick-functions.ts';
import type { StreamJob, StreamWorker } from './stream-job.ts';

/** What a worker tells its pool. */
export interface WorkerEvents {
  /** It has just started. */
  ready(worker: PoolWorker): void;
  /** It can take more, as jobs have left it. */
  free(worker: PoolWorker): void;
  /** It has given a job back that it has not begun. */
  returned(job: Job): void;
  /** Its initializer failed. */
  broken(worker: PoolWorker, error: unknown): void;
  /** Its teardown failed. */
  untidy(worker: PoolWorker, error: unknown): void;
  /** It is gone, out of this state. The jobs that it ran have failed, the others were given back. */
  gone(worker: PoolWorker, end: WorkerEnd, state: WorkerState): void;
}

/** A worker that has not answered for so long, in ms, is held up by a job. */
const heldUp = 2;
/** A worker that is about to end says so again and again. One that is silent for so long, in ms, never ends. */
const untilSilent = 2000;

export type WorkerState = 'starting' | 'idle' | 'busy' | 'closing' | 'gone';

export interface WorkerSettings {
  readonly initializer: Call | undefined;
  readonly teardown: Call | undefined;
  readonly tsx: string | undefined;
  /** How long a job may go on once it was asked to stop, in ms. */
  readonly grace: number;
  /** How many jobs it may be given ahead. */
  readonly maxPrefetch: number;
  /** How many jobs it may run in its life. */
  readonly maxTasks: number;
}

/**
 * One worker, as its pool sees it: gives it jobs, takes back those that it has not claimed, stops those that it runs.
 *
 * States: starting → idle ⇄ busy, and from each of them → closing → gone, or straight to gone when it dies.
 */
export class PoolWorker implements JobHolder, StreamWorker {
  readonly name: string;
  readonly prefetch: Prefetch;
  state: WorkerState = 'starting';
  /** When it last answered, or was given jobs while it had none, on the clock of `performance.now()`. */
  #heardAt = 0;
  readonly #settings: WorkerSettings;
  readonly #channel: LineToWorker;
  readonly #events: WorkerEvents;
  readonly #table = new ClaimTable();
  readonly #given: GivenJobs;
  /** Running jobs that were asked to stop, and what ends the worker when one does not. */
  readonly #stopping = new Map<Job, ReturnType<typeof setTimeout> | undefined>();
  #tasksLeft: number;
  /** Whether it was told to end at once, and may not have yet. */
  #doomed = false;
  #uncaught: { readonly error: unknown } | undefined;
  #keepsAlive = true;
  /** Whether it waits for the consumer of a stream. */
  #rests = false;
  /** Its teardown may never end, and what a job has left behind may never let it hear that it is to end. */
  readonly #closing = new Deadline(() => this.#channel.terminate());

  constructor(name: string, open: OpenLine, settings: WorkerSettings, events: WorkerEvents) {
    this.name = name;
    this.#settings = settings;
    this.#events = events;
    this.#tasksLeft = settings.maxTasks;
    this.prefetch = new Prefetch(Math.min(settings.maxPrefetch, capacity));
    const heard: LineEvents = {
      message: (message) => this.#hear(message),
      unreadable: () => this.#channel.post({ type: 'report' }),
      ended: (end) => this.#end(end),
    };
    this.#channel = open(name, heard);
    this.#given = new GivenJobs(this.#channel, this.#table);
    const { initializer, teardown, tsx } = settings;
    const claims = this.#channel.sharesMemory ? this.#table.words : undefined;
    this.#channel.post({ type: 'start', initializer, teardown, tsx, claims });
  }

  /** The job that it runs. */
  get job(): Job | undefined {
    return this.#given.running();
  }

  get place(): string {
    return this.#channel.place;
  }

  get threadId(): number | undefined {
    return this.#channel.threadId;
  }

  get pid(): number | undefined {
    return this.#channel.pid;
  }

  /** How many jobs it has. */
  get load(): number {
    return this.#given.count;
  }

  /** Those of its jobs that have not begun. */
  waiting(): Job[] {
    return this.#given.waiting();
  }

  /** How many more jobs it may be given now. */
  get room(): number {
    if (this.#stopping.size > 0 || this.#doomed) return 0;
    const { room, count } = this.#given;
    return Math.min(this.prefetch.roomBeside(count), room, this.#tasksLeft);
  }

  /** Whether a job holds it up: what waits there would wait for long. */
  isHeldUp(now: number): boolean {
    return this.load > 0 && now - this.#heardAt > heldUp;
  }

  /**
   * Whether `job` may be given to it, behind the jobs that it has and behind `last`. A thread gives back what waits; a
   * process cannot while it computes, so that nothing must have to wait there for long.
   */
  takesBehind(job: Job, last: Job | undefined): boolean {
    if (last?.transfer !== undefined) return false;
    if (job.transfer !== undefined) return last === undefined && this.load === 0;
    if (this.#channel.sharesMemory) return true;
    const before = last ?? this.#given.last();
    return before === undefined || (isQuick(before.code) && isQuick(job.code));
  }

  /** Whether it has run as many jobs as it may, or is about to be ended. */
  get isSpent(): boolean {
    return this.#tasksLeft === 0 || this.#doomed;
  }

  /** Gives it jobs. Those that cannot cross have failed afterwards. */
  give(jobs: readonly Job[]): void {
    for (const job of jobs) {
      job.holder = this;
      job.state = 'given';
    }
    if (this.load === 0) this.#heardAt = performance.now();
    this.#tasksLeft -= this.#given.send(jobs);
    if (this.load === 0) return;
    this.state = 'busy';
    this.keepAlive(true);
  }

  /**
   * Takes back the last `count` jobs that have not begun: at once, or, from a process, when it answers.
   *
   * @param below - Only those of a priority below this.
   */
  recall(count: number, below: number = Number.POSITIVE_INFINITY): void {
    const jobs = this.#given.waiting().filter((job) => !job.asked && job.priority < below);
    for (const job of jobs.slice(Math.max(jobs.length - count, 0))) {
      if (this.#withdraw(job)) this.#events.returned(job);
    }
    this.#given.flushWithdrawals();
  }

  runs(job: Job): boolean {
    return this.#table.stateOf(job.seq) === 'claimed';
  }

  giveUp(job: Job): void {
    if (this.#withdraw(job)) {
      job.end();
      this.#events.free(this);
    } else if (this.runs(job)) {
      this.#stop(job);
    }
  }

  giveUpWaiting(job: Job): boolean {
    // What a process may have begun meanwhile is stopped then.
    return this.#table.stateOf(job.seq) === 'waiting';
  }

  /** Has it keep the program alive, or not. */
  keepAlive(keeps: boolean): void {
    if (keeps === this.#keepsAlive) return;
    this.#keepsAlive = keeps;
    if (keeps) this.#channel.ref();
    else this.#channel.unref();
  }

  grant({ seq }: StreamJob, count: number): void {
    this.#rests = false;
    this.keepAlive(true);
    this.#channel.post({ type: 'grant', seq, count });
  }

  rest(): void {
    this.#rests = true;
    if (this.load === 1) this.keepAlive(false);
  }

  /** Has it end, which the program waits for. It has no job. */
  close(): void {
    this.state = 'closing';
    this.keepAlive(true);
    this.#closing.set(this.#settings.grace);
    this.#channel.post({ type: 'close' });
  }

  /** Cancels what it has, running or not. */
  cancelAll(reason: string): void {
    for (const { future } of this.#given.all()) future.cancel(reason);
  }

  /** Answers whether the pool has the job back: it has not begun, and never will here. */
  #withdraw(job: Job): boolean {
    if (this.#table.stateOf(job.seq) !== 'waiting') return false;
    if (!this.#channel.sharesMemory) {
      this.#given.ask(job);
      return false;
    }
    if (!this.#table.takeBack(job.seq)) return false;
    this.#leave(job);
    this.#tasksLeft++;
    return true;
  }

  #leave(job: Job): void {
    this.#given.remove(job);
    if (this.#rests) this.#leftResting();
    if (this.#stopping.size === 0) return;
    clearTimeout(this.#stopping.get(job));
    this.#stopping.delete(job);
  }

  /** A job has left while a stream is paused: that was the stream, or it waited behind it. */
  #leftResting(): void {
    if (this.#given.running() === undefined) this.#rests = false;
    else this.rest();
  }

  #stop(job: Job): void {
    if (this.#stopping.has(job)) return;
    const grace = job.grace ?? this.#settings.grace;
    const end = (): void => {
      // The job may end meanwhile: whatever came next would be lost with the worker.
      this.#doomed = true;
      this.#channel.terminate();
    };
    this.#stopping.set(
      job,
      grace === Number.POSITIVE_INFINITY ? undefined : setTimeout(end, grace),
    );
    this.keepAlive(true);
    this.#table.requestAbort(job.seq);
    this.#channel.post({ type: 'abort', seq: job.seq, reason: job.abortReason() });
    // Nobody knows how long it takes to stop: what waits behind it runs elsewhere.
    this.recall(Number.POSITIVE_INFINITY);
  }

  #hear(message: FromWorker): void {
    if (isList(message)) {
      this.#hearOutcomes(message);
      return;
    }
    switch (message.type) {
      case 'ready':
        if (this.state === 'starting') this.#events.ready(this);
        break;
      case 'broken':
        if (this.state === 'starting') this.#events.broken(this, decodeThrown(message.failure));
        break;
      case 'items':
        this.#hearItems(this.#given.get(message.seq) as StreamJob | undefined, message);
        break;
      case 'progress':
        this.#given.get(message.seq)?.reports?.hear(message.value);
        break;
      case 'withdrawn':
        for (const seq of message.seqs) this.#hearWithdrawn(this.#given.get(seq));
        this.#events.free(this);
        break;
      case 'unreadable':
        this.#resend(message.after, message.reason);
        break;
      case 'uncaught':
        this.#uncaught = { error: decodeThrown(message.failure) };
        break;
      case 'closing':
        this.#closing.set(Math.max(this.#settings.grace, untilSilent));
        break;
      case 'untidy':
        this.#events.untidy(this, decodeThrown(message.failure));
        break;
    }
  }

  #hearOutcomes(outcomes: Outcomes): void {
    const [, upTo, busy, claimed] = outcomes;
    const count = countOutcomes(outcomes);
    const cost = busy / 1000 / count;
    readOutcomes(outcomes, (seq, failed, value) => {
      const job = this.#given.get(seq);
      if (job === undefined) return;
      this.#leave(job);
      if (!this.#channel.sharesMemory) noteDuration(job.code, cost);
      if (failed) job.failWith(value as Thrown, this.#channel.place);
      else job.succeed(value);
    });
    if (claimed !== -1) {
      for (const job of this.#given.claim(claimed)) {
        if (job.future.done()) this.#stop(job);
        else job.begun();
      }
    }
    for (const job of this.#given.answeredBefore(upTo))
      this.#lose(job, 'its outcome did not arrive');
    if (count === 0 && this.load > 0) return;
    this.#heardAt = performance.now();
    if (count > 0) this.prefetch.note(count, busy / 1000);
    this.#events.free(this);
  }

  #hearItems(job: StreamJob | undefined, message: ItemsOfStream): void {
    job?.hear(message.after, message.items, this);
    if (message.refused !== undefined) job?.refuse(message.refused, this.place);
  }

  #hearWithdrawn(job: Job | undefined): void {
    if (job === undefined) return;
    job.asked = false;
    this.#leave(job);
    this.#tasksLeft++;
    if (job.future.done()) job.end();
    else this.#events.returned(job);
  }

  /** A message was lost on the way there: its jobs cross one by one now, so that only the one at fault fails. */
  #resend(after: number, reason: string): void {
    for (const job of this.#given.lostAfter(after)) {
      this.#leave(job);
      this.#tasksLeft++;
      if (job.future.done()) {
        job.end();
      } else if (job.alone) {
        this.#lose(job, reason);
      } else {
        job.alone = true;
        this.#events.returned(job);
      }
    }
    this.#events.free(this);
  }

  #lose(job: Job, reason: string): void {
    if (this.#given.get(job.seq) === job) this.#leave(job);
    job.failHere(lostOnTheWay(job.name, reason));
  }

  #end(heard: WorkerEnd): void {
    const { state } = this;
    const end = heard.uncaught === undefined ? { ...heard, uncaught: this.#uncaught } : heard;
    this.state = 'gone';
    this.#closing.clear();
    const begun = this.#given.begun(end.begun);
    for (const [at, job] of this.#given.all().entries()) {
      job.asked = false;
      this.#leave(job);
      const goesOn = begun.has(job)
        ? job.mayRunAgain()
        : job.mayBeGivenAgain(begun.size === 0, at === 0);
      if (job.future.done()) job.end();
      else if (goesOn) this.#events.returned(job);
      else job.failHere(new WorkerLostError(job.name, this.#channel, end, job.lost));
    }
    this.#events.gone(this, end, state);
  }
}
