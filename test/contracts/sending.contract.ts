/**
 * To send a job is to look at its arguments, which may call code of the program: a getter, a trap of a proxy. Whatever that
 * does, it may fail its own job and nothing else.
 */
import { CancelledError, gather, getEventLoop } from 'skein';
import type { CurrentJob, InlineExecutor, PoolFuture } from 'skein/executors';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { running } from './executor.contract.ts';
import { thrownBy } from './thrown-by.ts';

type Pool = InlineExecutor;

const one = (): number => 1;
const failing = (): never => {
  throw new RangeError('no');
};
const readX = ({ x }: { x: unknown }): unknown => x;
const hold = (): Promise<string> => new Promise((resolve) => setTimeout(resolve, 20, 'held'));

/** Calls `fn` when a worker is sent this value. */
function whenSent<T>(fn: () => T): { readonly x: T } {
  return {
    get x() {
      return fn();
    },
  };
}

function nested(depth: number): object {
  let list: object = {};
  for (let i = 0; i < depth; i++) list = { list };
  return list;
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function throwing(): never {
  throw new RangeError('a trap');
}

const traps = {
  get: throwing,
  has: throwing,
  ownKeys: throwing,
  getPrototypeOf: throwing,
  getOwnPropertyDescriptor: throwing,
};

/** What cannot be sent, and must not be looked at carelessly either. */
const hostile: Record<string, () => unknown> = {
  'an object that is nested 4,000 deep': () => ({ list: nested(4_000), fn: one }),
  'a Map with a key that has no text form': () => new Map([[Object.create(null), one]]),
  'a proxy that was revoked': revoked,
  'a proxy whose traps throw': () => new Proxy({}, traps),
  'an object with a getter that throws': () => whenSent(throwing),
  'an object with a getter that throws no error': () =>
    whenSent(() => {
      throw undefined;
    }),
};

function replaced(): never {
  throw new RangeError('replaced');
}

/** How busy the pool is, and what it knows of the functions, decides on how a job is sent. */
const situations: Record<string, (pool: Pool) => Promise<PoolFuture<unknown>[]>> = {
  'by a new pool': async () => [],
  'to an idle worker': async (pool) => {
    await pool.submit(one);
    return [];
  },
  'behind quick jobs': async (pool) => {
    await gather(Array.from({ length: 40 }, () => pool.submit(readX, { x: 1 })));
    return [pool.submit(readX, { x: 2 })];
  },
  'behind a long job': async (pool) => {
    const long = pool.submit(hold);
    await running(long);
    return [long];
  },
};

export function sendingContract(name: string, create: () => Pool): void {
  describe.each(Object.entries(situations))(`a ${name} that sends a job %s`, (_, prepare) => {
    let pool: Pool;
    let before: PoolFuture<unknown>[];
    beforeEach(async () => {
      pool = create();
      before = await prepare(pool);
    });
    afterEach(async () => {
      await pool.shutdown();
      expect(pool.statistics()).toMatchObject({ queued: 0, running: 0, workers: [] });
    });

    /** All jobs are submitted in one turn. */
    const withNeighbours = async (value: unknown): Promise<[PoolFuture<unknown>, unknown[]]> => {
      const left = pool.submit(one);
      const job = pool.submit(readX as (value: unknown) => unknown, value);
      const right = pool.submit(one);
      const others = await gather([left, right, ...before]);
      return [job, others.slice(0, 2)];
    };

    test.each(Object.entries(hostile))('fails with %s, and no other job does', async (_, make) => {
      const [job, others] = await withNeighbours(make());
      const error = await thrownBy(job);
      expect(error).toBeInstanceOf(TypeError);
      expect(String(error)).toContain('values that can be copied to a worker');
      expect(others).toEqual([1, 1]);
      expect(await pool.submit(one)).toBe(1);
    });

    test('is done as before a shutdown when that is called meanwhile', async () => {
      const job = pool.submit(
        readX,
        whenSent(() => {
          void pool.shutdown();
          return 5;
        }),
      );
      expect(await job).toBe(5);
      expect(() => pool.submit(one)).toThrow('was shut down');
    });

    test('is cancelled by a shutdown meanwhile that cancels', async () => {
      const value = whenSent(() => void pool.shutdown({ cancelRunning: true }));
      const jobs = [pool.submit(one), pool.submit(hold), pool.submit(readX, value)];
      await Promise.allSettled(jobs);
      // Those before it may have been done by then.
      expect(await thrownBy(jobs[2] as PoolFuture<unknown>)).toBeInstanceOf(CancelledError);
      await Promise.allSettled(before);
    });

    test('can be cancelled meanwhile', async () => {
      const made: { job?: PoolFuture<unknown> } = {};
      // The first may be sent before its future is known.
      const first = pool.submit(one);
      made.job = pool.submit(
        readX,
        whenSent(() => made.job?.cancel('meanwhile')),
      );
      await Promise.allSettled([made.job]);
      expect(await first).toBe(1);
      expect(await pool.submit(one)).toBe(1);
    });

    test.each(['cancelled', 'shut down'])(
      'may have the job that runs %s meanwhile, which is stopped then',
      async (way) => {
        const waiting = function (this: CurrentJob, waits: boolean): unknown {
          if (!waits) return 1;
          return new Promise((resolve) => this.signal.addEventListener('abort', () => resolve(0)));
        };
        // A process is sent a job behind another only if both have been quick so far.
        for (let n = 0; n < 40; n++) {
          await gather([pool.submit(waiting, false), pool.submit(readX, { x: 1 })]);
        }
        const busy = pool.submit(waiting, true);
        // A thread that is slow to begin it is held up, and is sent no other job then.
        const otherwise = setTimeout(() => busy.cancel(), 200);
        const value = whenSent(() => {
          const until = performance.now() + 100;
          while (!busy.running() && performance.now() < until);
          if (way === 'cancelled') busy.cancel();
          else void pool.shutdown({ cancelRunning: true });
        });
        const next = pool.submit(readX, value);
        await Promise.allSettled([...before, busy, next]);
        await pool.shutdown();
        clearTimeout(otherwise);
        expect(busy.cancelled()).toBe(true);
      },
    );

    test('may have all jobs that are sent with it cancelled meanwhile', async () => {
      const jobs: PoolFuture<unknown>[] = [];
      const value = whenSent(() => {
        for (const job of jobs) job.cancel();
      });
      for (let n = 0; n < 5; n++) jobs.push(pool.submit(n === 2 ? readX : one, value));
      await Promise.allSettled(jobs);
      expect(jobs.every((job) => job.done())).toBe(true);
      expect(await pool.submit(one)).toBe(1);
    });

    test('may have itself and others settled meanwhile', async () => {
      const jobs: PoolFuture<unknown>[] = [];
      const value = whenSent(() => {
        for (const job of jobs) if (!job.done()) job.setResult('settled');
      });
      for (let n = 0; n < 5; n++) jobs.push(pool.submit(readX, value));
      for (const job of jobs) expect([undefined, 'settled']).toContain(await job);
      expect(await pool.submit(one)).toBe(1);
    });

    test('may fail itself and then throw', async () => {
      const jobs: PoolFuture<unknown>[] = [];
      const value = whenSent(() => {
        for (const job of jobs) if (!job.done()) job.setException(new Error('failed'));
        throw new Error('thrown');
      });
      for (let n = 0; n < 5; n++) jobs.push(pool.submit(readX, value));
      for (const job of jobs) expect(await thrownBy(job)).toBeInstanceOf(Error);
      expect(await pool.submit(one)).toBe(1);
    });

    test.each(['setResult', 'setException', 'done', 'cancelled', 'getLoop', 'running'])(
      'settles all, though the program has replaced `%s()` of some of their futures',
      async (method) => {
        const jobs = [one, one, failing, one].map((fn) => pool.submit(fn));
        for (const at of [1, 2]) Object.assign(jobs[at] as object, { [method]: replaced });
        const outcomes = await Promise.allSettled(jobs);
        expect(outcomes.map(({ status }) => status)).toEqual([
          'fulfilled',
          'fulfilled',
          'rejected',
          'fulfilled',
        ]);
        expect(await pool.submit(one)).toBe(1);
      },
    );

    test('is cancelled by a shutdown, though the program has replaced `cancel()` of its future', async () => {
      const reports: unknown[] = [];
      getEventLoop().setExceptionHandler((_, { exception }) => reports.push(exception));
      const jobs = [pool.submit(hold), pool.submit(one), pool.submit(one), pool.submit(one)];
      Object.assign(jobs[2] as object, { cancel: replaced });
      const shutdown = pool.shutdown({ cancelFutures: true, cancelRunning: true });
      const outcomes = await Promise.allSettled(jobs);
      await shutdown;
      getEventLoop().setExceptionHandler(undefined);
      expect(outcomes.map(({ status }) => status)).not.toContain('pending');
      expect(jobs.every((job) => job.done())).toBe(true);
      expect(reports.every((each) => String(each) === 'RangeError: replaced')).toBe(true);
      await Promise.allSettled(before);
    });

    test('may have others submitted meanwhile, which come after it', async () => {
      const inner: PoolFuture<unknown>[] = [];
      const outer = pool.submit(
        readX,
        whenSent(() => {
          // The getter is read when the value is checked, and again when it is copied.
          if (inner.length === 0) inner.push(pool.submit(one), pool.submit(readX, { x: 2 }));
          return 'outer';
        }),
      );
      expect(await outer).toBe('outer');
      expect(await gather(inner)).toEqual([1, 2]);
    });

    test('may have a more urgent one submitted meanwhile', async () => {
      const inner: PoolFuture<unknown>[] = [];
      const value = whenSent(() => {
        inner.push(pool.submitWith({ priority: 5 }, one));
        return 'outer';
      });
      const jobs = [1, 2, 3].map(() => pool.submit(readX, value));
      expect(await gather(jobs)).toEqual(['outer', 'outer', 'outer']);
      expect(new Set(await gather(inner))).toEqual(new Set([1]));
    });

    test('may have results of map() and room asked for meanwhile', async () => {
      const results: unknown[] = [];
      const job = pool.submit(
        readX,
        whenSent(() => {
          const squares = pool.map((n: number) => n * n, [1, 2, 3]);
          results.push(pool.room(), squares.next(), squares.return());
          return 'sent';
        }),
      );
      expect(await job).toBe('sent');
      await Promise.allSettled(results);
    });
  });
}
