/** The bridge to the promise of the `await`, as `PromiseBridge` is one. */
interface Bridge {
  readonly future: { then(onFulfilled: () => void, onRejected: () => void): Promise<unknown> };
  readonly isOver: boolean;
  readonly returned: unknown;
}

const ignore = (): undefined => undefined;

/**
 * The result of a `then()` that an `await` called. An `await` ignores that result, so no promise is made for it: two
 * promises would be half the cost of an await. If the result is used after all, as in
 * `future.then(resolve, reject).finally(…)`, the promise of what the callback returned is made then.
 */
export class UnreadPromise {
  static {
    // `catch` and `finally` are inherited from promises, and call `then`.
    Object.setPrototypeOf(this.prototype, Promise.prototype);
  }

  readonly #bridge: Bridge;

  constructor(bridge: Bridge) {
    this.#bridge = bridge;
  }

  then(onFulfilled?: () => unknown, onRejected?: () => unknown): Promise<unknown> {
    const bridge = this.#bridge;
    // A waiter that is added to the future after the bridge is woken after it: by then `returned` is set.
    const over = bridge.isOver ? Promise.resolve() : bridge.future.then(ignore, ignore);
    return over.then(() => bridge.returned).then(onFulfilled, onRejected);
  }
}
