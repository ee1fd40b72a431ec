/// <reference lib="esnext.disposable" preserve="true" />
import { checkBody } from '../core/checks.ts';
import type { AwaitableCoroutine, Body, Coroutine } from '../core/coroutine.ts';
import { unexpected } from '../core/expected.ts';
import type { Future } from '../core/future.ts';
import { handOut } from '../core/library-coroutine.ts';
import { heldText, type PurposeKind, type RelatedTask } from '../core/purpose.ts';
import type { BodyOf, Missing } from '../core/type-messages.ts';
import { CancelledError } from '../errors.ts';
import { Acquiring, hold } from './acquiring.ts';
import { Holders } from './holders.ts';
import { Named, type NameOptions } from './named.ts';
import { Waiters } from './waiters.ts';

/** What a {@link Semaphore} is doing, at one moment. */
export interface SemaphoreStatistics {
  /** The name that the semaphore was given. */
  readonly name: string | undefined;
  /** The number of free slots. */
  readonly value: number;
  /** The names of the tasks that hold slots, as far as is known: any task may release. At most a hundred. */
  readonly holders: readonly string[];
  /** The number of tasks that wait for a slot. */
  readonly waiting: number;
}

/**
 * Lets a number of tasks in at a time, in the order of arrival.
 *
 * A slot is taken from the count when its waiter is woken, not when the waiter runs: no other task can take it in between.
 *
 * @example
 * ```ts
 * import { gather, run, Semaphore, sleep } from 'skein';
 *
 * const semaphore = new Semaphore(2);
 * let inside = 0;
 * let most = 0;
 * async function visit() {
 *   await semaphore.with(async () => {
 *     most = Math.max(most, ++inside);
 *     await sleep(1);
 *     inside--;
 *   });
 * }
 * await run(async () => {
 *   await gather([visit(), visit(), visit(), visit()]);
 * });
 * most; // => 2
 * await run(function* () {
 *   return yield* semaphore.with(() => sleep(1, 'in a coroutine'));
 * }); // => 'in a coroutine'
 * ```
 *
 * Follows `asyncio.Semaphore`.
 */
export class Semaphore extends Named implements Disposable {
  /** @internal */
  protected _value: number;
  readonly #waiters = new Waiters(this);
  readonly #holders: Holders;

  /**
   * @param value - The number of slots.
   * @param options - `name`: shown in text forms, call graphs and `statistics()`.
   * @throws RangeError when `value` is not a whole number of at least 0; TypeError when an option is not known, or the name has no text form.
   */
  constructor(value = 1, options?: NameOptions) {
    super(options);
    if (!Number.isInteger(value) || value < 0) {
      throw unexpected(
        `new ${new.target.name}`,
        '`value` to be a whole number of at least 0',
        value,
        RangeError,
      );
    }
    this._value = value;
    this.#holders = new Holders(value);
  }

  /** Tells whether `acquire()` would have to wait. */
  locked(): boolean {
    return this._value === 0 || this.#waiters.anyLive;
  }

  /** Waits for a slot and takes it. Returns the semaphore, for `using`; see `Lock.acquire()`. */
  acquire(): AwaitableCoroutine<this> {
    return handOut(new Acquiring<this>(this));
  }

  /** Gives a slot back: to the first task that waits, if there is one. */
  release(): void {
    this._value++;
    this.#holders.gave(this._value);
    this.#wakeNext();
  }

  /**
   * Runs `body` with a slot taken, and gives it back on every way out.
   *
   * @param body - An async function, which is given an AbortSignal, or a generator function.
   * @returns What the body returns.
   * @throws what the body throws. At once: TypeError when `body` is not a function.
   */
  with<T, Yielded = Missing, Given = Missing, Way = Missing, Other = never>(
    body: BodyOf<'semaphore.with(async () => { … })', AbortSignal, T, Yielded, Given, Way, Other>,
  ): AwaitableCoroutine<T> {
    checkBody('semaphore.with', body);
    return hold(this, body as Body<[signal: AbortSignal], T>);
  }

  /** Tells how many slots are free, who holds the others, and how many tasks wait; see {@link SemaphoreStatistics}. It is frozen. */
  statistics(): SemaphoreStatistics {
    return Object.freeze({
      name: this.name,
      value: this._value,
      holders: Object.freeze(this._related().map(({ task }) => task.getName())),
      waiting: this.#waiters.size,
    });
  }

  /** Gives the slot back at the end of a block with `using`. */
  [Symbol.dispose](): void {
    this.release();
  }

  /** @internal Takes a slot if one is free and no task waits. Returns false otherwise. */
  _take(): boolean {
    if (this.locked()) return false;
    this._value--;
    this.#holders.took();
    return true;
  }

  /** @internal */
  *_waitAndTake(): Coroutine<this> {
    let future: Future<void> | undefined;
    try {
      future = this.#waiters.createFuture();
      yield* this.#waiters.wait(future);
    } catch (error) {
      // The task got a slot and was cancelled in the same iteration: it gives the slot back.
      if (error instanceof CancelledError && future?.done() && !future.cancelled()) this._value++;
      throw error;
    } finally {
      // Tasks queue behind a woken one even if slots are free. The first that runs wakes them.
      while (this._value > 0 && this.#wakeNext());
    }
    this.#holders.took();
    return this;
  }

  #wakeNext(): boolean {
    if (!this.#waiters.wakeNext()) return false;
    this._value--;
    return true;
  }

  /** @internal */
  get _kind(): PurposeKind {
    return 'semaphore';
  }

  /** @internal */
  _related(): readonly RelatedTask[] {
    return this.#holders.related();
  }

  override toString(): string {
    const state = this.locked()
      ? `locked${heldText(this._related())}`
      : `unlocked, value ${this._value}`;
    return this._textOf(this.constructor.name, state, this.#waiters.size);
  }
}
