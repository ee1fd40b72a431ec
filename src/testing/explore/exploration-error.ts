import { nameErrors } from '../../errors.ts';
import type { FailureKind } from './failure.ts';
import type { TimelineEntry } from './trace.ts';

/** What is known of a failure. */
interface Found {
  readonly kind: FailureKind;
  readonly replay: string;
  readonly seed: number;
  readonly schedule: number;
  readonly departures: number;
  readonly timeline: readonly TimelineEntry[];
}

/**
 * Thrown by {@link explore} for a schedule that fails. The message tells how it came about; the `cause` is the original error.
 *
 * @example
 * ```ts
 * import { explore, ExplorationError } from 'skein/testing';
 *
 * try {
 *   explore(function* (env) {
 *     const seen: string[] = [];
 *     env.answer('a').addDoneCallback(() => seen.push('a'));
 *     env.answer('b').addDoneCallback(() => seen.push('b'));
 *     yield* env.quiet();
 *     if (seen.join('') !== 'ab') throw new Error(seen.join(''));
 *   });
 * } catch (error) {
 *   const { kind, departures } = error as ExplorationError;
 *   console.log(kind, departures);
 * }
 * // Output:
 * // error 1
 * ```
 */
export class ExplorationError extends Error {
  /** Stays the same in all versions: for logs. */
  readonly code = 'exploration-failed';
  /**
   * `error`: main threw. `deadlock`: main waits, and nothing can happen. `livelock`: the run had no end. `leak`: a task outlived
   * main. `check`: `env.atEnd()` or `check` threw. `unhandled`: a callback threw, or an exception was never retrieved.
   * `nondeterministic`: the same schedule went another way the second time.
   */
  readonly kind: FailureKind;
  /** The schedule, for the option `replay` and for `SKEIN_EXPLORE_REPLAY`. */
  readonly replay: string;
  /** The seed with which it was found. */
  readonly seed: number;
  /** The number of the schedule in which it was found, from 1 on. */
  readonly schedule: number;
  /** How many decisions were not the usual ones. */
  readonly departures: number;
  /** What happened, row by row. */
  readonly timeline: readonly TimelineEntry[];

  static {
    nameErrors(this, 'ExplorationError');
  }

  /** @internal */
  constructor(message: string, cause: unknown, found: Found) {
    super(message, { cause });
    this.kind = found.kind;
    this.replay = found.replay;
    this.seed = found.seed;
    this.schedule = found.schedule;
    this.departures = found.departures;
    this.timeline = found.timeline;
  }
}
