/**
 * Counts the quick calls in a row of one function: after enough of them, the next call is expected to be quick too. One
 * slow call begins the count again.
 */
export class QuickCalls {
  readonly #slowMs: number;
  readonly #enough: number;
  #inARow = 0;

  /**
   * @param slowMs - A call that takes so long, in ms, is slow.
   * @param enough - How many quick calls in a row make a quick function.
   */
  constructor(slowMs: number, enough: number) {
    this.#slowMs = slowMs;
    this.#enough = enough;
  }

  /** True once the function was quick often enough. */
  get areExpected(): boolean {
    return this.#inARow >= this.#enough;
  }

  /** Notes that one call took `ms`. */
  note(ms: number): void {
    if (ms >= this.#slowMs) this.#inARow = 0;
    else if (this.#inARow < this.#enough) this.#inARow++;
  }
}
