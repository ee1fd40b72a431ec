/** What a run is given, and what comes of it. */
import type { Decider, Decisions } from './decisions.ts';
import type { Failure } from './failure.ts';
import type { Trace } from './trace.ts';

/** What is to be run: the mode, and who decides. */
export interface Plan {
  readonly orders: 'fifo' | 'tasks';
  readonly eager: boolean;
  readonly decider: Decider;
  /** Notes what happens, for the drawing. */
  readonly trace?: Trace;
}

/** What a run came to. */
export interface RunResult {
  readonly failure: Failure | undefined;
  readonly decisions: Decisions;
  /** False if it waited for something outside that no schedule decides. */
  readonly isReplayable: boolean;
}

/** What `check` is given after each run. */
export interface FinishedRun {
  /** The time on the loop's clock, in ms. */
  readonly time: number;
  /** What `env.log()` was given. */
  readonly log: readonly string[];
}
