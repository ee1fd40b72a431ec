import type { EventLoop } from '../core/event-loop.ts';
import type { TimerHandle } from '../core/handle.ts';
import { TimeoutError } from '../errors.ts';
import { decodeThrown } from './error-codec.ts';
import { textOf } from './errors.ts';
import { type FutureOwner, PoolFuture } from './pool-future.ts';
import { ProgressReports } from './progress-reports.ts';
import type { AbortReason, Code, Thrown } from './protocol.ts';
import type { Shipped } from './shipped-context.ts';
import { retriesOf, type SubmitOptions } from './submit-options.ts';
import type { Transferable } from './transfer.ts';

/** Who has the job at the moment: the queue of the pool, or a worker. */
export interface JobHolder {
  /** Whether the job runs. */
  runs(job: Job): boolean;
  /** Nobody wants the job any more: it is not to begin, or to stop if it has. */
  giveUp(job: Job): void;
  /** As `giveUp()`, if the job has not begun; answers whether that is so. */
  giveUpWaiting(job: Job): boolean;
}

let lastId = 0;
const nothing: readonly unknown[] = [];
/** So many workers may be lost on a job that none of them has begun. */
const mostSuspected = 3;

/**
 * One call for a worker to make.
 *
 * States: queued ⇄ given → over, and queued → over. A job that a worker was given may still be taken back, as long as the
 * worker has not claimed it; an idempotent one also when its worker is lost. The future may be done while the job still runs: it was cancelled then or has timed out,
 * and nobody hears of the outcome.
 */
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
  /** What moves along with it: it goes to a worker that can begin it at once then, and is never taken back. */
  transfer: readonly Transferable[] | undefined;
  /** Values of ContextVars that travel along with it. */
  shipped: Shipped | undefined;
  /** Whether it crosses alone: its message could not be read before, and must take no other along. */
  alone: boolean;
  /** Whether its worker was asked for it, and has not answered yet. */
  asked = false;
  readonly code: Code;
  /** Kept until the job is over, as it may have to be given to another worker. */
  args: readonly unknown[];
  /** Where somebody listens to them. */
  readonly reports: ProgressReports | undefined;
  /** How often it was begun by a worker that was lost. */
  lost = 0;
  /** How often a worker was lost that had it and ran nothing. */
  #suspected = 0;
  readonly #retries: number;
  readonly #submitted: { readonly stack?: string } | undefined;
  readonly #options: SubmitOptions<never>;
  #timer: TimerHandle | undefined;
  /** Whether the timer is that of `timeout`, and not that of `queueTimeout`. */
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
    this.future = new PoolFuture<unknown>(loop, this);
    const { queueTimeout, onProgress } = options;
    this.reports =
      onProgress && new ProgressReports(this.future, onProgress as (value: unknown) => unknown);
    if (queueTimeout !== undefined) {
      this.#timer = loop.callLater(queueTimeout, () => this.#waitedTooLong(queueTimeout));
    }
  }

  get name(): string {
    return this.#options.name ?? this.code.name;
  }

  get priority(): number {
    return this.#options.priority ?? 0;
  }

  /** How long it may go on after it was asked to stop; undefined for what the executor says. */
  get grace(): number | undefined {
    return this.#options.grace;
  }

  /** Whether the worker is to say when it begins. */
  get tellsBegin(): boolean {
    return this.#options.timeout !== undefined && this.transfer === undefined;
  }

  /** The worker has claimed it. */
  begun(): void {
    const { timeout } = this.#options;
    // A loop that was closed keeps no time.
    if (timeout === undefined || this.future.done() || this.future.getLoop().isClosed()) return;
    this.#timer?.cancel();
    this.#isTimed = true;
    this.#timer = this.future.getLoop().callLater(timeout, () => {
      this.#expire(
        `\`${this.name}\` expected to be done within ${timeout} ms, but it still ran. Its worker was asked to stop it; give it a longer \`timeout\`, or less to do.`,
      );
    });
  }

  /**
   * Its worker was lost before it began. Answers whether another is to have it: not when that happens again and again, as
   * it may be this job that ends them, by memory that its arguments take.
   *
   * @param ranNothing - Whether no job that ran can be the reason.
   * @param isFirst - Whether it would have been the next to be read.
   */
  mayBeGivenAgain(ranNothing: boolean, isFirst: boolean): boolean {
    // It was said to have begun when it was sent.
    if (this.#isTimed) this.#timer?.cancel();
    if (!ranNothing) return true;
    // What came in the same message is found to be innocent so.
    this.alone = true;
    return !isFirst || ++this.#suspected < mostSuspected;
  }

  /** Its worker was lost while it ran. Answers whether it is to be run again. */
  mayRunAgain(): boolean {
    if (this.lost++ >= this.#retries) return false;
    // It waits now, and has its time once it begins again.
    this.#timer?.cancel();
    return true;
  }

  running(): boolean {
    return this.state === 'given' && this.holder.runs(this);
  }

  /** Why it is to stop, once its future is done without it. */
  abortReason(): AbortReason {
    const { future } = this;
    if (future.cancelled()) {
      const reason = future._cancelReason;
      return { timeout: false, text: reasonText(reason) };
    }
    // Not by `exception()`: that would say that the program has heard of it.
    const { _value: outcome } = future;
    const timeout = outcome instanceof TimeoutError;
    return { timeout, text: timeout ? outcome.message : 'its future was settled by the program' };
  }

  settled(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.state !== 'over') this.holder.giveUp(this);
  }

  /** No worker has it any more, and none will. */
  end(): void {
    this.state = 'over';
    this.args = nothing;
    this.transfer = undefined;
    this.shipped = undefined;
  }

  /** Ends a job that is in no queue any more, and that no worker has. */
  cancel(reason: unknown): void {
    this.end();
    this.future.cancel(reason);
  }

  succeed(value: unknown): void {
    this.end();
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
      // Causes stayed in the worker: they did not come from here.
      if (!isRoot || from === undefined) return inWorker;
      return `${inWorker}\n    -- in ${place}, submitted from --\n${from}`;
    });
  }

  #waitedTooLong(ms: number): void {
    if (this.future.done() || !this.holder.giveUpWaiting(this)) return;
    this.#expire(
      `\`${this.name}\` expected to begin within ${ms} ms, but no worker was free for it. Give it a longer \`queueTimeout\`, or the executor more workers.`,
    );
  }

  #expire(text: string): void {
    if (!this.future.done()) this.future.setException(new TimeoutError(text));
  }

  /** The worker failed with it after the future was done. */
  protected failedLate(_error: unknown): void {}

  #finish(value: unknown): void {
    if (!this.future.done()) this.future.setResult(value);
  }

  #fail(error: unknown): void {
    if (this.future.done()) this.failedLate(error);
    this.end();
    if (this.reports !== undefined) this.reports.before(() => this.settleWith(error));
    else this.settleWith(error);
  }

  protected settleWith(error: unknown): void {
    if (this.future.done()) return;
    this.future.setException(error);
    // A failure that comes after the loop was closed has nobody left to hear of it, and nobody to report to.
    if (this.future.getLoop().isClosed()) this.future._retrieved();
  }

  #submittedFrom(): string | undefined {
    const stack = this.#submitted?.stack;
    return stack === undefined ? undefined : withoutOurs(stack.slice(stack.indexOf('\n') + 1));
  }
}

function reasonText(reason: unknown): string {
  if (reason === undefined || reason === null) return '';
  return typeof reason === 'string' ? reason : textOf(reason);
}

/** The folder of this library, unless it was bundled with a program. */
const folder = /^(?:file:\/\/)?(.*\/)(?:dist|src)\/executors\/job\.[jt]s$/.exec(
  import.meta.url,
)?.[1];

/** Leaves out the lines of a stack that are of this library, compiled or mapped to its sources: the fault is not there. */
function withoutOurs(stack: string): string {
  if (folder === undefined) return stack;
  const isOurs = (line: string): boolean =>
    /^\s+at /.test(line) && (line.includes(`${folder}dist/`) || line.includes(`${folder}src/`));
  return stack
    .split('\n')
    .filter((line) => !isOurs(line))
    .join('\n');
}
