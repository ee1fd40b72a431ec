import { expect, test, vi } from 'vitest';
import { Oracle } from './oracle.ts';
import type { Program } from './program.ts';
import { readRecordings } from './recorded.ts';

// Loading CPython takes seconds.
vi.setConfig({ testTimeout: 120_000 });

test('CPython, asked live, makes the recorded programs and does what was recorded', async () => {
  const oracle = new Oracle();
  for (const version of [1, 2]) {
    for (const { program, lazy, eager } of readRecordings(version).slice(0, 10)) {
      expect(await oracle.programOf(version, program.seed)).toEqual(program);
      expect(await oracle.traceOf(program, false)).toEqual(lazy);
      expect(await oracle.traceOf(program, true)).toEqual(eager);
    }
  }
});

test('CPython has no trace of tasks that wait for each other in a ring, and answers the next question', async () => {
  const oracle = new Oracle();
  const ring: Program = {
    seed: 0,
    main: [
      ['spawn', 't0', [['yield'], ['await', 't1']]],
      ['spawn', 't1', [['yield'], ['await', 't0']]],
      ['sleep', 1],
      ['cancel', 't0', null],
    ],
  };
  expect(await oracle.traceOf(ring, false)).toBeUndefined();
  expect(await oracle.traceOf({ seed: 0, main: [['log', 'hello']] }, false)).toEqual([
    '0|main|hello',
    '0|main|main returned none',
    'main returned none',
  ]);
});
