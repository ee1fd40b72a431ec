/** A worker is given so much work ahead, in ms: enough to be busy until more arrives, also from a busy program. */
const ahead = 2;
/** One that runs, and one that is there when it ends. */
const least = 2;
/** Behind a job that takes so long, in ms, none waits: to get the next then costs little in comparison. */
const long = 5;
/** What is given to a worker of which nothing is known yet. */
const first = 4;

/**
 * How many jobs one worker is given at a time, by what its jobs cost of late.
 *
 * A wrong guess does little harm, as jobs that were not begun can be taken back: so it grows fast and shrinks slowly.
 */
export class Prefetch {
  readonly #most: number;
  size: number;
  /** What a job costs, in ms. */
  cost: number = Number.POSITIVE_INFINITY;

  constructor(most: number) {
    this.#most = most;
    this.size = Math.min(first, most);
  }

  /** So many jobs took the worker so long. */
  note(count: number, ms: number): void {
    const cost = ms / count;
    this.cost = cost < this.cost ? cost : this.cost * 0.75 + cost * 0.25;
    const wanted =
      this.cost >= long ? 1 : Math.max(Math.round(ahead / Math.max(this.cost, 1e-6)), least);
    const next = Math.max(Math.min(wanted, this.size * 4), Math.floor(this.size * 0.75));
    this.size = Math.min(next, this.#most);
  }

  /** How many more a worker may be given that has so many: none until half is done, so that messages are not of one job. */
  roomBeside(count: number): number {
    return count > this.size / 2 ? 0 : this.size - count;
  }
}
