import type { Decisions } from './decisions.ts';
import type { ExploreReport } from './exploration.ts';

/** The number of schedules that are remembered. Later ones count as different from all others: memory stays flat. */
const maxRemembered = 2 ** 16;

/** Counts schedules, and how many of them were different. */
export class Tally {
  schedules = 0;
  /** The number of schedules since the last that was new. */
  knownInARow = 0;
  readonly #hashes = new Set<number>();
  #distinct = 0;
  #decisions = 0;
  #most = 0;

  ran(decisions: Decisions): void {
    this.schedules++;
    this.#decisions += decisions.length;
    this.#most = Math.max(this.#most, decisions.length);
    const hash = decisions.hash();
    if (this.#hashes.has(hash)) {
      this.knownInARow++;
      return;
    }
    this.knownInARow = 0;
    this.#distinct++;
    if (this.#hashes.size < maxRemembered) this.#hashes.add(hash);
  }

  report(departures: number, exhausted: boolean): ExploreReport {
    return {
      schedules: this.schedules,
      distinct: this.#distinct,
      departures,
      exhausted,
      decisions: {
        mean: this.schedules === 0 ? 0 : this.#decisions / this.schedules,
        max: this.#most,
      },
    };
  }
}
