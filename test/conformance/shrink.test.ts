import { expect, test } from 'vitest';
import { firstDifference, sideBySide } from './compare.ts';
import type { Program } from './program.ts';
import { printed, shrink } from './shrink.ts';

/** Fails when, anywhere, a timeout is around a cancel. */
const fails = async (program: Program): Promise<boolean> =>
  /"timeout".*"cancel"/.test(JSON.stringify(program));

test('a program shrinks to the statements that matter, with the smallest numbers', async () => {
  const program: Program = {
    seed: 7,
    main: [
      ['log', 'L1'],
      [
        'group',
        [
          ['t0', [['sleep', 5]]],
          [
            't1',
            [
              [
                'timeout',
                17,
                [
                  ['log', 'L2'],
                  ['try', [['cancel', 't0', null]], 'swallow', 'none', []],
                ],
                null,
              ],
            ],
          ],
        ],
        [['sleep', 3]],
      ],
      ['gather', [{ slot: 't1' }, { body: [['return', 7]] }], true],
    ],
  };
  expect(await shrink(program, fails)).toEqual({
    seed: 7,
    main: [['timeout', 0, [['cancel', 't0', null]], null]],
  });
});

test('a program that only fails as it is stays as it is', async () => {
  const program: Program = { seed: 1, main: [['sleep', 5]] };
  expect(await shrink(program, async (candidate) => candidate.main[0]?.[1] === 5)).toBe(program);
});

test('a program is printed as JSON, a statement a line', () => {
  const program: Program = {
    seed: 3,
    main: [
      ['spawn', 't0', [['sleep', 1], ['yield']]],
      ['gather', [{ body: [] }], true],
    ],
  };
  expect(JSON.parse(printed(program))).toEqual(program);
  expect(printed(program).split('\n')).toEqual([
    '{"seed":3,"main":[',
    '  ["spawn","t0",[',
    '    ["sleep",1],',
    '    ["yield"]',
    '  ]],',
    '  ["gather",[{"body":[]}],true]',
    ']}',
  ]);
});

test('traces stand side by side, with what differs marked', () => {
  expect(firstDifference(['a', 'b'], ['a', 'b'])).toBeUndefined();
  expect(firstDifference(['a', 'b'], ['a'])).toBe(1);
  expect(sideBySide(['a', 'b'], ['a', 'c']).split('\n')).toEqual([
    '  CPython  │ skein',
    '  a        │ a',
    '≠ b        │ c',
  ]);
});
