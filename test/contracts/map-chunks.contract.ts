/** `map()` with a `chunkSize`: many inputs are one job, and each has a result of its own. Run over each executor. */
import { createTask, gather, QueueFull, sleep } from 'skein';
import { declareFunctions, type InlineExecutor } from 'skein/executors';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import * as work from '../node/executors/fixtures/work.mjs';

/** What all executors have that keep workers. */
type Pool = InlineExecutor;

const memory = declareFunctions<typeof import('../node/executors/fixtures/memory.mjs')>(
  new URL('../node/executors/fixtures/memory.mjs', import.meta.url),
);

async function listOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

function* upTo(count: number, pulled: number[] = []): Generator<number> {
  for (let n = 0; n < count; n++) {
    pulled.push(n);
    yield n;
  }
}

export function mapChunksContract(
  name: string,
  create: (options?: { maxQueue: number }) => Pool,
): void {
  describe(`map() of a ${name} with chunks`, () => {
    let pool: Pool;
    beforeEach(() => {
      pool = create();
    });
    afterEach(async () => {
      await pool.shutdown({ cancelRunning: true });
    });

    test('hands so many inputs to a worker as one job', async () => {
      const results = pool.map(work.triple, upTo(10), { chunkSize: 4 });
      expect(pool.statistics()).toMatchObject({ queued: 3, running: 0 });
      expect(await listOf(results)).toEqual([...upTo(10)].map((n) => n * 3));
    });

    test.each([2, 5, 7])(
      'takes no more inputs than the buffer holds: chunks of %i',
      async (chunkSize) => {
        const pulled: number[] = [];
        const results = pool.map(work.triple, upTo(1000, pulled), { chunkSize, bufferSize: 5 });
        expect(pulled).toHaveLength(5);
        const seen: number[] = [];
        for await (const n of results) {
          seen.push(n);
          expect(pulled.length).toBe(seen.length + 5);
          if (seen.length === 20) break;
        }
        expect(seen).toEqual([...upTo(20)].map((n) => n * 3));
      },
    );

    test('goes on after an input that fails, if wanted, and else ends in its place', async () => {
      const half = (n: number): number => {
        if (n % 2 === 1) throw new RangeError(`${n} is odd`);
        return n / 2;
      };
      const all = pool.map(half, upTo(5), { chunkSize: 3, returnExceptions: true });
      expect(await listOf(all)).toEqual([
        0,
        new RangeError('1 is odd'),
        1,
        new RangeError('3 is odd'),
        2,
      ]);
      const seen: number[] = [];
      const reading = (async () => {
        for await (const n of pool.map(half, [0, 2, 3, 4], { chunkSize: 3 })) seen.push(n);
      })();
      await expect(reading).rejects.toEqual(new RangeError('3 is odd'));
      expect(seen).toEqual([0, 1]);
    });

    test('fails only the result that cannot be copied', async () => {
      const results = pool.map((n: number): unknown => (n === 1 ? { on: () => n } : n), upTo(3), {
        chunkSize: 3,
        returnExceptions: true,
      });
      const [zero, error, two] = await listOf(results);
      expect([zero, two]).toEqual([0, 2]);
      expect(String(error)).toContain('but result.on is a function. Return plain data.');
    });

    test('fails the chunk of an input that cannot be copied, and says which', async () => {
      const results = pool.map((given: unknown) => typeof given, [1, () => 2, 3, 4] as unknown[], {
        chunkSize: 2,
        returnExceptions: true,
      });
      const outcomes = (await listOf(results)).map(String);
      expect(outcomes[0]).toContain('inputs[1][0] is a function');
      expect(outcomes.slice(1)).toEqual([outcomes[0], 'number', 'number']);
    });

    test('awaits async functions, moves memory, and takes results as they are done', async () => {
      const bytes = [Uint8Array.of(1), Uint8Array.of(2), Uint8Array.of(3)];
      const options = { chunkSize: 2, ordered: false };
      expect(await listOf(pool.map(work.slowly, upTo(5), options))).toEqual([...upTo(5)]);
      const moved = await listOf(pool.map(memory.increment, bytes, options));
      expect(moved.map(([byte]) => byte).sort()).toEqual([2, 3, 4]);
    });

    test('gives futures to coroutines', async () => {
      const sum = createTask(function* () {
        let total = 0;
        for (const next of pool.map(work.triple, upTo(5), { chunkSize: 2 })) total += yield* next;
        return total;
      });
      expect(await sum).toBe(30);
    });

    test('does not wait for a chunk to be full while somebody waits for its results', async () => {
      let ask = (): void => {};
      async function* inputs() {
        yield 1;
        await new Promise<void>((resolve) => {
          ask = resolve;
        });
        yield 2;
      }
      const results = pool.map(work.triple, inputs(), { chunkSize: 10 });
      expect(await results.next()).toEqual({ done: false, value: 3 });
      ask();
      expect(await listOf(results)).toEqual([6]);
    });

    test('gives up what has not begun when it is left', async () => {
      const first = pool.submit(work.linger);
      const results = pool.map(work.triple, upTo(1000), { chunkSize: 10, bufferSize: 100 });
      await sleep(0);
      await results.return();
      expect(pool.statistics().queued).toBeLessThanOrEqual(1);
      await first;
    });

    test('refuses a function that cannot cross at the call', () => {
      const outside = 1;
      expect(() => pool.map((n: number) => n + outside, [1], { chunkSize: 4 })).toThrow(
        /`outside` from outside/,
      );
    });

    if (name !== 'InlineExecutor') {
      test('takes inputs later when the executor has no room', async () => {
        const own = create({ maxQueue: 1 });
        const results = own.map(work.triple, upTo(50), { chunkSize: 4 });
        expect(() => own.submit(work.triple, 1)).toThrow(QueueFull);
        expect(await listOf(results)).toEqual([...upTo(50)].map((n) => n * 3));
        await gather([own.shutdown()]);
      });
    }
  });
}
