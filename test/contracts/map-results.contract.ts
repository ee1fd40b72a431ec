/** What `map()` gives with `indexed` and `settled`, in order and in any order. Run over each executor. */
import { CancelledError, createTask, type Future, sleep } from 'skein';
import type { InlineExecutor, MapOptions } from 'skein/executors';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import * as work from '../node/executors/fixtures/work.mjs';
import { thrownBy } from './thrown-by.ts';

type Pool = InlineExecutor;

async function listOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

const half = (n: number): number => {
  if (n % 2 === 1) throw new RangeError(`${n} is odd`);
  return n / 2;
};

const odd = new RangeError('3 is odd');

const settledOnes = [
  { index: 0, status: 'fulfilled', value: 1 },
  { index: 1, status: 'rejected', reason: odd },
  { index: 2, status: 'fulfilled', value: 2 },
];

/** The options, and what they give for the inputs 2, 3 and 4. */
const shapes: [MapOptions, unknown[]][] = [
  [
    { indexed: true, returnExceptions: true },
    [
      { index: 0, value: 1 },
      { index: 1, value: odd },
      { index: 2, value: 2 },
    ],
  ],
  [
    { settled: true },
    [
      { status: 'fulfilled', value: 1 },
      { status: 'rejected', reason: odd },
      { status: 'fulfilled', value: 2 },
    ],
  ],
  [{ indexed: true, settled: true }, settledOnes],
];

export function mapResultsContract(name: string, create: () => Pool): void {
  describe(`the results of map() of ${name}`, () => {
    let pool: Pool;
    beforeEach(() => {
      pool = create();
    });
    afterEach(async () => {
      await pool.shutdown({ cancelRunning: true });
    });

    describe.each([{}, { chunkSize: 2 }, { bufferSize: 1 }])('with %o', (more) => {
      test.each(shapes)('are given in order as wanted: %o', async (options, expected) => {
        expect(await listOf(pool.map(half, [2, 3, 4], { ...options, ...more }))).toEqual(expected);
      });

      test.each(shapes)('are given in any order as wanted: %o', async (options, expected) => {
        const all = { ...options, ...more, ordered: false };
        const results = await listOf(pool.map(half, [2, 3, 4], all));
        expect(results).toHaveLength(expected.length);
        expect(results).toEqual(expect.arrayContaining(expected));
      });
    });

    test('have the number of the input, which tells them apart in any order', async () => {
      const inputs = Array.from({ length: 50 }, (_, n) => n);
      const options = { indexed: true, ordered: false } as const;
      for await (const { index, value } of pool.map(work.triple, inputs, options)) {
        expect(value).toBe((inputs[index] as number) * 3);
        inputs[index] = Number.NaN;
      }
      expect(inputs.every(Number.isNaN)).toBe(true);
    });

    test('are numbered by the calls if there are several inputs, or asynchronous ones', async () => {
      async function* numbers(): AsyncGenerator<number> {
        yield 10;
        yield 20;
        yield 30;
      }
      const results = pool.map(work.add, [1, 2], numbers(), { indexed: true });
      expect(await listOf(results)).toEqual([
        { index: 0, value: 11 },
        { index: 1, value: 22 },
      ]);
    });

    test('that have an index end with the first error, as others do', async () => {
      const results = pool.map(half, [2, 3, 4], { indexed: true });
      expect(await results.next()).toEqual({ done: false, value: { index: 0, value: 1 } });
      expect(await thrownBy(results.next())).toEqual(odd);
      expect(await results.next()).toEqual({ done: true, value: undefined });
    });

    test('are given to coroutines as wanted', async () => {
      const seen = await createTask(function* () {
        const seen: unknown[] = [];
        for (const next of pool.map(half, [2, 3, 4], { indexed: true, settled: true })) {
          seen.push(yield* next);
        }
        for (const next of pool.map(half, [2], { indexed: true })) seen.push(yield* next);
        try {
          for (const next of pool.map(half, [3], { indexed: true })) yield* next;
        } catch (error) {
          seen.push(error);
        }
        return seen;
      });
      expect(seen).toEqual([...settledOnes, { index: 0, value: 1 }, odd]);
    });

    test('never take the cancellation of the coroutine that reads them for an outcome', async () => {
      const seen: unknown[] = [];
      const task = createTask(function* () {
        for (const next of pool.map(work.untilAborted, [1, 2] as never[], { settled: true })) {
          seen.push(yield* next);
        }
      });
      await sleep(1);
      task.cancel('the user left');
      expect(await thrownBy(task)).toEqual(new CancelledError('the user left'));
      expect(seen).toEqual([]);
      expect(await pool.submit(work.add, 1, 1)).toBe(2);
    });

    test('never take the cancellation of the async function that reads them for an outcome', async () => {
      const seen: unknown[] = [];
      const results = pool.map(work.untilAborted, [1, 2] as never[], { settled: true });
      const reading = results.next();
      const task = createTask(function* () {
        seen.push(yield* reading as unknown as Future<unknown>);
      });
      await sleep(1);
      task.cancel('the user left');
      expect(await thrownBy(task)).toEqual(new CancelledError('the user left'));
      expect(seen).toEqual([]);
      expect(await results.next()).toEqual({ done: true, value: undefined });
      expect(await pool.submit(work.add, 1, 1)).toBe(2);
    });

    test('have jobs that a shutdown cancels among the settled ones', async () => {
      const results = pool.map(work.untilAborted, [1, 2] as never[], { settled: true });
      await sleep(1);
      await pool.shutdown({ cancelRunning: true });
      const outcomes = await listOf(results);
      expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
      expect(outcomes[0]).toHaveProperty('reason', expect.any(CancelledError));
    });

    test('do not have the end of all their time among the settled ones', async () => {
      const results = pool.map(work.untilAborted, [1] as never[], { settled: true, timeout: 1 });
      expect(await thrownBy(results.next())).toMatchObject({ name: 'TimeoutError' });
    });

    test.each([
      [
        { bufersize: 3 },
        '`map()` expected options that it knows, but got `bufersize`. Write `bufferSize`.',
      ],
      [{ indexed: 1 }, '`map()` expected `indexed` to be true or false, but got 1 (number).'],
      [{ ordered: 'no' }, '`map()` expected `ordered` to be true or false, but got "no" (string).'],
      [
        { settled: true, returnExceptions: true },
        '`map()` expected one way to give errors, but got both `settled` and `returnExceptions`. Leave `returnExceptions` out.',
      ],
    ])('are refused with options that make no sense: %o', (options, message) => {
      expect(() => pool.map(half, [2], options as never)).toThrow(new TypeError(message));
    });
  });
}
