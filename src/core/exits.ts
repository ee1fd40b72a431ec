import type { Future } from './future.ts';

/** Futures by which a task waits for work that it has cancelled or shielded: the exit of a group, a `shield()`. */
const exits = new WeakSet<Future<unknown>>();

/** Makes `future` one for which a cancelled task may wait as long as it takes. */
export function asExit<T>(future: Future<T>): Future<T> {
  exits.add(future as Future<unknown>);
  return future;
}

export function isExit(future: Future<unknown>): boolean {
  return exits.has(future);
}
