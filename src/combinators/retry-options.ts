import { checkCallback, checkOptions } from '../core/checks.ts';
import { unexpected } from '../core/expected.ts';

/** How often something is tried, and how long the waits between are. `retry()` and the jobs of a cluster have this in common. */
export interface RetrySchedule {
  /** How often it is tried in all. */
  attempts: number;
  /** The wait after the first failure, in ms. Default: 1000. */
  delay?: number | undefined;
  /** Each further wait is so many times as long as the one before. Default: 2. */
  factor?: number | undefined;
}

/** Options of `retry()`. */
export interface RetryOptions extends RetrySchedule {
  /** How often it is tried in all. `Infinity`: until one attempt succeeds, or `within` has passed. */
  attempts: number;
  /**
   * Spreads the waits, so that clients that failed together do not come back together. true: each wait is a random part of the full
   * one, by `Math.random()`. A function is given the full wait and returns the one to make, in ms: a test makes it without chance.
   * Default: false.
   */
  jitter?: boolean | ((delay: number) => number) | undefined;
  /** The longest wait, in ms. Default: a day. */
  maxDelay?: number | undefined;
  /** The time for all attempts and waits together, in ms. Default: any time. */
  within?: number | undefined;
  /** Tells whether an error is worth another attempt. Default: each one is. It is never asked about a cancellation. */
  retryIf?: ((error: unknown, attempt: number) => boolean) | undefined;
  /** Is called before each wait, with the error, the number of the attempt that failed, and the wait in ms. */
  onRetry?: ((error: unknown, attempt: number, delay: number) => void) | undefined;
}

/** A schedule that was checked. */
export interface CheckedSchedule {
  readonly attempts: number;
  readonly delay: number;
  readonly factor: number;
}

export interface CheckedRetryOptions extends CheckedSchedule {
  readonly jitter: RetryOptions['jitter'];
  readonly maxDelay: number;
  readonly within: number | undefined;
  readonly retryIf: ((error: unknown, attempt: number) => boolean) | undefined;
  readonly onRetry: ((error: unknown, attempt: number, delay: number) => void) | undefined;
}

const scheduleOptions: readonly string[] = ['attempts', 'delay', 'factor'];
const retryOptions: readonly string[] = [
  ...scheduleOptions,
  'jitter',
  'maxDelay',
  'within',
  'retryIf',
  'onRetry',
];

const defaultDelayMs = 1000;
const defaultFactor = 2;
/** The longest wait between two attempts. */
const longestDelayMs = 24 * 60 * 60 * 1000;

/**
 * Reads each option of a schedule once.
 *
 * @throws TypeError or RangeError when one makes no sense, or is not known.
 */
export function checkSchedule(caller: string, options: RetrySchedule): CheckedSchedule {
  checkOptions(caller, options, scheduleOptions);
  return readSchedule(caller, options, false);
}

/**
 * Reads each option of `retry()` once.
 *
 * @throws TypeError or RangeError when one makes no sense, or is not known.
 */
export function checkRetryOptions(options: RetryOptions): CheckedRetryOptions {
  checkOptions('retry', options, retryOptions);
  const schedule = readSchedule('retry', options, true);
  const { jitter, maxDelay = longestDelayMs, within, retryIf, onRetry } = options;
  if (jitter !== undefined && typeof jitter !== 'boolean' && typeof jitter !== 'function')
    throw unexpected('retry', '`jitter` to be true, false or a function', jitter);
  if (typeof jitter === 'function') checkCallback('retry', jitter);
  if (retryIf !== undefined) checkCallback('retry', retryIf);
  if (onRetry !== undefined) checkCallback('retry', onRetry);
  checkDuration('retry', '`maxDelay`', maxDelay);
  if (within !== undefined) checkDuration('retry', '`within`', within);
  // Member by member, as spreading the schedule takes a third of the time of a `retry()`.
  const { attempts, delay, factor } = schedule;
  return {
    attempts,
    delay,
    factor,
    jitter,
    maxDelay: Math.min(maxDelay, longestDelayMs),
    within,
    retryIf,
    onRetry,
  };
}

function readSchedule(
  caller: string,
  { attempts, delay = defaultDelayMs, factor = defaultFactor }: RetrySchedule,
  mayBeEndless: boolean,
): CheckedSchedule {
  if (
    !(Number.isInteger(attempts) || (mayBeEndless && attempts === Number.POSITIVE_INFINITY)) ||
    attempts < 1
  )
    throw unexpected(caller, '`attempts` to be a whole number of at least 1', attempts, RangeError);
  checkDuration(caller, '`delay`', delay);
  // It would be the longest wait, which is hardly what was meant.
  if (delay === Number.POSITIVE_INFINITY)
    throw unexpected(caller, '`delay` to end', delay, RangeError);
  if (!Number.isFinite(factor) || factor < 1)
    throw unexpected(caller, '`factor` to be a number of at least 1', factor, RangeError);
  return { attempts, delay, factor };
}

function checkDuration(caller: string, what: string, ms: unknown): void {
  if (typeof ms === 'number' && ms >= 0) return;
  throw unexpected(caller, `${what} to be a time in ms of at least 0`, ms, RangeError);
}

/** Returns the wait after so many failures, in ms, without jitter. */
export function delayAfter(
  failures: number,
  { delay, factor }: CheckedSchedule,
  maxDelay: number = longestDelayMs,
): number {
  // 0 stays 0: the power may be Infinity.
  return delay === 0 ? 0 : Math.min(delay * factor ** (failures - 1), maxDelay);
}
