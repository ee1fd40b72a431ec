/**
 * What all tasks do at one moment. It is found from the moment that was looked at before: most tasks are in the same span then, or in one
 * that is near.
 */
import { firstEndingAfter, type Recording, type State, states } from './recording.ts';

export interface Moment {
  readonly time: number;
  /** The state of each task, in the order of the tasks, as its number in `states`. */
  readonly states: Uint8Array;
  /** The span of each; -1: none. */
  readonly spans: Int32Array;
}

const [unborn, running, waiting] = [0, 1, 2];

/** As `firstEndingAfter()`, but looks around `from` first, then at twice the distance, and so on. */
function firstEndingAround(
  end: Float64Array,
  first: number,
  last: number,
  time: number,
  from: number,
): number {
  let size = 1;
  if (from < last && (end[from] as number) <= time) {
    let low = from + 1;
    while (low + size <= last && (end[low + size - 1] as number) <= time) {
      low += size;
      size *= 2;
    }
    return firstEndingAfter(end, low, Math.min(last, low + size), time);
  }
  let high = from;
  while (high - size >= first && (end[high - size] as number) > time) {
    high -= size;
    size *= 2;
  }
  return firstEndingAfter(end, Math.max(first, high - size), high, time);
}

/** The moments of one recording. */
class Moments {
  readonly recording: Recording;
  // Columns: to read ten thousand objects takes longer than all the rest.
  readonly #begin: Float64Array;
  readonly #end: Float64Array;
  readonly #outcome: Uint8Array;
  readonly #first: Int32Array;
  readonly #last: Int32Array;
  /** The first span of each task that ends after the moment before. */
  readonly #near: Int32Array;
  #before: Moment | undefined;

  constructor(recording: Recording) {
    const { tasks } = recording;
    this.recording = recording;
    this.#begin = Float64Array.from(tasks, ({ begin }) => begin);
    this.#end = Float64Array.from(tasks, ({ end }) => end ?? Number.POSITIVE_INFINITY);
    this.#outcome = Uint8Array.from(tasks, ({ outcome = 'finished' }) => states.indexOf(outcome));
    this.#first = Int32Array.from(tasks, ({ first }) => first);
    this.#last = Int32Array.from(tasks, ({ last }) => last);
    this.#near = this.#first.slice();
  }

  at(time: number): Moment {
    if (this.#before?.time === time) return this.#before;
    const { tasks, spans } = this.recording;
    const { begin, end, kind } = spans;
    const moment = {
      time,
      states: new Uint8Array(tasks.length),
      spans: new Int32Array(tasks.length),
    };
    const [firsts, lasts, near] = [this.#first, this.#last, this.#near];
    const [births, deaths, outcomes] = [this.#begin, this.#end, this.#outcome];
    for (let place = 0; place < tasks.length; place++) {
      const first = firsts[place] as number;
      const last = lasts[place] as number;
      let span = firstEndingAround(end, first, last, time, near[place] as number);
      near[place] = span;
      // The end of the recording belongs to the last span.
      if (span === last) span = last > first && end[last - 1] === time ? last - 1 : -1;
      else if ((begin[span] as number) > time) span = -1;
      moment.spans[place] = span;
      let state = span >= 0 && (kind[span] as number) <= 1 ? running : waiting;
      if (time < (births[place] as number)) state = unborn;
      else if (time >= (deaths[place] as number)) state = outcomes[place] as number;
      moment.states[place] = state;
    }
    this.#before = moment;
    return moment;
  }
}

let moments: Moments | undefined;

export function momentAt(recording: Recording, time: number): Moment {
  if (moments?.recording !== recording) moments = new Moments(recording);
  return moments.at(time);
}

/** How many tasks are in each state. */
export function countStates(moment: Moment): Record<State, number> {
  const counts = new Uint32Array(states.length);
  for (const state of moment.states) (counts[state] as number)++;
  return Object.fromEntries(states.map((state, at) => [state, counts[at]])) as Record<
    State,
    number
  >;
}
