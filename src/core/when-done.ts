import { getEventLoop } from './current.ts';
import { Future } from './future.ts';
import { withoutCallback } from './future-waiters.ts';
import { overridesCallbacks, overridesResult, reportMethod } from './overrides.ts';
import type { Runnable } from './ready-queue.ts';

/**
 * The owner of a listener: the task for which it listens, or the futures that tasks await instead of the watched future
 * (as the future of `gather()`, for its children). Call graphs follow it.
 */
export type ListenerOwner = Future<unknown> | { _awaited(): Iterable<Future<unknown>> };

/** It is called with the listener too, which may be of a class that knows more. */
type Heard = (future: Future<unknown>, listener: never) => void;

/**
 * A done callback of the library. It has the same queue and order as callbacks of the program, but captures no context:
 * that would be most of its cost.
 *
 * One without a future is shared: it may be a waiter of many futures, and its function is called without an argument for each that
 * finished. A future that fails or is cancelled wakes a listener of its own in its place, so that the function gets the future.
 */
export class Listener implements Runnable {
  // Set by the constructor, not as class fields: V8 does not inline the `super()` of a class that has fields.

  /** @internal */
  declare readonly _callback: Heard;
  declare readonly owner: ListenerOwner | undefined;
  declare readonly future: Future<unknown> | undefined;

  constructor(
    future: Future<unknown> | undefined,
    listener: Heard,
    owner: ListenerOwner | undefined,
  ) {
    this.future = future;
    this._callback = listener;
    this.owner = owner;
  }

  /** @internal */
  get _holds(): boolean {
    return this.owner instanceof Future ? !this.owner.done() : this.owner !== undefined;
  }

  /** Listens to `future` too. Returns false if it cannot: the future has a waiter, or methods of its own. */
  share(future: Future<unknown>): boolean {
    const isShared = isPlain(future) && !overridesResult(future) && future._waiters === undefined;
    if (isShared) future._waiters = this;
    return isShared;
  }

  /** @internal */
  _for(future: Future<unknown>): Runnable {
    return this.future === undefined ? new Listener(future, this._callback, this.owner) : this;
  }

  /** @internal */
  _run(): void {
    const future = this.future as Future<unknown>;
    try {
      this._callback(future, this as never);
    } catch (exception) {
      // A listener calls methods of futures, which a subclass may override.
      reportMethod(future, exception);
    }
  }

  /** Stops listening. Does nothing once it was called. */
  leave(): void {
    this.future?._removeWaiter(this);
  }
}

/** Tells whether a future is waited for by its waiters, not by a method of its own. */
export function isPlain(future: Future<unknown>): boolean {
  return future instanceof Future && !overridesCallbacks(future);
}

/** A listener that can be removed. */
export interface Listening {
  leave(): void;
}

/**
 * Calls `listener` when `future` is done. A future of another library, or one that overrides
 * `addDoneCallback()`, gets a done callback.
 */
export function whenDone(
  future: Future<unknown>,
  listener: (future: Future<unknown>) => void,
  owner?: ListenerOwner,
): Listening {
  if (isPlain(future)) {
    const waiter = new Listener(future, listener, owner);
    future._addWaiter(waiter);
    return waiter;
  }
  // A function of its own, as the same listener may listen to it twice.
  let listens = true;
  const callback = (): void => {
    if (listens) listener(future);
  };
  future.addDoneCallback(callback);
  const leave = (): void => {
    listens = false;
    leaveForeign(future, callback);
  };
  return { leave };
}

/** Its code is that of a program: it may throw, and those that follow are to leave too. */
function leaveForeign(future: Future<unknown>, callback: () => void): void {
  try {
    (future as Partial<Future<unknown>>).removeDoneCallback?.(callback);
  } catch (exception) {
    reportMethod(future, exception, getEventLoop());
  }
}

/** Removes `listener` from a future of this library, however often it listens. */
export function notWhenDone(
  future: Future<unknown>,
  listener: (future: Future<unknown>) => void,
): void {
  if (!(future instanceof Future)) return;
  future._waiters = withoutCallback(future._waiters, listener).kept;
}

/** Removes listeners. */
export function leaveAll(listeners: Iterable<Listening>): void {
  for (const each of listeners) each.leave();
}
