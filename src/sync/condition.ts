/// <reference lib="esnext.disposable" preserve="true" />
import { awaitableMethods } from '../core/awaitable.ts';
import { checkBody, checkCallback, checkNumber } from '../core/checks.ts';
import type { AwaitableCoroutine, Body, Coroutine } from '../core/coroutine.ts';
import { requirePart } from '../core/current.ts';
import { unexpected } from '../core/expected.ts';
import { pauseLevel, resumeLevel } from '../core/level.ts';
import { heldText, type Purpose, type PurposeKind, type RelatedTask } from '../core/purpose.ts';
import type { BodyOf, Missing } from '../core/type-messages.ts';
import { CancelledError } from '../errors.ts';
import { Lock, type LockStatistics } from './lock.ts';
import { Named, type NameOptions } from './named.ts';
import { Waiters } from './waiters.ts';

/** What a {@link Condition} is doing, at one moment. */
export interface ConditionStatistics {
  /** The name that the condition was given. */
  readonly name: string | undefined;
  /** That of its lock. */
  readonly lock: LockStatistics;
  /** The number of tasks that wait to be notified. */
  readonly waiting: number;
}

/**
 * A lock, and a place to wait for a change of what the lock guards.
 *
 * @example
 * ```ts
 * import { Condition, createTask, run } from 'skein';
 *
 * const condition = new Condition();
 * const items: string[] = [];
 * await run(async () => {
 *   const consumer = createTask(async () => {
 *     return await condition.with(async () => {
 *       await condition.waitFor(() => items.length > 0);
 *       return items.pop();
 *     });
 *   });
 *   await condition.with(async () => {
 *     items.push('apple');
 *     condition.notify();
 *   });
 *   return await consumer;
 * }); // => 'apple'
 * await run(function* () {
 *   yield* condition.with(function* () {
 *     yield* condition.waitFor(() => items.length === 0);
 *   });
 * });
 * ```
 *
 * Follows `asyncio.Condition`.
 */
export class Condition extends Named implements Disposable {
  static {
    awaitableMethods(this.prototype, 'acquire', 'wait', '_waitFor');
  }

  readonly #lock: Lock;
  readonly #waiters: Waiters;

  /**
   * @param lock - The lock to use, by default one of its own.
   * @param options - `name`: shown in text forms, call graphs and `statistics()`.
   * @throws TypeError when `lock` is not a {@link Lock}, when an option is not known, or the name has no text form.
   */
  constructor(lock?: Lock, options?: NameOptions);
  /** @internal `purpose`: named in texts instead of the condition, as what its waiters wait for. */
  constructor(lock: Lock | undefined, options: NameOptions | undefined, purpose: Purpose);
  constructor(lock: Lock = new Lock(), options?: NameOptions, purpose?: Purpose) {
    super(options);
    if (!(lock instanceof Lock)) {
      throw unexpected('new Condition', 'a Lock', lock);
    }
    this.#lock = lock;
    this.#waiters = new Waiters(purpose ?? this);
  }

  /** Tells whether the lock is locked. */
  locked(): boolean {
    return this.#lock.locked();
  }

  /** Takes the lock; see `Lock.acquire()`. */
  acquire(): AwaitableCoroutine<this>;
  *acquire(): Coroutine<this> {
    yield* this.#lock.acquire();
    return this;
  }

  /**
   * Releases the lock.
   *
   * @throws Error when it is not locked.
   */
  release(): void {
    this.#checkLocked('release');
    this.#lock.release();
  }

  /** Runs `body` with the lock held; see {@link Lock.with}. Throws a TypeError at once when `body` is not a function. */
  with<T, Yielded = Missing, Given = Missing, Way = Missing, Other = never>(
    body: BodyOf<'condition.with(async () => { … })', AbortSignal, T, Yielded, Given, Way, Other>,
  ): AwaitableCoroutine<T> {
    checkBody('condition.with', body);
    return this.#lock.with(body as Body<[signal: AbortSignal], T>);
  }

  /**
   * Releases the lock, waits until notified, takes the lock again, and returns true. When it is cancelled, it takes the lock
   * again before it throws.
   *
   * @throws Error when the lock is not locked.
   */
  wait(): AwaitableCoroutine<true>;
  *wait(): Coroutine<true> {
    this.#checkLocked('wait');
    const future = this.#waiters.createFuture();
    this.release();
    try {
      try {
        yield* this.#waiters.wait(future);
        return true;
      } finally {
        yield* this.#acquireAgain();
      }
    } catch (error) {
      // The task may have been notified before it was cancelled, which it cannot tell. It wakes another one, so that no
      // notification is lost; a waiter must expect to be woken too often.
      this.#notify(1);
      throw error;
    }
  }

  /**
   * Waits until `predicate()` returns a truthy value, and returns that. It is called again after each notification.
   *
   * @throws Error when the lock is not locked; what the predicate throws. At once: TypeError when the predicate is not a
   *   function, or is a generator function or an async function: those return something truthy in any case.
   */
  waitFor<T>(predicate: () => T): AwaitableCoroutine<T> {
    checkCallback('condition.waitFor', predicate);
    return this._waitFor(predicate);
  }

  /** @internal */
  _waitFor<T>(predicate: () => T): AwaitableCoroutine<T>;
  *_waitFor<T>(predicate: () => T): Coroutine<T> {
    let result = predicate();
    while (!result) {
      yield* this.wait();
      result = predicate();
    }
    return result;
  }

  /**
   * Wakes up to `n` of the waiting tasks. Each goes on once it has the lock again.
   *
   * @throws Error when the lock is not locked; TypeError when `n` is not a number; RangeError when it is NaN.
   */
  notify(n = 1): void {
    checkNumber('condition.notify', '`n`', n);
    this.#checkLocked('notify');
    this.#notify(n);
  }

  /**
   * Wakes all waiting tasks.
   *
   * @throws Error when the lock is not locked.
   */
  notifyAll(): void {
    this.notify(this.#waiters.size);
  }

  /** Tells what its lock is doing, and how many tasks wait to be notified; see {@link ConditionStatistics}. The object is frozen. */
  statistics(): ConditionStatistics {
    return Object.freeze({
      name: this.name,
      lock: this.#lock.statistics(),
      waiting: this.#waiters.size,
    });
  }

  /** Releases the lock at the end of a block with `using`. */
  [Symbol.dispose](): void {
    this.release();
  }

  *#acquireAgain(): Coroutine<void> {
    let cancelled: CancelledError | undefined;
    // The lock has to be taken, so a level-triggered scope has to wait.
    const part = requirePart('condition.wait');
    const level = pauseLevel(part);
    try {
      for (;;) {
        try {
          yield* this.#lock.acquire();
          break;
        } catch (error) {
          if (!(error instanceof CancelledError)) throw error;
          cancelled = error;
        }
      }
    } finally {
      resumeLevel(part, level);
    }
    if (cancelled !== undefined) throw cancelled;
  }

  #checkLocked(method: string): void {
    if (this.locked()) return;
    throw new Error(
      `\`condition.${method}()\` expected a condition whose lock is locked, but got ${this}. Acquire the condition first.`,
    );
  }

  #notify(n: number): void {
    while (n > 0 && this.#waiters.wakeNext()) n--;
  }

  /** @internal */
  get _kind(): PurposeKind {
    return 'condition';
  }

  /** @internal */
  _related(): readonly RelatedTask[] {
    return this.#lock._related();
  }

  override toString(): string {
    const state = this.locked() ? `locked${heldText(this._related())}` : 'unlocked';
    return this._textOf('Condition', state, this.#waiters.size);
  }
}
