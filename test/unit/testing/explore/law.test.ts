import fc from 'fast-check';
import { createTask, gather, Queue, wait } from 'skein';
import type { Environment } from 'skein/testing';
import { law } from 'skein/testing/fast-check';
import { describe, expect, test } from 'vitest';
import { inNode } from '../../hosts.ts';

describe('law', () => {
  test('holds for all values and orders', () => {
    let runs = 0;
    law(
      fc.array(fc.integer(), { maxLength: 3 }),
      function* (numbers, env) {
        runs++;
        const queue = new Queue<number>();
        const writer = createTask(function* () {
          for (const number of numbers) {
            yield* env.answer('a number comes');
            queue.putNowait(number);
          }
        });
        const got: number[] = [];
        for (const _ of numbers) got.push(yield* queue.get());
        yield* wait([writer]);
        expect(got).toEqual(numbers);
      },
      { schedules: 5 },
      { numRuns: 20 },
    );
    expect(runs).toBeGreaterThan(20);
  });

  test('draws another value for one that `fc.pre()` refuses', async () => {
    const numbers = new Set<number>();
    law(
      fc.nat(9),
      function* (number, env) {
        yield* env.answer('asked');
        fc.pre(number > 4);
        numbers.add(number);
      },
      { schedules: 5 },
    );
    expect(Math.min(...numbers)).toBe(5);
    const tooMany = async (number: number) => fc.pre(number > 9);
    await expect(law(fc.nat(9), tooMany, {}, { numRuns: 1 })).rejects.toThrow(
      'Failed to run property, too many pre-condition failures',
    );
  });

  function* adds(numbers: readonly number[], env: Environment) {
    let sum = 0;
    yield* gather(
      numbers.map(function* (number) {
        const before = yield* env.answer(`reads for ${number}`, () => sum);
        yield* env.answer(`writes for ${number}`, () => {
          sum = before + number;
        });
      }),
    );
    const all = numbers.reduce((a, b) => a + b, 0);
    if (sum !== all) throw new Error(`${sum}, not ${all}`);
  }

  test('makes the value simpler, then the schedule, and tells both', () => {
    const numbers = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 5 });
    expect(() => law(numbers, adds)).toThrow(
      /Counterexample: \[\[(0,1|1,0|1,1)\]\].*fails in schedule \d+ of 200.*Again: explore/s,
    );
  });

  test('draws the same values each time', () => {
    const seen = [0, 1].map(() => {
      const values: number[] = [];
      law(
        fc.integer(),
        function* (value) {
          values.push(value);
        },
        { schedules: 1 },
      );
      return values;
    });
    expect(seen[0]).toEqual(seen[1]);
  });

  test.runIf(inNode)('takes async functions', async () => {
    await law(
      fc.boolean(),
      async (_value, env) => {
        await env.answer('something');
      },
      { schedules: 3 },
      { numRuns: 3 },
    );
    const wrong = law(fc.constant(1), async (_value, env) => {
      await env.answer('something');
      throw new Error('wrong');
    });
    await expect(wrong).rejects.toThrow('fails in schedule 1 of 200 (seed 20260101): wrong');
  });

  test('refuses what is no function', () => {
    expect(() => law(fc.boolean(), 1 as never)).toThrow(
      '`law()` expected a generator function or an async function',
    );
  });
});
