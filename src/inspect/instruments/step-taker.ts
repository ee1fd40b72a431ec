/**
 * How an instrument of this package hears of a step in one call, where any other hears of it in three: `stepBegins()`, `stepEnds()`, and what came
 * after. Each of the three is guarded, and called at a place that all instruments share, so that the engine cannot compile it into the loop.
 * A recorder pays as much for that as for all else that it does in a step, but for the look at the clock.
 *
 * A step is told whole only while no other instrument hears of steps. Else each event goes to all of them in their order. So a taker has those
 * methods, too, and may be told in one way now and in the other one later, also by another copy of this package.
 *
 *     running   a step begins                      the last step is over
 *     < 0       stepBegins() makes it 1            –
 *     0         the hooks make it 1, and no call   –
 *     n > 0     stepBegins() makes it n + 1        stepIsOver() makes it n - 1; in place of 0, below 0 if it wants the next call
 */
import type { EventLoop } from '../../core/event-loop.ts';
import type { Task } from '../../core/task.ts';
import type { Entry } from './entry.ts';
import type { Instrument } from './instrument.ts';

export interface StepTaker extends Instrument {
  /** How many steps run, one inside of another. */
  running: number;
  stepBegins(task: Task<unknown>): void;
  /** The step that began last is over: `stepEnds()`, and if it was none of a part `taskWaits()`, `taskReady()` or `taskDone()`. */
  stepIsOver(task: Task<unknown>, isPart: boolean): void;
  /** If no other instrument hears of iterations, this is not guarded: it calls nothing that can throw, or do what would be told. */
  iterationEnds(loop: EventLoop, steps: number): void;
}

export type TakerEntry = Entry & { readonly taker: StepTaker };

/** Returns the only instrument that hears any of `events`, if it takes steps whole. */
export function takerAlone(
  entries: readonly Entry[],
  events: readonly (keyof Instrument)[],
): TakerEntry | undefined {
  const hearing = entries.filter(({ instrument }) =>
    events.some((event) => instrument[event] !== undefined),
  );
  const [entry] = hearing;
  return hearing.length === 1 && entry?.taker !== undefined ? (entry as TakerEntry) : undefined;
}
