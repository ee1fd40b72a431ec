import { Future } from './future.ts';
import type { Runnable } from './ready-queue.ts';

/**
 * The owner of a listener: the task for which it listens, or the futures that tasks await instead of the watched future
 * (as the future of `gather()`, for its children). Call graphs follow it.
 */
export type ListenerOwner = Future<unknown> | { _awaited(): Iterable<Future<unknown>> };

/**
 * A done callback of the library. It has the same queue and order as callbacks of the program, but captures no context:
 * that would be most of its cost.
 */
export class Listener implements Runnable {
  readonly listener: (future: Future<unknown>) => void;
  readonly owner: ListenerOwner | undefined;
  readonly #future: Future<unknown>;

  constructor(
    future: Future<unknown>,
    listener: (future: Future<unknown>) => void,
    owner: ListenerOwner | undefined,
  ) {
    this.#future = future;
    this.listener = listener;
    this.owner = owner;
  }

  /** @internal */
  _run(): void {
    this.listener(this.#future);
  }
}

/** Calls `listener`, which must not throw, when `future` is done. A future of another library gets a done callback. */
export function whenDone(
  future: Future<unknown>,
  listener: (future: Future<unknown>) => void,
  owner?: ListenerOwner,
): void {
  if (future instanceof Future) future._addWaiter(new Listener(future, listener, owner));
  else (future as Future<unknown>).addDoneCallback(listener);
}

/** Removes the listener that `whenDone()` added. */
export function notWhenDone(
  future: Future<unknown>,
  listener: (future: Future<unknown>) => void,
): void {
  if (future instanceof Future) {
    future._removeWaiters((waiter) => waiter instanceof Listener && waiter.listener === listener);
  } else {
    (future as Future<unknown>).removeDoneCallback(listener);
  }
}
