import {
  CancelledError,
  type Coroutine,
  createTask,
  EventLoop,
  gather,
  getEventLoop,
  RateLimiter,
  type RateLimiterOptions,
  run,
  sleep,
  type Task,
} from 'skein';
import { describe, expect, test } from 'vitest';
import { caught, iterations, thrownBy } from '../combinators/helpers.ts';
import { inNode } from '../hosts.ts';
import { inLoop } from '../loops.ts';

const strategies = ['sliding-window', 'token-bucket'] as const;

/** Starts tasks that ask at the same time, and returns when each was let in, counted from now. */
function* timesOf(limiter: RateLimiter, count: number): Coroutine<number[]> {
  const start = getEventLoop().time();
  const ask = function* (): Coroutine<number> {
    yield* limiter.acquire();
    return getEventLoop().time() - start;
  };
  return yield* gather(Array.from({ length: count }, () => createTask(ask())));
}

/** Starts tasks that note their names when they are let in. */
function ask(limiter: RateLimiter, names: readonly string[], log: string[]): Task<void>[] {
  return names.map((name) =>
    createTask(function* () {
      yield* limiter.acquire();
      log.push(name);
    }),
  );
}

describe('RateLimiter, sliding window', () => {
  test('lets in `limit` at once, and the next ones when an interval has passed', () =>
    inLoop(function* () {
      const limiter = new RateLimiter({ limit: 3, interval: 1000 });
      expect(yield* timesOf(limiter, 8)).toEqual([0, 0, 0, 1000, 1000, 1000, 2000, 2000]);
    }));

  test('lets in no more than `limit` in any interval, wherever that begins', () =>
    inLoop(function* (loop) {
      const limiter = new RateLimiter({ limit: 2, interval: 100 });
      const start = loop.time();
      const times: number[] = [];
      for (const pause of [0, 90, 0, 0, 50, 0, 300, 5, 5]) {
        yield* sleep(pause);
        yield* limiter.acquire();
        times.push(loop.time() - start);
      }
      expect(times).toEqual([0, 90, 100, 190, 240, 290, 590, 595, 690]);
    }));

  test('keeps the times of one interval, however many came before', () =>
    inLoop(function* () {
      const limiter = new RateLimiter({ limit: 50, interval: 10 });
      const times = yield* timesOf(limiter, 5000);
      expect(times).toEqual(Array.from({ length: 5000 }, (_, at) => Math.floor(at / 50) * 10));
      expect(limiter.statistics().available).toBe(0);
      yield* sleep(10);
      expect(limiter.statistics().available).toBe(50);
    }));
});

describe('RateLimiter, token bucket', () => {
  const strategy = 'token-bucket';

  test('lets in `limit` at once, and then one after the other', () =>
    inLoop(function* () {
      const limiter = new RateLimiter({ limit: 4, interval: 1000, strategy });
      const times = yield* timesOf(limiter, 9);
      expect(times).toEqual([0, 0, 0, 0, 250, 500, 750, 1000, 1250]);
      yield* sleep(600);
      expect(limiter.statistics().available).toBe(2);
      expect(yield* timesOf(limiter, 4)).toEqual([0, 0, 150, 400]);
    }));

  test('is full after a pause, and never fuller', () =>
    inLoop(function* () {
      const limiter = new RateLimiter({ limit: 2, interval: 100, strategy });
      yield* timesOf(limiter, 3);
      yield* sleep(1e6);
      expect(limiter.statistics().available).toBe(2);
      expect(yield* timesOf(limiter, 4)).toEqual([0, 0, 50, 100]);
    }));

  test.each([3, 7, 11, 60, 997])('a limit of %i divides the interval without drift', (limit) =>
    inLoop(function* () {
      const limiter = new RateLimiter({ limit, interval: 1000, strategy });
      const times = yield* timesOf(limiter, limit * 4);
      times.forEach((time, at) => {
        const due = at < limit ? 0 : ((at + 1 - limit) * 1000) / limit;
        expect(time).toBeCloseTo(due, 6);
      });
      expect(times.slice(0, limit).every((time) => time === 0)).toBe(true);
      yield* sleep(1000);
      expect(limiter.statistics().available).toBe(limit);
    }),
  );
});

describe.each(strategies)('RateLimiter of either strategy: %s', (strategy) => {
  const make = (limit: number, interval: number): RateLimiter =>
    new RateLimiter({ limit, interval, strategy });

  test('lets in in the order of arrival, also newcomers of the moment in which time is up', () =>
    inLoop(function* () {
      const limiter = make(1, 100);
      const log: string[] = [];
      const tasks = ask(limiter, ['a', 'b', 'c'], log);
      yield* sleep(100);
      tasks.push(...ask(limiter, ['d'], log));
      yield* gather(tasks);
      expect(log).toEqual(['a', 'b', 'c', 'd']);
    }));

  test('a cancelled waiter gives its place to the next one', () =>
    inLoop(function* (loop) {
      const limiter = make(1, 100);
      const log: string[] = [];
      const start = loop.time();
      const [a, b, c] = ask(limiter, ['a', 'b', 'c'], log);
      yield* sleep(50);
      b?.cancel();
      expect(yield* caught(b!)).toBeInstanceOf(CancelledError);
      yield* gather([a!, c!]);
      expect(log).toEqual(['a', 'c']);
      expect(loop.time() - start).toBe(100);
    }));

  test('a waiter that was let in, and is cancelled before it runs, gives its place back', () =>
    inLoop(function* (loop) {
      const limiter = make(1, 100);
      const log: string[] = [];
      const start = loop.time();
      const [a, b, c] = ask(limiter, ['a', 'b', 'c'], log);
      yield* a!;
      // Runs in the iteration of the timer that lets `b` in, and after it.
      yield* iterations(2);
      loop.callAt(start + 100, () => b?.cancel());
      expect(yield* caught(b!)).toBeInstanceOf(CancelledError);
      yield* c!;
      expect(log).toEqual(['a', 'c']);
      expect(loop.time() - start).toBe(100);
      expect(String(limiter)).toBe('<RateLimiter 1 per 100 ms>');
    }));

  test('with all waiters cancelled leaves no timer', () =>
    inLoop(function* (loop) {
      const limiter = make(1, 1e6);
      const start = loop.time();
      const tasks = ask(limiter, ['a', 'b', 'c'], []);
      yield* sleep(1);
      for (const task of tasks) task.cancel();
      yield* gather(tasks, { returnExceptions: true });
      expect(limiter.statistics().waiting).toBe(0);
      yield* sleep(1);
      expect(loop.time() - start).toBe(2);
    }));

  test('runs a body once it may go on; a failure gives nothing back', () =>
    inLoop(function* (loop) {
      const limiter = make(1, 100);
      const start = loop.time();
      const failing = function* (): Coroutine<never> {
        throw new RangeError('no');
      };
      expect(yield* caught(limiter.with(failing))).toBeInstanceOf(RangeError);
      expect(yield* limiter.with(() => sleep(5, 'done'))).toBe('done');
      expect(loop.time() - start).toBe(105);
    }));

  test('is awaited by async functions, whose bodies get a signal', () =>
    inLoop(function* (loop) {
      const limiter = make(2, 100);
      const start = loop.time();
      const work = createTask(async () => {
        await limiter.acquire();
        await limiter.acquire();
        return await limiter.with(async (signal) => [loop.time() - start, signal.aborted]);
      });
      expect(yield* work).toEqual([strategy === 'token-bucket' ? 50 : 100, false]);
    }));

  test.runIf(inNode)('an async function that waits is cancelled there', () =>
    inLoop(function* () {
      const limiter = make(1, 1e6);
      yield* limiter.acquire();
      const task = createTask(async () => {
        await Promise.resolve();
        await limiter.acquire();
      });
      yield* sleep(1);
      expect(limiter.statistics().waiting).toBe(1);
      task.cancel();
      expect(yield* caught(task)).toBeInstanceOf(CancelledError);
      expect(limiter.statistics().waiting).toBe(0);
    }),
  );

  test('tells its numbers', () =>
    inLoop(function* () {
      const limiter = make(2, 100);
      expect(limiter.statistics()).toEqual({
        name: undefined,
        limit: 2,
        interval: 100,
        available: 2,
        waiting: 0,
      });
      const tasks = ask(limiter, ['a', 'b', 'c', 'd'], []);
      yield* iterations(3);
      expect(limiter.statistics()).toEqual({
        name: undefined,
        limit: 2,
        interval: 100,
        available: 0,
        waiting: 2,
      });
      expect(String(limiter)).toBe('<RateLimiter 2 per 100 ms, 2 waiting>');
      yield* gather(tasks);
    }));

  test('serves one loop after the other', async () => {
    const limiter = make(1, 100);
    const use = (): Promise<number[]> => inLoop(() => timesOf(limiter, 2));
    expect(await use()).toEqual([0, 100]);
    await expect(use()).rejects.toThrow(/is used by tasks of another event loop/);
    const other = make(1, 1e6);
    await inLoop(function* () {
      yield* sleep(5000);
      yield* other.acquire();
    });
    await inLoop(() => other.acquire());
  });

  test('on a real loop never lets in too many', () =>
    run(async () => {
      const limiter = make(2, 20);
      const times = await gather(
        Array.from({ length: 5 }, () => limiter.with(async () => getEventLoop().time())),
      );
      const gap = strategy === 'token-bucket' ? 10 : 20;
      expect(times[2]! - times[0]!).toBeGreaterThanOrEqual(gap - 0.001);
      expect(times[4]! - times[2]!).toBeGreaterThanOrEqual(gap - 0.001);
    }));

  test('on a closed loop refuses to wait', async () => {
    const loop = new EventLoop();
    loop.close();
    const limiter = make(1, 10);
    expect(limiter.statistics().available).toBe(1);
  });
});

describe('what `new RateLimiter()` refuses', () => {
  test.each([
    [undefined, '`new RateLimiter()` expected an options object, but got undefined'],
    [{ interval: 5 }, '`limit` to be a whole number of at least 1, but got undefined'],
    [{ limit: 0, interval: 5 }, '`limit` to be a whole number of at least 1, but got 0'],
    [{ limit: 1.5, interval: 5 }, '`limit` to be a whole number'],
    [{ limit: Infinity, interval: 5 }, '`limit` to be a whole number'],
    [{ limit: 1, interval: 0 }, '`interval` to be a time in ms above 0, but got 0'],
    [{ limit: 1, interval: Infinity }, '`interval` to be a time in ms above 0'],
    [{ limit: 1, interval: '5' }, '`interval` to be a time in ms above 0'],
    [{ limit: 1, interval: 5, strategy: 'window' }, "'sliding-window' or 'token-bucket'"],
    [{ limit: 1, interval: 5, burst: 5 }, 'expected options that it knows, but got `burst`'],
  ])('%o', (options, text) => {
    const error = thrownBy(() => new RateLimiter(options as RateLimiterOptions)) as Error;
    expect([TypeError, RangeError]).toContain(error.constructor);
    expect(error.message).toContain(text);
  });

  test('a body that is no function', () => {
    const limiter = new RateLimiter({ limit: 1, interval: 5 });
    const error = thrownBy(() => limiter.with(sleep(1) as never)) as Error;
    expect(error.message).toContain('`limiter.with()` expected a generator function');
  });
});
