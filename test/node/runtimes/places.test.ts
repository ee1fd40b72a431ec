/** Deno, and Node if told to, look places up in source maps, by which the files of the library are elsewhere. */
import { execFileSync } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { testInRuntimes } from './runtimes.ts';

describe('the stack of a task shows places of the program alone', () => {
  const program = fileURLToPath(new URL('places.mjs', import.meta.url));
  const expected = 'places.mjs inner\nplaces.mjs outer';
  testInRuntimes(program, [], expected);

  test('in Node with --enable-source-maps', () => {
    const output = execFileSync(process.execPath, ['--enable-source-maps', program]);
    expect(String(output).trim()).toBe(expected);
  });
});
