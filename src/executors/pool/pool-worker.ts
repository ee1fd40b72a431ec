import { capacity } from '../crossing/claim-table.ts';
import { decodeThrown } from '../crossing/error-codec.ts';
import { lostOnTheWay, WorkerLostError } from '../crossing/errors.ts';
import type { LineEvents, LineToWorker, OpenLine, WorkerEnd } from '../crossing/line.ts';
import { countOutcomes, readOutcomes } from '../crossing/outcomes.ts';
import { type FromWorker, isList, type OutcomeList, type Thrown } from '../crossing/protocol.ts';
import { FrameError, readFrame } from '../crossing/read-frame.ts';
import { FrameCheck } from './check-frame.ts';
import type { Claims } from './claims.ts';
import { ClaimsByMessage } from './claims-by-message.ts';
import { ClaimsInMemory } from './claims-in-memory.ts';
import { Distrust } from './distrust.ts';
import { GivenJobs } from './given-jobs.ts';
import { Deadline } from './job/deadline.ts';
import type { Job, JobHolder } from './job/job.ts';
import { Prefetch } from './prefetch.ts';
import { StoppingJobs } from './stopping-jobs.ts';
import type { StreamJob, StreamWorker } from './streams/stream-job.ts';
import { Watch } from './watch.ts';
import type { WorkerEvents, WorkerSettings, WorkerState } from './worker-events.ts';
import { sendStart } from './worker-starts.ts';

/** A worker that has reported nothing for so long is held up by a job. */
const heldUpMs = 2;
/** A worker that is about to end says so several times a second. If it is silent for so long, it never ends. */
const silentMs = 2000;

/**
 * One worker, as its pool sees it: gives it jobs, recalls those that it has not claimed, stops those that it runs.
 *
 * States, and what changes them:
 *
 * - starting → idle: the worker has said `ready`.
 * - idle → busy: `give()` has sent it a job. busy → idle: its last job has left.
 * - starting, idle → closing: the pool has called `close()`.
 * - any → gone: the line to the worker has ended.
 */
export class PoolWorker implements JobHolder, StreamWorker {
  readonly name: string;
  readonly line: LineToWorker;
  readonly prefetch: Prefetch;
  /** `running` is idle or busy, by the jobs that the worker has. */
  #phase: 'starting' | 'running' | 'closing' | 'gone' = 'starting';
  /** When it last reported, or was given jobs while it had none, on the clock of `performance.now()`. */
  #heardAt = 0;
  readonly #settings: WorkerSettings;
  readonly #events: WorkerEvents;
  readonly #claims: Claims;
  readonly #given: GivenJobs;
  readonly #check: FrameCheck;
  /** Ends it at once. A job may end before the worker does: one that is given now would be lost with the worker. */
  readonly #doom = (): void => {
    this.#isDoomed = true;
    this.line.terminate();
  };
  readonly #stopping = new StoppingJobs(this.#doom);
  #tasksLeft: number;
  /** True once it was told to end at once. It may still report. */
  #isDoomed = false;
  #uncaught: { readonly error: unknown } | undefined;
  #keepsAlive = true;
  /** True while it waits for the consumer of a stream. */
  #isPaused = false;
  readonly #distrust = new Distrust(() => this.line.terminate());
  readonly #watch: Watch;
  /** The name of the function that it ran last. */
  ran = 'nothing';
  /** Ends the worker if its teardown never ends, or if code of an earlier job keeps it from reading `close`. */
  readonly #closing = new Deadline(() => this.line.terminate());

  constructor(name: string, open: OpenLine, settings: WorkerSettings, events: WorkerEvents) {
    this.name = name;
    this.#settings = settings;
    this.#events = events;
    this.#tasksLeft = settings.maxTasks;
    this.prefetch = new Prefetch(Math.min(settings.maxPrefetch, capacity));
    const heard: LineEvents = {
      message: (message) => this.#hear(message),
      unreadable: () => this.#check.miss(),
      broken: (why) => this.#suspect(why),
      ended: (end) => this.#end(end),
    };
    this.line = open(name, heard);
    this.#claims = this.line.sharesMemory ? new ClaimsInMemory() : new ClaimsByMessage();
    this.#given = new GivenJobs(this.line, this.#claims, name);
    this.#check = new FrameCheck(this.#given, this.#claims, this.line);
    this.#watch = new Watch(settings.unresponsiveTimeout, this.line, this.#given, this.#doom);
    sendStart(this.line, settings, this.#claims.shared);
  }

  get state(): WorkerState {
    if (this.#phase !== 'running') return this.#phase;
    return this.load === 0 ? 'idle' : 'busy';
  }

  /** The job that it runs. */
  get job(): Job | undefined {
    return this.#given.running();
  }

  get place(): string {
    return this.line.place;
  }

  /** How many jobs it has. */
  get load(): number {
    return this.#given.count;
  }

  /** The jobs that it has not claimed. */
  waiting(): Job[] {
    return this.#given.waiting();
  }

  /** How many more jobs it may be given now. */
  get room(): number {
    if (this.#stopping.size > 0 || this.#isDoomed) return 0;
    const { room, count } = this.#given;
    return Math.min(this.prefetch.roomBeside(count), room, this.#tasksLeft);
  }

  /** True if a job holds it up: other jobs would wait there for long. */
  isHeldUp(now: number): boolean {
    return this.load > 0 && now - this.#heardAt > heldUpMs;
  }

  /** True if `job` may be given to it, behind the jobs that it has and behind `last`, which goes with the same message. */
  takesBehind(job: Job, last: Job | undefined): boolean {
    return this.#given.takesBehind(job, last);
  }

  /** True if it may run no more jobs: it has run `maxTasks`, or was told to end. */
  get isSpent(): boolean {
    return this.#tasksLeft === 0 || this.#isDoomed;
  }

  /** Gives it jobs. Those that cannot be sent have failed afterwards. */
  give(jobs: readonly Job[]): void {
    for (const job of jobs) {
      job.holder = this;
      job.state = 'given';
    }
    const now = performance.now();
    if (this.load === 0) this.#heardAt = now;
    this.#tasksLeft -= jobs.length;
    const unsent = this.#given.send(jobs);
    this.#tasksLeft += unsent;
    for (const job of this.#given.takePutOff()) this.drop(job);
    if (this.load > 0) this.keepAlive(true);
    this.#watch.begin(now);
  }

  /**
   * Recalls the last `count` jobs that are not claimed. They return at once, or, from a process, when it answers.
   *
   * @param below - Only jobs of a priority below this.
   */
  recall(count: number, below: number = Number.POSITIVE_INFINITY): void {
    for (const job of this.#given.recallable(count, below)) {
      if (this.#takeBack(job)) this.#events.returned(job);
    }
    this.#given.sendRecalls();
  }

  runs(job: Job): boolean {
    return this.#given.has(job) && this.#claims.isClaimed(job.seq);
  }

  isWaiting(job: Job): boolean {
    // A process may have claimed it, and not said so yet. It is stopped then, once that is known.
    return !this.#given.has(job) || this.#claims.isWaiting(job.seq);
  }

  drop(job: Job): void {
    if (this.#takeBack(job)) {
      job.end();
      this.#events.free(this);
    } else if (this.runs(job) && !this.#given.putsOff(job)) {
      this.#stop(job);
    }
  }

  /** Says if it is to keep the program alive. */
  keepAlive(keeps: boolean): void {
    if (keeps === this.#keepsAlive) return;
    this.#keepsAlive = keeps;
    if (keeps) this.line.ref();
    else this.line.unref();
  }

  grant({ seq }: StreamJob, count: number): void {
    this.#isPaused = false;
    this.keepAlive(true);
    this.line.post({ type: 'grant', seq, count });
  }

  pause(): void {
    this.#isPaused = true;
    if (this.load === 1) this.keepAlive(false);
  }

  /** Has the worker end, which has no job. The program stays alive until it has ended. */
  close(): void {
    if (this.#phase === 'running') this.#watch.ask();
    this.#phase = 'closing';
    this.keepAlive(true);
    this.#closing.set(this.#settings.grace);
    this.line.post({ type: 'close' });
  }

  /** Cancels all jobs that it has, whether they run or not. */
  cancelAll(reason: string): void {
    for (const job of this.#given.all()) job.cancelFuture(reason);
  }

  /** Returns true if the job has left, so that it never begins here. A process may still give it back by a message. */
  #takeBack(job: Job): boolean {
    if (!this.#given.has(job)) return false;
    const taken = this.#claims.takeBack(job.seq);
    if (taken === 'asked') this.#given.recall(job);
    if (taken !== 'taken back') return false;
    this.#leave(job);
    this.#tasksLeft++;
    return true;
  }

  #leave(job: Job): void {
    this.#given.remove(job);
    // Either the paused stream has left, or a job that waited behind it.
    if (this.#isPaused && this.#given.running() === undefined) this.#isPaused = false;
    else if (this.#isPaused) this.pause();
    this.#stopping.remove(job);
  }

  #stop(job: Job): void {
    if (this.#stopping.has(job)) return;
    this.#stopping.add(job, job.grace ?? this.#settings.grace);
    this.keepAlive(true);
    this.#claims.requestAbort(job.seq);
    this.line.post({ type: 'abort', seq: job.seq, reason: job.abortReason() });
    // It may take long to stop, so the jobs behind it run elsewhere.
    this.recall(Number.POSITIVE_INFINITY);
  }

  #hear(received: unknown): void {
    this.#watch.hasSpoken = true;
    try {
      this.#read(readFrame(received, this.#given.next));
      this.#distrust.endIfAlone(this.load);
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      this.#suspect(error.message);
    }
  }

  #suspect(why: string): void {
    this.#distrust.begin(why, this.#given);
    this.#isDoomed = true;
    this.recall(Number.POSITIVE_INFINITY);
    this.#distrust.endIfAlone(this.load);
  }

  /** @throws FrameError for a message that is wrong as things are. */
  #read(message: FromWorker): void {
    if (isList(message)) {
      this.#hearOutcomes(message);
      return;
    }
    switch (message.type) {
      case 'ready':
        if (!this.#isIn('starting')) break;
        this.#phase = 'running';
        this.#events.ready(this);
        break;
      case 'broken':
        if (this.#isIn('starting')) this.#events.broken(this, decodeThrown(message.failure));
        break;
      case 'items':
        this.#check.items(message)?.hear(message, this);
        break;
      case 'progress':
        this.#check.progress(message.seq)?.reports?.hear(message.value);
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
        if (this.#isIn('closing')) this.#closing.set(Math.max(this.#settings.grace, silentMs));
        break;
      case 'untidy':
      case 'lost':
        if (message.type === 'lost' || this.#isIn('closing')) this.#events.reported(this, message);
        break;
    }
  }

  #hearOutcomes(outcomes: OutcomeList): void {
    const [, upTo, busy, claimed] = outcomes;
    this.#check.outcomes(outcomes);
    const count = countOutcomes(outcomes);
    const cost = busy / 1000 / count;
    readOutcomes(outcomes, (seq, failed, value) => {
      const job = this.#given.get(seq);
      if (job === undefined) return;
      this.#leave(job);
      this.ran = job.code.name;
      this.#claims.note(job.code, cost);
      if (this.#distrust.hasLeft(job)) this.#loseRun(job, job.mayRunAgain(), this.#distrust.end);
      else if (failed) job.failWith(value as Thrown, this.line.place);
      else job.succeed(value);
    });
    if (claimed !== -1) {
      for (const job of this.#given.claimedUpTo(claimed)) {
        if (job.isDone) this.#stop(job);
        else job.onClaimed(this.name);
      }
    }
    for (const job of this.#given.unanswered(upTo)) this.#lose(job, 'its outcome did not arrive');
    if (count === 0 && this.load > 0) return;
    this.#heardAt = performance.now();
    if (count > 0) this.prefetch.note(count, busy / 1000);
    this.#events.free(this);
  }

  /** False if the phase is over. @throws FrameError while a worker sends none of the messages of the phase. */
  #isIn(phase: 'starting' | 'closing'): boolean {
    if (this.#phase === 'running' || (phase === 'closing' && this.#phase === 'starting'))
      throw new FrameError('comes at a time for which it is not meant');
    return this.#phase === phase;
  }

  #hearWithdrawn(job: Job | undefined): void {
    if (job === undefined) return;
    if (!job.isRecalled) throw new FrameError('gives back what was not asked for');
    this.#giveBack(job);
  }

  /** The worker could not read a message: its jobs are sent one by one now, so that only the job at fault fails. */
  #resend(after: number, reason: string): void {
    for (const job of this.#check.unread(after)) {
      if (job.alone && !job.isDone) {
        this.#tasksLeft++;
        this.#lose(job, reason);
      } else {
        job.alone = true;
        this.#giveBack(job);
      }
    }
    this.#events.free(this);
  }

  /** The worker does not have the job any more, and has not begun it. */
  #giveBack(job: Job): void {
    job.isRecalled = false;
    this.#leave(job);
    this.#tasksLeft++;
    if (job.isDone) job.end();
    else this.#events.returned(job);
  }

  #lose(job: Job, reason: string): void {
    if (this.#given.get(job.seq) === job) this.#leave(job);
    const end = this.#distrust.endFor(job);
    if (end !== undefined) this.#loseRun(job, job.mayRunAgain(), end);
    else job.failHere(lostOnTheWay(job.name, reason));
  }

  #end(heard: WorkerEnd): void {
    const { state } = this;
    const { uncaught = this.#uncaught } = heard;
    const end = this.#watch.endOf(this.#distrust.endOf({ ...heard, uncaught }));
    this.#phase = 'gone';
    this.#closing.clear();
    this.#distrust.clear();
    this.#watch.clear();
    const begun = this.#given.possiblyBegun(end.lastBegunSeq);
    for (const [at, job] of this.#given.all().entries()) {
      job.isRecalled = false;
      this.#leave(job);
      const goesOn = begun.has(job)
        ? job.mayRunAgain()
        : job.mayBeGivenAgain({ ranNothing: begun.size === 0, wasNext: at === 0 });
      this.#loseRun(job, goesOn, end);
    }
    this.#events.gone(this, end, state);
  }

  #loseRun(job: Job, goesOn: boolean, end: WorkerEnd): void {
    if (job.isDone) job.end();
    else if (goesOn) this.#events.returned(job);
    else job.failHere(new WorkerLostError(job.name, this.line, end, job.lost));
  }
}
