/** Deno looks places up in source maps, by which the files of the library are elsewhere. */
import { fileURLToPath } from 'node:url';
import { describe } from 'vitest';
import { testInRuntimes } from './runtimes.ts';

describe('the stack of a task shows places of the program alone', () => {
  const program = fileURLToPath(new URL('places.mjs', import.meta.url));
  testInRuntimes(program, [], 'places.mjs inner\nplaces.mjs outer');
});
