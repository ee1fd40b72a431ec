import type { Happening } from './happening.ts';

/** The kinds of decisions: what happens next; `env.choose()`; whether something fails. */
export type DecisionKind = 'next' | 'choose' | 'fault';

/** A decision that is to be made. */
export interface Decision {
  readonly kind: DecisionKind;
  /** Its place among the decisions of the run. */
  readonly at: number;
  /** The number of alternatives. 0 is the usual one. */
  readonly count: number;
  /** How many of them, the last ones, cancel a task. */
  readonly cancellations: number;
  /** What can happen next, an alternative each; empty for the other kinds. */
  readonly happenings: readonly Happening[];
  /** Names what is chosen, or what may fail. */
  readonly what: string;
}

/** Makes the decisions of one run. */
export interface Decider {
  /** Returns the number of an alternative. */
  decide(decision: Decision): number;
}

/** A decision that is not the usual one: its place in the run, and the number of the alternative. */
export interface Departure {
  readonly at: number;
  readonly alternative: number;
}

/** A schedule: all other decisions are the usual ones. In the order of their places. */
export type Departures = readonly Departure[];

const kindNumbers: Record<DecisionKind, number> = { next: 1, choose: 2, fault: 3 };

/** The decisions that were made in a run. */
export class Decisions {
  readonly taken: number[] = [];
  readonly counts: number[] = [];
  readonly #kinds: number[] = [];

  get length(): number {
    return this.taken.length;
  }

  note(kind: DecisionKind, count: number, taken: number): void {
    this.taken.push(taken);
    this.counts.push(count);
    this.#kinds.push(kindNumbers[kind]);
  }

  departures(): Departure[] {
    const found: Departure[] = [];
    for (const [at, alternative] of this.taken.entries()) {
      if (alternative !== 0) found.push({ at, alternative });
    }
    return found;
  }

  /** A number that tells this schedule from others. */
  hash(): number {
    return this.#mix(this.#usualFrom, (hash, at) => mix(hash, this.taken[at] as number));
  }

  /**
   * A number for the kinds and the counts of all decisions up to the last departure: another program has another one. Without
   * a departure, for all of them.
   */
  shape(start: number): number {
    const end = this.#usualFrom === 0 ? this.length : this.#usualFrom;
    return this.#mix(
      end,
      (hash, at) => mix(mix(hash, this.#kinds[at] as number), this.counts[at] as number),
      start,
    );
  }

  /** The place from which on all decisions are the usual ones. */
  get #usualFrom(): number {
    let at = this.taken.length;
    while (at > 0 && this.taken[at - 1] === 0) at--;
    return at;
  }

  #mix(end: number, next: (hash: number, at: number) => number, start = 0): number {
    let hash = mix(start, end);
    for (let at = 0; at < end; at++) hash = next(hash, at);
    return hash;
  }

  /** Returns the place of the first decision that is another one in `other`; undefined if all are the same. */
  firstDifference(other: Decisions): number | undefined {
    const length = Math.max(this.length, other.length);
    for (let at = 0; at < length; at++) {
      const same =
        this.taken[at] === other.taken[at] &&
        this.counts[at] === other.counts[at] &&
        this.#kinds[at] === other.#kinds[at];
      if (!same) return at;
    }
    return undefined;
  }
}

/** Adds a number to a hash of 32 bits. */
export function mix(hash: number, value: number): number {
  const mixed = Math.imul((hash ^ value) + 0x9e3779b9, 0x85ebca6b);
  return (mixed ^ (mixed >>> 13)) | 0;
}

/** Adds a text to a hash. */
export function mixText(hash: number, text: string): number {
  let mixed = hash;
  for (let at = 0; at < text.length; at++) mixed = mix(mixed, text.charCodeAt(at));
  return mixed;
}

/** Decides as a schedule says. An alternative that is not there any more becomes the last one that is. */
export class Replaying implements Decider {
  readonly #departures: Departures;
  #next = 0;

  constructor(departures: Departures) {
    this.#departures = departures;
  }

  decide({ at, count }: Decision): number {
    const departure = this.#departures[this.#next];
    if (departure === undefined || departure.at !== at) return 0;
    this.#next++;
    return Math.min(departure.alternative, count - 1);
  }
}
