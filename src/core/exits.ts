/**
 * Futures by which a task waits for work that it has cancelled or shielded: the exit of a group, a `shield()`; and the coroutines
 * of shielded blocks.
 */
const exits = new WeakSet<object>();

/** Makes `awaited` something for which a cancelled task may wait as long as it takes. */
export function asExit<T extends object>(awaited: T): T {
  exits.add(awaited);
  return awaited;
}

export function isExit(awaited: object): boolean {
  return exits.has(awaited);
}
