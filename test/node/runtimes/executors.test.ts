/** What pools of threads and of processes promise, in every runtime that is found. */
import { fileURLToPath } from 'node:url';
import { describe } from 'vitest';
import { testInRuntimes } from './runtimes.ts';

describe('executors keep their promises', () => {
  const program = fileURLToPath(new URL('executors.mjs', import.meta.url));
  testInRuntimes(program, [], '57 of 57 passed');
});
