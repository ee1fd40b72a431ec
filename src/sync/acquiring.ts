import { Attempt, notYet } from '../core/attempt.ts';
import type { Coroutine } from '../core/coroutine.ts';

/** What can be taken: a lock, a slot of a semaphore. */
interface Takeable {
  /** @internal Takes it if that can be done at once; answers whether it was. */
  _take(): boolean;
  /** @internal Waits until it can be taken, and takes it. */
  _waitAndTake(): Coroutine<unknown>;
}

/** `acquire()` of locks and semaphores, which answer themselves. */
export class Acquiring<T extends Takeable> extends Attempt<T> {
  readonly #takeable: T;

  constructor(takeable: T) {
    super();
    this.#takeable = takeable;
  }

  protected override _try(): T | typeof notYet {
    return this.#takeable._take() ? this.#takeable : notYet;
  }

  protected override _wait(): Coroutine<T> {
    return this.#takeable._waitAndTake() as Coroutine<T>;
  }
}
