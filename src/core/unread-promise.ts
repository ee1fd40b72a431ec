import type { Future } from './future.ts';

const ignore = (): undefined => undefined;

/**
 * What `then()` answers an `await`, which does not look at it: the promise that the callbacks have run, made when somebody
 * asks for it after all, as `future.then(resolve, reject).finally(…)` does. Two promises for each await would be half its cost.
 */
export class UnreadPromise {
  static {
    // `catch` and `finally` of promises call `then`.
    Object.setPrototypeOf(this.prototype, Promise.prototype);
  }

  readonly #future: Future<unknown>;

  constructor(future: Future<unknown>) {
    this.#future = future;
  }

  then(onFulfilled?: () => unknown, onRejected?: () => unknown): Promise<unknown> {
    return this.#future.then(ignore, ignore).then(onFulfilled, onRejected);
  }
}
