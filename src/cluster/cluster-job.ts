/**
 * A job of a cluster, as the executor sees it.
 *
 * ```text
 *              sent                      begun                    outcome
 *   adding ────────────▶ queued ────────────────────▶ running ────────────▶ over
 *     │ │ ▲                │                            │
 *     │ └─┘ looked first,  │ removed                    │ asked to stop: it is over with its outcome
 *     │     added again    ├───────────────────────────▶│
 *     └────────────────────┴────────────────────────────┴────────────────▶ over
 *       cancelled in the turn of its submission           neither job nor outcome, twice: JobLostError
 * ```
 *
 * | transition           | made by                                                                                   |
 * |----------------------|-------------------------------------------------------------------------------------------|
 * | adding → queued      | `Adding`, once the engine has confirmed the job                                           |
 * | adding → adding      | `Adding`: no confirmation came. It looks first, and adds only what the engine does not know |
 * | queued → running     | a server says that it has begun                                                           |
 * | queued → over        | `Stopping`: the engine has removed the job, so it never begins                            |
 * | running → over       | a server has written the outcome, also of a job that was asked to stop                    |
 * | any → over           | `Sweep`: an outcome was there of which no message came, or the job is lost                |
 *
 * `Job.state` calls adding and queued jobs `queued`, and running ones `given`. The future may be done long before the job is over.
 */
import type { EventLoop } from '../core/event-loop.ts';
import { traceparentIn } from '../core/traceparent.ts';
import type { Code } from '../executors/crossing/protocol.ts';
import type { Shipped } from '../executors/crossing/shipped-context.ts';
import { retriesOf } from '../executors/crossing/submit-options.ts';
import { Job, type JobHolder, type JobOutcome } from '../executors/pool/job/job.ts';
import { ClusterFuture } from './cluster-future.ts';
import type { CheckedOptions } from './cluster-options.ts';
import type { WireData, WireJob } from './engine.ts';
import { version, type Wire } from './wire.ts';

/** What holds the jobs of a cluster. */
export interface ClusterHolder extends JobHolder {
  /** The `queueTimeout` of the job is over: calls `expire` if it has not begun. */
  waitedTooLong(job: ClusterJob, expire: () => void): void;
}

/** Returns what the ids of one executor begin with: 120 bits by chance, and short, as the server writes and compares ids very often. */
export function newAddress(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(15))).toString('base64url');
}

/** The first letter says who chose the id, so that the two kinds never meet. No engine has to bear other signs than these. */
function keyOf(id: string, isNamed: boolean): string {
  return isNamed ? `n-${encodeURIComponent(id)}` : `j-${id}`;
}

export class ClusterJob extends Job {
  /** The id that the program knows. */
  readonly publicId: string;
  /** The id that the engine knows. */
  readonly key: string;
  readonly isNamed: boolean;
  /** The texts of its arguments and of the values of ContextVars. They are dropped once the job was sent. */
  texts: { readonly args: string; readonly context: string | undefined } | undefined;
  /** It left the batch of its turn. */
  isSent = false;
  /** The server that runs it, as far as it was told. */
  server: string | undefined;
  /** The engine has confirmed it. */
  isAdded = false;
  /** It was given to the engine, which may have it although it said nothing. */
  isUncertain = false;
  /** The engine was asked to have it stopped. */
  isAskedToStop = false;
  /** It is to be stopped once the engine has confirmed it. */
  stopsLater = false;
  /** How often the engine knew neither the job nor its outcome. */
  timesMissing = 0;
  readonly #checked: CheckedOptions;
  readonly #holder: ClusterHolder;

  constructor(
    loop: EventLoop,
    code: Code,
    args: readonly unknown[],
    options: CheckedOptions,
    ownId: string,
    submitted: { readonly stack?: string } | undefined,
    holder: ClusterHolder,
    now: number,
    shipped: Shipped | undefined,
  ) {
    super(loop, code, args, options.submit, submitted, holder, now, shipped);
    this.#checked = options;
    this.#holder = holder;
    this.isNamed = options.id !== undefined;
    this.publicId = options.id ?? ownId;
    this.key = keyOf(this.publicId, this.isNamed);
  }

  /** The future is made before the rest of this job is there. */
  protected override newFuture(loop: EventLoop): ClusterFuture<unknown> {
    return new ClusterFuture<unknown>(loop, this);
  }

  /** The server that ran it, for the stacks of errors. */
  get serverText(): string {
    return this.server === undefined ? 'a worker of the cluster' : `the worker ${this.server}`;
  }

  /** How long its outcome is kept, in ms. */
  keepMs(standard: number | undefined): number {
    return standard ?? (this.isNamed ? keepNamedMs : keepOthersMs);
  }

  /** @param now - The time of the engine. */
  toWire(wire: Wire, replyTo: string, keep: number | undefined, now: number): WireJob {
    const { submit, delay = 0, retry } = this.#checked;
    const { timeout, grace, queueTimeout, name: label } = submit;
    const retries = retriesOf(submit);
    const { name } = this.code;
    const traceparent = traceparentIn(this.shipped);
    const data: { -readonly [Field in keyof WireData]: WireData[Field] } = {
      v: version,
      args: this.texts?.args ?? '[]',
      replyTo,
      submittedAt: Math.trunc(now),
      keep: this.keepMs(keep),
    };
    const context = this.texts?.context;
    if (label !== undefined) data.label = label;
    if (this.isNamed) data.named = true;
    if (this.code.chunked === true) data.chunked = true;
    if (this.reports !== undefined) data.reports = true;
    if (isLimit(timeout)) data.timeout = timeout;
    if (isLimit(grace)) data.grace = grace;
    if (isLimit(queueTimeout)) {
      data.queueTimeout = queueTimeout;
      data.deadline = Math.ceil(now + queueTimeout);
    }
    if (retries > 0) data.retries = retries;
    if (this.isUncertain) data.again = true;
    if (retry !== undefined) data.retry = retry;
    if (context !== undefined) data.context = context;
    if (traceparent !== undefined) data.headers = { traceparent };
    const signedData = wire.signData(this.key, name, data);
    return { id: this.key, name, priority: this.priority, delay, data: signedData };
  }

  protected override waitedTooLong(ms: number): void {
    if (this.isDone || this.state !== 'queued') return;
    this.#holder.waitedTooLong(this, () => super.waitedTooLong(ms));
  }

  override end(outcome?: JobOutcome): void {
    super.end(outcome);
    this.texts = undefined;
  }
}

export const keepOthersMs: number = 60 * 60 * 1000;
const keepNamedMs = 24 * keepOthersMs;

/** JSON has no `Infinity`; for a time in ms it means that there is no limit. */
function isLimit(ms: number | undefined): ms is number {
  return ms !== undefined && ms !== Number.POSITIVE_INFINITY;
}
