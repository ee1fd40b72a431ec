import { describe, expect, test, vi } from 'vitest';
import { firstDifference, sideBySide } from './compare.ts';
import type { Program, Trace } from './program.ts';
import { type Mode, readRecordings } from './recorded.ts';
import { runProgram } from './run-program.ts';
import { asked, type Watched } from './watched.ts';

/** What to read when the library does not do what CPython did; undefined when it does. */
async function difference(
  program: Program,
  cpython: Trace,
  mode: Mode,
  declared: boolean,
  watched = asked,
) {
  const skein = await runProgram(program, mode === 'eager', declared, watched);
  if (firstDifference(cpython, skein) === undefined) return undefined;
  const flag = `${mode === 'eager' ? ' --eager' : ''}${declared ? ' --declared' : ''}`;
  return `\nseed ${program.seed}; to shrink it: npm run conformance -- --from ${program.seed} --count 1${flag}
${sideBySide(cpython, skein)}`;
}

// A thousand programs each.
vi.setConfig({ testTimeout: 120_000 });

describe.each([1, 2])('programs of generator version %i do what CPython did', (version) => {
  const recordings = readRecordings(version);

  test.each<[Mode, string, boolean]>([
    ['lazy', 'generator functions', false],
    ['eager', 'generator functions', false],
    ['lazy', 'declared functions', true],
    ['eager', 'declared functions', true],
  ])('with %s tasks of %s', async (mode, _, declared) => {
    const differences: string[] = [];
    let compared = 0;
    for (const recording of recordings) {
      const cpython = recording[mode];
      if (cpython === undefined) continue;
      compared++;
      const found = await difference(recording.program, cpython, mode, declared);
      if (found !== undefined) differences.push(found);
    }
    expect(compared).toBeGreaterThan(990);
    expect(differences, differences.slice(0, 3).join('\n')).toEqual([]);
  });
});

describe.each<[Mode, Watched]>([
  ['lazy', 'empty'],
  ['eager', 'empty'],
  ['lazy', 'recorder'],
  ['eager', 'recorder'],
])('every tenth program with %s tasks, watched by: %s', (mode, watched) => {
  test('does what CPython did', async () => {
    const differences: string[] = [];
    for (const [index, recording] of readRecordings(2).entries()) {
      const cpython = recording[mode];
      if (index % 10 !== 0 || cpython === undefined) continue;
      const found = await difference(recording.program, cpython, mode, false, watched);
      if (found !== undefined) differences.push(found);
    }
    expect(differences, differences.slice(0, 3).join('\n')).toEqual([]);
  });
});
