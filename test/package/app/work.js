/** The functions that workers run. */
import { currentJob, registerError } from 'skein/executors';
import { declareFunctions } from 'skein/executors/worker';
import { ParseError, power } from './numbers.js';

// By its name here: the bundler gives it another, on each side for itself.
registerError(ParseError, 'ParseError');

let stopped;

export const { cube, fail, spin, whyStopped } = declareFunctions(import.meta.url, {
  cube: (n) => power(n, 3),
  fail: () => {
    throw Object.assign(new ParseError('no number'), { line: 3 });
  },
  /** Computes until it is cancelled, in turns of the event loop. */
  spin: async () => {
    const { signal } = currentJob();
    // The flag may be seen before the message that says why.
    while (!signal.reason?.message) await new Promise((resolve) => setTimeout(resolve));
    stopped = signal.reason.message;
  },
  whyStopped: () => stopped,
});

/** Not declared, and found by the name of its export. */
export function square(n) {
  return power(n, 2);
}
