/** The counter of a loop that {@link OutsideWork} keeps. */
interface Counting {
  /** @internal The number of open operations outside of the loop. */
  _outside: number;
}

/**
 * An operation outside of a loop (a promise, a job of an executor) that will wake something on the loop. A virtual loop
 * waits while one is open, and reports a deadlock when none is.
 *
 * States: open ↔ closed. Each method does nothing in the state that it leads to, so an operation is counted once.
 */
export class OutsideWork {
  readonly #loop: Counting;
  #isOpen = false;

  constructor(loop: Counting) {
    this.#loop = loop;
    this.open();
  }

  /** Counts the operation again: it was only interrupted. */
  open(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#loop._outside++;
  }

  /** The operation is over, or interrupted. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#loop._outside--;
  }
}
