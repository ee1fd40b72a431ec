import type { EventLoop } from '../core/event-loop.ts';
import { decodeThrown } from './error-codec.ts';
import { type FutureOwner, PoolFuture } from './pool-future.ts';
import type { Call, JobMessage, Thrown } from './protocol.ts';

let lastId = 0;

/**
 * One call for a worker to make.
 *
 * States: queued → running → over, and queued → over for a job that is cancelled or fails before a worker has it. The
 * future may be done while the job still runs: it was cancelled then, and nobody hears of the outcome.
 */
export class Job implements FutureOwner {
  readonly id: number = ++lastId;
  readonly name: string;
  readonly future: PoolFuture<unknown>;
  /** Its neighbours in the queue. */
  before: Job | undefined = undefined;
  after: Job | undefined = undefined;
  state: 'queued' | 'running' | 'over' = 'queued';
  /** What to run, until a worker has it: the future must not keep the arguments alive. */
  #call: Call | undefined;
  readonly #submitted: { readonly stack?: string } | undefined;
  readonly #abandon: (job: Job) => void;

  /**
   * @param submitted - Where it was submitted, for the stacks of errors.
   * @param abandon - Called when the future is done while it is queued.
   */
  constructor(
    loop: EventLoop,
    call: Call,
    submitted: { readonly stack?: string } | undefined,
    abandon: (job: Job) => void,
  ) {
    this.name = call.code.name;
    this.#call = call;
    this.#submitted = submitted;
    this.#abandon = abandon;
    this.future = new PoolFuture<unknown>(loop, this);
  }

  message(): JobMessage {
    const { code, args } = this.#call as Call;
    return { id: this.id, code, args };
  }

  /** A worker has it. */
  begin(): void {
    this.state = 'running';
    this.#call = undefined;
  }

  running(): boolean {
    return this.state === 'running';
  }

  settled(): void {
    if (this.state !== 'queued') return;
    this.state = 'over';
    this.#call = undefined;
    this.#abandon(this);
  }

  /** Ends a job that is in no queue any more, and that no worker has. */
  cancel(reason: unknown): void {
    this.state = 'over';
    this.#call = undefined;
    this.future.cancel(reason);
  }

  succeed(value: unknown): void {
    this.state = 'over';
    if (!this.future.done()) this.future.setResult(value);
  }

  /** Fails with an error of ours; its stack says where the job was submitted. */
  failHere(error: Error): void {
    const from = this.#submittedFrom();
    if (from !== undefined) {
      const stack = `${error.name}: ${error.message}\n    -- submitted from --\n${from}`;
      Object.defineProperty(error, 'stack', { value: stack, writable: true, configurable: true });
    }
    this.#fail(error);
  }

  /** Fails with what was thrown in a worker; its stack goes on with that of the submission. */
  failWith(thrown: Thrown, place: string): void {
    const from = this.#submittedFrom();
    const error = decodeThrown(thrown, (stack, isRoot) => {
      const inWorker = withoutOurs(stack);
      // Causes stayed in the worker: they did not come from here.
      if (!isRoot || from === undefined) return inWorker;
      return `${inWorker}\n    -- in ${place}, submitted from --\n${from}`;
    });
    this.#fail(error);
  }

  #fail(error: unknown): void {
    this.state = 'over';
    this.#call = undefined;
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
