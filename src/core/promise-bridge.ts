import { asyncCaller } from './current.ts';
import type { Future } from './future.ts';
import { CANCELLED, FINISHED } from './future-state.ts';
import { overridesCallbacks, overridesResult } from './overrides.ts';
import type { Task } from './task.ts';
import { type ResolvingFunction, UnreadPromise } from './unread-promise.ts';

/** A future that is told if an `await` of it throws something else than its outcome. */
export interface LetsGo {
  /** @internal */
  _letGo?(reason: unknown): void;
}

/** Settles a promise as a future was settled. It waits among the future's waiters. */
export class PromiseBridge extends UnreadPromise {
  /** @internal */
  declare readonly future: Future<unknown>;

  constructor(future: Future<unknown>, resolve: ResolvingFunction, reject: ResolvingFunction) {
    super(undefined, resolve, reject);
    this.future = future;
  }

  /** @internal */
  get _retrieves(): boolean {
    return true;
  }

  /** Begins to wait for the future. */
  listen(): void {
    if (overridesCallbacks(this.future)) this.future.addDoneCallback(() => this._run());
    else this.future._addWaiter(this);
  }

  /** @internal */
  override get isCancelled(): boolean {
    return this.future._state === CANCELLED;
  }

  /** @internal */
  override reject(reason: unknown): void {
    (this.future as LetsGo)._letGo?.(reason);
    super.reject(reason);
  }

  /** @internal */
  override _run(): void {
    this.frame?._awaitOver(this);
    if (this.isOver) return;
    const { future } = this;
    if (overridesResult(future)) {
      this.#settleWithResult(future);
    } else if (future._state === FINISHED) {
      this.frame?._partOver(future as Task<unknown>);
      this._settle(this._resolve, future._value);
    } else if (future._state === CANCELLED) {
      this._settle(this._reject, future._makeCancelledError());
    } else {
      future._retrieved();
      this.frame?._partOver(future as Task<unknown>);
      this._settle(this._reject, future._value);
    }
  }

  #settleWithResult(future: Future<unknown>): void {
    let result: unknown;
    try {
      result = future.result();
    } catch (error) {
      this._settle(this._reject, error);
      return;
    }
    this._settle(this._resolve, result);
  }

  override toString(): string {
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
  if (caller === undefined) bridge.listen();
  else caller._await(bridge);
  return bridge;
}

/** The `then()` of futures for an `await`: settles the promise of the await directly, without another promise between. */
export function settleAwait(
  future: Future<unknown>,
  resolve: ResolvingFunction,
  reject: ResolvingFunction,
): Promise<never> {
  return addBridge(future, resolve, reject, true) as unknown as Promise<never>;
}
