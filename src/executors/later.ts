import { systemHost } from '../core/host.ts';

const host = globalThis as { setImmediate?: (fn: () => void) => unknown };
const { setImmediate } = host;

/** Calls back after the event loop of the host has turned. */
export function later(fn: () => void): void {
  // A browser has timers wait for 4 ms, which its messages need not.
  if (setImmediate === undefined) systemHost.macrotask(fn);
  else setImmediate(fn);
}
