import type { Instrument } from './instrument.ts';
import type { StepTaker } from './step-taker.ts';

/** An instrument that was added. An object of its own each time, so that one can be added twice. All copies of this package read it. */
export interface Entry {
  /** Its methods, as they were when it was added. */
  readonly instrument: Instrument;
  /** Their `this`. */
  readonly self: Instrument;
  /** The instrument, if it takes steps whole. */
  readonly taker?: StepTaker;
  isIn: boolean;
}
