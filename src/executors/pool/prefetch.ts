/** A worker is given so much work ahead, in ms: enough to be busy until more arrives, also from a busy program. */
const aheadMs = 2;
/** The fewest jobs of a worker whose jobs are short: one that runs, and one that is there when it ends. */
const fewest = 2;
/** No job waits behind one that takes so long: the way of the next job costs little in comparison. */
const longJobMs = 5;
/** How many jobs a worker is given while nothing is known of their cost. */
const first = 4;

/**
 * How many jobs one worker is given at a time, by the recent cost of its jobs.
 *
 * A wrong guess does little harm, as jobs that were not claimed can be taken back. The number therefore grows fast and
 * shrinks slowly.
 */
export class Prefetch {
  readonly #most: number;
  /** How many jobs the worker may have. */
  size: number;
  /** What a job costs, in ms. */
  costMs: number = Number.POSITIVE_INFINITY;

  constructor(most: number) {
    this.#most = most;
    this.size = Math.min(first, most);
  }

  /** The worker took `ms` for `count` jobs. */
  note(count: number, ms: number): void {
    const cost = ms / count;
    this.costMs = cost < this.costMs ? cost : this.costMs * 0.75 + cost * 0.25;
    const wanted =
      this.costMs >= longJobMs
        ? 1
        : Math.max(Math.round(aheadMs / Math.max(this.costMs, 1e-6)), fewest);
    const next = Math.max(Math.min(wanted, this.size * 4), Math.floor(this.size * 0.75));
    this.size = Math.min(next, this.#most);
  }

  /** Returns how many more jobs fit beside `count`: none until half of them is done, so that messages carry several jobs. */
  roomBeside(count: number): number {
    return count > this.size / 2 ? 0 : this.size - count;
  }
}
