import type { AsyncFrame } from './async-frame.ts';
import type { Future } from './future.ts';
import type { Runnable } from './ready-queue.ts';

/** Settles a promise as a future was settled. It waits among the future's waiters. */
export class PromiseBridge implements Runnable {
  readonly future: Future<unknown>;
  readonly #resolve: (value: never) => void;
  readonly #reject: (reason: unknown) => void;
  /** The async function whose await this is. */
  frame: AsyncFrame | undefined = undefined;

  constructor(
    future: Future<unknown>,
    resolve: (value: never) => void,
    reject: (reason: unknown) => void,
  ) {
    this.future = future;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  /** @internal */
  get _retrieves(): boolean {
    return true;
  }

  /** @internal A promise can be settled without the loop. */
  _runOrphaned(): void {
    this._run();
  }

  /** Rejects the promise, whatever becomes of the future. */
  reject(reason: unknown): void {
    this.#reject(reason);
  }

  /** @internal */
  _run(): void {
    this.frame?._awaitOver(this);
    this.future._passTo(this.#resolve as (value: unknown) => void, this.#reject);
  }

  toString(): string {
    return `an await of ${this.future._shortText()}`;
  }
}

const native = /\{\s*\[native code\]\s*\}$/;

/**
 * Tells a `then` called by `await`, or by a promise that was resolved with a future, from one that a program called:
 * the former hands in a promise's own resolving function. Only an `await` is a cancellation point; `then(callback)`
 * merely listens.
 */
export function isAwait(onFulfilled: unknown): boolean {
  return (
    typeof onFulfilled === 'function' &&
    onFulfilled.name === '' &&
    native.test(Function.prototype.toString.call(onFulfilled))
  );
}
