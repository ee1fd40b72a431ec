/** What workers in threads and processes have in common. */
import { process } from './node.ts';

/** How long jobs may run before the event loop turns, in ms. */
export const slice = 1;

const host = globalThis as { setImmediate?: (fn: () => void) => unknown };

/** Calls back after the event loop has turned. */
export function later(fn: () => void): void {
  if (host.setImmediate === undefined) setTimeout(fn);
  else host.setImmediate(fn);
}

/** Ends the worker, once what it has written to the console arrived: an exit would cut that off. */
export function endOnceWritten(): void {
  const exit = (): void => void process.exit?.(0);
  const flushErrors = (): void => void (process.stderr?.write('', exit) ?? exit());
  if (process.stdout === undefined) flushErrors();
  else process.stdout.write('', flushErrors);
}
