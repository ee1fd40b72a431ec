/**
 * The server's side of a cluster. It gives each job to a pool of this process, which solves the rest: timeouts, cancellation, functions
 * that compute without a pause. So the server goes on telling the engine that it lives while a function computes.
 *
 * A job may be given to a server although it was begun before. The rules, in this order:
 *
 * | rule | if …                                                             | then                                             |
 * |------|------------------------------------------------------------------|--------------------------------------------------|
 * | R2   | this server runs it: it was silent for too long                  | wait for that run; do not begin a second         |
 * | R1   | the outcome is there: the server died after it had told it       | ring once more; do not run                       |
 * | R4   | another server lives, and runs it                                | put it back, for one lock                        |
 * | R3   | no server runs it, and it may not be run again                   | `WorkerLostError`                                |
 * | R5   | the lock of a run of this server is lost                         | `Run.lockLost()`                                 |
 * | R6   | it was submitted a while ago: its confirmation may have been lost, and it may be over | look first, as R1          |
 */
import { getEventLoop } from '../core/current.ts';
import type { EventLoop } from '../core/event-loop.ts';
import { TimeoutError } from '../errors.ts';
import type { Shipped } from '../executors/crossing/shipped-context.ts';
import { BegunMessages } from './begun-messages.ts';
import type { Delivery, Destination, Found, ServerEnd, ServerEvents, WireData } from './engine.ts';
import type { ServerPool } from './inline-pool.ts';
import { lostWorker } from './lost-worker.ts';
import { Run, type RunSettings, threw, writeOutcome } from './run.ts';
import type { ServedTable } from './served-table.ts';
import { Table } from './table.ts';
import { after, limitMs, pause, timeOf, within } from './timing.ts';
import { checkData, type Outcome, Refused, version, type Wire } from './wire.ts';

/** A request to stop may come before the job. It is kept for so long. */
const keepStopsMs = 60_000;
/** Anyone may have written them. */
const mostStops = 10_000;
/** A job that no server knows is put back, until it is so old: a new program may have submitted it, and new servers be about to start. */
const mayBeUnknownMs = 30_000;
const putBackMs = 1000;
/** A job that is older may be one that was added twice. */
const lookFirstMs = 3000;
const firstPauseMs = 100;
const longestPauseMs = 5000;

/** What a server is doing, at one moment. */
export interface ServerStatistics {
  /** The name of this server: host, pid and time of its start. */
  readonly name: string;
  /** How many jobs it runs at once, at most. */
  readonly concurrency: number;
  /** The jobs that it runs. */
  readonly running: number;
  /** The jobs that are over, since it started. */
  readonly done: number;
  /** How far the clock of this machine is ahead of the engine's server, in ms. */
  readonly clockSkew: number;
}

export class ClusterServer {
  readonly #end: ServerEnd;
  readonly #wire: Wire;
  readonly #table: ServedTable;
  readonly #pool: ServerPool;
  readonly #settings: RunSettings;
  readonly #concurrency: number;
  readonly #loop: EventLoop = getEventLoop();
  readonly #runs = new Table<Run>();
  readonly #begunMessages = new BegunMessages(this.#loop, this.#runs);
  /** The number of deliveries that are not over, those without a run among them. */
  #open = 0;
  #whenNoneOpen: (() => void) | undefined;
  readonly #stops = new Map<string, { readonly reason: string; readonly at: number }>();
  #done = 0;
  #isClosed = false;
  #closing: Promise<void> | undefined;

  constructor(
    end: ServerEnd,
    wire: Wire,
    table: ServedTable,
    pool: ServerPool,
    concurrency: number,
  ) {
    this.#end = end;
    this.#wire = wire;
    this.#table = table;
    this.#pool = pool;
    this.#concurrency = concurrency;
    this.#settings = {
      loop: this.#loop,
      pool,
      end,
      wire,
      tell: (...given) => this.#tell(...given),
      over: (id) => this.#runs.delete(id),
    };
    // The engine resolves promises: a virtual loop gives them their turn before its time moves on.
    this.#loop._meetsPromises = true;
  }

  async start(): Promise<void> {
    try {
      await this.#end.consume(this.#events, this.#concurrency);
    } catch (error) {
      // It may have been given jobs already.
      this.#isClosed = true;
      void this.#pool.shutdown({ cancelRunning: true });
      throw error;
    }
  }

  readonly #events: ServerEvents = {
    run: (delivery) => this.#take(delivery),
    stop: (id, reason) => this.#stop(id, reason),
    lost: (id) => this.#runs.get(id)?.lockLost(this.#end.lock),
    running: () => this.#runs.names(),
    failed: (exception) => {
      const message = `The server ${this.#end.owner} of a cluster has met an error of its engine`;
      this.#loop._report({ message, exception });
    },
  };

  statistics(): ServerStatistics {
    const { owner, clockSkew } = this.#end;
    return Object.freeze({
      name: owner,
      concurrency: this.#concurrency,
      running: this.#runs.size,
      done: this.#done,
      clockSkew,
    });
  }

  /** Most jobs are run at once, so that nothing of what is below is kept while they run. */
  #take(delivery: Delivery): Promise<void> {
    this.#open++;
    const { job } = delivery;
    // The engine had it on the way when this server began to close.
    if (this.#closing !== undefined) return this.#follow(delivery.putBack(0));
    const under = this.#runs.get(job.id);
    if (under !== undefined) {
      under.adopt();
      return this.#follow(under.done);
    }
    let data: WireData;
    try {
      data = checkData(job.data);
      if (data.v > version) throw new Refused(`its format ${data.v} is newer than this server`);
      this.#wire.checkData(job.id, job.name, data);
    } catch (error) {
      return this.#follow(this.#refuse(delivery, error as Refused));
    }
    const now = this.#end.time();
    const mayBeOver = this.#mayBeOver(delivery, data, now);
    if (mayBeOver || data.deadline !== undefined || this.#stops.has(job.id)) {
      return this.#follow(this.#runUnlessDecided(delivery, data, now, mayBeOver));
    }
    return this.#follow(this.#run(delivery, data, mayBeOver));
  }

  /** Waits until the job is over here. */
  async #follow(running: Promise<unknown> | undefined): Promise<void> {
    try {
      await running;
      this.#done++;
    } catch (error) {
      this.#events.failed(error);
    } finally {
      if (--this.#open === 0) this.#whenNoneOpen?.();
    }
  }

  async #runUnlessDecided(
    delivery: Delivery,
    data: WireData,
    now: number,
    mayBeOver: boolean,
  ): Promise<void> {
    if (!(await this.#isDecided(delivery, data, now, mayBeOver))) {
      await this.#run(delivery, data, mayBeOver);
    }
  }

  #run(delivery: Delivery, data: WireData, mayBeOver: boolean): Promise<unknown> {
    const { id, name } = delivery.job;
    const fn = this.#table.find(name);
    if (fn === undefined) return this.#unknown(delivery, data);
    let args: readonly unknown[];
    let context: Shipped;
    try {
      args = this.#readList('its arguments', data.args);
      context = data.context === undefined ? [] : this.#readList('its context', data.context);
    } catch (error) {
      return this.#refuse(delivery, error as Refused);
    }
    // Of an idempotent job that is over it must be known, or it would be run again.
    const to = destinationOf(data, mayBeOver || (data.retries ?? 0) > 0);
    const call = { fn, args, context };
    let run: Run;
    try {
      run = new Run(this.#settings, delivery, data, to, call, timeOf(this.#loop));
    } catch (error) {
      return this.#finish(delivery, data, threw(error));
    }
    this.#runs.set(id, run);
    this.#begunMessages.begun();
    // It may have come while the rules were applied.
    const stop = this.#takeStop(id);
    if (stop !== undefined) this.#stop(id, stop);
    return run.done;
  }

  /** @throws Refused */
  #readList(what: string, text: string): readonly unknown[] {
    const list = this.#wire.read(what, text);
    if (Array.isArray(list)) return list as readonly unknown[];
    throw new Refused(`${what} are no list`);
  }

  /** True for a job that may have been run before, or that others wait for. */
  #mayBeOver({ timesLost }: Delivery, data: WireData, now: number): boolean {
    if (timesLost > 0 || data.named === true || data.again === true) return true;
    return now - data.submittedAt > lookFirstMs;
  }

  /** Applies the rules R1 to R6. Returns true if the job is not to be run. */
  async #isDecided(
    delivery: Delivery,
    data: WireData,
    now: number,
    mayBeOver: boolean,
  ): Promise<boolean> {
    const { id } = delivery.job;
    const { timesLost } = delivery;
    if (mayBeOver && (await this.#isOver(id, data))) return true;
    const stop = this.#takeStop(id);
    if (stop !== undefined) {
      const { timeout, text } = readReason(stop);
      await this.#finish(
        delivery,
        data,
        timeout ? threw(new TimeoutError(text)) : { kind: 'cancelled', reason: text },
      );
      return true;
    }
    if (data.deadline !== undefined && now > data.deadline && timesLost === 0) {
      const text = `\`${data.label ?? delivery.job.name}\` expected to begin within ${data.queueTimeout} ms, but no worker was free for it. Give it a longer \`queueTimeout\`, or the executor more workers.`;
      await this.#finish(delivery, data, threw(new TimeoutError(text)));
      return true;
    }
    return timesLost > (data.retries ?? 0) && (await this.#isLost(delivery, data));
  }

  async #isLost(delivery: Delivery, data: WireData): Promise<boolean> {
    const { job, timesLost } = delivery;
    if (await this.#end.isRunElsewhere(job.id).catch(() => false)) {
      await delivery.putBack(this.#end.lock);
      return true;
    }
    // Its former server may have told the outcome meanwhile.
    if (await this.#isOver(job.id, data)) return true;
    const owner = await within(this.#loop, limitMs, delivery.formerOwner()).catch(() => undefined);
    const name = data.label ?? job.name;
    const error = lostWorker(name, owner, 'nothing was heard of it any more', timesLost);
    await this.#finish(delivery, data, threw(error));
    return true;
  }

  async #isOver(id: string, data: WireData): Promise<boolean> {
    // A command whose connection ends may never settle.
    const found = await this.#untilDone<Found>(() =>
      within(this.#loop, limitMs, this.#end.look(id)),
    );
    if (typeof found !== 'object') return false;
    await this.#tell(id, found.outcome, destinationOf(data, true));
    return true;
  }

  async #unknown(delivery: Delivery, data: WireData): Promise<void> {
    const { name } = delivery.job;
    // Anyone may have written a time to come.
    if (Math.abs(this.#end.time() - data.submittedAt) < mayBeUnknownMs) {
      await delivery.putBack(putBackMs);
      return;
    }
    const text = `The servers of the queue expected to know the function \`${name}\`, but they serve ${this.#table.names}. Give its module to \`serveCluster()\`, or to \`skein worker\`.`;
    await this.#finish(delivery, data, threw(new TypeError(text)));
  }

  /** Something other than an executor of ours has written the job, or one of a newer version. */
  async #refuse(delivery: Delivery, error: Refused): Promise<void> {
    const { id, name, data } = delivery.job;
    const given = Object(data) as Partial<WireData>;
    const { submittedAt, v } = given;
    const isNewer = typeof v === 'number' && v > version;
    if (
      isNewer &&
      typeof submittedAt === 'number' &&
      Math.abs(this.#end.time() - submittedAt) < mayBeUnknownMs
    ) {
      await delivery.putBack(putBackMs);
      return;
    }
    const { replyTo, keep } = given;
    const safe = {
      replyTo: typeof replyTo === 'string' ? replyTo : '',
      keep: typeof keep === 'number' && keep > 0 && keep < longestKeepMs ? keep : refusedKeepMs,
      mayBeAsked: true,
    };
    const text = `The server expected a job of an executor, but refused \`${name}\`: ${error.message}.`;
    const outcome = writeOutcome(this.#wire, id, name, threw(new TypeError(text)));
    await this.#tell(id, outcome, safe);
  }

  #finish(delivery: Delivery, data: WireData, outcome: Outcome): Promise<unknown> {
    const { id, name } = delivery.job;
    const text = writeOutcome(this.#wire, id, name, outcome);
    return this.#tell(id, text, destinationOf(data, true));
  }

  /** An outcome that is not written down is lost. */
  #tell(id: string, outcome: string, to: Destination): Promise<unknown> {
    return this.#untilDone(() => this.#end.finish(id, outcome, to));
  }

  async #untilDone<T>(action: () => Promise<T>): Promise<T> {
    for (let ms = firstPauseMs; ; ms = Math.min(ms * 2, longestPauseMs)) {
      try {
        return await action();
      } catch (error) {
        if (this.#isClosed) throw error;
        await pause(this.#loop, ms);
      }
    }
  }

  #stop(id: string, reason: string): void {
    const run = this.#runs.get(id);
    if (run !== undefined) {
      const { timeout, text } = readReason(reason);
      run.stop(text, timeout);
      return;
    }
    const now = performance.now();
    for (const [other, { at }] of this.#stops) {
      if (now - at < keepStopsMs && this.#stops.size < mostStops) break;
      this.#stops.delete(other);
    }
    this.#stops.set(id, { reason, at: now });
  }

  #takeStop(id: string): string | undefined {
    if (this.#stops.size === 0) return undefined;
    const stop = this.#stops.get(id);
    this.#stops.delete(id);
    return stop?.reason;
  }

  /** Takes no more jobs, waits for those that run, and ends them after `grace` ms. */
  close(grace: number): Promise<void> {
    this.#closing ??= this.#close();
    // A second call may have less patience.
    if (grace < Number.POSITIVE_INFINITY && !this.#isClosed) {
      const timer = after(this.#loop, grace, () => {
        for (const run of this.#runs.values()) run.close();
      });
      void this.#closing.finally(() => timer.cancel()).catch(() => {});
    }
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#end.pause();
    while (this.#open > 0) {
      await new Promise<void>((resolve) => {
        this.#whenNoneOpen = resolve;
      });
    }
    this.#isClosed = true;
    await this.#pool.shutdown({ cancelRunning: true });
    await this.#end.close();
  }
}

/** The outcome of a job that was refused is kept for so long. */
const refusedKeepMs = 60_000;
const longestKeepMs = 7 * 24 * 60 * 60 * 1000;

function destinationOf({ replyTo, keep }: WireData, mayBeAsked: boolean): Destination {
  return { replyTo, keep, mayBeAsked };
}

/** Reads what `Cluster` wrote with `stop()`. Anyone may have written it. */
function readReason(text: string): { readonly timeout: boolean; readonly text: string } {
  try {
    const read = Object(JSON.parse(text)) as { timeout?: unknown; text?: unknown };
    return { timeout: read.timeout === true, text: typeof read.text === 'string' ? read.text : '' };
  } catch {
    return { timeout: false, text: '' };
  }
}
