/** Runs the laws of the primitives once, until one is broken. Prints its name; the exit code is 1 then. */
import { explore } from 'skein/testing';
import { laws } from '../../test/unit/testing/explore/laws.ts';

for (const { name, main, options } of laws) {
  for (const cancellations of [1, 3]) {
    try {
      explore(main, { cancellations, schedules: 600, maxSteps: 2000, ...options });
    } catch (error) {
      console.log(`${name}: ${(error as Error).message.split('\n')[0]}`);
      process.exit(1);
    }
  }
}
