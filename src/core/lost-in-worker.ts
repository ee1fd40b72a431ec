/**
 * How many failures are lost in a worker. The worker tells it to its pool, as the exit code is that of the program.
 *
 * The listener is on `globalThis`: the worker may load the program's copy of this package beside its own.
 */
const key = Symbol.for('skein.lost/0');
const shared = globalThis as unknown as Record<symbol, ((change: number) => void) | undefined>;

/** Has `listener` hear how many failures are lost here, whenever the number changes. */
export function hearLost(listener: (count: number) => void): void {
  let count = 0;
  shared[key] = (change) => {
    count += change;
    listener(count);
  };
}

/** Tells the listener, if there is one, how many failures more are lost; fewer, if below 0. */
export function tellLost(change: number): void {
  shared[key]?.(change);
}
