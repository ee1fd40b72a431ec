import { type Decider, type Decisions, type Departure, Replaying } from '../decisions.ts';
import type { Strategy } from './strategy.ts';

/** A schedule that passed, from which those with one departure more are made. */
interface Passed {
  readonly departures: readonly Departure[];
  /** The numbers of alternatives at the decisions after its last departure. */
  readonly counts: readonly number[];
}

/** More than so many are not kept. Then the search ends with the level, and is not exhaustive. */
const maxKept = 100_000;

/**
 * All schedules without a departure from the usual order, then all with one, with two, and so on, none of them twice: each comes
 * from the schedule without its last departure.
 *
 *     level 0   · · · ·
 *     level 1   x · · ·    · x · ·    · · x ·    · · · x
 *     level 2   x x · ·    x · x ·    …          from each of level 1, further departures behind its last one
 */
export class DeparturesFirst implements Strategy {
  #level: Passed[] = [];
  #nextLevel: Passed[] = [];
  #parent: Passed | undefined;
  /** The place of the decision, counted from the parent's last departure, and the alternative there, that were tried last. */
  #place = 0;
  #alternative = 0;
  #running: readonly Departure[] | undefined;
  #begun = false;
  #dropped = false;
  readonly #maxLevel: number;
  /** All schedules with so many departures have passed; -1: not even the usual one. */
  levelsPassed = -1;

  constructor(maxLevel: number = Number.POSITIVE_INFINITY) {
    this.#maxLevel = maxLevel;
  }

  /** True if every schedule was tried. */
  get isExhausted(): boolean {
    return (
      this.#begun &&
      !this.#dropped &&
      this.#parent === undefined &&
      this.#level.length === 0 &&
      this.#nextLevel.length === 0
    );
  }

  next(): Decider | undefined {
    const departures = this.#begun ? this.#nextDepartures() : [];
    this.#begun = true;
    this.#running = departures;
    return departures === undefined ? undefined : new Replaying(departures);
  }

  ran({ counts }: Decisions): void {
    const departures = this.#running as readonly Departure[];
    if (departures.length === 0) this.levelsPassed = 0;
    if (departures.length >= this.#maxLevel) return;
    const from = firstAfter(departures);
    if (counts.length <= from) return;
    if (this.#nextLevel.length >= maxKept) this.#dropped = true;
    else this.#nextLevel.push({ departures, counts: counts.slice(from) });
  }

  #nextDepartures(): readonly Departure[] | undefined {
    for (;;) {
      const departures = this.#parent && this.#nextOf(this.#parent);
      if (departures !== undefined) return departures;
      this.#parent = this.#level.pop();
      this.#place = 0;
      this.#alternative = 0;
      if (this.#parent !== undefined) continue;
      if (this.#running !== undefined) this.levelsPassed = this.#running.length;
      if (this.#nextLevel.length === 0 || this.#dropped) return undefined;
      this.#level = this.#nextLevel.reverse();
      this.#nextLevel = [];
    }
  }

  /** The next schedule that has one departure more than `parent`. */
  #nextOf({ departures, counts }: Passed): readonly Departure[] | undefined {
    this.#alternative++;
    while (this.#place < counts.length && this.#alternative >= (counts[this.#place] as number)) {
      this.#place++;
      this.#alternative = 1;
    }
    if (this.#place >= counts.length) return undefined;
    const at = firstAfter(departures) + this.#place;
    return [...departures, { at, alternative: this.#alternative }];
  }
}

function firstAfter(departures: readonly Departure[]): number {
  const last = departures.at(-1);
  return last === undefined ? 0 : last.at + 1;
}
