/**
 * One run of a job in a server.
 *
 * ```text
 *   running ──────────▶ ended ──────────▶ told
 *      │                  │  the outcome is written; tried again until it is
 *      │                  └──▶ put back: `retry` has attempts left, or the server closes and the job may run elsewhere
 *      └──▶ dropped: the server was silent for too long, so another one runs the job. Nothing is told
 * ```
 *
 * The future of the job in the pool may be done before the job is over there: when it was asked to stop, or its `timeout` has
 * passed. Of a timeout the executor is told at once. Of a cancellation it is told when no thread runs the job any more, as
 * `running()` promises.
 */
import { delayAfter } from '../combinators/retry-options.ts';
import type { EventLoop } from '../core/event-loop.ts';
import { checkedTraceparent, withTraceparent } from '../core/traceparent.ts';
import { TimeoutError } from '../errors.ts';
import { reasonAgainst } from '../executors/crossing/cloneable.ts';
import { encodeThrown } from '../executors/crossing/error-codec.ts';
import type { AnyFunction } from '../executors/crossing/portable-function.ts';
import { jobIdName, type Shipped } from '../executors/crossing/shipped-context.ts';
import type { JobFollower, JobOptions } from '../executors/crossing/submit-options.ts';
import type { PassedJob } from '../executors/pool/job/passed-job.ts';
import type { Delivery, Destination, ServerEnd, WireData } from './engine.ts';
import type { ServerPool } from './inline-pool.ts';
import { lostWorker } from './lost-worker.ts';
import { after, limitMs, pause, type Timer, within } from './timing.ts';
import type { Outcome, Wire } from './wire.ts';

/** How often a job is put back, if the engine does not confirm it. */
const mostTries = 5;
const againMs = 200;
/** How the run is to end, if not by itself. */
type Ending =
  | { readonly kind: 'stop'; readonly reason: string }
  /** Another server runs the job. */
  | { readonly kind: 'drop' }
  | { readonly kind: 'close' };

export interface RunSettings {
  readonly loop: EventLoop;
  readonly pool: ServerPool;
  readonly end: ServerEnd;
  readonly wire: Wire;
  /** Writes the outcome, however long that takes. */
  readonly tell: (id: string, outcome: string, to: Destination) => Promise<unknown>;
  /** Called when the run is done. */
  readonly over: (id: string) => void;
}

interface Call {
  readonly fn: AnyFunction;
  readonly args: readonly unknown[];
  readonly context: Shipped;
}

export class Run implements JobFollower {
  readonly #settings: RunSettings;
  readonly #delivery: Delivery;
  readonly #data: WireData;
  readonly #job: PassedJob;
  readonly #to: Destination;
  readonly begunAt: number;
  #isBegunTold = false;
  #dropTimer: Timer | undefined;
  #ending: Ending | undefined;
  /** No worker of the pool has the job. */
  #isOver = false;
  #goOn: (() => void) | undefined;
  /** Resolves once the run has told its outcome, or has none to tell. */
  readonly done: Promise<void>;

  /**
   * @param now - By the loop's clock.
   * @throws what the pool throws if it takes no jobs.
   */
  constructor(
    settings: RunSettings,
    delivery: Delivery,
    data: WireData,
    to: Destination,
    { fn, args, context }: Call,
    now: number,
  ) {
    this.#settings = settings;
    this.#delivery = delivery;
    this.#data = data;
    this.#to = to;
    this.begunAt = now;
    this.#job = settings.pool._pass(fn, args, this.#options(context));
    this.done = this.#follow();
  }

  get wantsBegunTold(): boolean {
    return !this.#isBegunTold && !this.#job.isDone;
  }

  tellBegun(): void {
    this.#isBegunTold = true;
    const { end } = this.#settings;
    const { id } = this.#delivery.job;
    end.tell(this.#data.replyTo, { kind: 'begun', id, by: end.owner });
  }

  jobSettled(): void {
    this.#goOn?.();
  }

  jobOver(): void {
    this.#isOver = true;
    this.#goOn?.();
  }

  /** Resolves once the future of the job is done, or no worker of the pool has the job. */
  #changed(): Promise<void> {
    return new Promise((resolve) => {
      this.#goOn = resolve;
    });
  }

  #options(context: Shipped): JobOptions {
    const { timeout, grace, label, retries = 0, reports, chunked } = this.#data;
    const shipped = [jobIdName, publicIdOf(this.#delivery.job.id), ...this.#shipped(context)];
    const options: JobOptions = { passed: { shipped, follower: this } };
    if (timeout !== undefined) options.timeout = timeout;
    if (grace !== undefined) options.grace = grace;
    if (label !== undefined) options.name = label;
    if (chunked !== undefined) options.chunked = chunked;
    if (reports !== undefined) options.onProgress = (value: never) => this.#report(value);
    // A thread of the pool may be lost as well.
    const left = Math.max(retries - this.#delivery.timesLost, 0);
    if (left > 0) Object.assign(options, { idempotent: true, retries: left });
    return options;
  }

  /** The `traceparent` comes in the headers. One among the ContextVars is forged. */
  #shipped(context: Shipped): Shipped {
    const { headers } = this.#data;
    if (context.length === 0 && headers === undefined) return context;
    const given = headers !== undefined && Object.hasOwn(headers, 'traceparent');
    return withTraceparent(context, checkedTraceparent(given ? headers['traceparent'] : undefined));
  }

  #report(value: unknown): void {
    const { end, wire } = this.#settings;
    const { id } = this.#delivery.job;
    end.tell(this.#data.replyTo, { kind: 'progress', id, value: wire.writeReport(value) });
  }

  /** The program has cancelled the job, or its time is over. */
  stop(reason: string, isTimeout: boolean): void {
    const { future } = this.#job;
    if (future.done()) return;
    this.#ending = { kind: 'stop', reason };
    if (isTimeout) future.setException(new TimeoutError(reason));
    else future.cancel(reason === '' ? undefined : reason);
  }

  /**
   * The server was silent for too long, so the job will be given to a server again. If that is this one, it calls `adopt()`. If not,
   * an idempotent job runs twice, and this run ends. An ordinary job runs nowhere else.
   */
  lockLost(waitMs: number): void {
    if ((this.#data.retries ?? 0) === 0) return;
    this.#dropTimer ??= after(this.#settings.loop, waitMs, () => this.#abort({ kind: 'drop' }));
  }

  /** The job was given to this server once more: this run counts. */
  adopt(): void {
    this.#dropTimer?.cancel();
    this.#dropTimer = undefined;
  }

  /** The server closes, and waits no longer. */
  close(): void {
    this.#abort({ kind: 'close' });
  }

  #abort(ending: Ending): void {
    const { future } = this.#job;
    if (future.done()) return;
    this.#ending = ending;
    future.cancel('its server closes');
  }

  async #follow(): Promise<void> {
    try {
      while (!this.#job.isDone) await this.#changed();
      const isCancelled = this.#job.future.cancelled();
      while (isCancelled && !this.#isOver) await this.#changed();
      this.#dropTimer?.cancel();
      const ending = isCancelled ? this.#ending : undefined;
      if (ending?.kind === 'drop') return;
      const isOrdinary = (this.#data.retries ?? 0) === 0;
      if (ending?.kind === 'close' && !isOrdinary && (await this.#putBack(0))) return;
      if (this.#mayTryAgain && (await this.#tryAgain())) return;
      await this.#tell(this.#outcome(ending));
      while (!this.#isOver) await this.#changed();
    } catch (error) {
      await this.#tell(threw(error));
    } finally {
      this.#settings.over(this.#delivery.job.id);
    }
  }

  /** True if the function has thrown, and is to be called again. */
  get #mayTryAgain(): boolean {
    const { retry, failures = 0 } = this.#data;
    return retry !== undefined && this.#job.thrown !== undefined && failures + 1 < retry.attempts;
  }

  async #tryAgain(): Promise<boolean> {
    const { retry, failures = 0 } = this.#data;
    if (retry === undefined) return false;
    // Read, so that it counts as retrieved.
    this.#job.future.exception();
    return this.#putBack(delayAfter(failures + 1, retry), failures + 1);
  }

  /** Returns false if the queue did not take it, several times: it may be busy, or away for a moment. */
  async #putBack(ms: number, failures?: number): Promise<boolean> {
    const { loop } = this.#settings;
    let wasTaken = false;
    for (let tries = 0; tries < mostTries && !wasTaken; tries++) {
      const taking = this.#delivery.putBack(ms, failures).then(() => {
        wasTaken = true;
      });
      await within(loop, limitMs, taking).catch(() => pause(loop, againMs));
    }
    return wasTaken;
  }

  #outcome(ending: Ending | undefined): Outcome {
    const { future, thrown } = this.#job;
    if (ending?.kind === 'close') {
      const { name, owner } = { name: this.#job.name, owner: this.#settings.end.owner };
      return threw(
        lostWorker(name, owner, 'its server was shut down', this.#delivery.timesLost + 1),
      );
    }
    if (future.cancelled())
      return { kind: 'cancelled', reason: ending?.kind === 'stop' ? ending.reason : '' };
    // Read in any case, so that it counts as retrieved. The function may have thrown `undefined`.
    const exception = future.exception();
    if (thrown !== undefined) return { kind: 'threw', thrown };
    return exception === undefined
      ? { kind: 'returned', value: future.result() }
      : threw(exception);
  }

  #tell(outcome: Outcome): Promise<unknown> {
    const { wire, tell } = this.#settings;
    const { id } = this.#delivery.job;
    const text = writeOutcome(wire, id, this.#job.name, outcome);
    // The request to stop is deleted with the outcome that is kept.
    const isAsked = this.#ending !== undefined;
    return tell(id, text, isAsked ? { ...this.#to, mayBeAsked: true } : this.#to);
  }
}

/** Writes an outcome; that of a result that cannot be written is the error that says so. */
export function writeOutcome(wire: Wire, id: string, name: string, outcome: Outcome): string {
  try {
    return wire.writeOutcome(id, `the result of \`${name}\``, outcome);
  } catch (cause) {
    const value = outcome.kind === 'returned' ? outcome.value : undefined;
    const error =
      cause instanceof RangeError
        ? cause
        : new TypeError(
            `The worker expected \`${name}\` to return something that can be copied, but ${reasonAgainst(value, 'result', cause)}. Return plain data.`,
          );
    return wire.writeOutcome(id, '', threw(error));
  }
}

export function threw(error: unknown): Outcome {
  return { kind: 'threw', thrown: encodeThrown(error) };
}

/** The id that the program knows: see `keyOf()`. Anyone may have written the key. */
function publicIdOf(key: string): string {
  const id = key.slice(2);
  if (!key.startsWith('n-')) return id;
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}
