/** A worker that does not come back to its event loop, though all of its jobs have reported. */
import { getEventLoop } from 'skein';
import {
  ProcessPoolExecutor,
  ThreadPoolExecutor,
  type WorkerLostError,
  type WorkerPoolOptions,
} from 'skein/executors';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

/** Returns, and leaves microtasks behind that never end. */
function spin(): string {
  (function again(): void {
    void Promise.resolve().then(again);
  })();
  return 'returned';
}

const add = (a: number, b: number): number => a + b;

const kinds: readonly (readonly [
  string,
  (options: WorkerPoolOptions) => ThreadPoolExecutor | ProcessPoolExecutor,
])[] = [
  ['ThreadPoolExecutor', (options) => new ThreadPoolExecutor(options)],
  ['ProcessPoolExecutor', (options) => new ProcessPoolExecutor(options)],
];

describe.each(kinds)('a worker of a %s', (kind, create) => {
  const told: { message: string; exception?: unknown }[] = [];
  beforeEach(() => {
    told.length = 0;
    getEventLoop().setExceptionHandler((_loop, context) => told.push(context));
  });
  afterEach(() => getEventLoop().setExceptionHandler(undefined));

  test('that a job keeps from its event loop is ended and told lost; its jobs go to another', async () => {
    await using pool = create({ maxWorkers: 1, unresponsiveTimeout: 100 });
    expect(await pool.submit(spin)).toBe('returned');
    const jobs = [1, 2, 3].map((n) => pool.submit(add, n, n));
    expect(await Promise.all(jobs)).toEqual([2, 4, 6]);
    expect(told.map(({ message }) => message)).toEqual([
      expect.stringMatching(`^The worker \\S+ of a ${kind} was ended, as it did not answer$`),
    ]);
    const { exception } = told[0] as { exception: WorkerLostError };
    expect(exception).toMatchObject({ name: 'WorkerLostError', job: 'spin' });
    expect(exception.message).toMatch(
      /ended after it ran `spin`: it did not answer for 100 ms, though it ran no job: code that a job has left behind keeps it from its event loop\. Have jobs await all that they begin\.$/,
    );
  });

  test('is ended so among many quick jobs, none of which is lost', async () => {
    await using pool = create({ maxWorkers: 1, unresponsiveTimeout: 100 });
    const sums = (count: number) =>
      Promise.all(Array.from({ length: count }, (_, n) => pool.submit(add, n, 1)));
    await sums(500);
    const results = [sums(100), pool.submit(spin), sums(400)];
    const [before, spun, after] = await Promise.all(results);
    expect([(before as number[]).length, spun, (after as number[]).at(-1)]).toEqual([
      100,
      'returned',
      400,
    ]);
  });

  test('is ended for a job too whose arguments moved there; that job is lost', async () => {
    await using pool = create({ maxWorkers: 1, unresponsiveTimeout: 100 });
    await pool.submit(spin);
    const buffer = new ArrayBuffer(8);
    const moved = pool.submitWith({ transfer: [buffer] }, ({ byteLength }) => byteLength, buffer);
    await expect(moved).rejects.toMatchObject({ name: 'WorkerLostError' });
    expect(await pool.submit(add, 1, 2)).toBe(3);
  });

  test('that is kept from it does not keep a shutdown waiting, whatever the grace', async () => {
    for (const options of [{}, { cancelRunning: true }]) {
      const pool = create({
        maxWorkers: 1,
        unresponsiveTimeout: 100,
        grace: Number.POSITIVE_INFINITY,
      });
      await pool.submit(spin);
      const late = pool.submit(add, 1, 2);
      await pool.shutdown(options);
      expect(late.done()).toBe(true);
    }
  });

  test('that runs a long job, an initializer or a teardown is let be', async () => {
    const hold = (ms: number): string => {
      const until = Date.now() + ms;
      while (Date.now() < until);
      return 'honest';
    };
    const pool = create({
      maxWorkers: 1,
      unresponsiveTimeout: 20,
      grace: Number.POSITIVE_INFINITY,
      initializer: () => {
        const until = Date.now() + 100;
        while (Date.now() < until);
      },
      teardown: () => {
        const until = Date.now() + 100;
        while (Date.now() < until);
      },
    });
    expect(await Promise.all([pool.submit(hold, 150), pool.submit(hold, 150)])).toEqual([
      'honest',
      'honest',
    ]);
    await pool.shutdown();
    expect(told).toEqual([]);
  });

  test('takes a time for its answers', () => {
    expect(() => create({ unresponsiveTimeout: -1 })).toThrow(
      `expected \`unresponsiveTimeout\` to be a time in ms of at least 0, but got -1`,
    );
  });
});
