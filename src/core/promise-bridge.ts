import type { AsyncFrame } from './async-frame.ts';
import { followed } from './current.ts';
import type { Future } from './future.ts';
import { CANCELLED, FINISHED } from './future-state.ts';
import type { Runnable } from './ready-queue.ts';
import { UnreadPromise } from './unread-promise.ts';

/** One of the two functions that settle a promise. */
type ResolvingFunction = (value: unknown) => unknown;

/**
 * Settles a promise as a future was settled. It waits among the future's waiters.
 * States: waiting → over, in `_run()` or, whatever becomes of the future, in `reject()`.
 */
export class PromiseBridge implements Runnable {
  readonly future: Future<unknown>;
  readonly #resolve: ResolvingFunction;
  readonly #reject: ResolvingFunction;
  /** The async function whose await this is. */
  frame: AsyncFrame | undefined = undefined;
  isOver = false;
  /**
   * What the function returned that was called: nothing, if it is a promise's. But a proxy of any other function cannot be
   * told from those, such as the mocks of test runners.
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

  /** @internal A promise can be settled without the loop. */
  _runOrphaned(): void {
    this._run();
  }

  /** Rejects the promise, whatever becomes of the future. */
  reject(reason: unknown): void {
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

/** Has a promise settled as `future` will be; `isAwait`: as the wait of the async function that goes on here, if there is one. */
export function addBridge(
  future: Future<unknown>,
  resolve: ResolvingFunction,
  reject: ResolvingFunction,
  isAwait: boolean,
): PromiseBridge {
  future._loop._meetsPromises = true;
  const bridge = new PromiseBridge(future, resolve, reject);
  const follows = isAwait ? followed() : undefined;
  if (follows === undefined) future._addWaiter(bridge);
  else follows._await(bridge);
  return bridge;
}

/** What `then()` does for an `await`: its promise is settled without another one in between. */
export function answerAwait(
  future: Future<unknown>,
  resolve: ResolvingFunction,
  reject: ResolvingFunction,
): Promise<never> {
  const bridge = addBridge(future, resolve, reject, true);
  return new UnreadPromise(bridge) as unknown as Promise<never>;
}

const native = /\{\s*\[native code\]\s*\}$/;

/** The text of a promise's resolving functions, which is the same for all of them. */
let textOfThem = '';

/**
 * Tells a `then` called by `await`, or by a promise that was resolved with a future, from one that a program called:
 * the former hands in a promise's own resolving functions. Only an `await` is a cancellation point; `then(callback)`
 * merely listens.
 */
export function isResolvingFunction(callback: unknown): callback is ResolvingFunction {
  if (typeof callback !== 'function' || callback.name !== '') return false;
  const text = Function.prototype.toString.call(callback);
  if (text === textOfThem) return true;
  if (!native.test(text)) return false;
  textOfThem = text;
  return true;
}
