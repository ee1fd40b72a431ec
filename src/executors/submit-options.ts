import { describe } from '../core/text.ts';
import { checkTransfer, type Transferable } from './transfer.ts';

/** How one job is to be treated. */
export interface SubmitOptions<Progress = unknown> {
  /**
   * How long the job may run, in ms, from when a worker begins it. Then its future fails with a `TimeoutError`, and the
   * job is stopped as by `cancel()`. Default: as long as it takes.
   */
  timeout?: number;
  /** How long the job may wait for a worker, in ms. Then its future fails with a `TimeoutError`. Default: for ever. */
  queueTimeout?: number;
  /**
   * Jobs of a higher priority begin first. A job that waits gains one level per second, so that none waits for ever.
   * Default: 0.
   */
  priority?: number;
  /** What errors and statistics call the job. Default: the name of the function. */
  name?: string;
  /** How long this job may go on once it was asked to stop; see the option of the executor. */
  grace?: number;
  /**
   * What is moved to the worker instead of being copied: buffers among the arguments, or in them. The job is sent when a
   * worker is free to begin it, and counts as running from then on. Only then are they moved, and empty here: a job that
   * is cancelled before leaves them as they are. To a process they are copied, and emptied here all the same.
   */
  transfer?: readonly Transferable[];
  /**
   * Called with each report of the job, see {@link CurrentJob.progress}: on the loop, in the context of the submission, in
   * the order of the reports and before the outcome; not any more once the future is done.
   */
  onProgress?: (value: Progress) => unknown;
}

/** @throws TypeError or RangeError for an option that makes no sense. */
export function checkSubmitOptions(options: SubmitOptions<never>, caller = 'submitWith'): void {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(
      `${caller}() expected an options object first, but got ${describe(options)}. Write \`${caller}({ timeout: 1000 }, fn, 1, 2)\`.`,
    );
  }
  for (const name of ['timeout', 'queueTimeout', 'grace'] as const) {
    checkDuration(`${caller}()`, name, options[name]);
  }
  const { priority, transfer, onProgress } = options;
  if (transfer !== undefined) checkTransfer(`${caller}()`, transfer);
  if (priority !== undefined && !Number.isFinite(priority)) {
    throw new RangeError(
      `${caller}() expected \`priority\` to be a finite number, but got ${describe(priority)}.`,
    );
  }
  if (onProgress !== undefined && typeof onProgress !== 'function') {
    throw new TypeError(
      `${caller}() expected \`onProgress\` to be a function, but got ${describe(onProgress)}.`,
    );
  }
}

/** @throws RangeError when it is no time in ms. `Infinity` is one. */
export function checkDuration(caller: string, name: string, value: unknown): void {
  if (value === undefined || (typeof value === 'number' && value >= 0)) return;
  throw new RangeError(
    `${caller} expected \`${name}\` to be a time in ms of at least 0, but got ${describe(value)}.`,
  );
}
