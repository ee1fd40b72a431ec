import type { Decider, Decisions } from '../decisions.ts';

/** A way to go through the schedules of a program. */
export interface Strategy {
  /** Returns who decides in the next run; undefined when no schedule is left. */
  next(): Decider | undefined;
  /** Is told of the decisions of that run. */
  ran(decisions: Decisions): void;
}
