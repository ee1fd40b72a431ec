import type { AsyncFrame } from './async-frame.ts';
import { asyncCaller } from './current.ts';
import type { Future } from './future.ts';
import { CANCELLED, FINISHED } from './future-state.ts';
import type { Runnable } from './ready-queue.ts';
import { UnreadPromise } from './unread-promise.ts';

/** One of the two functions that settle a promise. */
type ResolvingFunction = (value: unknown) => unknown;

/** A future that is told if an `await` of it throws something else than its outcome. */
export interface LetsGo {
  /** @internal */
  _letGo?(reason: unknown): void;
}

/**
 * Settles a promise as a future was settled. It waits among the future's waiters.
 * States: waiting → over, in `_run()` or, whatever becomes of the future, in `reject()`.
 */
export class PromiseBridge implements Runnable {
  readonly future: Future<unknown>;
  readonly #resolve: ResolvingFunction;
  readonly #reject: ResolvingFunction;
  /** The async function that awaits; undefined if a `then()` of the program listens. */
  frame: AsyncFrame | undefined = undefined;
  isOver = false;
  /**
   * The result of the settling function. A promise's own function returns nothing, but a proxy of another function (a mock
   * of a test runner) looks like one, and its result must not be lost.
   */
  returned: unknown = undefined;

  constructor(future: Future<unknown>, resolve: ResolvingFunction, reject: ResolvingFunction) {
    this.future = future;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  /** @internal */
  get _retrieves(): boolean {
    return true;
  }

  /** @internal The loop is closed. A promise can be settled without it. */
  _runOrphaned(): void {
    this._run();
  }

  /** Rejects the promise, whatever becomes of the future. */
  reject(reason: unknown): void {
    (this.future as LetsGo)._letGo?.(reason);
    this.#call(this.#reject, reason);
  }

  /** @internal */
  _run(): void {
    this.frame?._awaitOver(this);
    if (this.isOver) return;
    const { future } = this;
    if (future._state === FINISHED) {
      this.#call(this.#resolve, future._value);
    } else if (future._state === CANCELLED) {
      this.#call(this.#reject, future._makeCancelledError());
    } else {
      future._retrieved();
      this.#call(this.#reject, future._value);
    }
  }

  #call(settle: ResolvingFunction, outcome: unknown): void {
    this.isOver = true;
    try {
      this.returned = settle(outcome);
    } catch (error) {
      this.returned = Promise.reject(error);
    }
  }

  toString(): string {
    return `an await of ${this.future._shortText()}`;
  }
}

/**
 * Settles a promise as `future` will be settled. `isAwait`: an `await` asks, so the async function that runs here, if there
 * is one, waits for the future and can be cancelled there.
 */
export function addBridge(
  future: Future<unknown>,
  resolve: ResolvingFunction,
  reject: ResolvingFunction,
  isAwait: boolean,
): PromiseBridge {
  future._loop._meetsPromises = true;
  const bridge = new PromiseBridge(future, resolve, reject);
  const caller = isAwait ? asyncCaller() : undefined;
  if (caller === undefined) future._addWaiter(bridge);
  else caller._await(bridge);
  return bridge;
}

/** The `then()` of futures for an `await`: settles the promise of the await directly, without another promise between. */
export function settleAwait(
  future: Future<unknown>,
  resolve: ResolvingFunction,
  reject: ResolvingFunction,
): Promise<never> {
  const bridge = addBridge(future, resolve, reject, true);
  return new UnreadPromise(bridge) as unknown as Promise<never>;
}

const native = /\{\s*\[native code\]\s*\}$/;

/** The source text of native resolving functions, which all have the same. */
let resolvingText = '';

/**
 * Tells whether `callback` is a promise's own resolving function. An `await`, and a promise that was resolved with a future,
 * call `then` with those; a program passes functions of its own. Only an `await` is a cancellation point: `then(callback)`
 * merely listens.
 */
export function isResolvingFunction(callback: unknown): callback is ResolvingFunction {
  if (typeof callback !== 'function' || callback.name !== '') return false;
  const text = Function.prototype.toString.call(callback);
  if (text === resolvingText) return true;
  if (!native.test(text)) return false;
  resolvingText = text;
  return true;
}
