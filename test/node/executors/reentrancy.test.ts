/** Code of the program runs while an executor is in the middle of something: it may call back, and it may throw. */
import {
  createTask,
  EventLoop,
  type ExceptionContext,
  Future,
  getEventLoop,
  run,
  sleep,
} from 'skein';
import {
  Executor,
  InlineExecutor,
  type MapOptions,
  type MapResults,
  ThreadPoolExecutor,
} from 'skein/executors';
import { describe, expect, test } from 'vitest';
import { thrownBy } from '../../contracts/thrown-by.ts';
import * as work from './fixtures/work.mjs';

/** An executor of the program, whose `submit()` does what the test says. */
class Own extends Executor {
  readonly futures: Future<unknown>[] = [];
  onSubmit: () => unknown = () => undefined;

  override submit<Args extends unknown[], R>(
    _fn: (...args: Args) => R | PromiseLike<R>,
    ..._args: Args
  ): Future<R> {
    const future = new Future<R>();
    this.futures.push(future as Future<unknown>);
    return (this.onSubmit() ?? future) as Future<R>;
  }

  override shutdown(): Future<void> {
    const future = getEventLoop().createFuture<void>();
    future.setResult();
    return future;
  }
}

const identity = (value: unknown): unknown => value;

async function listOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** Runs `main` in a program, and returns what was reported. */
async function reportsOf(
  main: (reports: ExceptionContext[]) => Promise<void>,
): Promise<ExceptionContext[]> {
  const reports: ExceptionContext[] = [];
  await run(async () => {
    getEventLoop().setExceptionHandler((_loop, context) => reports.push(context));
    await main(reports);
  });
  return reports;
}

describe('map()', () => {
  test('cancels the call in whose `submit()` its results are given up, and takes no other', async () => {
    const own = new Own();
    let results: MapResults<unknown> | undefined;
    own.onSubmit = () => void (own.futures.length === 3 && results?.return());
    results = own.map(identity, [1, 2, 3, 4, 5], { bufferSize: 2 });
    own.futures[0]?.setResult(1);
    await results.next();
    expect(await results.next()).toEqual({ done: true, value: undefined });
    expect(own.futures.map((future) => future.cancelled())).toEqual([false, true, true]);
  });

  test('gives each result once, in order, if `submit()` asks for results', async () => {
    const own = new Own();
    let results: MapResults<unknown> | undefined;
    const asked: PromiseLike<unknown>[] = [];
    own.onSubmit = () => void (results !== undefined && asked.push(results.next()));
    results = own.map(identity, [1, 2, 3, 4], { bufferSize: 2 });
    for (let n = 0; n < 2; n++) own.futures[n]?.setResult(n);
    const first = await results.next();
    await sleep(1);
    for (let n = 2; n < 4; n++) own.futures[n]?.setResult(n);
    const rest = await Promise.all([...asked, results.next()]);
    expect([first, ...rest]).toEqual([0, 1, 2, 3].map((value) => ({ done: false, value })));
  });

  test('refuses what is no future, and closes its inputs', () => {
    const own = new Own();
    own.onSubmit = async () => 1;
    const log: string[] = [];
    function* inputs() {
      try {
        yield 1;
      } finally {
        log.push('closed');
      }
    }
    expect(() => own.map(identity, inputs())).toThrow(
      new TypeError(
        "`map()` expected a future from the executor's `submit()`, but got a promise. Wrap a promise with `fromPromise()`.",
      ),
    );
    expect(log).toEqual(['closed']);
  });

  test('cancels all others if the `cancel()` of one throws, and reports it', async () => {
    const own = new Own();
    const reports = await reportsOf(async () => {
      const results = own.map(identity, [1, 2, 3]);
      (own.futures[1] as Future<unknown>).cancel = () => {
        throw new RangeError('no');
      };
      await results.return();
    });
    expect(own.futures.map((future) => future.cancelled())).toEqual([true, false, true]);
    expect(reports).toMatchObject([
      { message: 'A future of `map()` failed to be cancelled', exception: new RangeError('no') },
    ]);
  });

  // With a buffer of a chunk the worker is idle when the next one is submitted: it is sent, and read, inside of that call.
  test.each([
    [1, 4],
    [3, 4],
    [1, 1],
    [2, 2],
    [3, 3],
  ])(
    'sends each input once if a getter among them takes results: chunks of %i, a buffer of %i',
    async (chunkSize, bufferSize) => {
      await using pool = new InlineExecutor();
      const taken: unknown[] = [];
      let results: MapResults<number> | undefined;
      const inputs = Array.from({ length: 7 }, (_, n) => ({
        get n() {
          if (results !== undefined) void results.next().then((step) => taken.push(step));
          return n;
        },
      }));
      results = pool.map((o: { n: number }) => o.n, inputs, { chunkSize, bufferSize });
      const read = await listOf(results);
      await sleep(5);
      const all = [...read, ...taken.map((step) => (step as { value?: number }).value)];
      expect(all.filter((n) => n !== undefined).sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
    },
  );

  test.each([
    [1, 1],
    [3, 2],
  ])(
    'ends if a getter among its inputs gives the results up: chunks of %i, a buffer of %i',
    async (chunkSize, bufferSize) => {
      await using pool = new InlineExecutor();
      let results: MapResults<number> | undefined;
      const inputs = Array.from({ length: 7 }, (_, n) => ({
        get n() {
          if (n === 3) void results?.return();
          return n;
        },
      }));
      results = pool.map((o: { n: number }) => o.n, inputs, { chunkSize, bufferSize });
      expect((await listOf(results)).length).toBeLessThan(4);
      expect(await pool.submit(work.add, 1, 1)).toBe(2);
    },
  );

  test.each([Symbol.iterator, Symbol.asyncIterator])(
    'ends with any `done` of an input that counts as true, as a loop has it: %s',
    async (way) => {
      await using pool = new InlineExecutor();
      const log: string[] = [];
      let n = 0;
      const next = () => {
        if (++n > 5) throw new Error('no end');
        return { done: n > 2 ? 'yes' : 0, value: n };
      };
      const inputs = { [way]: () => ({ next, return: () => log.push('closed') }) };
      expect(await listOf(pool.map(work.triple, inputs as never))).toEqual([3, 6]);
      expect(log).toEqual([]);
    },
  );

  test('may be shut down by its inputs: what was submitted is done, and then it says why it ends', async () => {
    const pool = new InlineExecutor();
    function* inputs() {
      yield 1;
      void pool.shutdown();
      yield 2;
    }
    const results = pool.map(work.triple, inputs());
    expect(await results.next()).toEqual({ done: false, value: 3 });
    expect(await thrownBy(results.next())).toMatchObject({
      message: expect.stringContaining('was shut down'),
    });
    await pool.shutdown();
  });

  test('reports an input that fails after the results were given up', async () => {
    const reports = await reportsOf(async () => {
      await using pool = new InlineExecutor();
      let fail = (): void => {};
      async function* inputs() {
        yield 1;
        await new Promise<void>((resolve) => {
          fail = resolve;
        });
        throw new RangeError('late');
      }
      for await (const _ of pool.map(work.triple, inputs())) break;
      fail();
      for (let turn = 0; turn < 20; turn++) await sleep(0);
    });
    expect(reports).toMatchObject([{ exception: new RangeError('late') }]);
  });
});

describe('map() over futures of the program', () => {
  const boom = new RangeError('boom');
  const throws = (): never => {
    throw boom;
  };

  /** Maps four inputs; the future of the second has `changes`. Those that `finishes` says finish. */
  async function mapped(
    changes: object,
    options: MapOptions,
    finishes: (at: number) => boolean,
  ): Promise<[unknown[], Own]> {
    const own = new Own();
    own.onSubmit = () => {
      const at = own.futures.length - 1;
      const future = own.futures[at] as Future<unknown>;
      if (at === 1) Object.assign(future, changes);
      if (!finishes(at)) return;
      setTimeout(() => {
        if (!Future.prototype.done.call(future)) Future.prototype.setResult.call(future, at);
      }, at);
    };
    const results: unknown[] = [];
    try {
      for await (const result of own.map(identity, [0, 1, 2, 3], { bufferSize: 2, ...options })) {
        results.push(result);
      }
    } catch (error) {
      results.push(error);
    }
    return [results, own];
  }

  test.each([true, false])(
    'throws what a future throws that it listens to, and gives the rest up: ordered %s',
    async (ordered) => {
      const [results, own] = await mapped({ addDoneCallback: throws }, { ordered }, (at) => at < 1);
      expect(results.at(-1)).toBe(boom);
      expect(own.futures.every((future) => future.done())).toBe(true);
    },
  );

  test.each([true, false])(
    'throws what `done()` of a future throws, and gives the rest up: ordered %s',
    async (ordered) => {
      const [results, own] = await mapped({ done: throws }, { ordered }, (at) => at <= 1);
      expect(results.at(-1)).toBe(boom);
      const states = own.futures.map((future) => future._state);
      expect(states).not.toContain(new Future()._state);
    },
  );

  test.each(['done', 'addDoneCallback'])(
    'has the failure of `%s()` among the results that are `settled`',
    async (method) => {
      const options = { ordered: true, settled: true } as const;
      const [results] = await mapped({ [method]: throws }, options, (at) => at !== 1);
      expect(results).toMatchObject([
        { value: 0 },
        { status: 'rejected', reason: boom },
        { value: 2 },
        { value: 3 },
      ]);
    },
  );

  test('cancels the task that waits for a result with a number, though the `cancel()` of a future throws', async () => {
    const own = new Own();
    own.onSubmit = () => void Object.assign(own.futures.at(-1) as object, { cancel: throws });
    let aborted: boolean | undefined;
    const reports = await reportsOf(async () => {
      const task = createTask(function* () {
        for (const next of own.map(identity, [1, 2], { indexed: true })) yield* next;
      });
      const { signal } = task;
      await sleep(1);
      task.cancel('enough');
      expect(await thrownBy(task)).toMatchObject({ name: 'CancelledError', reason: 'enough' });
      aborted = signal.aborted;
    });
    expect(aborted).toBe(true);
    expect(reports).toHaveLength(2);
    expect(reports).toMatchObject(reports.map(() => ({ exception: boom })));
  });

  test('keeps no failure of another task from being told, though a future throws when it is looked at', async () => {
    let isHostile = false;
    const own = new Own();
    own.onSubmit = () =>
      new Proxy(new Future(), { get: (on, key) => (isHostile ? thrower() : Reflect.get(on, key)) });
    await reportsOf(async (reports) => {
      const results = own.map(identity, [1]);
      isHostile = true;
      createTask(async () => {
        throw boom;
      });
      await sleep(30);
      isHostile = false;
      expect(reports).toMatchObject([{ exception: boom }]);
      await results.return();
    });
  });

  test('times out though the future that is late cannot be given an exception', async () => {
    const own = new Own();
    own.onSubmit = () => void Object.assign(own.futures[0] as object, { setException: throws });
    const results = own.map(identity, [1], { timeout: 5 });
    expect(await thrownBy(results.next())).toMatchObject({ name: 'TimeoutError' });
    expect(own.futures[0]?.cancelled()).toBe(true);
  });

  test.each<[string, MapOptions]>([
    ['setResult', { chunkSize: 2 }],
    ['done', { chunkSize: 2 }],
    ['setResult', { indexed: true }],
    ['done', { indexed: true }],
  ])(
    'gives all results though `%s()` of a future that it gave was replaced: %o',
    (method, options) =>
      run(function* () {
        const pool = new InlineExecutor();
        const results: unknown[] = [];
        for (const next of pool.map(work.triple, [1, 2, 3, 4], options)) {
          if (results.length === 0) Object.assign(next, { [method]: throws });
          results.push(yield* next);
        }
        const given = results.map((result) => (result as { value?: number }).value ?? result);
        expect(given).toEqual([3, 6, 9, 12]);
        yield* pool.shutdown();
      }),
  );

  test.each([
    ['an input', (pool: InlineExecutor, source: Iterable<number>) => pool.map(identity, source)],
    [
      'an asynchronous input',
      (pool: InlineExecutor, source: Iterable<number>) => {
        const steps = source[Symbol.iterator]();
        const next = async () => steps.next();
        return pool.map(identity, { [Symbol.asyncIterator]: () => ({ next }) });
      },
    ],
  ])('refuses a step of %s that is no object, in place of going on for ever', async (_, map) => {
    await using pool = new InlineExecutor();
    const source = { [Symbol.iterator]: () => ({ next: () => 5 as never }) };
    expect(await thrownBy((async () => listOf(map(pool, source)))())).toEqual(
      new TypeError(
        '`map()` expected `next()` of an input to return an object, but got 5 (number). Return `{ done, value }`.',
      ),
    );
  });
});

test('a job is stopped by `shutdown({ cancelRunning: true })` though the `cancel()` of its future was replaced', async () => {
  const pool = new ThreadPoolExecutor({ maxWorkers: 1, grace: 20 });
  const reports = await reportsOf(async () => {
    const job = pool.submit(() => new Promise<void>(() => setInterval(() => {}, 1000)));
    while (!job.running()) await sleep(1);
    Object.assign(job as object, { cancel: () => thrower() });
    await pool.shutdown({ cancelRunning: true });
    expect(job.cancelled()).toBe(true);
  });
  expect(reports).toMatchObject([{ exception: new RangeError('hook') }]);
});

test('a stream ends for all that leave it, though the methods of a step were replaced', async () => {
  await using pool = new InlineExecutor();
  const throws = () => thrower();
  const stream = pool.stream(function* () {
    for (let n = 0; ; n++) yield n;
  });
  await stream.next();
  const steps = [stream.return(), stream.return()];
  Object.assign(steps[0] as object, { done: throws, setResult: throws });
  const job = pool.submit(work.add, 1, 1);
  expect(await steps[1]).toEqual({ done: true, value: undefined });
  expect(await job).toBe(2);
});

describe('a job', () => {
  test.each([
    ['throws', () => thrower()],
    ['returns no text', (_: unknown, sites: unknown) => sites],
  ])('that fails is told as such if the `prepareStackTrace` of the program %s', async (_, hook) => {
    await using pool = new InlineExecutor();
    const failing = pool.submit(work.fail, 'unregistered');
    const next = pool.submit(work.add, 1, 1);
    const before = Error.prepareStackTrace;
    Error.prepareStackTrace = hook as typeof before;
    try {
      await createTask(function* () {
        while (!failing.done()) yield* sleep(0);
      });
    } finally {
      Error.prepareStackTrace = before;
    }
    expect(await thrownBy(failing)).toMatchObject({ message: 'too much' });
    expect(await next).toBe(2);
  });

  test('times out, and harms no other, though the `callLater()` of its loop throws', async () => {
    class OwnLoop extends EventLoop {
      override callLater(): never {
        throw new RangeError('no timers here');
      }
    }
    const pool = new InlineExecutor();
    const loop = new OwnLoop();
    const jobs = await new Promise<Future<unknown>[]>((resolve) => {
      loop.callSoon(() => {
        const late = pool.submitWith({ timeout: 5, grace: 0 }, () => new Promise(() => {}));
        resolve([late, pool.submit(work.add, 1, 1)]);
      });
    });
    expect(await thrownBy(jobs[0] as Future<unknown>)).toMatchObject({ name: 'TimeoutError' });
    expect(await jobs[1]).toBe(2);
    await pool.shutdown();
  });

  test('whose `onProgress` cancels it, or shuts the executor down, is over with that', async () => {
    const reporting = function (this: { progress(value: unknown): void }, to: number): number {
      for (let n = 0; n < to; n++) this.progress(n);
      return to;
    };
    const pool = new InlineExecutor();
    const seen: unknown[] = [];
    const cancelled = pool.submitWith(
      {
        onProgress: (value) => {
          seen.push(value);
          cancelled.cancel('enough');
        },
      },
      reporting as (to: number) => number,
      3,
    );
    await thrownBy(cancelled);
    const closing = pool.submitWith(
      { onProgress: () => void pool.shutdown() },
      reporting as (to: number) => number,
      2,
    );
    expect(await closing).toBe(2);
    expect(seen).toEqual([0]);
    await pool.shutdown();
  });
});

function thrower(): never {
  throw new RangeError('hook');
}
