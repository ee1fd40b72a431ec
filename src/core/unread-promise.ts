import type { PromiseBridge } from './promise-bridge.ts';

const ignore = (): undefined => undefined;

/**
 * What `then()` answers an `await`, which does not look at it: the promise of what the callback answered, made when somebody
 * asks for it after all, as `future.then(resolve, reject).finally(…)` does. Two promises for each await would be half its cost.
 */
export class UnreadPromise {
  static {
    // `catch` and `finally` of promises call `then`.
    Object.setPrototypeOf(this.prototype, Promise.prototype);
  }

  readonly #bridge: PromiseBridge;

  constructor(bridge: PromiseBridge) {
    this.#bridge = bridge;
  }

  then(onFulfilled?: () => unknown, onRejected?: () => unknown): Promise<unknown> {
    const bridge = this.#bridge;
    // Whoever comes to the future after the bridge hears of it after the bridge.
    const over = bridge.isOver ? Promise.resolve() : bridge.future.then(ignore, ignore);
    return over.then(() => bridge.returned).then(onFulfilled, onRejected);
  }
}
