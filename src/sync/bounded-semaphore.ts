import type { NameOptions } from './named.ts';
import { Semaphore } from './semaphore.ts';

/**
 * A {@link Semaphore} that cannot be released more often than it was acquired.
 *
 * @example
 * ```ts
 * import { BoundedSemaphore } from 'skein';
 *
 * const semaphore = new BoundedSemaphore(2);
 * semaphore.release(); // throws RangeError: `release()` expected a slot that was acquired…
 * ```
 *
 * Follows `asyncio.BoundedSemaphore`.
 */
export class BoundedSemaphore extends Semaphore {
  readonly #bound: number;

  /**
   * @param value - The number of slots.
   * @param options - `name`: shown in text forms, call graphs and `statistics()`.
   * @throws RangeError when `value` is not a whole number of at least 0; TypeError when an option is not known, or the name has no text form.
   */
  constructor(value = 1, options?: NameOptions) {
    super(value, options);
    this.#bound = value;
  }

  /**
   * Gives a slot back: to the first task that waits, if there is one.
   *
   * @throws RangeError when every slot is free already.
   */
  override release(): void {
    if (this._value >= this.#bound) {
      throw new RangeError(
        `\`release()\` expected a slot that was acquired, but all ${this.#bound} are free.`,
      );
    }
    super.release();
  }
}
