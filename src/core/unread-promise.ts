import type { AsyncFrame } from './async-frame.ts';
import type { Future } from './future.ts';
import type { Runnable } from './ready-queue.ts';

/** One of the two functions that settle a promise. */
export type ResolvingFunction = (value: unknown) => unknown;

const ignore = (): undefined => undefined;

/**
 * An `await`, or another promise of the host, that the loop settles. It is what `then()` returns for an `await`, which
 * ignores that result: two promises of the host would be half the cost of an await. If the result is used after all, as in
 * `future.then(resolve, reject).finally(…)`, the promise of what the callback returned is made then.
 *
 * States: waiting → over, in `_run()` or, whatever it waits for, in `reject()`.
 */
export abstract class UnreadPromise implements Runnable {
  static {
    // `catch` and `finally` are inherited from promises, and call `then`.
    Object.setPrototypeOf(this.prototype, Promise.prototype);
  }

  // Set by the constructor, not as class fields: V8 does not inline the `super()` of a class that has fields.

  /** @internal The async function that awaits; undefined if a `then()` of the program listens. */
  declare frame: AsyncFrame | undefined;
  /** @internal */
  declare isOver: boolean;
  /**
   * @internal The result of the settling function. A promise's own function returns nothing, but a proxy of another function (a
   * mock of a test runner) looks like one, and its result must not be lost.
   */
  declare returned: unknown;
  /** @internal */
  declare readonly _resolve: ResolvingFunction;
  /** @internal */
  declare readonly _reject: ResolvingFunction;

  constructor(
    frame: AsyncFrame | undefined,
    resolve: ResolvingFunction,
    reject: ResolvingFunction,
  ) {
    this.frame = frame;
    this.isOver = false;
    this.returned = undefined;
    this._resolve = resolve;
    this._reject = reject;
  }

  /** @internal The future that it waits for: who cancels that cancels the await. */
  abstract readonly future: Future<unknown>;

  /** @internal True if that future was cancelled. */
  abstract readonly isCancelled: boolean;

  /** @internal */
  abstract _run(): void;

  /** Names it in reports of debug mode. */
  abstract toString(): string;

  /** @internal The loop is closed. A promise can be settled without it. */
  _runOrphaned(): void {
    this._run();
  }

  /** @internal Rejects the promise, whatever becomes of the future. */
  reject(reason: unknown): void {
    this._settle(this._reject, reason);
  }

  /** @internal */
  _settle(settle: ResolvingFunction, outcome: unknown): void {
    this.isOver = true;
    try {
      this.returned = settle(outcome);
    } catch (error) {
      this.returned = Promise.reject(error);
    }
  }

  then(onFulfilled?: () => unknown, onRejected?: () => unknown): Promise<unknown> {
    // A waiter that is added to the future now is woken after this one: by then `returned` is set.
    const over = this.isOver ? Promise.resolve() : this.future.then(ignore, ignore);
    return over.then(() => this.returned).then(onFulfilled, onRejected);
  }
}
