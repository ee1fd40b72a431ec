const host = globalThis as { setImmediate?: (fn: () => void) => unknown };
const { setImmediate } = host;

/** Calls back after the event loop of the host has turned. */
export function later(fn: () => void): void {
  if (setImmediate === undefined) setTimeout(fn);
  else setImmediate(fn);
}
