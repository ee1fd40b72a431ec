/**
 * The worker's side of the protocol: runs one job after the other, and answers each. Knows nothing of threads.
 *
 * A job is claimed right before it runs. Outcomes are sent together, after `flushEvery` at the latest; before that, a
 * function that is not known to be quick has none wait for it, nor has one that does not end at once. The event loop of
 * the worker turns after every `slice`, so that timers and messages get their share.
 */
import { BatchReader, type WaitingJob } from './batch-reader.ts';
import { runChunk } from './chunk.ts';
import { ClaimTable, capacity } from './claim-table.ts';
import { encodeThrown } from './error-codec.ts';
import { textOf } from './errors.ts';
import { type Loaded, loadFunction } from './load-function.ts';
import { Outbox } from './outbox.ts';
import { type AbortReason, type Call, type FromWorker, isList, type ToWorker } from './protocol.ts';
import { Reporter } from './reporter.ts';
import { RunningJob } from './running-job.ts';
import { RunningStream } from './running-stream.ts';
import { contextOf } from './shipped-context.ts';
import type { Transferable } from './transfer.ts';

export interface Wire {
  /** @throws what the host throws for a value that cannot be copied or moved. */
  post(message: FromWorker, transfer?: readonly Transferable[]): void;
  /** Ends the worker. */
  close(): void;
  /** Calls back after the event loop has turned. */
  later(fn: () => void): void;
  /** Copies a value as `post()` does, where that is not what `structuredClone()` does. */
  copy?(value: unknown): unknown;
  /** Tells which job was last asked to stop, where that can be seen before the message arrives. */
  lookForAbort?(): number;
  /** Notes that the jobs up to this number may be begun, where claims are told by message: that may not get out in time. */
  noteBegun?(seq: number): void;
  /** How long jobs may run before the event loop turns, in ms. */
  readonly slice: number;
}

/** In ms. */
const flushEvery = 0.2;
/** How often a worker says that it is about to end, in ms. */
const sayEvery = 200;
/** Where claims are told and not seen, a worker claims so many jobs at a time, if all are of quick functions. */
const claimedTogether = 64;
/** So many of them are noted as begun at a time: to note it costs more than many a job. */
const notedTogether = 8;

export class WorkerRuntime {
  readonly #wire: Wire;
  readonly #reader = new BatchReader();
  readonly #outbox: Outbox;
  readonly #waiting: WaitingJob[] = [];
  /** How many of `#waiting` are over. */
  #at = 0;
  #table: ClaimTable;
  #tellsClaims = true;
  /** All jobs up to this number were told to be claimed. */
  #claimedTo = -1;
  /** All jobs up to this number were noted as begun. */
  #notedTo = -1;
  /** The last job that was begun. */
  #begun = -1;
  #teardown: Call | undefined;
  #running: { readonly seq: number; readonly job: RunningJob } | undefined;
  /** What the running job sends item by item. */
  #stream: RunningStream | undefined;
  /** Which job was last asked to stop. */
  #asked: { readonly seq: number; readonly reason: AbortReason } | undefined;
  /** Whether a job runs or the next is about to. */
  #busy = false;
  #turnBegan = 0;
  /** Says that the worker is about to end, until it has. */
  #saying: ReturnType<typeof setInterval> | undefined;
  /** Whether messages were answered since the event loop turned. */
  #answered = false;

  constructor(wire: Wire) {
    this.#wire = wire;
    this.#table = new ClaimTable(undefined, wire.lookForAbort);
    this.#outbox = new Outbox((message, transfer) => wire.post(message, transfer));
  }

  receive(message: ToWorker): void {
    if (isList(message)) {
      this.#claimedTo = Math.max(this.#claimedTo, message[1]);
      this.#accept(this.#reader.read(message));
      return;
    }
    switch (message.type) {
      case 'start':
        this.#reader.tsx = message.tsx;
        this.#teardown = message.teardown;
        if (message.claims !== undefined) {
          this.#table = new ClaimTable(message.claims);
          this.#tellsClaims = false;
        }
        void this.#start(message.initializer);
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
        this.#outbox.flush();
        this.#outbox.report();
        this.#stream?.report();
        break;
      case 'close':
        void this.#close();
        break;
    }
  }

  /** A message came that cannot be put together. */
  unreadable(error: unknown): void {
    this.#wire.post({ type: 'unreadable', reason: textOf(error), after: this.#reader.last });
  }

  /** Sends what is there: the worker is about to end. */
  flush(): void {
    this.#outbox.flush();
    this.#stream?.flush();
    if (this.#tellsClaims) this.#wire.noteBegun?.(this.#begun);
  }

  /** Begins no other job: the worker goes on for a moment, but nobody hears of it any more. */
  halt(): void {
    clearInterval(this.#saying);
    this.#waiting.length = 0;
    this.#at = 0;
  }

  async #start(initializer: Call | undefined): Promise<void> {
    try {
      if (initializer !== undefined) await this.#call(initializer);
    } catch (error) {
      this.#wire.post({ type: 'broken', failure: encodeThrown(error) });
      return;
    }
    this.#wire.post({ type: 'ready' });
  }

  async #close(): Promise<void> {
    try {
      if (this.#teardown !== undefined) await this.#call(this.#teardown);
    } catch (error) {
      this.#wire.post({ type: 'untidy', failure: encodeThrown(error) });
    }
    const say = (): void => this.#wire.post({ type: 'closing' });
    say();
    this.#saying = setInterval(say, sayEvery);
    this.#wire.close();
  }

  async #call({ code, args }: Call): Promise<unknown> {
    const fn = await loadFunction(code, this.#reader.tsx);
    return fn(...args);
  }

  #accept(jobs: readonly WaitingJob[]): void {
    for (const job of jobs) {
      if (this.#tellsClaims) this.#table.offer(job.seq);
      this.#waiting.push(job);
    }
    if (this.#busy) return;
    this.#busy = true;
    if (this.#answered) this.#wire.later(this.#beginTurn);
    else this.#beginTurn();
  }

  /** Messages that come together are answered together, but for the first, which is answered at once. */
  readonly #hadTurn = (): void => {
    this.#answered = false;
  };

  #withdraw(seqs: readonly number[]): void {
    // What was told to be claimed runs, even if it has not begun yet.
    const withdrawn = seqs.filter((seq) => seq > this.#claimedTo && this.#table.takeBack(seq));
    this.#wire.post({ type: 'withdrawn', seqs: withdrawn });
  }

  #abort(seq: number, reason: AbortReason): void {
    this.#asked = { seq, reason };
    if (this.#running?.seq === seq) this.#running.job.abort(reason);
  }

  readonly #beginTurn = (): void => {
    const now = performance.now();
    this.#turnBegan = now;
    this.#outbox.flushedAt = now;
    this.#runOn(now);
  };

  /** Runs jobs until none is left, the turn is over, or one does not end at once. */
  #runOn(from: number): void {
    let now = from;
    for (;;) {
      if (now - this.#turnBegan >= this.#wire.slice && this.#turnBegan !== now) {
        this.#outbox.flush();
        this.#wire.later(this.#beginTurn);
        return;
      }
      const job = this.#next();
      if (job === undefined) break;
      const fn = this.#load(job);
      if (fn === undefined || (typeof fn === 'function' && !this.#begin(job, fn, now))) return;
      now = performance.now();
      if (now - this.#outbox.flushedAt >= flushEvery) this.#outbox.flush();
    }
    this.#busy = false;
    this.#outbox.flush();
    if (this.#answered) return;
    this.#answered = true;
    this.#wire.later(this.#hadTurn);
  }

  /** Answers the function, undefined when the jobs go on once it is loaded, or false when it cannot be had. */
  #load(job: WaitingJob): Loaded | undefined | false {
    const fail = (error: unknown): false => {
      this.#end(job, true, encodeThrown(error), performance.now());
      return false;
    };
    try {
      const loading = job.fn.load();
      if (typeof loading === 'function') return loading;
      this.#outbox.flush();
      loading.then(
        (fn) => {
          const now = performance.now();
          if (this.#begin(job, fn, now)) this.#runOn(now);
        },
        (error: unknown) => {
          fail(error);
          this.#runOn(performance.now());
        },
      );
      return undefined;
    } catch (error) {
      return fail(error);
    }
  }

  /** Takes the next job that the pool has not taken back, and claims it. */
  #next(): WaitingJob | undefined {
    if (this.#at >= capacity) {
      this.#waiting.splice(0, this.#at);
      this.#at = 0;
    }
    while (this.#at < this.#waiting.length) {
      const job = this.#waiting[this.#at++] as WaitingJob;
      if (!this.#table.claim(job.seq) && !this.#isHandedOver(job)) continue;
      this.#announce(job);
      return job;
    }
    this.#waiting.length = 0;
    this.#at = 0;
    return undefined;
  }

  /** The pool has claimed it for this worker, where it could have claimed it itself: what it moved there is nowhere else. */
  #isHandedOver({ seq }: WaitingJob): boolean {
    return !this.#tellsClaims && seq === this.#claimedTo;
  }

  /** Sends what must not wait for this job, and that it is claimed, where that is to be told. */
  #announce(job: WaitingJob): void {
    const { seq, fn, tellsBegin } = job;
    if (!this.#tellsClaims) {
      if (tellsBegin) this.#outbox.flush(seq);
      else if (!fn.isQuick && !this.#outbox.isEmpty) this.#outbox.flush();
      return;
    }
    if (seq > this.#claimedTo) this.#claimFrom(job);
    this.#begun = seq;
    if (this.#wire.noteBegun === undefined || seq <= this.#notedTo) return;
    this.#notedTo = fn.isQuick ? Math.min(seq + notedTogether - 1, this.#claimedTo) : seq;
    this.#wire.noteBegun(this.#notedTo);
  }

  /** Claims the job, and those that follow if it takes longer to tell of them than to run them. */
  #claimFrom({ seq, fn, tellsBegin }: WaitingJob): void {
    this.#claimedTo = seq;
    if (fn.isQuick && !tellsBegin) {
      const end = Math.min(this.#at + claimedTogether, this.#waiting.length);
      for (let at = this.#at; at < end; at++) {
        const next = this.#waiting[at] as WaitingJob;
        if (!next.fn.isQuick || next.tellsBegin) break;
        this.#claimedTo = next.seq;
      }
    }
    this.#outbox.flush(this.#claimedTo);
  }

  /** Calls the function; answers whether it has ended. */
  #begin(job: WaitingJob, fn: Loaded, began: number): boolean {
    const running = new RunningJob(job.fn.name, job.seq, this.#table);
    this.#running = { seq: job.seq, job: running };
    running.begin();
    if (job.shipped !== undefined) running.context = contextOf(job.shipped);
    if (job.fn.reports) running.reporter = this.#reporter(job);
    // It may have been asked to stop while its module was loaded.
    if (this.#asked?.seq === job.seq) running.abort(this.#asked.reason);
    let result: unknown;
    try {
      const args = job.args as unknown[];
      if (job.fn.chunked) result = running.run(() => runChunk(running, fn, args[0] as unknown[][]));
      else if (job.shipped === undefined) result = fn.apply(running, args);
      else result = running.run(() => fn.apply(running, args));
      if (job.fn.bufferSize !== undefined) {
        result = this.#beginStream(job.seq, running, job.fn.bufferSize, result);
      }
      if (isThenable(result)) {
        this.#await(job, result, began);
        return false;
      }
    } catch (error) {
      this.#end(job, true, encodeThrown(error), began);
      return true;
    }
    this.#end(job, false, result, began);
    return true;
  }

  #beginStream(
    seq: number,
    running: RunningJob,
    bufferSize: number,
    answer: unknown,
  ): Promise<unknown> {
    const stream = new RunningStream(running, seq, bufferSize, this.#wire);
    this.#stream = stream;
    running.stream = stream;
    return stream.run(answer);
  }

  #reporter({ seq, fn }: WaitingJob): Reporter {
    const send = (value: unknown): void => {
      this.#stream?.flush();
      this.#wire.post({ type: 'progress', seq, value });
    };
    return new Reporter(fn.name, send, this.#wire.copy ?? copyOf);
  }

  #await(job: WaitingJob, result: PromiseLike<unknown>, began: number): void {
    if (job.fn.isQuick && !this.#outbox.isEmpty) this.#wire.later(() => this.#outbox.flush());
    else this.#outbox.flush();
    const settle = (failed: boolean, value: unknown): void => {
      this.#end(job, failed, value, began);
      this.#runOn(performance.now());
    };
    Promise.resolve(result).then(
      (value) => settle(false, value),
      (error: unknown) => settle(true, encodeThrown(error)),
    );
  }

  #end(job: WaitingJob, failed: boolean, value: unknown, began: number): void {
    const ms = performance.now() - began;
    this.#running?.job.end();
    this.#running = undefined;
    this.#stream = undefined;
    this.#table.finish(job.seq);
    job.fn.note(ms);
    this.#outbox.add(job.fn.name, job.seq, failed, value, ms);
  }
}

/** The host's own, which browsers call on nothing but the global object. */
function copyOf(value: unknown): unknown {
  return structuredClone(value);
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
    typeof (value as { then?: unknown }).then === 'function'
  );
}
