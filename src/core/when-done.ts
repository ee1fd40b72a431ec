import { Future } from './future.ts';
import type { Runnable } from './ready-queue.ts';

/**
 * On whose behalf a listener listens: a task, or what tasks wait for in the place of the future. Call graphs follow it.
 */
export type ListenerOwner = Future<unknown> | { _awaited(): Iterable<Future<unknown>> };

/**
 * A done callback of the library's own: in the same queue and order as a user's, but with no context to run in and none
 * to capture, which is most of what a callback costs.
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

/** Calls `listener`, which must not throw, when `future` is done. A future of another make gets a done callback. */
export function whenDone(
  future: Future<unknown>,
  listener: (future: Future<unknown>) => void,
  owner?: ListenerOwner,
): void {
  if (future instanceof Future) future._addWaiter(new Listener(future, listener, owner));
  else (future as Future<unknown>).addDoneCallback(listener);
}

/** Takes back what `whenDone()` registered. */
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
