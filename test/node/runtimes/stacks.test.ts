/** Stacks have one form in V8 and another in JavaScriptCore; Deno names the original files of the library. */
import { fileURLToPath } from 'node:url';
import { describe } from 'vitest';
import { testInRuntimes } from './runtimes.ts';

describe('the stack of an error has the frames of the program and a line for each waiter', () => {
  const program = fileURLToPath(new URL('stacks.mjs', import.meta.url));
  testInRuntimes(
    program,
    [],
    `Error: of coroutines
    at leaf (here)
    at branch (here)
    at main (here)
    at async task 'Task-N'
Error: of async functions
    at fetchPage (here)
    at async inTime (here)
    at async \`timeout()\` of 1000 ms
    at async main
    at async task 'Task-N'
TimeoutError: The deadline of 5 ms passed before \`load()\` was done, in task 'slow'.
    at async slow
    at async task 'slow'
    at async main
    at async task 'Task-N'
TimeoutError: The deadline of 5 ms, set at slow (here), passed before \`load()\` was done, in task 'Task-N'.
true true true`,
  );
});
