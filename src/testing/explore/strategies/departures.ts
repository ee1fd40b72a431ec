import { type Decider, type Decisions, Replaying } from '../decisions.ts';
import { type OvertakingDeparture, Sleeping } from './sleeping.ts';
import type { Strategy } from './strategy.ts';

/** A schedule that passed, from which those with one departure more are made. */
interface Passed {
  readonly departures: readonly OvertakingDeparture[];
  /** The numbers of alternatives at the decisions after its last departure. */
  readonly counts: readonly number[];
  /** What was asleep there, and what the usual ones had to do with; undefined if nothing sleeps in this search. */
  readonly slept: Pick<Sleeping, 'masks' | 'taken'> | undefined;
}

interface DeparturesOptions {
  /** No schedule has more departures. */
  readonly maxLevel?: number;
  /** Leaves out schedules that come to the same as one that ran. */
  readonly sleeps?: boolean;
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
 *
 * With `sleeps` schedules are left out that come to the same as one that ran: see sleeping.ts. "Usual" is then the first thing that
 * is not asleep.
 */
export class DeparturesFirst implements Strategy {
  #level: Passed[] = [];
  #nextLevel: Passed[] = [];
  #parent: Passed | undefined;
  /** The place of the decision, counted from the parent's last departure, and the alternative there, that were tried last. */
  #place = 0;
  #alternative = 0;
  #running: readonly OvertakingDeparture[] | undefined;
  #sleeping: Sleeping | undefined;
  #begun = false;
  #dropped = false;
  readonly #maxLevel: number;
  readonly #sleeps: boolean;
  /** All schedules with so many departures have passed; -1: not even the usual one. */
  levelsPassed = -1;

  constructor({ maxLevel = Number.POSITIVE_INFINITY, sleeps = false }: DeparturesOptions = {}) {
    this.#maxLevel = maxLevel;
    this.#sleeps = sleeps;
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
    if (departures === undefined) return undefined;
    if (!this.#sleeps) return new Replaying(departures);
    this.#sleeping = new Sleeping(departures);
    return this.#sleeping;
  }

  ran({ counts }: Decisions): void {
    const departures = this.#running as readonly OvertakingDeparture[];
    if (departures.length === 0) this.levelsPassed = 0;
    if (departures.length >= this.#maxLevel) return;
    const from = firstAfter(departures);
    if (counts.length <= from) return;
    if (this.#nextLevel.length >= maxKept) this.#dropped = true;
    else this.#nextLevel.push({ departures, counts: counts.slice(from), slept: this.#slept(from) });
  }

  #slept(from: number): Passed['slept'] {
    if (this.#sleeping === undefined) return undefined;
    const { masks, taken } = this.#sleeping;
    return { masks: masks.slice(from), taken: taken.slice(from) };
  }

  #nextDepartures(): readonly OvertakingDeparture[] | undefined {
    for (;;) {
      const departures = this.#parent && this.#nextOf(this.#parent);
      if (departures !== undefined) return departures;
      this.#parent = this.#level.pop();
      this.#place = 0;
      this.#alternative = usualOf(this.#parent?.slept?.masks[0]);
      if (this.#parent !== undefined) continue;
      if (this.#running !== undefined) this.levelsPassed = this.#running.length;
      if (this.#nextLevel.length === 0 || this.#dropped) return undefined;
      this.#level = this.#nextLevel.reverse();
      this.#nextLevel = [];
    }
  }

  /** The next schedule that has one departure more than `parent`. */
  #nextOf({ departures, counts, slept }: Passed): readonly OvertakingDeparture[] | undefined {
    for (;;) {
      this.#alternative++;
      while (this.#place < counts.length && this.#alternative >= (counts[this.#place] as number)) {
        this.#place++;
        this.#alternative = usualOf(slept?.masks[this.#place]) + 1;
      }
      if (this.#place >= counts.length) return undefined;
      if (!isMasked(slept?.masks[this.#place], this.#alternative)) break;
    }
    const at = firstAfter(departures) + this.#place;
    const overtaken = slept?.taken[this.#place];
    return [...departures, { at, alternative: this.#alternative, overtaken }];
  }
}

/** The first alternative that is not asleep. */
function usualOf(mask = 0): number {
  let at = 0;
  while (isMasked(mask, at)) at++;
  return at;
}

function isMasked(mask = 0, alternative: number): boolean {
  return alternative < 31 && (mask & (1 << alternative)) !== 0;
}

function firstAfter(departures: readonly OvertakingDeparture[]): number {
  const last = departures.at(-1);
  return last === undefined ? 0 : last.at + 1;
}
