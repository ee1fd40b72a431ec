/** How fast a `RateLimiter` lets tasks in: two ways to count. Times are those of the loop, in ms. */

export interface Pace {
  /**
   * Returns the time from which one more is let in: at most `now` if that is at once.
   *
   * @param reserved - The number of those that were let in and have not been counted with `take()` yet.
   */
  next(now: number, reserved: number): number;
  /** Counts one that is let in now. */
  take(now: number): void;
  /** Returns how many are let in at once. */
  free(now: number, reserved: number): number;
}

/** At most `limit` in any `interval`, wherever that begins: it notes the times of the last ones. */
export class SlidingWindow implements Pace {
  readonly #limit: number;
  readonly #interval: number;
  /** The times in order. Those before `#first` have left the window. */
  #times: number[] = [];
  #first = 0;

  constructor(limit: number, interval: number) {
    this.#limit = limit;
    this.#interval = interval;
  }

  next(now: number, reserved: number): number {
    const others = this.#count(now) + reserved - this.#limit;
    if (others < 0) return now;
    // A place is free once `others + 1` tasks have left the interval. The times of reserved places are not known yet.
    return (this.#times[this.#first + others] ?? Number.POSITIVE_INFINITY) + this.#interval;
  }

  take(now: number): void {
    this.#times.push(now);
  }

  free(now: number, reserved: number): number {
    return Math.max(0, this.#limit - this.#count(now) - reserved);
  }

  #count(now: number): number {
    const times = this.#times;
    // Another loop, of which the time is virtual.
    if ((times.at(-1) as number) > now) this.#drop(times.length);
    let first = this.#first;
    while (first < times.length && (times[first] as number) + this.#interval <= now) first++;
    this.#first = first;
    // Now and then, as moving the rest takes time.
    if (first > 32 && first * 2 > times.length) this.#drop(first);
    return this.#times.length - this.#first;
  }

  #drop(count: number): void {
    this.#times = this.#times.slice(count);
    this.#first = 0;
  }
}

/**
 * A bucket of `limit` tokens, which one comes back to every `interval / limit` ms. It notes when the bucket was full last, and the
 * tokens taken since: sums of fractions would drift.
 */
export class TokenBucket implements Pace {
  readonly #limit: number;
  readonly #interval: number;
  #fullAt = Number.NEGATIVE_INFINITY;
  #taken = 0;

  constructor(limit: number, interval: number) {
    this.#limit = limit;
    this.#interval = interval;
  }

  next(now: number, reserved: number): number {
    this.#refill(now);
    const missing = this.#taken + reserved + 1 - this.#limit;
    return missing <= 0 ? now : this.#backAt(missing);
  }

  take(now: number): void {
    this.#refill(now);
    this.#taken++;
  }

  free(now: number, reserved: number): number {
    this.#refill(now);
    let back = Math.floor(((now - this.#fullAt) / this.#interval) * this.#limit);
    // The division may be off by one.
    if (this.#backAt(back + 1) <= now) back++;
    else if (this.#backAt(back) > now) back--;
    return Math.max(0, Math.min(this.#limit, this.#limit - this.#taken + back) - reserved);
  }

  /** Returns when the token of this number, counted from when the bucket was full, is back. */
  #backAt(count: number): number {
    return this.#fullAt + (count * this.#interval) / this.#limit;
  }

  /** Begins anew if the bucket is full, or if the time is that of another loop. */
  #refill(now: number): void {
    if (now >= this.#fullAt && now < this.#backAt(this.#taken)) return;
    this.#fullAt = now;
    this.#taken = 0;
  }
}
