/** The code that workers in threads and in processes share. */
import { process } from '../crossing/node.ts';

/** How long jobs may run before the event loop turns, in ms. */
export const slice = 1;

// Kept here, as a job may replace `process.exit`, and what Node calls in it.
const exitHost = process.exit?.bind(process);
const exitAtOnce = process.reallyExit?.bind(process);

/** Ends the thread or process that this code runs in. */
export function endHost(code = 0): void {
  try {
    exitHost?.(code);
  } catch {
    // An `exit` listener of a job has thrown. The second call does not call listeners again.
    exitHost?.(code);
  }
  exitAtOnce?.(code);
}
