import './register-tasks.ts';
import { AwaitedResult } from './awaited-turn.ts';
import type { Coroutine, Suspension } from './coroutine.ts';
import type { RunBy } from './driven.ts';
import { Future } from './future.ts';
import { type LibraryCoroutine, makeCoroutines } from './library-coroutine.ts';
import { readyAwaits } from './suspension.ts';
import {
  type OnFulfilled,
  type OnRejected,
  plainAwaiter,
  thenOfCoroutine,
} from './then-of-coroutine.ts';
import type { ResolvingFunction } from './unread-promise.ts';

/** Returned by `_try()` if the coroutine has to wait. */
export const notYet: unique symbol = Symbol('not yet');

/**
 * A coroutine that mostly need not wait. It tries once, and makes a generator only if it has to wait.
 *
 * States: new → over (`_try()` returned a result) or waiting (the generator of `_wait()` runs) → over.
 */
export abstract class Attempt<T> implements LibraryCoroutine<T> {
  static {
    this.prototype._then = this.prototype.then;
    makeCoroutines(this.prototype);
  }

  /** @internal `then`, for a subclass that has its own: `then` is a getter from here on, and to read it begins an await. */
  declare _then: (onFulfilled?: OnFulfilled, onRejected?: OnRejected) => Promise<unknown>;

  // Set by the constructor, not as class fields: V8 does not inline the `super()` of a class that has fields.

  /** @internal The generator; undefined until it is needed. */
  declare _waiting: Coroutine<T> | undefined;
  /** @internal */
  declare _isNew: boolean;
  /** @internal */
  declare _runBy: RunBy;

  constructor() {
    this._waiting = undefined;
    this._isNew = true;
    this._runBy = null;
  }

  /** Returns the result, or `notYet`. Throws what the coroutine is to throw. */
  protected abstract _try(): T | typeof notYet;

  /** Waits for the result. */
  protected abstract _wait(): Coroutine<T>;

  /** Tries at once. The await is a part of the task only if it has to wait. */
  then(onFulfilled?: OnFulfilled, onRejected?: OnRejected): Promise<unknown> {
    const frame = this._isNew ? plainAwaiter(this, onFulfilled, onRejected) : undefined;
    if (frame !== undefined) {
      this._isNew = false;
      try {
        const result = this._try();
        if (result === notYet) this._waiting = this._wait();
        else
          this._runBy = new AwaitedResult(
            frame,
            onFulfilled as ResolvingFunction,
            onRejected as ResolvingFunction,
            result,
          );
      } catch (error) {
        const failed = new Future<unknown>(undefined, frame._loop);
        failed._fail(error);
        this._runBy = failed;
      }
      if (this._runBy instanceof AwaitedResult) return this._runBy as unknown as Promise<unknown>;
    }
    return thenOfCoroutine.call(this as LibraryCoroutine<unknown>, onFulfilled, onRejected);
  }

  next(sent?: unknown): IteratorResult<Suspension, T> {
    if (this._waiting !== undefined) return this._waiting.next(sent);
    if (!this._isNew) return { done: true, value: undefined as T };
    this._isNew = false;
    const result = this._try();
    if (result !== notYet) {
      readyAwaits.count++;
      return { done: true, value: result };
    }
    this._waiting = this._wait();
    return this._waiting.next();
  }

  throw(error: unknown): IteratorResult<Suspension, T> {
    if (this._waiting !== undefined) return this._waiting.throw(error);
    this._isNew = false;
    throw error;
  }

  return(value: T): IteratorResult<Suspension, T> {
    if (this._waiting !== undefined) return this._waiting.return(value);
    this._isNew = false;
    return { done: true, value };
  }
}
