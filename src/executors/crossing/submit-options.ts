import { checkPlainFunction } from '../../core/checks.ts';
import { checkKnownOptions } from '../../core/known-options.ts';
import { describe } from '../../core/text.ts';
import type { Shipped } from './shipped-context.ts';
import { checkTransfer, type Transferable } from './transfer.ts';

/** How one job is to be treated. */
export interface SubmitOptions<Progress = unknown> {
  /**
   * How long the job may run, in ms, from when a worker begins it. Then its future fails with a `TimeoutError`, and the
   * job is stopped as by `cancel()`. Default: as long as it takes.
   */
  timeout?: number | undefined;
  /** How long the job may wait for a worker, in ms. Then its future fails with a `TimeoutError`. Default: for ever. */
  queueTimeout?: number | undefined;
  /**
   * Jobs of a higher priority begin first. A job that waits gains one level per second, so that none waits for ever.
   * Default: 0.
   */
  priority?: number | undefined;
  /** What errors and statistics call the job. Default: the name of the function. */
  name?: string | undefined;
  /** How long this job may go on once it was asked to stop; see the option of the executor. */
  grace?: number | undefined;
  /**
   * Buffers among the arguments, or in them, that are moved to the worker instead of being copied. The job is sent when a
   * worker is free to begin it, and counts as running from then on. The buffers are moved only then, and are empty here
   * afterwards: a job that is cancelled before leaves them as they are. To a process they are copied, and emptied here.
   */
  transfer?: readonly Transferable[] | undefined;
  /**
   * Says that it does no harm to run the job twice: when its worker is lost while it runs, it is run again on another.
   * Default: false; its future fails with a {@link WorkerLostError} then.
   */
  idempotent?: boolean | undefined;
  /** How often an idempotent job is run again at most. Each time has its own `timeout`. Default: 3. */
  retries?: number | undefined;
  /**
   * Called with each report of the job (see {@link CurrentJob.progress}): on the loop, in the context of the submission, in
   * the order of the reports and before the outcome. It is not called any more once the future is done.
   */
  onProgress?: ((value: Progress) => unknown) | undefined;
}

/** The options of a job, and how `map()` uses it. */
export interface JobOptions extends SubmitOptions<never> {
  /** True if its one argument is a list of argument lists: the function is called with each. */
  chunked?: boolean;
  /** Given if another program has submitted the job: see `PassedJob`. */
  passed?: Passed;
}

interface Passed {
  /** The values of ContextVars that came with the job, and its id: see `jobIdName`. */
  readonly shipped: Shipped;
  /** Told of the job. The future may be done before no worker has the job any more, or after. */
  readonly follower: JobFollower;
}

/** What follows a job that another program has submitted, as the server of a cluster does. Its methods must not throw. */
export interface JobFollower {
  /** The future of the job is done. */
  jobSettled(): void;
  /** No worker has the job any more. */
  jobOver(): void;
}

const known: readonly (keyof SubmitOptions)[] = [
  'timeout',
  'queueTimeout',
  'priority',
  'name',
  'grace',
  'transfer',
  'idempotent',
  'retries',
  'onProgress',
];
const knownOfStream: readonly string[] = [...known, 'bufferSize'];
const durations = ['timeout', 'queueTimeout', 'grace'] as const;

/**
 * Returns the options as they are at this moment: each is read once, and what the program changes later has no effect.
 *
 * @throws TypeError or RangeError for an option that makes no sense.
 */
export function checkSubmitOptions<Options extends SubmitOptions<never>>(
  given: Options,
  caller = 'submitWith',
): Options {
  if (typeof given !== 'object' || given === null) {
    throw new TypeError(
      `\`${caller}()\` expected an options object first, but got ${describe(given)}. Write \`${caller}({ timeout: 1000 }, fn, 1, 2)\`.`,
    );
  }
  const options = { ...given };
  checkKnownOptions(caller, options, caller === 'streamWith' ? knownOfStream : known);
  for (const name of durations) {
    if (options[name] !== undefined) checkDuration(`\`${caller}()\``, name, options[name]);
  }
  const { name, priority, transfer, onProgress } = options;
  if (name !== undefined && typeof name !== 'string') {
    throw new TypeError(
      `\`${caller}()\` expected \`name\` to be a string, but got ${describe(name)}.`,
    );
  }
  if (transfer !== undefined) checkTransfer(`\`${caller}()\``, transfer);
  if (priority !== undefined && !Number.isFinite(priority)) {
    throw new RangeError(
      `\`${caller}()\` expected \`priority\` to be a finite number, but got ${describe(priority)}.`,
    );
  }
  checkRetries(options, caller);
  if (onProgress !== undefined) checkOnProgress(caller, onProgress);
  return options;
}

/** @throws TypeError for what cannot be called, or whose work goes on after the call has returned. */
function checkOnProgress(caller: string, onProgress: unknown): void {
  if (typeof onProgress !== 'function') {
    throw new TypeError(
      `\`${caller}()\` expected \`onProgress\` to be a function, but got ${describe(onProgress)}.`,
    );
  }
  checkPlainFunction(caller, onProgress);
}

/** The default of `retries`. */
const defaultRetries = 3;

/** Returns how often a job with these options may be run again when its worker was lost. */
export function retriesOf({ idempotent, retries = defaultRetries }: SubmitOptions<never>): number {
  return idempotent === true ? retries : 0;
}

function checkRetries(options: SubmitOptions<never>, caller: string): void {
  const { idempotent, retries, transfer } = options;
  if (idempotent !== undefined && typeof idempotent !== 'boolean') {
    throw new TypeError(
      `\`${caller}()\` expected \`idempotent\` to be true or false, but got ${describe(idempotent)}.`,
    );
  }
  if (idempotent === true && transfer !== undefined) {
    throw new TypeError(
      `\`${caller}()\` expected a job that can be run again, as it is \`idempotent\`, but what is named in \`transfer\` would be gone with the first worker. Have it copied, or leave \`idempotent\` out.`,
    );
  }
  if (idempotent === true && caller === 'streamWith') {
    throw new TypeError(
      '`streamWith()` expected no `idempotent`: items that were taken would come again. Make a new stream when its worker is lost.',
    );
  }
  if (retries === undefined) return;
  if (!Number.isInteger(retries) || retries < 0) {
    throw new RangeError(
      `\`${caller}()\` expected \`retries\` to be a whole number of at least 0, but got ${describe(retries)}.`,
    );
  }
  if (idempotent !== true) {
    throw new TypeError(
      `\`${caller}()\` expected \`retries\` of a job that may be run twice, but nothing says so. Write \`{ idempotent: true, retries: ${retries} }\` if that does no harm.`,
    );
  }
}

/** @throws RangeError for a value that is no time in ms. `Infinity` is one. */
export function checkDuration(caller: string, name: string, value: unknown): void {
  if (value === undefined || (typeof value === 'number' && value >= 0)) return;
  throw new RangeError(
    `${caller} expected \`${name}\` to be a time in ms of at least 0, but got ${describe(value)}.`,
  );
}
