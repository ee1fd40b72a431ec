/** What crosses to a worker and back, whatever the worker is. Run over each executor. */
import { declareFunctions, type InlineExecutor } from 'skein/executors';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { thrownBy } from './thrown-by.ts';

/** What all executors have that keep workers. */
type Pool = InlineExecutor;

const plain = declareFunctions<typeof import('../node/executors/fixtures/plain.mjs')>(
  new URL('../node/executors/fixtures/plain.mjs', import.meta.url),
);

export function crossingContract(name: string, create: () => Pool): void {
  describe(`What crosses to a ${name}:`, () => {
    let pool: Pool;
    beforeEach(() => {
      pool = create();
    });
    afterEach(async () => {
      await pool.shutdown({ cancelRunning: true });
    });

    describe('a function of a module that is named by its URL', () => {
      test('runs in the worker, with the types of the module', async () => {
        const results: [number, string, number] = [
          await pool.submit(plain.fib, 20),
          await pool.submit(plain.greet, 'Ada'),
          await pool.submit(plain.default, 'four'),
        ];
        expect(results).toEqual([6765, 'Hello, Ada', 4]);
      });

      test('that the module does not have fails its job, and tells what it has', async () => {
        const [lost, next] = [
          // @ts-expect-error there is none of that name
          pool.submit(plain.fob as (n: number) => number, 20),
          pool.submit(plain.fib, 10),
        ];
        expect(String(await thrownBy(lost))).toMatch(
          /^TypeError: The worker expected a function `fob` in \w+:.*, but it has no export of that name; it exports `default`, `fib`, `greet`\./,
        );
        expect(await next).toBe(55);
      });
    });
  });
}
