/** What workers in threads and processes have in common. */
import { process } from './node.ts';

/** How long jobs may run before the event loop turns, in ms. */
export const slice = 1;

/** Ends the worker, once what it has written to the console arrived: an exit would cut that off. */
export function endOnceWritten(): void {
  const exit = (): void => void process.exit?.(0);
  const flushErrors = (): void => void (process.stderr?.write('', exit) ?? exit());
  if (process.stdout === undefined) flushErrors();
  else process.stdout.write('', flushErrors);
}
