import {
  allTasks,
  CancelledError,
  type Coroutine,
  channel,
  createTask,
  currentTask,
  Event,
  mapConcurrent,
  Queue,
  sleep,
  type Task,
  TimeoutError,
  timeout,
  wait,
} from 'skein';
import { describe, expect, test } from 'vitest';
import { inNode } from '../hosts.ts';
import { inLoop, recordReports } from '../loops.ts';
import { caught, iterations, thrownBy } from './helpers.ts';

/** Items that note what was taken of them, and whether they were closed. */
function* counted(log: string[], end = Number.POSITIVE_INFINITY): Generator<number> {
  try {
    for (let n = 0; n < end; n++) {
      log.push(`take ${n}`);
      yield n;
    }
  } finally {
    log.push('closed');
  }
}

function* double(n: number): Coroutine<number> {
  yield* sleep(10 - n);
  return 2 * n;
}

async function doubleAsync(n: number): Promise<number> {
  return await sleep(10 - n, 2 * n);
}

/** The tasks that are left beside the running one. */
function others(): Task<unknown>[] {
  return [...allTasks()].filter((task) => task !== currentTask());
}

const failing =
  (at: number) =>
  async (n: number): Promise<number> => {
    await sleep(n + 1);
    if (n === at) throw new RangeError(`item ${n}`);
    return n;
  };

describe('the results', () => {
  test.each([
    ['a generator function', double],
    ['an async function', doubleAsync],
  ])('come in the order of the items, of %s', (_, fn) =>
    inLoop(function* () {
      const results = mapConcurrent([1, 2, 3, 4], fn, { concurrency: 3 });
      expect(yield* results.toArray()).toEqual([2, 4, 6, 8]);
      expect(yield* results.next()).toEqual({ done: true, value: undefined });
      expect(others()).toEqual([]);
    }),
  );

  test('come as they are done, if the order does not matter', () =>
    inLoop(function* () {
      const results = mapConcurrent([1, 2, 3, 4], double, { ordered: false });
      expect(yield* results.toArray()).toEqual([8, 6, 4, 2]);
    }));

  test('come by `for await`', () =>
    inLoop(function* () {
      const seen = yield* createTask(async () => {
        const results: number[] = [];
        for await (const each of mapConcurrent([1, 2, 3], doubleAsync, { concurrency: 2 })) {
          results.push(each);
        }
        return results;
      });
      expect(seen).toEqual([2, 4, 6]);
    }));

  test('come by a `for` loop and `yield*`, as those of executors do', () =>
    inLoop(function* () {
      const seen: number[] = [];
      for (const next of mapConcurrent([1, 2, 3], double, { concurrency: 2 })) {
        seen.push(yield* next);
      }
      expect(seen).toEqual([2, 4, 6]);
      yield* iterations(3);
      expect(others()).toEqual([]);
    }));

  test('of a `for` loop are awaited one by one: a list of all would have no end, and is refused', () =>
    inLoop(function* () {
      const error = thrownBy(() => [...mapConcurrent([1, 2, 3], double)]) as Error;
      expect(error.message).toBe(
        'A `for` loop over the results of `mapConcurrent()` expected each to be awaited before the next one, but it was not. Write `results.toArray()` for all of them.',
      );
      yield* iterations(5);
      expect(others()).toEqual([]);
    }));

  test.each([
    ['return', 1],
    ['next', 1],
    ['next', 0],
  ] as const)(
    'have a %s() that no call may use, after %d ms, as it would wait for itself',
    (method, ms) =>
      inLoop(function* () {
        const results: ReturnType<typeof mapConcurrent<number, number>> = mapConcurrent(
          [1, 2, 3],
          function* (): Coroutine<number> {
            if (ms > 0) yield* sleep(ms);
            yield* results[method]();
            return 0;
          },
        );
        let error: unknown;
        try {
          yield* results.toArray();
        } catch (thrown) {
          error = thrown;
        }
        expect(error).toEqual(
          new Error(
            '`next()` and `return()` expected to be called by what takes the results, but a call of `mapConcurrent()` did. Throw an error to stop all.',
          ),
        );
        yield* iterations(3);
        expect(others()).toEqual([]);
      }),
  );

  test('have the number of the item, which the function is given too', () =>
    inLoop(function* () {
      const results = mapConcurrent(
        ['a', 'b'],
        async (item, index) => await sleep(5 - index, `${item}${index}`),
        { indexed: true, ordered: false },
      );
      expect(yield* results.toArray()).toEqual([
        { index: 1, value: 'b1' },
        { index: 0, value: 'a0' },
      ]);
    }));

  test('are none for no items', () =>
    inLoop(function* () {
      expect(yield* mapConcurrent([], double).toArray()).toEqual([]);
      expect([...mapConcurrent([], double)]).toEqual([]);
    }));

  test('can be read by several tasks, each result once', () =>
    inLoop(function* () {
      const results = mapConcurrent([1, 2, 3, 4, 5], double, { concurrency: 2 });
      const seen: number[] = [];
      const readers = [0, 1].map(() =>
        createTask(function* () {
          for (let step = yield* results.next(); !step.done; step = yield* results.next()) {
            seen.push(step.value);
          }
        }),
      );
      for (const reader of readers) yield* reader;
      expect(seen).toEqual([2, 4, 6, 8, 10]);
    }));
});

describe('what is taken', () => {
  test('is nothing before the first result is asked for', () =>
    inLoop(function* () {
      const log: string[] = [];
      const results = mapConcurrent(counted(log), double, { concurrency: 2 });
      yield* sleep(100);
      expect(log).toEqual([]);
      yield* results.next();
      yield* results.return();
    }));

  test('is no more than runs, and no more than `bufferSize` ahead of the results', () =>
    inLoop(function* () {
      const log: string[] = [];
      let running = 0;
      let most = 0;
      const work = function* (n: number): Coroutine<number> {
        most = Math.max(most, ++running);
        yield* sleep(1);
        running--;
        return n;
      };
      const results = mapConcurrent(counted(log), work, { concurrency: 2, bufferSize: 5 });
      for (const expected of [0, 1, 2]) {
        expect((yield* results.next()).value).toBe(expected);
        // The consumer is slow: the window fills up.
        yield* sleep(100);
        expect(log.length).toBe(expected + 6);
      }
      expect(most).toBe(2);
      yield* results.return();
      expect(log.at(-1)).toBe('closed');
    }));

  test('goes on while the first call is slow, as far as the buffer goes', () =>
    inLoop(function* () {
      const begun: number[] = [];
      const work = function* (n: number): Coroutine<number> {
        begun.push(n);
        yield* sleep(n === 0 ? 100 : 1);
        return n;
      };
      const results = mapConcurrent(counted([], 10), work, { concurrency: 2, bufferSize: 6 });
      const first = createTask(results.next());
      yield* sleep(50);
      expect(begun).toEqual([0, 1, 2, 3, 4, 5]);
      expect(yield* first).toEqual({ done: false, value: 0 });
      expect(yield* results.toArray()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    }));

  test('is at most 1024 items ahead without any limit', () =>
    inLoop(function* () {
      const log: string[] = [];
      const results = mapConcurrent(counted(log), double);
      yield* results.next();
      expect(log.length).toBeLessThanOrEqual(1025);
      yield* results.return();
    }));

  test('may be asynchronous, a queue or a channel', () =>
    inLoop(function* () {
      const queue = new Queue<number>();
      for (const n of [1, 2, 3]) queue.putNowait(n);
      queue.shutdown();
      expect(yield* mapConcurrent(queue, double).toArray()).toEqual([2, 4, 6]);
      const { sender, receiver } = channel<number>(0);
      createTask(function* () {
        for (const n of [1, 2, 3]) yield* sender.send(n);
        sender.close();
      });
      expect(yield* mapConcurrent(receiver, double, { concurrency: 2 }).toArray()).toEqual([
        2, 4, 6,
      ]);
      const items = async function* () {
        for (const n of [1, 2, 3]) yield await sleep(1, n);
      };
      expect(yield* mapConcurrent(items(), double, { concurrency: 2 }).toArray()).toEqual([
        2, 4, 6,
      ]);
    }));

  test.runIf(inNode)('may come from promises of the host', () =>
    inLoop(function* () {
      const items = async function* () {
        for (const n of [1, 2, 3]) yield await Promise.resolve(n);
      };
      expect(yield* mapConcurrent(items(), doubleAsync, { concurrency: 2 }).toArray()).toEqual([
        2, 4, 6,
      ]);
    }),
  );

  test('is kept no longer than needed: 10⁵ items leave as many tasks as run', () =>
    inLoop(function* () {
      let alive = 0;
      let most = 0;
      const items = function* () {
        for (let n = 0; n < 100_000; n++) yield n;
      };
      const work = function* (n: number): Coroutine<number> {
        most = Math.max(most, ++alive);
        yield;
        alive--;
        return n;
      };
      const results = mapConcurrent(items(), work, { concurrency: 10 });
      let sum = 0;
      for (let step = yield* results.next(); !step.done; step = yield* results.next()) {
        sum += step.value;
        if (step.value % 10_000 === 0) most = Math.max(most, others().length - 1);
      }
      expect([sum, most <= 10]).toEqual([4_999_950_000, true]);
    }));
});

describe('a failure', () => {
  test('is thrown in the place of its result, once nothing runs any more', () =>
    inLoop(function* (loop) {
      const reports = recordReports(loop);
      const log: string[] = [];
      const results = mapConcurrent(counted(log), failing(2), { concurrency: 4 });
      expect([(yield* results.next()).value, (yield* results.next()).value]).toEqual([0, 1]);
      expect(yield* caught(results.next())).toEqual(new RangeError('item 2'));
      expect(others()).toEqual([]);
      expect(log.at(-1)).toBe('closed');
      expect(yield* results.next()).toEqual({ done: true, value: undefined });
      expect(reports).toEqual([]);
    }));

  test('stops the calls behind it at once, also before its turn', () =>
    inLoop(function* () {
      const log: string[] = [];
      const work = async (n: number): Promise<number> => {
        if (n === 1) throw new RangeError('item 1');
        try {
          return await sleep(50, n);
        } catch (error) {
          log.push(`${n} stopped`);
          throw error;
        }
      };
      const results = mapConcurrent([0, 1, 2, 3], work);
      const first = createTask(results.next());
      yield* sleep(10);
      expect(log).toEqual(['2 stopped', '3 stopped']);
      expect((yield* first).value).toBe(0);
      expect(yield* caught(results.next())).toEqual(new RangeError('item 1'));
    }));

  test('is thrown behind the results that came before it, in any order', () =>
    inLoop(function* () {
      const results = mapConcurrent([3, 2, 1, 0], failing(2), { ordered: false });
      yield* sleep(1);
      const seen = [(yield* results.next()).value, (yield* results.next()).value];
      expect(seen).toEqual([0, 1]);
      expect(yield* caught(results.next())).toEqual(new RangeError('item 2'));
      expect(others()).toEqual([]);
    }));

  test('is skipped, if that is wanted', () =>
    inLoop(function* (loop) {
      const reports = recordReports(loop);
      for (const ordered of [true, false]) {
        const results = mapConcurrent([0, 1, 2, 3], failing(1), { onError: 'skip', ordered });
        expect(yield* results.toArray()).toEqual([0, 2, 3]);
      }
      expect(reports).toEqual([]);
    }));

  test('is told among the results, if that is wanted', () =>
    inLoop(function* () {
      const results = mapConcurrent([0, 1], failing(1), { onError: 'settle' });
      expect(yield* results.toArray()).toEqual([
        { status: 'fulfilled', value: 0 },
        { status: 'rejected', reason: new RangeError('item 1') },
      ]);
      const indexed = mapConcurrent([0, 1], failing(0), { onError: 'settle', indexed: true });
      expect(yield* indexed.toArray()).toEqual([
        { index: 0, status: 'rejected', reason: new RangeError('item 0') },
        { index: 1, status: 'fulfilled', value: 1 },
      ]);
    }));

  test('of the items is thrown after all results', () =>
    inLoop(function* () {
      const items = function* () {
        yield 1;
        yield 2;
        throw new RangeError('no more');
      };
      const results = mapConcurrent(items(), double);
      expect([(yield* results.next()).value, (yield* results.next()).value]).toEqual([2, 4]);
      expect(yield* caught(results.next())).toEqual(new RangeError('no more'));
    }));

  test('of a call that was cancelled is reported', () =>
    inLoop(function* (loop) {
      const reports = recordReports(loop);
      const work = async (n: number): Promise<number> => {
        try {
          return await sleep(n === 0 ? 1 : 1000, n);
        } catch {
          throw new RangeError('while it cleans up');
        }
      };
      const results = mapConcurrent([0, 1], work);
      yield* results.next();
      yield* results.return();
      expect(reports.map(({ message }) => message)).toEqual([
        'Exception in a call of `mapConcurrent()` that was cancelled',
      ]);
    }));
});

describe('leaving', () => {
  test('by `break` cancels the calls that run, waits for them, and closes the items', () =>
    inLoop(function* () {
      const log: string[] = [];
      const work = async (n: number): Promise<number> => {
        try {
          return await sleep(10 * n + 1, n);
        } catch (error) {
          await sleep(5);
          log.push(`${n} cleaned up`);
          throw error;
        }
      };
      yield* createTask(async () => {
        for await (const each of mapConcurrent(counted(log), work, { concurrency: 3 })) {
          log.push(`result ${each}`);
          break;
        }
        log.push('left');
      });
      expect(log).toContain('result 0');
      expect(log.slice(-2)).toEqual([expect.stringContaining('cleaned up'), 'left']);
      expect(log).toContain('closed');
      expect(others()).toEqual([]);
    }));

  test.each(['break', 'throw'])(
    'by %s, before the first result was awaited, closes the items',
    (how) =>
      inLoop(function* () {
        const log: string[] = [];
        try {
          for (const _ of mapConcurrent(counted(log), double, { concurrency: 2 })) {
            if (how === 'break') break;
            throw new Error('left');
          }
        } catch {
          // Left.
        }
        yield* iterations(5);
        expect(log.at(-1)).toBe('closed');
        expect(others()).toEqual([]);
      }),
  );

  test('in the first step of a call cancels that call too', () =>
    inLoop(function* () {
      const log: string[] = [];
      const results = mapConcurrent(counted(log), function* (n): Coroutine<number> {
        try {
          log.push(`call ${n}`);
          // The code that takes results is ended, as a program may end any generator.
          if (n === 1) reader.return();
          return yield* sleep(50, n);
        } catch (error) {
          log.push(`${n} is cancelled`);
          throw error;
        }
      });
      const reader = (function* (): Coroutine<void> {
        yield* results.next();
      })();
      const task = createTask(function* () {
        yield* reader;
      });
      yield* sleep(100);
      expect(log.filter((line) => !line.startsWith('take'))).toEqual([
        'call 0',
        'call 1',
        'closed',
        '0 is cancelled',
        '1 is cancelled',
      ]);
      expect(others().filter((each) => each !== task)).toEqual([]);
      task.cancel();
    }));

  test('by a cancellation cancels the calls, and waits for them', () =>
    inLoop(function* () {
      for (const isAsync of [true, false]) {
        const log: string[] = [];
        const work = function* (n: number): Coroutine<number> {
          try {
            yield* sleep(1000);
          } finally {
            yield* sleep(5);
            log.push(`${n} cleaned up`);
          }
          return n;
        };
        const results = mapConcurrent([0, 1, 2], work, { concurrency: 2 });
        const reading = isAsync
          ? createTask(async () => {
              for await (const _ of results) log.push('a result');
            })
          : createTask(results.toArray());
        yield* sleep(10);
        reading.cancel('enough');
        expect(yield* caught(reading)).toEqual(new CancelledError('enough'));
        expect(log).toEqual(['0 cleaned up', '1 cleaned up']);
        expect(others()).toEqual([]);
      }
    }));

  test('by a timeout loses no item of a queue or a channel', () =>
    inLoop(function* () {
      const queue = new Queue<number>();
      const { sender, receiver } = channel<number>(5);
      for (const [items, add] of [
        [queue, (n: number) => queue.putNowait(n)],
        [receiver, (n: number) => sender.sendNowait(n)],
      ] as const) {
        add(1);
        const seen: number[] = [];
        const reading = createTask(function* () {
          yield* timeout(50, function* () {
            const results = mapConcurrent(items, double, { concurrency: 2 });
            for (let step = yield* results.next(); !step.done; step = yield* results.next()) {
              seen.push(step.value);
            }
          });
        });
        expect(yield* caught(reading)).toBeInstanceOf(TimeoutError);
        expect(seen).toEqual([2]);
        add(2);
        const next = items === queue ? queue.getNowait() : receiver.receiveNowait();
        expect(next).toBe(2);
      }
      expect(receiver.closed).toBe(false);
    }));

  test('closes items that wait, asynchronous ones too', () =>
    inLoop(function* () {
      const log: string[] = [];
      const items = async function* () {
        try {
          for (let n = 0; ; n++) yield await sleep(n === 0 ? 1 : 1000, n);
        } finally {
          await sleep(1);
          log.push('closed');
        }
      };
      const results = mapConcurrent(items(), double, { concurrency: 2 });
      yield* results.next();
      yield* results.return();
      expect(log).toEqual(['closed']);
      expect(others()).toEqual([]);
    }));

  test('calls `return()` of items whose `next()` waits for the host', () =>
    inLoop(function* () {
      const log: string[] = [];
      let stop = (_: IteratorResult<number>): void => {};
      const items: AsyncIterable<number> = {
        [Symbol.asyncIterator]: () => ({
          next: () => new Promise((resolve) => (stop = resolve)),
          async return() {
            log.push('closed');
            stop({ done: true, value: undefined });
            return { done: true as const, value: undefined };
          },
        }),
      };
      const results = mapConcurrent(items, double);
      const reading = createTask(results.next());
      yield* sleep(1);
      reading.cancel();
      expect(yield* caught(reading)).toBeInstanceOf(CancelledError);
      expect(log).toEqual(['closed']);
      expect(others()).toEqual([]);
    }));

  test.each([
    ['returns', () => ({})],
    [
      'throws',
      () => {
        throw new RangeError('cannot be closed');
      },
    ],
  ])('does not wait for a `next()` that nothing settles, if `return()` %s', (how, close) =>
    inLoop(function* (loop) {
      const reports = recordReports(loop);
      const items = {
        [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}), return: close }),
      };
      const reading = createTask(
        mapConcurrent(items as unknown as AsyncIterable<number>, double).next(),
      );
      yield* sleep(1);
      reading.cancel();
      expect(yield* caught(reading)).toBeInstanceOf(CancelledError);
      expect(others()).toEqual([]);
      const told = reports.map(({ exception }) => String(exception));
      expect(told).toEqual(how === 'throws' ? ['RangeError: cannot be closed'] : []);
    }),
  );

  test('with `await using`', () =>
    inLoop(function* () {
      const log: string[] = [];
      yield* createTask(async () => {
        await using results = mapConcurrent(counted(log), doubleAsync, { concurrency: 1 });
        log.push(`result ${(await results.next()).value}`);
      });
      expect(log).toContain('closed');
      expect(others()).toEqual([]);
    }));

  test('reports what the items throw when they are closed', () =>
    inLoop(function* (loop) {
      const reports = recordReports(loop);
      const items = function* () {
        try {
          for (let n = 0; ; n++) yield n;
        } finally {
          // biome-ignore lint/correctness/noUnsafeFinally: this is what is tried
          throw new RangeError('it does not close');
        }
      };
      const results = mapConcurrent(items(), double, { concurrency: 1 });
      yield* results.next();
      yield* results.return();
      expect(reports.map(({ message }) => message)).toEqual([
        'The items of `mapConcurrent()` failed to be closed',
      ]);
    }));

  test.each([
    ['ordinary', Symbol.iterator],
    ['asynchronous', Symbol.asyncIterator],
  ])(
    'by any `done` of %s items that counts as true, as a loop has it, and reads it once',
    (_, way) =>
      inLoop(function* () {
        const log: string[] = [];
        const step = (n: number) => ({
          get done() {
            log.push(`done ${n}`);
            if (n > 5) throw new Error('no end');
            return n > 1 ? 'yes' : 0;
          },
          value: n,
        });
        let n = 0;
        const next = () => (way === Symbol.iterator ? step(++n) : Promise.resolve(step(++n)));
        const items = { [way]: () => ({ next, return: () => log.push('closed') }) };
        const results = mapConcurrent(items as never, double, { concurrency: 1 });
        expect(yield* results.toArray()).toEqual([2]);
        expect(log).toEqual(['done 1', 'done 2']);
      }),
  );

  test('does not close items that have ended', () =>
    inLoop(function* () {
      let closed = 0;
      const items = {
        [Symbol.iterator]: () => {
          let n = 0;
          return {
            next: () => (n < 2 ? { done: false, value: n++ } : { done: true, value: 0 }),
            return: () => ({ done: true, value: closed++ }),
          } as Iterator<number>;
        },
      };
      expect(yield* mapConcurrent(items, double).toArray()).toEqual([0, 2]);
      expect(closed).toBe(0);
    }));
});

describe('a reader that was cancelled', () => {
  test.each<[string, (results: AsyncIterable<number> & AsyncDisposable) => Promise<void>]>([
    [
      'leaves by `break`',
      async (results) => {
        for await (const _ of results) {
          currentTask()?.cancel();
          break;
        }
      },
    ],
    [
      'ends a block with `await using`',
      async (results) => {
        await using opened = results;
        await opened[Symbol.asyncIterator]().next();
        currentTask()?.cancel();
      },
    ],
  ])('and %s before its next await leaves nothing running', (_, read) =>
    inLoop(function* () {
      const log: string[] = [];
      const call = async (n: number) => {
        try {
          return await sleep(10 * n, n);
        } catch (error) {
          log.push(`${n} ${(error as Error).name}`);
          throw error;
        }
      };
      const reader = createTask(async () => {
        await read(mapConcurrent(counted(log), call, { concurrency: 2 }));
      });
      yield* wait([reader]);
      expect(reader.cancelled()).toBe(true);
      log.push(`${allTasks().size} task`);
      expect(log).toEqual([
        'take 0',
        'take 1',
        'take 2',
        'closed',
        '1 CancelledError',
        '2 CancelledError',
        '1 task',
      ]);
    }),
  );

  test.runIf(inNode)('in an async function ends the calls, though it awaited a promise then', () =>
    inLoop(function* () {
      let running = 0;
      const work = async (n: number): Promise<number> => {
        running++;
        try {
          await sleep(n * 1000);
          return n;
        } finally {
          running--;
        }
      };
      const reader: Task<void> = createTask(async () => {
        const results = mapConcurrent([0, 1, 2], work, { concurrency: 2 });
        await results.next();
        reader.cancel();
        await null;
        try {
          await results.next();
        } finally {
          expect(running).toBe(0);
        }
      });
      expect(yield* caught(reader)).toBeInstanceOf(CancelledError);
      expect(running).toBe(0);
    }),
  );

  test('before its first step ends the calls', () =>
    inLoop(function* () {
      const never = new Event();
      const results = mapConcurrent([0, 1], function* (n: number) {
        if (n > 0) yield* never.wait();
        return n;
      });
      yield* results.next();
      const reader = createTask(results.next(), { eagerStart: false });
      reader.cancel();
      expect(yield* caught(reader)).toBeInstanceOf(CancelledError);
      expect(yield* results.next()).toEqual({ done: true, value: undefined });
    }));
});

describe('mistakes', () => {
  test.each<[string, () => unknown, string]>([
    ['no items', () => mapConcurrent(5 as never, double), 'items that can be iterated, but got 5'],
    ['no function', () => mapConcurrent([], 'x' as never), 'an async function or a generator'],
    ['an option', () => mapConcurrent([], double, { concurency: 2 } as never), '`concurency`'],
    [
      'a number',
      () => mapConcurrent([], double, { concurrency: 0 }),
      '`concurrency` to be a whole',
    ],
    ['a size', () => mapConcurrent([], double, { bufferSize: 0.5 }), '`bufferSize` to be a whole'],
    ['a flag', () => mapConcurrent([], double, { ordered: 1 as never }), '`ordered` to be true'],
    ['a word', () => mapConcurrent([], double, { onError: 'throw' as never }), "'stop', 'skip' or"],
    [
      'a `for` loop',
      () => [...mapConcurrent([], double, { ordered: false })],
      'in their order and without `skip`',
    ],
  ])('%s is refused', (_, call, text) => {
    expect(String(thrownBy(call))).toContain(text);
  });

  test('a function that returns no promise fails its call', () =>
    inLoop(function* () {
      const results = mapConcurrent([1], ((n: number) => n) as never);
      expect(String(yield* caught(results.next()))).toContain('Error');
    }));
});
