/// <reference lib="esnext.disposable" preserve="true" />
import { Attempt, notYet } from '../core/attempt.ts';
import { checkBody } from '../core/checks.ts';
import type { AwaitableCoroutine, Body, Coroutine } from '../core/coroutine.ts';
import { currentTask } from '../core/current.ts';
import { unexpected } from '../core/expected.ts';
import { textOf } from '../core/foreign-future.ts';
import { handOut } from '../core/library-coroutine.ts';
import type { PurposeKind, RelatedTask } from '../core/purpose.ts';
import { Task } from '../core/task.ts';
import { brief, safely } from '../core/text.ts';
import type { BodyOf, Missing } from '../core/type-messages.ts';
import { hold } from './acquiring.ts';
import { Named, type NameOptions } from './named.ts';
import { Waiters } from './waiters.ts';

/** What a {@link CapacityLimiter} is doing, at one moment. */
export interface CapacityLimiterStatistics {
  /** The name that the limiter was given. */
  readonly name: string | undefined;
  /** How many tokens there are. */
  readonly totalTokens: number;
  /** How many of them are taken. */
  readonly borrowedTokens: number;
  /** The names of the tasks that hold a token, and texts of other borrowers, in the order in which they got it. At most a hundred. */
  readonly borrowers: readonly string[];
  /** The number of tasks that wait for a token. */
  readonly waiting: number;
}

const maxBorrowersTold = 100;

/**
 * A number of tokens, each of which has an owner while it is borrowed. The number can be changed while tasks hold some: a larger one
 * lets waiting tasks in, a smaller one takes effect as tokens come back. 0 lets no task in, `Infinity` all.
 *
 * The owner is the task, so a task that would wait for itself gets an error; or what `acquire()` was given. A `Semaphore` has neither
 * owners nor a limit that moves.
 *
 * States of a borrower: waiting → given a token (it is counted, the task has not run yet) → holding it → gone; waiting or given →
 * cancelled, which passes the token on. Tasks get tokens in the order of arrival.
 *
 * @example
 * ```ts
 * import { CapacityLimiter, gather, run, sleep } from 'skein';
 *
 * const limiter = new CapacityLimiter(1);
 * let inside = 0;
 * let most = 0;
 * const visit = () =>
 *   limiter.with(async () => {
 *     most = Math.max(most, ++inside);
 *     await sleep(2);
 *     inside--;
 *   });
 * await run(async () => {
 *   const visits = gather([visit(), visit(), visit(), visit()]);
 *   await sleep(1);
 *   limiter.totalTokens = 3;
 *   await visits;
 * });
 * most; // => 3
 * await run(function* () {
 *   yield* limiter.acquire();
 *   yield* limiter.acquire();
 * }); // throws Error: `limiter.acquire()` expected a borrower without a token, but got …
 * ```
 *
 * asyncio has no such thing; it is AnyIO's.
 */
export class CapacityLimiter extends Named implements Disposable {
  #totalTokens: number;
  readonly #waiters = new Waiters(this);
  readonly #borrowers = new Set<unknown>();
  /** The borrowers that wait, and those that were given a token and have not run yet. */
  readonly #waiting = new Set<unknown>();
  /** The number of tokens that were given to waiters that have not run yet. */
  #given = 0;

  /**
   * @param totalTokens - The number of tokens.
   * @param options - `name`: shown in text forms, call graphs and `statistics()`.
   * @throws RangeError when `totalTokens` is neither a whole number of at least 0 nor `Infinity`; TypeError when an option is not known,
   *   or the name has no text form.
   */
  constructor(totalTokens: number, options?: NameOptions) {
    super(options);
    checkTokens('new CapacityLimiter', totalTokens);
    this.#totalTokens = totalTokens;
  }

  /** The number of tokens, borrowed or not. */
  get totalTokens(): number {
    return this.#totalTokens;
  }

  /**
   * Changes the number of tokens. No token is taken away from its borrower.
   *
   * @throws RangeError when it is neither a whole number of at least 0 nor `Infinity`.
   */
  set totalTokens(totalTokens: number) {
    checkTokens('totalTokens', totalTokens);
    this.#totalTokens = totalTokens;
    this.#giveTokens();
  }

  /** The number of tokens that are borrowed, those among them that were given to a task that has not run yet. */
  get borrowedTokens(): number {
    return this.#borrowers.size + this.#given;
  }

  /** The number of tokens that are there: 0 also while more are borrowed than there should be. */
  get availableTokens(): number {
    return Math.max(0, this.#totalTokens - this.borrowedTokens);
  }

  /**
   * Waits for a token and takes it. Returns the limiter, for `using`, which releases the token of the task.
   *
   * @param borrower - The owner of the token: any value but undefined and null. Default: the task. The token of another owner is
   *   released by `release(borrower)`, not by `using`.
   *   Outside of any task an `await` makes a task for the call alone, which ends with it: name a borrower there.
   * @throws Error when the borrower has a token or waits for one.
   */
  acquire(borrower?: unknown): AwaitableCoroutine<this> {
    return handOut(new Borrowing<this>(this, borrower));
  }

  /**
   * Gives the token back: to the first task that waits, if there is one.
   *
   * @param borrower - The owner of the token. Default: the task.
   * @throws Error when the borrower has no token.
   */
  release(borrower?: unknown): void {
    const owner = borrower ?? currentTask();
    if (!this.#borrowers.delete(owner)) {
      throw new Error(
        `\`limiter.release()\` expected a borrower that has a token, but got ${borrowerText(owner)}. The task that acquired it releases it, or pass its borrower.`,
      );
    }
    this.#giveTokens();
  }

  /**
   * Runs `body` with a token that the task has borrowed, and releases it on every way out.
   *
   * @param body - An async function, which is given an AbortSignal, or a generator function.
   * @returns What the body returns.
   * @throws what the body throws; Error when the task has a token or waits for one. At once: TypeError when `body` is not a function.
   */
  with<T, Yielded = Missing, Given = Missing, Way = Missing, Other = never>(
    body: BodyOf<'limiter.with(async () => { … })', AbortSignal, T, Yielded, Given, Way, Other>,
  ): AwaitableCoroutine<T> {
    checkBody('limiter.with', body);
    // A coroutine may be closed by another task than its own.
    let borrower: unknown;
    const held = {
      acquire: () => {
        borrower = currentTask();
        return this.acquire(borrower);
      },
      release: () => this.release(borrower),
    };
    return hold(held, body as Body<[signal: AbortSignal], T>);
  }

  /** Releases the token of the task at the end of a block with `using`. */
  [Symbol.dispose](): void {
    this.release();
  }

  /** Tells how many tokens are borrowed, who holds them, and how many tasks wait; see {@link CapacityLimiterStatistics}. It is frozen. */
  statistics(): CapacityLimiterStatistics {
    return Object.freeze({
      name: this.name,
      totalTokens: this.#totalTokens,
      borrowedTokens: this.borrowedTokens,
      borrowers: Object.freeze([...this.#borrowers].slice(0, maxBorrowersTold).map(nameOfBorrower)),
      waiting: this.#waiters.size,
    });
  }

  /** @internal Takes a token if one is there and no task waits. Returns false otherwise. */
  _take(borrower: unknown): boolean {
    if (borrower === undefined || this.#borrowers.has(borrower) || this.#waiting.has(borrower)) {
      throw new Error(
        `\`limiter.acquire()\` expected a borrower without a token, but got ${borrowerText(borrower)}. Release it first, or pass another borrower.`,
      );
    }
    if (this.availableTokens === 0 || this.#waiters.anyLive) return false;
    this.#borrowers.add(borrower);
    return true;
  }

  /** @internal */
  *_waitAndTake(borrower: unknown): Coroutine<void> {
    const future = this.#waiters.createFuture();
    let hasRun = false;
    this.#waiting.add(borrower);
    try {
      yield* this.#waiters.wait(future);
      hasRun = true;
    } finally {
      this.#waiting.delete(borrower);
      if (future.done() && !future.cancelled()) this.#given--;
      if (hasRun) this.#borrowers.add(borrower);
      // Tasks queue behind one that was given a token even if tokens are there. The first that runs gives them.
      this.#giveTokens();
    }
  }

  #giveTokens(): void {
    while (this.availableTokens > 0 && this.#waiters.wakeNext()) this.#given++;
  }

  /** @internal */
  get _kind(): PurposeKind {
    return 'limiter';
  }

  /** @internal */
  _related(): readonly RelatedTask[] {
    return [...this.#borrowers].filter(isTask).map((task) => ({ relation: 'held by', task }));
  }

  override toString(): string {
    const state = `${this.borrowedTokens} of ${this.#totalTokens} borrowed`;
    return this._textOf('CapacityLimiter', state, this.#waiters.size);
  }
}

const nameOfBorrower = (borrower: unknown): string =>
  isTask(borrower) ? borrower.getName() : brief(borrower);

const borrowerText = (borrower: unknown): string => safely(() => textOf(borrower as Task<unknown>));

/** A borrower may be a proxy that throws when something looks at it. */
function isTask(borrower: unknown): borrower is Task<unknown> {
  try {
    return borrower instanceof Task;
  } catch {
    return false;
  }
}

function checkTokens(caller: string, totalTokens: unknown): void {
  if (totalTokens === Number.POSITIVE_INFINITY) return;
  if (Number.isInteger(totalTokens) && (totalTokens as number) >= 0) return;
  throw unexpected(
    caller,
    '`totalTokens` to be a whole number of at least 0',
    totalTokens,
    RangeError,
  );
}

/** The coroutine of `acquire()`. The borrower is the task that awaits it, unless another one was given. */
class Borrowing<T extends CapacityLimiter> extends Attempt<T> {
  readonly #limiter: T;
  #borrower: unknown;

  constructor(limiter: T, borrower: unknown) {
    super();
    this.#limiter = limiter;
    this.#borrower = borrower;
  }

  protected override _try(): T | typeof notYet {
    this.#borrower ??= currentTask();
    return this.#limiter._take(this.#borrower) ? this.#limiter : notYet;
  }

  protected override *_wait(): Coroutine<T> {
    yield* this.#limiter._waitAndTake(this.#borrower);
    return this.#limiter;
  }
}
