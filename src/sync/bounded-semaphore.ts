import { Semaphore } from './semaphore.ts';

/**
 * A {@link Semaphore} that cannot be released more often than it was acquired.
 *
 * Follows `asyncio.BoundedSemaphore`.
 */
export class BoundedSemaphore extends Semaphore {
  readonly #bound: number;

  constructor(value = 1) {
    super(value);
    this.#bound = value;
  }

  /** @throws RangeError when every slot is free already. */
  override release(): void {
    if (this._value >= this.#bound) {
      throw new RangeError(
        `The semaphore was released more often than acquired: all of its ${this.#bound} slots are free.`,
      );
    }
    super.release();
  }
}
