/// <reference lib="esnext.disposable" preserve="true" />
import { checkBody } from '../core/checks.ts';
import type { AwaitableCoroutine, Body, Coroutine } from '../core/coroutine.ts';
import { currentTask } from '../core/current.ts';
import { handOut } from '../core/library-coroutine.ts';
import { heldText, type PurposeKind, type RelatedTask } from '../core/purpose.ts';
import type { Task } from '../core/task.ts';
import type { BodyOf, Missing } from '../core/type-messages.ts';
import { CancelledError } from '../errors.ts';
import { Acquiring, hold } from './acquiring.ts';
import { Named, type NameOptions } from './named.ts';
import { Waiters } from './waiters.ts';

/** What a {@link Lock} is doing, at one moment. */
export interface LockStatistics {
  /** The name that the lock was given. */
  readonly name: string | undefined;
  /** True while a task has the lock. */
  readonly locked: boolean;
  /** The name of the task that took it. */
  readonly holder: string | undefined;
  /** The time at which it was taken, in ms, on the clock of `loop.time()`. Known of a lock that has a name. */
  readonly since: number | undefined;
  /** The number of tasks that wait for it. */
  readonly waiting: number;
}

/**
 * Lets one task in at a time, in the order of arrival. Not re-entrant, and without an owner: any task may release it.
 *
 * States: unlocked → locked (`acquire`) → unlocked (`release`). Between a release and the step of the waiter it wakes the
 * lock is unlocked, yet a newcomer has to queue: no barging.
 *
 * @example
 * ```ts
 * import { gather, Lock, run, sleep } from 'skein';
 *
 * const lock = new Lock();
 * const log: string[] = [];
 * async function visit(who: string) {
 *   await lock.with(async () => {
 *     log.push(`${who} in`);
 *     await sleep(1);
 *     log.push(`${who} out`);
 *   });
 * }
 * function* coroutine(who: string) {
 *   using held = yield* lock.acquire();
 *   log.push(`${who}: ${held.locked()}`);
 * }
 * await run(async () => {
 *   await gather([visit('a'), visit('b'), coroutine('c')]);
 * });
 * log; // => ['a in', 'a out', 'b in', 'b out', 'c: true']
 * ```
 *
 * Follows `asyncio.Lock`.
 */
export class Lock extends Named implements Disposable {
  #locked = false;
  #holder: Task<unknown> | undefined;
  #since: number | undefined;
  readonly #waiters = new Waiters(this);

  /**
   * @param options - `name`: shown in text forms, call graphs and `statistics()`.
   * @throws TypeError when an option is not known, or the name has no text form.
   */
  constructor(options?: NameOptions) {
    super(options);
  }

  /** Tells whether it is locked. */
  locked(): boolean {
    return this.#locked;
  }

  /**
   * Waits until the lock is free and takes it. Returns the lock itself, for `using`: `using held = await lock.acquire()`
   * (in a coroutine `yield*`) releases it at the end of the block.
   */
  acquire(): AwaitableCoroutine<this> {
    return handOut(new Acquiring<this>(this));
  }

  /**
   * Releases the lock: the first task that waits gets it.
   *
   * @throws Error when it is not locked.
   */
  release(): void {
    if (!this.#locked) {
      throw new Error(
        `\`lock.release()\` expected a lock that is locked, but got ${this}. Acquire it first.`,
      );
    }
    this.#locked = false;
    this.#holder = undefined;
    this.#waiters.wakeFirst();
  }

  /**
   * Runs `body` with the lock held, and releases it on every way out.
   *
   * @param body - An async function, which is given an AbortSignal, or a generator function.
   * @returns What the body returns.
   * @throws what the body throws. At once: TypeError when `body` is not a function.
   */
  with<T, Yielded = Missing, Given = Missing, Way = Missing, Other = never>(
    body: BodyOf<'lock.with(async () => { … })', AbortSignal, T, Yielded, Given, Way, Other>,
  ): AwaitableCoroutine<T> {
    checkBody('lock.with', body);
    return hold(this, body as Body<[signal: AbortSignal], T>);
  }

  /** Tells who holds it, since when, and how many tasks wait; see {@link LockStatistics}. The object is frozen. */
  statistics(): LockStatistics {
    return Object.freeze({
      name: this.name,
      locked: this.#locked,
      holder: this.#holder?.getName(),
      since: this.#locked ? this.#since : undefined,
      waiting: this.#waiters.size,
    });
  }

  /** Releases it at the end of a block with `using`. */
  [Symbol.dispose](): void {
    this.release();
  }

  /** @internal Takes the lock if it is free and no task waits. Returns false otherwise. */
  _take(): boolean {
    if (this.#locked || this.#waiters.anyLive) return false;
    this.#hold();
    return true;
  }

  /** @internal */
  *_waitAndTake(): Coroutine<this> {
    try {
      yield* this.#waiters.wait();
    } catch (error) {
      // The task was woken and cancelled in the same iteration: it passes the wake-up on to the next.
      if (error instanceof CancelledError && !this.#locked) this.#waiters.wakeFirst();
      throw error;
    }
    this.#hold();
    return this;
  }

  #hold(): void {
    this.#locked = true;
    this.#holder = currentTask();
    // To read the clock costs a part of an `acquire()`, so it is read where the program asks for more than speed.
    if (this.name !== undefined) this.#since = this.#holder?.getLoop().time();
  }

  /** @internal */
  get _kind(): PurposeKind {
    return 'lock';
  }

  /** @internal */
  _related(): readonly RelatedTask[] {
    return this.#holder === undefined ? [] : [{ relation: 'held by', task: this.#holder }];
  }

  override toString(): string {
    const state = this.#locked ? `locked${heldText(this._related())}` : 'unlocked';
    return this._textOf('Lock', state, this.#waiters.size);
  }
}
