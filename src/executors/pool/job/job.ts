/**
 * A job: one call for a worker to make. Where it may be, and the four verbs that move it:
 *
 * ```text
 *              give                  claim                outcome
 *   queued ────────────▶ waiting ────────────▶ claimed ────────────▶ over
 *     │ ▲                 │   │                   │
 *     │ └──── return ─────┘◀──┼── return ─────────┘  (its worker was lost, and the job is idempotent)
 *     │                       │
 *     └───────── drop ────────┴───────────────────────────────────▶ over
 * ```
 *
 * - **give**: the pool sends a queued job to a worker (`fill()`, `PoolWorker.give()`).
 * - **recall**: the pool wants a waiting job back (`PoolWorker.recall()`). A thread loses it at once, a process when it
 *   answers. Either way a return follows, unless the job was claimed first.
 * - **return**: a job is in the queue again (`WorkerEvents.returned`): it was recalled, its message could not be read, or its
 *   worker was lost.
 * - **drop**: the future of the job is done, so no outcome is wanted (`JobHolder.drop()`). A job that is not claimed never
 *   begins. A claimed job is asked to stop, and is over when its worker reports it or is lost.
 *
 * `Job.state` calls waiting and claimed jobs `given`; `Claims` tells the two apart.
 */
import { cancelAll } from '../../../core/cancel-all.ts';
import { current } from '../../../core/current.ts';
import type { EventLoop } from '../../../core/event-loop.ts';
import { Future } from '../../../core/future.ts';
import { CANCELLED, FINISHED, PENDING } from '../../../core/future-state.ts';
import { PlainTimer } from '../../../core/plain-timer.ts';
import { plainReason } from '../../../errors/cancel-request.ts';
import { TimeoutError } from '../../../errors.ts';
import { decodeThrown } from '../../crossing/error-codec.ts';
import { textOf } from '../../crossing/errors.ts';
import type { AbortReason, Code, Thrown } from '../../crossing/protocol.ts';
import type { Shipped } from '../../crossing/shipped-context.ts';
import { retriesOf, type SubmitOptions } from '../../crossing/submit-options.ts';
import type { Transferable } from '../../crossing/transfer.ts';
import { ProgressReports } from '../streams/progress-reports.ts';
import { type FutureOwner, PoolFuture } from './pool-future.ts';

/** Has the job at the moment: the queue of the pool, or a worker. */
export interface JobHolder {
  /** True if the job is claimed: it runs, or is about to. */
  runs(job: Job): boolean;
  /** True if the job is not claimed. */
  isWaiting(job: Job): boolean;
  /** The future of the job is done: the job is not to begin, or to stop if it has. */
  drop(job: Job): void;
}

export type JobOutcome = 'finished' | 'failed' | 'cancelled';

/** How a worker was lost that had a job and had not begun it. */
export interface LossBeforeBegin {
  /** No job ran there that could be the reason. */
  readonly ranNothing: boolean;
  /** The worker would have read this job next. */
  readonly wasNext: boolean;
}

let lastId = 0;
const nothing: readonly unknown[] = [];
/** How many workers may be lost on a job that none of them has begun. */
const mostSuspected = 3;

/** See the picture above. The future may be done while the job still runs: its outcome is dropped then. */
export class Job implements FutureOwner {
  readonly id: number = ++lastId;
  /** Whole ms, as a fraction would be an object of its own. */
  readonly submittedAt: number;
  readonly future: PoolFuture<unknown>;
  /** Its neighbours in the queue. */
  before: Job | undefined = undefined;
  after: Job | undefined = undefined;
  state: 'queued' | 'given' | 'over' = 'queued';
  holder: JobHolder;
  /** Its number among the jobs that its worker was given. */
  seq = 0;
  /** Values that move to the worker. Such a job is given only to a worker that can begin it at once, and is never recalled. */
  transfer: readonly Transferable[] | undefined;
  /** Values of ContextVars that travel along with it. */
  shipped: Shipped | undefined;
  #whenOver: (() => void)[] | undefined;
  /** True if it is sent alone: a message with it could not be read, and must not fail other jobs again. */
  alone: boolean;
  /** True from when a process was asked to give it back until the process answers. */
  isRecalled = false;
  readonly code: Code;
  /** Kept until the job is over, as it may have to be given to another worker. */
  args: readonly unknown[];
  /** Its reports, if the program listens to them. */
  readonly reports: ProgressReports | undefined;
  /** How often its worker was lost while it ran. */
  lost = 0;
  /** How often a worker was lost that had the job and ran nothing. */
  #suspected = 0;
  readonly #retries: number;
  readonly #submitted: { readonly stack?: string } | undefined;
  readonly #options: SubmitOptions<never>;
  #timer: PlainTimer | undefined;
  /** True if the timer is for `timeout`, false if it is for `queueTimeout`. */
  #isTimed = false;

  /**
   * @param options - Kept as they are.
   * @param submitted - Where it was submitted, for the stacks of errors.
   */
  constructor(
    loop: EventLoop,
    code: Code,
    args: readonly unknown[],
    options: SubmitOptions<never>,
    submitted: { readonly stack?: string } | undefined,
    holder: JobHolder,
    now: number,
    shipped?: Shipped,
  ) {
    this.holder = holder;
    this.submittedAt = Math.trunc(now);
    this.code = code;
    this.args = args;
    this.transfer = options.transfer;
    this.shipped = shipped;
    this.alone = options.transfer !== undefined;
    this.#retries = retriesOf(options);
    this.#submitted = submitted;
    this.#options = options;
    const { queueTimeout, onProgress } = options;
    // Before there is a future, which the loop waits for: the loop may be a class of the program, and throw.
    if (queueTimeout !== undefined) {
      this.#timer = timer(loop, queueTimeout, () => this.waitedTooLong(queueTimeout));
    }
    this.future = this.newFuture(loop);
    this.reports =
      onProgress && new ProgressReports(this.future, onProgress as (value: unknown) => unknown);
    current.hooks?.jobQueued(this);
  }

  protected newFuture(loop: EventLoop): PoolFuture<unknown> {
    return new PoolFuture<unknown>(loop, this);
  }

  /**
   * True once the future is done. Here and below, internal members of the future are used: the program may have replaced its
   * public methods, and the other jobs must not suffer from what those do.
   */
  get isDone(): boolean {
    return this.future._state !== PENDING;
  }

  get name(): string {
    return this.#options.name ?? this.code.name;
  }

  get priority(): number {
    return this.#options.priority ?? 0;
  }

  /** How long it may go on after it was asked to stop, in ms; undefined for the `grace` of the executor. */
  get grace(): number | undefined {
    return this.#options.grace;
  }

  /** True if the worker is to say when it begins. */
  get tellsBegin(): boolean {
    const isAsked = this.#options.timeout !== undefined || current.hooks?.wantJobs === true;
    return isAsked && this.transfer === undefined;
  }

  /** The worker has claimed it, or the pool has for the worker. */
  onClaimed(worker?: string): void {
    current.hooks?.jobBegins(this, worker);
    const { timeout } = this.#options;
    // A loop that was closed keeps no time.
    if (timeout === undefined || this.isDone || this.future._loop.isClosed()) return;
    this.#timer?.cancel();
    this.#isTimed = true;
    this.#timer = timer(this.future._loop, timeout, () => {
      this.#expire(
        `\`${this.name}\` expected to be done within ${timeout} ms, but it still ran. Its worker was asked to stop it; give it a longer \`timeout\`, or less to do.`,
      );
    });
  }

  /**
   * Its worker was lost before the job began. Returns true if another worker is to have it. After several such losses the
   * job itself may be the reason, by the memory that its arguments take.
   */
  mayBeGivenAgain({ ranNothing, wasNext }: LossBeforeBegin): boolean {
    // Its time runs if the pool claimed it for the worker.
    if (this.#isTimed) this.#timer?.cancel();
    if (!ranNothing) return true;
    // Sent alone, the jobs of that message show which of them is the reason.
    this.alone = true;
    return !wasNext || ++this.#suspected < mostSuspected;
  }

  /** Its worker was lost while it ran. Returns true if it is to be run again. */
  mayRunAgain(): boolean {
    if (this.lost++ >= this.#retries) return false;
    // Its time starts anew when it begins again.
    this.#timer?.cancel();
    return true;
  }

  running(): boolean {
    return this.state === 'given' && this.holder.runs(this);
  }

  /** Returns why the job is to stop. Its future is done. */
  abortReason(): AbortReason {
    const { future } = this;
    if (future._state === CANCELLED) {
      const reason = plainReason(future._cancelReason);
      return { timeout: false, text: reasonText(reason) };
    }
    // Not by `exception()`, which would count as the program reading it.
    const { _value: outcome } = future;
    const timeout = outcome instanceof TimeoutError;
    return { timeout, text: timeout ? outcome.message : 'its future was settled by the program' };
  }

  whenLeft(fn: () => void): void {
    if (this.state === 'over') fn();
    else this.#whenOver = [...(this.#whenOver ?? []), fn];
  }

  settled(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.state !== 'over') this.holder.drop(this);
  }

  /** No worker has the job any more, and none will. */
  end(outcome: JobOutcome = 'failed'): void {
    if (this.state !== 'over') current.hooks?.jobEnds(this, this.#outcomeFor(outcome));
    this.state = 'over';
    this.args = nothing;
    this.transfer = undefined;
    this.shipped = undefined;
    for (const fn of this.#whenOver ?? []) fn();
    this.#whenOver = undefined;
  }

  /** The future may be done already: then it has the outcome. */
  #outcomeFor(outcome: JobOutcome): JobOutcome {
    const state = this.future._state;
    if (state === PENDING) return outcome;
    if (state === CANCELLED) return 'cancelled';
    return state === FINISHED ? 'finished' : 'failed';
  }

  /** Ends a job that was taken from the queue. */
  cancel(reason: unknown): void {
    this.end('cancelled');
    this.cancelFuture(reason);
  }

  /** Cancels its future, also if the program has replaced the `cancel()` of that. */
  cancelFuture(reason: unknown): void {
    cancelAll([this.future], reason);
    if (!this.isDone) Future.prototype.cancel.call(this.future, reason);
  }

  succeed(value: unknown): void {
    this.end('finished');
    if (this.reports !== undefined) {
      this.reports.before(() => this.#finish(value));
    } else {
      this.#finish(value);
    }
  }

  /** Fails with an error of ours; its stack says where the job was submitted. */
  failHere(error: Error): void {
    this.#fail(this.withPlace(error));
  }

  protected withPlace(error: Error): Error {
    const from = this.#submittedFrom();
    if (from !== undefined) {
      const stack = `${error.name}: ${error.message}\n    -- submitted from --\n${from}`;
      Object.defineProperty(error, 'stack', { value: stack, writable: true, configurable: true });
    }
    return error;
  }

  /** Fails with what was thrown in a worker; its stack goes on with that of the submission. */
  failWith(thrown: Thrown, place: string): void {
    this.#fail(this.errorOf(thrown, place));
  }

  protected errorOf(thrown: Thrown, place: string): unknown {
    const from = this.#submittedFrom();
    return decodeThrown(thrown, (stack, isRoot) => {
      const inWorker = withoutOurs(stack);
      // Its causes come from the worker alone.
      if (!isRoot || from === undefined) return inWorker;
      return `${inWorker}\n    -- in ${place}, submitted from --\n${from}`;
    });
  }

  /** Its `queueTimeout` is over. */
  protected waitedTooLong(ms: number): void {
    if (this.isDone || !this.holder.isWaiting(this)) return;
    this.#expire(
      `\`${this.name}\` expected to begin within ${ms} ms, but no worker was free for it. Give it a longer \`queueTimeout\`, or the executor more workers.`,
    );
  }

  #expire(text: string): void {
    if (!this.isDone) this.future._fail(new TimeoutError(text));
  }

  /** The job failed after its future was done. */
  protected failedLate(_error: unknown): void {}

  #finish(value: unknown): void {
    if (!this.isDone) this.future._finish(value);
  }

  #fail(error: unknown): void {
    if (this.isDone) this.failedLate(error);
    this.end();
    if (this.reports !== undefined) this.reports.before(() => this.settleWith(error));
    else this.settleWith(error);
  }

  protected settleWith(error: unknown): void {
    if (this.isDone) return;
    this.future._fail(error);
    // After the loop was closed, no code can read the failure, and it must not be reported.
    if (this.future._loop.isClosed()) this.future._retrieved();
  }

  #submittedFrom(): string | undefined {
    const stack = stackOf(this.#submitted);
    return stack === undefined ? undefined : withoutOurs(stack.slice(stack.indexOf('\n') + 1));
  }
}

/** Not by `loop.callLater()`, which a class of the program may override: what that throws would harm other jobs. */
function timer(loop: EventLoop, ms: number, fn: () => void): PlainTimer {
  return new PlainTimer(loop, loop.time() + ms, { _fire: fn });
}

/** A hook of the program, `Error.prepareStackTrace`, makes the text of a stack. It may throw, or return anything. */
function stackOf(place: { readonly stack?: unknown } | undefined): string | undefined {
  try {
    const stack = place?.stack;
    return typeof stack === 'string' ? stack : undefined;
  } catch {
    return undefined;
  }
}

function reasonText(reason: unknown): string {
  if (reason === undefined || reason === null) return '';
  return typeof reason === 'string' ? reason : textOf(reason);
}

/** The folder of this library, unless it was bundled with a program. */
const folder =
  /^(?:file:\/\/)?(.*\/)(?:dist|src)\/(?:executors\/(?:.+\/)?job|node\/skein-executors)\.[jt]s$/.exec(
    import.meta.url,
  )?.[1];

/** Leaves out the frames of this library, compiled or mapped to its sources: the fault is not there. */
function withoutOurs(stack: string): string {
  if (folder === undefined) return stack;
  const isOurs = (line: string): boolean =>
    /^\s+at /.test(line) && (line.includes(`${folder}dist/`) || line.includes(`${folder}src/`));
  return stack
    .split('\n')
    .filter((line) => !isOurs(line))
    .join('\n');
}
