import type { Decider, Decision, Departure } from '../decisions.ts';
import {
  commutes,
  type Footprint,
  Footprints,
  isPlain,
  type Sleeper,
  wild,
} from '../footprints.ts';
import type { Happening } from '../happening.ts';

/** A departure, and the footprint of the usual thing that it overtook, as the run without the departure had it. */
export interface OvertakingDeparture extends Departure {
  readonly overtaken: Footprint | undefined;
}

const none: readonly Sleeper[] = [];
/** Alternatives behind these are never asleep: a mask has 32 bits. */
const maxMasked = 31;

/**
 * Decides as a schedule says, and leaves out what comes to the same as a schedule that ran before (sleep sets; Godefroid, 1996).
 *
 *     the run before   step A, answer b, …        this run   answer b (a departure), then step A?
 *
 * If the step and the answer have nothing to do with each other, the second run would go on as the first one did: step A sleeps
 * until something happens that it has to do with. What is asleep is not the next usual thing; if all is, the run is left.
 */
export class Sleeping implements Decider {
  readonly footprints: Footprints = new Footprints();
  /** For each decision: the alternatives that were asleep, a bit each. */
  readonly masks: number[] = [];
  /** For each decision: what the one that was taken had to do with; undefined if it was no step. */
  readonly taken: (Footprint | undefined)[] = [];
  readonly #departures: readonly OvertakingDeparture[];
  #next = 0;
  #asleep: readonly Sleeper[] = none;
  /** The choices that this departure overtakes. */
  #overtaken: readonly Sleeper[] = none;
  /** The place of the decision that chose what happens now; -1 if nothing was to be decided. */
  #at = -1;
  #wasPlain = false;

  constructor(departures: readonly OvertakingDeparture[]) {
    this.#departures = departures;
  }

  decide(decision: Decision): number {
    const { kind, at, count, happenings } = decision;
    const departure = this.#departures[this.#next];
    const departs = departure !== undefined && departure.at === at;
    if (departs) this.#next++;
    if (kind !== 'next') {
      this.#asleep = none;
      this.footprints.becomesWild();
      this.masks[at] = 0;
      this.taken[at] = wild;
      return departs ? departure.alternative : 0;
    }
    this.#at = at;
    this.masks[at] = this.#maskOf(happenings);
    this.taken[at] = undefined;
    const usual = Math.max(
      happenings.findIndex((each) => !this.#sleeps(each)),
      0,
    );
    if (!departs) return usual;
    this.#overtaken = this.#overtakenBy(departure, usual, happenings);
    return Math.min(departure.alternative, count - 1);
  }

  /** Tells whether all that can happen is asleep. */
  isRedundant(happenings: readonly Happening[]): boolean {
    return this.#asleep.length > 0 && happenings.every((each) => this.#sleeps(each));
  }

  begins(happening: Happening): void {
    this.#wasPlain = happening.kind === 'answer' && isPlain(happening);
    this.footprints.begins(happening);
  }

  ends(happening: Happening): void {
    const footprint = this.footprints.ends();
    if (this.#at >= 0 && happening.kind === 'step') this.taken[this.#at] = footprint;
    this.#at = -1;
    if (this.#asleep.length + this.#overtaken.length === 0) return;
    const sleepers = [...this.#asleep, ...this.#overtaken];
    this.#asleep = sleepers.filter(
      (each) =>
        each.happening !== happening && commutes(each, happening, footprint, this.#wasPlain),
    );
    this.#overtaken = none;
  }

  #sleeps(happening: Happening): boolean {
    for (const each of this.#asleep) if (each.happening === happening) return true;
    return false;
  }

  #maskOf(happenings: readonly Happening[]): number {
    let mask = 0;
    if (this.#asleep.length === 0) return mask;
    const end = Math.min(happenings.length, maxMasked);
    for (let at = 0; at < end; at++) {
      if (this.#sleeps(happenings[at] as Happening)) mask |= 1 << at;
    }
    return mask;
  }

  /** The usual one, whose footprint is known, and answers between it and the departure: schedules with those ran before. */
  #overtakenBy(
    { alternative, overtaken }: OvertakingDeparture,
    usual: number,
    happenings: readonly Happening[],
  ): readonly Sleeper[] {
    const sleepers: Sleeper[] = [];
    for (let at = usual; at < Math.min(alternative, happenings.length); at++) {
      const happening = happenings[at] as Happening;
      if (this.#sleeps(happening)) continue;
      if (happening.kind === 'answer') sleepers.push({ happening, footprint: undefined });
      else if (at === usual && overtaken !== undefined) {
        sleepers.push({ happening, footprint: overtaken });
      }
    }
    return sleepers;
  }
}
