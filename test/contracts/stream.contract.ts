/** What streams of items promise, whatever runs the generator. `create` answers a new executor with a single worker. */
import { CancelledError, createTask, gather, getEventLoop, Queue, run, TimeoutError } from 'skein';
import type { CurrentJob, InlineExecutor, PoolStream } from 'skein/executors';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { counting, noted, rejecting, waiting, wrong } from '../node/executors/fixtures/streams.mjs';
import * as work from '../node/executors/fixtures/work.mjs';
import { hostTurn, inNode } from '../unit/hosts.ts';
import { Outside } from './outside.ts';
import { thrownBy } from './thrown-by.ts';

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 1));
}

/** Takes all items, and the return value. */
async function takenFrom<T, R>(stream: PoolStream<T, R>): Promise<[T[], R]> {
  const items: T[] = [];
  for (;;) {
    const step = await stream.next();
    if (step.done) return [items, step.value];
    items.push(step.value);
  }
}

/** Sent by source. */
function* upTo(to: number): Generator<number, string> {
  for (let n = 0; n < to; n++) yield n;
  return 'counted';
}

function fails(): never {
  throw new RangeError('replaced');
}

export function streamContract(name: string, create: () => InlineExecutor): void {
  describe(`a stream of ${name}`, () => {
    let pool: InlineExecutor;
    let outside: Outside;
    let notes: string;
    /** What the functions have noted so far. */
    const lines = (): Promise<string[]> => outside.lines('notes');
    const isFree = async (): Promise<boolean> => (await pool.submit(work.add, 1, 1)) === 2;

    beforeEach(() => {
      outside = new Outside();
      notes = outside.place('notes');
      pool = create();
    });
    afterEach(async () => {
      await pool.shutdown({ cancelRunning: true });
      outside.remove();
    });

    describe('gives the items', () => {
      test('of an async generator in their order, and at the end its return value', async () => {
        const stream = pool.stream(counting, 3, notes);
        expect(await takenFrom(stream)).toEqual([[0, 1, 2], 'counted']);
        expect(await lines()).toEqual(['0', '1', '2', 'closed']);
        expect(await stream.next()).toEqual({ done: true, value: undefined });
      });

      test('of a generator', async () => {
        expect(await takenFrom(pool.stream(upTo, 1000))).toEqual([
          [...Array(1000).keys()],
          'counted',
        ]);
      });

      test('of a generator that is declared in a module', async () => {
        expect(await takenFrom(pool.stream(work.letters, 'abc'))).toEqual([
          ['a', 'b', 'c'],
          undefined,
        ]);
      });

      test('of a generator method', async () => {
        const holder = {
          *twice(n: number) {
            yield n;
            yield n;
          },
        };
        expect(await takenFrom(pool.stream(holder.twice, 4))).toEqual([[4, 4], undefined]);
      });

      test('of all that can be iterated, or is a promise of that', async () => {
        expect(await takenFrom(pool.stream(() => [1, 2]))).toEqual([[1, 2], undefined]);
        expect(await takenFrom(pool.stream(async () => new Set([3])))).toEqual([[3], undefined]);
      });

      test('of promises as what they resolve with', async () => {
        const promises = function* () {
          yield Promise.resolve(1);
          yield 2;
        };
        expect(await takenFrom(pool.stream(promises))).toEqual([[1, 2], undefined]);
      });

      test('that are thenable or undefined or many, whatever the size of the buffer', async () => {
        const undefineds = function* () {
          for (let n = 0; n < 300; n++) yield undefined;
        };
        for (const bufferSize of [1, 2, 3, 64, Number.POSITIVE_INFINITY]) {
          const [items] = await takenFrom(pool.streamWith({ bufferSize }, undefineds));
          expect(items).toHaveLength(300);
        }
      });

      test('with the memory that is said to move with them', async () => {
        const chunks = async function* (this: CurrentJob): AsyncGenerator<[number, Uint8Array]> {
          let before = new Uint8Array(0);
          for (let n = 1; n <= 3; n++) {
            const bytes = new Uint8Array(8).fill(n);
            // How much of the one before is still here.
            yield this.transfer([before.byteLength, bytes], [bytes.buffer]);
            await new Promise((resolve) => setTimeout(resolve, 1));
            before = bytes;
          }
        };
        const [items] = await takenFrom(pool.stream(chunks));
        // To a process they are copied, and stay here.
        const left = (n: number): number => (name === 'ProcessPoolExecutor' && n > 1 ? 8 : 0);
        expect(items).toEqual([1, 2, 3].map((n) => [left(n), new Uint8Array(8).fill(n)]));
      });

      test('that come quickly without having them wait for one that takes long', async () => {
        const burst = async function* (this: CurrentJob) {
          for (let n = 0; n < 100; n++) yield n;
          await new Promise((resolve) => this.signal.addEventListener('abort', resolve));
        };
        const stream = pool.streamWith({ bufferSize: 1000 }, burst);
        for (let n = 0; n < 100; n++)
          expect(await stream.next()).toEqual({ done: false, value: n });
        await stream.return();
      });

      test('to `for await`', async () => {
        const seen: number[] = [];
        for await (const n of pool.stream(upTo, 4)) seen.push(n);
        expect(seen).toEqual([0, 1, 2, 3]);
      });

      test('to coroutines, one by one', async () => {
        const task = createTask(function* () {
          const stream = pool.stream(upTo, 5);
          let sum = 0;
          for (let step = yield* stream.next(); ; step = yield* stream.next()) {
            if (step.done) return [sum, step.value];
            sum += step.value;
          }
        });
        expect(await task).toEqual([10, 'counted']);
      });

      test('to several who ask at once, in the order of their asking', async () => {
        const stream = pool.stream(upTo, 2);
        expect(await gather([stream.next(), stream.next(), stream.next(), stream.next()])).toEqual([
          { done: false, value: 0 },
          { done: false, value: 1 },
          { done: true, value: 'counted' },
          { done: true, value: undefined },
        ]);
      });

      test('as promises that can be caught and finished as well', async () => {
        const stream = pool.stream(upTo, 1);
        const finished: string[] = [];
        const step = stream.next().finally(() => finished.push('finally'));
        expect(await step).toEqual({ done: false, value: 0 });
        await stream.next();
        const failing = pool.stream(work.failingStream);
        await failing.next();
        expect(await failing.next().catch((error) => (error as Error).name)).toBe('TypeError');
        expect(finished).toEqual(['finally']);
      });
    });

    describe('has the generator paused', () => {
      test('when it is `bufferSize` items ahead', async () => {
        const stream = pool.streamWith({ bufferSize: 3 }, counting, 1000, notes);
        await until(async () => (await lines()).length === 3);
        for (let n = 0; n < 50; n++) await hostTurn();
        expect(await lines()).toEqual(['0', '1', '2']);
        expect(pool.statistics()).toMatchObject({ running: 1 });
        expect(stream.running()).toBe(true);
        for (let n = 0; n < 20; n++) {
          expect(await stream.next()).toEqual({ done: false, value: n });
          expect((await lines()).length).toBeLessThanOrEqual(n + 1 + 3);
        }
        await stream.return();
        expect(stream.running()).toBe(false);
      });

      test('while its worker is held: other jobs wait', async () => {
        const stream = pool.streamWith({ bufferSize: 1 }, counting, 3, notes);
        const job = pool.submit(work.add, 1, 1);
        await until(async () => (await lines()).length === 1);
        for (let n = 0; n < 20; n++) await hostTurn();
        expect(job.done()).toBe(false);
        expect(await takenFrom(stream)).toEqual([[0, 1, 2], 'counted']);
        expect(await job).toBe(2);
      });
    });

    describe('that is left', () => {
      test('by `break` has the `finally` of the generator run before the loop goes on', async () => {
        for await (const n of pool.stream(counting, 100_000, notes)) if (n === 2) break;
        expect((await lines()).at(-1)).toBe('closed');
        expect((await lines()).length).toBeLessThan(1000);
        expect(await isFree()).toBe(true);
      });

      test('by an error in the loop has the `finally` run too', async () => {
        const error = new RangeError('enough');
        const leave = async () => {
          for await (const n of pool.stream(counting, 100_000, notes)) if (n === 2) throw error;
        };
        expect(await thrownBy(leave())).toBe(error);
        expect((await lines()).at(-1)).toBe('closed');
      });

      test('by a generator that delegates to it closes it', async () => {
        const outer = async function* () {
          yield* pool.stream(counting, 100_000, notes);
        };
        for await (const _ of outer()) break;
        expect((await lines()).at(-1)).toBe('closed');
      });

      test('by the end of a `using` block', async () => {
        const task = createTask(function* () {
          using stream = pool.stream(counting, 100_000, notes);
          return yield* stream.next();
        });
        expect(await task).toEqual({ done: false, value: 0 });
        expect(await isFree()).toBe(true);
        expect((await lines()).at(-1)).toBe('closed');
      });

      test('by the end of an `await using` block', async () => {
        {
          await using stream = pool.stream(counting, 100_000, notes);
          await stream.next();
        }
        expect((await lines()).at(-1)).toBe('closed');
      });

      test('by the cancellation of a coroutine that waits for an item', async () => {
        const taken: unknown[] = [];
        const task = createTask(function* () {
          const stream = pool.stream(waiting, notes);
          taken.push((yield* stream.next()).value);
          yield* stream.next();
        });
        await until(() => taken.length === 1);
        task.cancel('the user left');
        expect(await thrownBy(task)).toBeInstanceOf(CancelledError);
        expect(await isFree()).toBe(true);
        expect(await lines()).toEqual(['CancelledError: the user left']);
      });

      test.runIf(inNode)(
        'by the cancellation of an async function that waits for an item',
        async () => {
          const taken: string[] = [];
          const task = createTask(async () => {
            for await (const item of pool.stream(waiting, notes)) taken.push(item);
          });
          await until(() => taken.length === 1);
          task.cancel('the user left');
          expect(await thrownBy(task)).toBeInstanceOf(CancelledError);
          expect(await isFree()).toBe(true);
          expect(await lines()).toEqual(['CancelledError: the user left']);
        },
      );

      const interruptions: [string, (cancel: () => void) => Promise<void>][] = [
        [
          'a promise of the host',
          async (cancel) => {
            setTimeout(cancel, 1);
            await new Promise((resolve) => setTimeout(resolve, 5));
          },
        ],
        [
          'a queue that had room',
          async (cancel) => {
            const putting = (async () => {
              await new Queue<number>().put(1);
            })();
            // After the call of `then()`, and before the loop goes on.
            queueMicrotask(cancel);
            await putting;
          },
        ],
      ];

      test.runIf(inNode).each(interruptions)(
        'by the cancellation of an async function that waits for %s',
        async (_, wait) => {
          const taken: number[] = [];
          const stream = pool.stream(counting, 100_000, notes);
          const task = createTask(async () => {
            for await (const n of stream) {
              taken.push(n);
              // Further items have arrived then, so the next step is done at once.
              await until(async () => (await lines()).length >= 64);
              for (let turn = 0; turn < 20; turn++) await hostTurn();
              await wait(() => task.cancel('the user left'));
            }
          });
          expect(await thrownBy(task)).toEqual(new CancelledError('the user left'));
          expect(taken).toEqual([0]);
          await pool.shutdown();
          expect((await lines()).at(-1)).toBe('closed');
        },
      );

      test('by the cancellation of a coroutine whose item came in that moment', async () => {
        const stream = pool.stream(counting, 100_000, notes);
        const task = createTask(function* () {
          for (;;) if ((yield* stream.next()).value === 3) cancelAtWait();
        });
        // The task is woken with an item, and cancelled before its step.
        const cancelAtWait = (): void => {
          const asked = stream.next();
          asked.addDoneCallback(() => task.cancel('the user left'));
        };
        expect(await thrownBy(task)).toEqual(new CancelledError('the user left'));
        expect(await isFree()).toBe(true);
        expect((await lines()).at(-1)).toBe('closed');
      });

      test('by return() aborts the signal of a generator that waits', async () => {
        const stream = pool.stream(waiting, notes);
        await stream.next();
        const asked = stream.next();
        expect(await stream.return()).toEqual({ done: true, value: undefined });
        expect(await asked).toEqual({ done: true, value: undefined });
        expect(await lines()).toEqual(['CancelledError: its stream was left']);
        expect(await stream.return()).toEqual({ done: true, value: undefined });
      });

      test('with a `finally` that throws has return() throw it', async () => {
        const untidy = async function* () {
          try {
            yield 1;
            yield 2;
          } finally {
            // biome-ignore lint/correctness/noUnsafeFinally: that is the matter of the test
            throw new RangeError('untidy');
          }
        };
        const stream = pool.streamWith({ bufferSize: 1 }, untidy);
        await stream.next();
        expect(await thrownBy(stream.return())).toEqual(new RangeError('untidy'));
        expect(await isFree()).toBe(true);
      });

      test('before it has begun never begins', async () => {
        const first = pool.streamWith({ bufferSize: 1 }, upTo, 3);
        await first.next();
        const second = pool.stream(counting, 3, notes);
        expect(await second.return()).toEqual({ done: true, value: undefined });
        expect(await second.next()).toEqual({ done: true, value: undefined });
        await first.return();
        expect(await isFree()).toBe(true);
        expect(await lines()).toEqual([]);
      });
    });

    describe('that is cancelled', () => {
      test('throws a CancelledError at whoever waits, and then is at its end', async () => {
        const stream = pool.stream(waiting, notes);
        await stream.next();
        const asked = stream.next();
        expect(stream.cancel('no more')).toBe(true);
        expect(await thrownBy(asked)).toEqual(new CancelledError('no more'));
        expect(await stream.next()).toEqual({ done: true, value: undefined });
        expect(stream.cancel()).toBe(false);
        expect(await isFree()).toBe(true);
      });

      test('drops the items that nobody has taken', async () => {
        const stream = pool.streamWith({ bufferSize: 8 }, upTo, 100);
        await stream.next();
        await until(() => stream.running());
        for (let n = 0; n < 20; n++) await hostTurn();
        stream.cancel('no more');
        expect(await thrownBy(stream.next())).toEqual(new CancelledError('no more'));
      });

      test('by a shutdown that cancels what is running settles', async () => {
        const stream = pool.streamWith({ bufferSize: 1 }, counting, 3, notes);
        await stream.next();
        const queued = pool.stream(upTo, 3);
        const asked = queued.next();
        await pool.shutdown({ cancelRunning: true });
        expect(await thrownBy(stream.next())).toBeInstanceOf(CancelledError);
        expect(await thrownBy(asked)).toBeInstanceOf(CancelledError);
        expect((await lines()).at(-1)).toBe('closed');
      });

      test('by a shutdown that cancels what has not begun settles, and one that runs goes on', async () => {
        const stream = pool.streamWith({ bufferSize: 1 }, upTo, 3);
        await stream.next();
        const queued = pool.stream(upTo, 3);
        const shutdown = pool.shutdown({ cancelFutures: true });
        expect(await thrownBy(queued.next())).toBeInstanceOf(CancelledError);
        expect(await takenFrom(stream)).toEqual([[1, 2], 'counted']);
        await shutdown;
        expect(() => pool.stream(upTo, 3)).toThrow('`stream()` expected an open executor');
      });
    });

    describe('that fails', () => {
      test('throws the error in its place in the order, as jobs do', async () => {
        const stream = pool.stream(work.failingStream);
        expect(await stream.next()).toEqual({ done: false, value: 'before' });
        const error = (await thrownBy(stream.next())) as Error & { line: number };
        expect(error).toBeInstanceOf(work.ParseError);
        expect(error).toMatchObject({ message: 'no number', line: 3, cause: new Error('because') });
        expect(error.stack).toContain('failingStream');
        expect(error.stack).toContain('submitted from');
        expect(await stream.next()).toEqual({ done: true, value: undefined });
      });

      test('is one whose `next()` returns no object, which would have no end', async () => {
        const stream = pool.stream(() => ({
          [Symbol.iterator]: () => ({ next: () => 5 as never }),
        }));
        expect(await thrownBy(stream.next())).toMatchObject({
          message: expect.stringContaining('to return an object, but got 5 (number)'),
        });
        expect(await stream.next()).toEqual({ done: true, value: undefined });
      });

      test.each(['iterator', 'asyncIterator'] as const)(
        'is one whose `%s` has no `next()`',
        async (name) => {
          const stream = pool.stream((name) => ({ [Symbol[name]]: () => ({}) }) as never, name);
          expect(await thrownBy(stream.next())).toMatchObject({
            name: 'TypeError',
            message: expect.stringContaining(
              'returned, but got an object. Return what has a `next',
            ),
          });
        },
      );

      test('reads each step once, and ends with any `done` that counts as true, as a loop does', async () => {
        const stream = pool.stream(() => {
          let asked = 0;
          let read = 0;
          const next = () => ({
            done: (++asked > 3 ? 1 : 0) as unknown as boolean,
            get value() {
              return read++;
            },
          });
          return { [Symbol.iterator]: () => ({ next }) };
        });
        const steps = await gather([1, 2, 3, 4].map(() => stream.next()));
        expect(steps.map(({ done, value }) => [done, value])).toEqual([
          [false, 0],
          [false, 1],
          [false, 2],
          [true, 3],
        ]);
      });

      test('goes on if the program has replaced methods of its steps', async () => {
        const stream = pool.stream(upTo, 2);
        const steps = [stream.next(), stream.next(), stream.next()];
        Object.assign(steps[0] as object, { setResult: fails, done: fails });
        expect(await steps[1]).toEqual({ done: false, value: 1 });
        expect(await steps[2]).toEqual({ done: true, value: 'counted' });
      });

      test('is reported when nobody takes it, and not when the consumer hears of it', async () => {
        const reported: unknown[] = [];
        const heard = await run(async () => {
          getEventLoop().setExceptionHandler((_loop, { exception }) => reported.push(exception));
          await using own = create();
          const taken = own.stream(work.failingStream);
          await taken.next();
          const error = await thrownBy(taken.next());
          const untaken = own.stream(function* unheard() {
            throw new RangeError('unheard');
          });
          // It is held until then: one that is forgotten is left, and need not come so far.
          return [error, untaken];
        });
        expect(heard[0]).toBeInstanceOf(work.ParseError);
        expect(reported).toEqual([new RangeError('unheard')]);
      });

      test('as an item cannot be copied tells which part, runs the `finally`, and nobody else notices', async () => {
        const stream = pool.stream(wrong, notes);
        const next = pool.submit(work.add, 1, 2);
        expect(await stream.next()).toEqual({ done: false, value: { fine: true } });
        const error = (await thrownBy(stream.next())) as Error;
        expect(error).toBeInstanceOf(TypeError);
        expect(error.message).toBe(
          'The worker expected `wrong` to yield items that can be copied, but items[1].handlers.onClick is a function. Yield plain data.',
        );
        expect(await next).toBe(3);
        expect(await lines()).toEqual(['closed']);
      });

      test('as its return value cannot be copied tells so after the items', async () => {
        const stream = pool.stream(function* wrong() {
          yield 1;
          return () => {};
        });
        expect(await stream.next()).toEqual({ done: false, value: 1 });
        expect(String(await thrownBy(stream.next()))).toContain('result is a function');
      });

      test('as the function answers nothing to iterate', async () => {
        // @ts-expect-error a number has no items
        const stream = pool.stream(work.add, 1, 2);
        expect(await thrownBy(stream.next())).toEqual(
          new TypeError(
            '`stream()` expected a generator function, or one that returns something to iterate, but `add` returned 3 (number). For one result use `submit(fn, …)`.',
          ),
        );
        // @ts-expect-error the letters of a text are hardly meant
        expect(String(await thrownBy(pool.stream(() => 'text').next()))).toContain('"text"');
      });

      test('as a promise among its items rejects, with the `finally` run', async () => {
        const stream = pool.stream(rejecting, notes);
        expect(await thrownBy(stream.next())).toEqual(new RangeError('no'));
        expect(await lines()).toEqual(['closed']);
      });

      test('as its time is over, which its items do not delay', async () => {
        const ticking = async function* () {
          for (let n = 0; ; n++) {
            yield n;
            await new Promise((resolve) => setTimeout(resolve, 1));
          }
        };
        const stream = pool.streamWith({ timeout: 20, name: 'the slow one' }, ticking);
        const error = (await thrownBy(takenFrom(stream))) as Error;
        expect(error).toBeInstanceOf(TimeoutError);
        expect(error.message).toContain('`the slow one` expected to be done within 20 ms');
        expect(await isFree()).toBe(true);
      });

      test('as no worker was free in time', async () => {
        const first = pool.streamWith({ bufferSize: 1 }, upTo, 3);
        await first.next();
        const second = pool.streamWith({ queueTimeout: 1 }, counting, 3, notes);
        expect(String(await thrownBy(second.next()))).toContain('expected to begin within 1 ms');
        await first.return();
        expect(await isFree()).toBe(true);
        expect(await lines()).toEqual([]);
      });
    });

    test('takes part in priorities', async () => {
      const first = pool.streamWith({ bufferSize: 1 }, upTo, 2);
      await first.next();
      const plain = pool.submit(noted, notes, 'plain');
      const urgent = pool.streamWith({ priority: 1 }, counting, 1, notes);
      await first.return();
      expect(await takenFrom(urgent)).toEqual([[0], 'counted']);
      await plain;
      expect(await lines()).toEqual(['0', 'closed', 'plain']);
    });

    test.each([
      [{ bufferSize: 0 }, /`bufferSize` to be a whole number of at least 1, but got 0/],
      [{ bufferSize: 1.5 }, /`bufferSize` to be a whole number/],
      [{ bufferSize: '8' }, /`bufferSize` to be a number, but got "8"/],
      [{ timeout: -1 }, /`streamWith\(\)` expected `timeout` to be a time in ms/],
      [{ buffersize: 8 }, /but got `buffersize`\. Write `bufferSize`\./],
      [null, /`streamWith\(\)` expected an options object first, but got null/],
    ])('refuses options that make no sense: %o', (options, message) => {
      expect(() => pool.streamWith(options as object, upTo, 3)).toThrow(message);
    });

    test('is what submit() refers to for generator functions', () => {
      expect(() => pool.submit(upTo, 3)).toThrow(
        new TypeError(
          '`submit()` expected a plain or async function, but `upTo` is a generator function: calling it runs nothing. For its items use `stream(upTo, …)`. A coroutine runs on the loop: use `createTask(upTo())`.',
        ),
      );
      expect(() => pool.submit(work.letters, 'abc')).toThrow('use `stream(letters, …)`');
      expect(() => pool.stream(counting, 3, notes).cancel()).not.toThrow();
      expect(() => pool.submit(counting, 3, notes)).toThrow('use `stream(counting, …)`');
    });
  });
}
