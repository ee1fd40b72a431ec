/**
 * The worker's side of the protocol: runs one job after the other, and sends the outcome of each. It knows nothing of threads.
 *
 * A job is claimed right before it runs. Outcomes are sent together, at the latest after `flushEveryMs`. They are sent earlier
 * before a function that is not known to be quick is called, and when a function returns a promise: no outcome waits for
 * these. The event loop of the worker turns after every `slice`, so that timers and messages are handled.
 */
import { isPromiseLike } from '../../core/coroutine.ts';
import { ClaimTable } from '../crossing/claim-table.ts';
import { encodeThrown } from '../crossing/error-codec.ts';
import { partOf } from '../crossing/errors.ts';
import {
  append,
  apply,
  now as clock,
  max,
  min,
  structuredClone,
  whenSettled,
} from '../crossing/intrinsics.ts';
import type { LineToPool } from '../crossing/line.ts';
import { type AbortReason, isList } from '../crossing/protocol.ts';
import { readFrameToWorker } from '../crossing/read-frame.ts';
import { BatchReader, type WaitingJob } from './batch-reader.ts';
import { runChunk } from './chunk.ts';
import type { Loaded } from './load-function.ts';
import { Outbox } from './outbox.ts';
import { Reporter } from './reporter.ts';
import { RunningJob } from './running-job.ts';
import { RunningStream } from './running-stream.ts';
import { WaitingJobs } from './waiting-jobs.ts';
import { WorkerLife } from './worker-life.ts';

/** The longest time that an outcome waits for others. */
const flushEveryMs = 0.2;
/** The number of jobs that a worker claims at a time, if it tells its claims by message and all functions are quick. */
const claimedTogether = 64;
/** The number of these jobs that are noted as begun at a time: to note it costs more than a small job. */
const notedTogether = 8;

export class WorkerRuntime {
  readonly #line: LineToPool;
  readonly #reader = new BatchReader();
  readonly #outbox: Outbox;
  readonly #life: WorkerLife;
  readonly #waiting = new WaitingJobs();
  #table: ClaimTable;
  /** True if the pool cannot see the claim table, so that claims are told by message. */
  #tellsClaims = true;
  /** All jobs up to this number are claimed, and pool and worker have told each other so. */
  #claimedTo = -1;
  /** All jobs up to this number are noted as begun (`noteBegun()`). */
  #notedTo = -1;
  /** The number of the last job that was begun. */
  #begun = -1;
  #running: { readonly seq: number; readonly job: RunningJob } | undefined;
  /** The stream of the running job, if it sends items. */
  #stream: RunningStream | undefined;
  /** The job that was last asked to stop. */
  #asked: { readonly seq: number; readonly reason: AbortReason } | undefined;
  /** True while a job runs, or the next one is about to begin. */
  #busy = false;
  #turnBegan = 0;
  /** True if jobs of a message were run since the event loop turned. */
  #ranThisTurn = false;
  /** True while the next job waits until outcomes are sent that wait for what was printed. */
  #isHalted = false;
  #runsQuick = false;
  /** True while no job begins, however quick, as what was printed must arrive. */
  #mustArrive = false;

  constructor(line: LineToPool) {
    this.#line = line;
    this.#life = new WorkerLife(line);
    this.#table = new ClaimTable(undefined, line.lookForAbort);
    this.#outbox = new Outbox((message, transfer) => line.post(message, transfer));
  }

  /** True while a function runs, or returns, that is known to be quick. */
  get runsQuickFunction(): boolean {
    return this.#runsQuick;
  }

  /** @param received - A message of the program; it may be none of the protocol, and is not heard then. */
  receive(received: unknown): void {
    const message = readFrameToWorker(received, this.#reader);
    if (message === undefined) return;
    if (isList(message)) {
      this.#claimedTo = max(this.#claimedTo, message[1]);
      this.#accept(this.#reader.read(message));
      return;
    }
    switch (message.type) {
      case 'start':
        this.#reader.tsx = message.tsx;
        if (message.claims !== undefined) {
          this.#table = new ClaimTable(message.claims);
          this.#tellsClaims = false;
        }
        void this.#life.start(message);
        break;
      case 'withdraw':
        this.#withdraw(message.seqs);
        break;
      case 'abort':
        this.#abort(message.seq, message.reason);
        break;
      case 'grant':
        if (this.#running?.seq === message.seq) this.#stream?.grant(message.count);
        break;
      case 'report':
        this.#release();
        this.#outbox.report();
        this.#stream?.report();
        break;
      case 'ping':
        this.#line.post({ type: 'pong' });
        break;
      case 'close':
        this.#line.post({ type: 'pong' });
        void this.#life.close();
        break;
    }
  }

  /** A message arrived that cannot be deserialized. */
  unreadable(error: unknown): void {
    this.#line.post({ type: 'unreadable', reason: partOf(error), after: this.#reader.last });
  }

  /** Sends all outcomes and items: the worker is about to end. */
  flush(): void {
    this.#release();
    this.#stream?.flush();
    if (this.#tellsClaims) this.#line.noteBegun?.(this.#begun);
  }

  /** Begins no other job. The worker goes on for a moment, but the pool has closed the line. */
  halt(): void {
    this.#life.end();
    this.#waiting.clear();
  }

  #accept(jobs: readonly WaitingJob[]): void {
    if (this.#tellsClaims) {
      for (let at = 0; at < jobs.length; at++) this.#table.offer((jobs[at] as WaitingJob).seq);
    }
    this.#waiting.add(jobs);
    if (this.#busy) return;
    this.#busy = true;
    if (this.#ranThisTurn) this.#line.later(this.#beginTurn);
    else this.#beginTurn();
  }

  /** The jobs of the first message in a turn run at once. Those of all later ones run together, in the next turn. */
  readonly #turned = (): void => {
    this.#ranThisTurn = false;
  };

  #withdraw(seqs: readonly number[]): void {
    // A job that was told to be claimed will run, even if it has not begun yet.
    const withdrawn: number[] = [];
    for (let at = 0; at < seqs.length; at++) {
      const seq = seqs[at] as number;
      if (seq > this.#claimedTo && this.#table.takeBack(seq)) append(withdrawn, seq);
    }
    this.#line.post({ type: 'withdrawn', seqs: withdrawn });
  }

  #abort(seq: number, reason: AbortReason): void {
    this.#asked = { seq, reason };
    if (this.#running?.seq === seq) this.#running.job.abort(reason);
  }

  readonly #beginTurn = (): void => {
    const now = clock();
    this.#turnBegan = now;
    this.#outbox.flushedAt = now;
    this.#runOn(now);
  };

  /** Runs jobs until none is left, the turn is over, or one does not end at once. */
  #runOn(from: number): void {
    let now = from;
    for (;;) {
      if (now - this.#turnBegan >= this.#line.slice && this.#turnBegan !== now) {
        this.#outbox.flush();
        this.#noteExactly();
        this.#line.later(this.#beginTurn);
        return;
      }
      // A function that may compute for long would let the outcomes before it wait.
      if (this.#outbox.isHeld && this.#mustWait()) {
        this.#isHalted = true;
        this.#noteExactly();
        return;
      }
      const job = this.#next();
      if (job === undefined) break;
      const fn = this.#load(job);
      if (fn === undefined || (typeof fn === 'function' && !this.#begin(job, fn, now))) return;
      now = clock();
      if (now - this.#outbox.flushedAt >= flushEveryMs) this.#outbox.flush();
    }
    this.#busy = false;
    this.#outbox.flush();
    if (this.#ranThisTurn) return;
    this.#ranThisTurn = true;
    this.#line.later(this.#turned);
  }

  /** Returns true if the next job must not begin before the outcomes that are held are sent. */
  #mustWait(): boolean {
    const next = this.#waiting.look();
    return next !== undefined && (this.#mustArrive || !next.fn.isQuick);
  }

  /** Returns the function; undefined while it loads, after which jobs go on; false if it failed to load. */
  #load(job: WaitingJob): Loaded | undefined | false {
    const fail = (error: unknown): false => {
      this.#end(job, true, encodeThrown(error), 0);
      return false;
    };
    try {
      const loading = job.fn.load();
      if (typeof loading === 'function') return loading;
      this.#outbox.flush();
      whenSettled(
        loading,
        (fn) => {
          const now = clock();
          if (this.#begin(job, fn, now)) this.#runOn(now);
        },
        (error: unknown) => {
          fail(error);
          this.#runOn(clock());
        },
      );
      return undefined;
    } catch (error) {
      return fail(error);
    }
  }

  /** Takes the next job that the pool has not taken back, and claims it. */
  #next(): WaitingJob | undefined {
    for (;;) {
      const job = this.#waiting.take();
      if (job === undefined) return undefined;
      if (!this.#table.claim(job.seq) && !this.#isHandedOver(job)) continue;
      this.#announce(job);
      return job;
    }
  }

  /**
   * True for a job with transferred values. The pool claimed it when it sent it, because these values now exist only here. It
   * runs although our own claim failed.
   */
  #isHandedOver({ seq }: WaitingJob): boolean {
    return !this.#tellsClaims && seq === this.#claimedTo;
  }

  /** Sends the outcomes that must not wait for this job, and tells the claim if the pool cannot see it. */
  #announce(job: WaitingJob): void {
    const { seq, fn, tellsBegin } = job;
    if (!this.#tellsClaims) {
      if (seq === this.#claimedTo) this.#table.takeOver(seq);
      if (tellsBegin) this.#outbox.flush(seq);
      else if (!fn.isQuick && !this.#outbox.isEmpty) this.#outbox.flush();
      return;
    }
    if (seq > this.#claimedTo) this.#claimFrom(job);
    this.#begun = seq;
    if (this.#line.noteBegun === undefined || seq <= this.#notedTo) return;
    this.#notedTo = fn.isQuick ? min(seq + notedTogether - 1, this.#claimedTo) : seq;
    this.#line.noteBegun(this.#notedTo);
  }

  /** Notes which jobs were begun, where more were noted: code that one of them has left behind may keep the rest from it. */
  #noteExactly(): void {
    if (this.#notedTo <= this.#begun) return;
    this.#notedTo = this.#begun;
    this.#line.noteBegun?.(this.#begun);
  }

  /** Tells that the job is claimed, together with the quick jobs that follow: a message for each would cost more than it. */
  #claimFrom({ seq, fn, tellsBegin }: WaitingJob): void {
    this.#claimedTo = seq;
    if (fn.isQuick && !tellsBegin) {
      for (let ahead = 0; ahead < claimedTogether; ahead++) {
        const next = this.#waiting.look(ahead);
        if (next === undefined || !next.fn.isQuick || next.tellsBegin) break;
        this.#claimedTo = next.seq;
      }
    }
    this.#outbox.flush(this.#claimedTo);
  }

  /** Calls the function; returns true if the job has ended. */
  #begin(job: WaitingJob, fn: Loaded, began: number): boolean {
    const running = new RunningJob(job.fn.name, job.seq, this.#table);
    this.#running = { seq: job.seq, job: running };
    running.begin();
    if (job.shipped !== undefined) {
      running.bring(job.shipped);
    }
    if (job.fn.reports) running.reporter = this.#reporter(job);
    // The job may have been asked to stop while its module was loaded.
    if (this.#asked?.seq === job.seq) running.abort(this.#asked.reason);
    let result: unknown;
    this.#runsQuick = job.fn.isQuick;
    try {
      const args = job.args as unknown[];
      if (job.fn.chunked) result = running.run(() => runChunk(running, fn, args[0] as unknown[][]));
      else if (job.shipped === undefined) result = apply(fn, running, args);
      else result = running.run(() => apply(fn, running, args));
      this.#runsQuick = false;
      const { bufferSize } = job.fn;
      if (bufferSize !== undefined) {
        const stream = new RunningStream(running, job.seq, bufferSize, this.#line);
        this.#stream = running.stream = stream;
        result = stream.run(result);
      }
      if (isPromiseLike(result)) {
        this.#await(job, result, began);
        return false;
      }
    } catch (error) {
      this.#runsQuick = false;
      this.#finish(job, true, encodeThrown(error), began);
      return true;
    }
    this.#finish(job, false, result, began);
    return true;
  }

  /**
   * The function has ended, and so has its job. Its outcome, and those that follow, wait until what it has printed has
   * arrived. Only quick functions run meanwhile.
   */
  #finish(job: WaitingJob, failed: boolean, value: unknown, began: number): void {
    this.#end(job, failed, value, clock() - began);
    if (!this.#outbox.isHeld) this.#outbox.isHeld = this.#isPrinting();
  }

  /** Returns true if something that was printed has not arrived; calls back once it has. */
  #isPrinting(): boolean {
    return this.#line.afterOutput?.(this.#printed) ?? false;
  }

  /** What was printed when this was asked for has arrived. */
  readonly #printed = (): void => {
    // The jobs that ran meanwhile have printed as well: no other begins before that has arrived.
    this.#mustArrive = this.#isPrinting();
    if (this.#mustArrive) return;
    this.#release();
    if (!this.#isHalted) return;
    this.#isHalted = false;
    this.#runOn(clock());
  };

  /** Sends the outcomes that waited for what was printed. */
  #release(): void {
    this.#outbox.isHeld = false;
    this.#outbox.flush();
  }

  #reporter({ seq, fn }: WaitingJob): Reporter {
    const send = (value: unknown): void => {
      this.#stream?.flush();
      this.#line.post({ type: 'progress', seq, value });
    };
    return new Reporter(fn.name, send, this.#line.copy ?? structuredClone);
  }

  #await(job: WaitingJob, result: PromiseLike<unknown>, began: number): void {
    if (job.fn.isQuick && !this.#outbox.isEmpty) this.#line.later(() => this.#outbox.flush());
    else this.#outbox.flush();
    const settle = (failed: boolean, value: unknown): void => {
      this.#finish(job, failed, value, began);
      this.#runOn(clock());
    };
    whenSettled(
      result,
      (value) => settle(false, value),
      (error: unknown) => settle(true, encodeThrown(error)),
    );
  }

  #end(job: WaitingJob, failed: boolean, value: unknown, ms: number): void {
    this.#running?.job.end();
    this.#running = undefined;
    this.#stream = undefined;
    this.#table.finish(job.seq);
    job.fn.note(ms);
    this.#outbox.add(job.fn.name, job.seq, failed, value, ms);
  }
}
