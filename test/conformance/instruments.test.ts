import { addInstrument } from 'skein/inspect';
import { expect, test, vi } from 'vitest';
import { Checker } from './checker.ts';
import { readRecordings } from './recorded.ts';
import { runProgram } from './run-program.ts';

vi.setConfig({ testTimeout: 60_000 });

test.each([
  ['lazy', false],
  ['eager', true],
])(
  'every tenth program with %s tasks tells its instrument births, nested steps, what follows each, and deaths',
  async (_, eager) => {
    let steps = 0;
    for (const [index, { program }] of readRecordings(2).entries()) {
      if (index % 10 !== 0) continue;
      const checker = new Checker();
      using _ = addInstrument(checker);
      using __ = addInstrument({ stepEnds: () => steps++ });
      await runProgram(program, eager, false, 'not');
      expect(checker.faults, `seed ${program.seed}`).toEqual([]);
      expect(checker.births).toBe(checker.deaths + checker.alive);
    }
    expect(steps).toBeGreaterThan(1000);
  },
);
