import { Attempt, notYet } from '../core/attempt.ts';
import type { Coroutine } from '../core/coroutine.ts';

/** A lock, or a semaphore, of which a slot is taken. */
interface Takeable {
  /** @internal Takes it if that is possible without waiting. Returns false otherwise. */
  _take(): boolean;
  /** @internal Waits until it can be taken, and takes it. */
  _waitAndTake(): Coroutine<unknown>;
}

/** The coroutine of `acquire()`, which returns the lock or semaphore itself. */
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
