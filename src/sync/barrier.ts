import { awaitableMethods } from '../core/awaitable.ts';
import type { AwaitableCoroutine, Coroutine } from '../core/coroutine.ts';
import { unexpected } from '../core/expected.ts';
import { printsItself } from '../core/prints-itself.ts';
import { BrokenBarrierError } from '../errors.ts';
import { Condition } from './condition.ts';

/**
 * filling → draining (the last party came) → filling (the last one left);
 * filling or draining → resetting (`reset()`) → filling (the last one left); any → broken (`abort()`) → filling (`reset()`).
 */
type State = 'filling' | 'draining' | 'resetting' | 'broken';

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
export class Barrier {
  static {
    printsItself(this.prototype);
    awaitableMethods(this.prototype, 'wait', 'reset', 'abort');
  }

  /** The number of tasks it waits for. */
  readonly parties: number;
  readonly #condition = new Condition(undefined, this);
  #state: State = 'filling';
  #count = 0;

  /**
   * @param parties - The number of tasks it waits for.
   * @throws RangeError when it is not a whole number of at least 1.
   */
  constructor(parties: number) {
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

  toString(): string {
    return `<Barrier ${this.#state}, ${this.#count} of ${this.parties} waiting>`;
  }
}
