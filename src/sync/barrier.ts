import { awaitableMethods } from '../core/awaitable.ts';
import type { AwaitableCoroutine, Coroutine } from '../core/coroutine.ts';
import { unexpected } from '../core/expected.ts';
import type { PurposeKind } from '../core/purpose.ts';
import { BrokenBarrierError } from '../errors.ts';
import { Condition } from './condition.ts';
import { Named, type NameOptions } from './named.ts';

/**
 * filling → draining (the last party came) → filling (the last one left);
 * filling or draining → resetting (`reset()`) → filling (the last one left); any → broken (`abort()`) → filling (`reset()`).
 */
type State = 'filling' | 'draining' | 'resetting' | 'broken';

/** What a {@link Barrier} is doing, at one moment. */
export interface BarrierStatistics {
  /** The name that the barrier was given. */
  readonly name: string | undefined;
  /** The number of tasks it waits for. */
  readonly parties: number;
  /** The number of tasks that wait for the others. */
  readonly waiting: number;
  /** True after `abort()`: waiting at the barrier fails. */
  readonly broken: boolean;
}

/**
 * Holds tasks until a number of them have come, then lets all go at once; again and again.
 *
 * @example
 * ```ts
 * import { Barrier, gather, run } from 'skein';
 *
 * const barrier = new Barrier(2);
 * await run(async () => {
 *   return await gather([barrier.wait(), barrier.wait()]);
 * }); // => [0, 1]
 * const another = new Barrier(1);
 * await run(function* () {
 *   return yield* another.wait();
 * }); // => 0
 * ```
 *
 * Follows `asyncio.Barrier`.
 */
export class Barrier extends Named {
  static {
    awaitableMethods(this.prototype, 'wait', 'reset', 'abort');
  }

  /** The number of tasks it waits for. */
  readonly parties: number;
  readonly #condition = new Condition(undefined, undefined, this);
  #state: State = 'filling';
  #count = 0;

  /**
   * @param parties - The number of tasks it waits for.
   * @param options - `name`: shown in text forms, call graphs and `statistics()`.
   * @throws RangeError when `parties` is not a whole number of at least 1; TypeError when an option is not known, or the name has no text form.
   */
  constructor(parties: number, options?: NameOptions) {
    super(options);
    if (!Number.isInteger(parties) || parties < 1) {
      throw unexpected(
        'new Barrier',
        '`parties` to be a whole number of at least 1',
        parties,
        RangeError,
      );
    }
    this.parties = parties;
  }

  /** The number of tasks that wait now. */
  get nWaiting(): number {
    return this.#state === 'filling' ? this.#count : 0;
  }

  /** True after `abort()`, until `reset()`. */
  get broken(): boolean {
    return this.#state === 'broken';
  }

  /**
   * Waits until all parties have come. Returns a different number to each, from 0 to `parties - 1`.
   *
   * @throws BrokenBarrierError when the barrier is aborted or reset meanwhile, or was aborted before.
   */
  wait(): AwaitableCoroutine<number>;
  *wait(): Coroutine<number> {
    const condition = this.#condition;
    yield* condition.acquire();
    try {
      yield* condition.waitFor(() => this.#state === 'filling' || this.#state === 'broken');
      if (this.#state === 'broken') throw new BrokenBarrierError('The barrier was aborted.');
      return yield* this.#takePart();
    } finally {
      condition.release();
    }
  }

  /** Empties the barrier, so that it can be used again. Tasks that wait get a {@link BrokenBarrierError}. */
  reset(): AwaitableCoroutine<void>;
  *reset(): Coroutine<void> {
    yield* this.#setState(() => (this.#count > 0 ? 'resetting' : 'filling'));
  }

  /** Breaks the barrier: tasks that wait or come later get a {@link BrokenBarrierError}, until `reset()`. */
  abort(): AwaitableCoroutine<void>;
  *abort(): Coroutine<void> {
    yield* this.#setState(() => 'broken');
  }

  /** Tells how many tasks wait for how many; see {@link BarrierStatistics}. The object is frozen. */
  statistics(): BarrierStatistics {
    return Object.freeze({
      name: this.name,
      parties: this.parties,
      waiting: this.nWaiting,
      broken: this.broken,
    });
  }

  /** @internal */
  get _kind(): PurposeKind {
    return 'barrier';
  }

  *#takePart(): Coroutine<number> {
    const index = this.#count++;
    try {
      if (index + 1 === this.parties) {
        this.#state = 'draining';
        this.#condition.notifyAll();
      } else {
        yield* this.#condition.waitFor(() => this.#state !== 'filling');
        if (this.#state !== 'draining') {
          throw new BrokenBarrierError(
            `The barrier was ${this.#state === 'broken' ? 'aborted' : 'reset'}.`,
          );
        }
      }
      return index;
    } finally {
      this.#count--;
      this.#leave();
    }
  }

  #leave(): void {
    if (this.#count > 0) return;
    if (this.#state === 'resetting' || this.#state === 'draining') this.#state = 'filling';
    this.#condition.notifyAll();
  }

  *#setState(next: () => State): Coroutine<void> {
    yield* this.#condition.acquire();
    this.#state = next();
    this.#condition.notifyAll();
    this.#condition.release();
  }

  override toString(): string {
    return this._textOf('Barrier', `${this.#state}, ${this.#count} of ${this.parties} waiting`);
  }
}
