/** What every executor promises. Run over each of them; `create` answers a new one with a single worker. */
import {
  CancelledError,
  coroutine,
  createTask,
  gather,
  getEventLoop,
  InvalidStateError,
  sleep,
  TimeoutError,
} from 'skein';
import type { CurrentJob, InlineExecutor, PoolFuture } from 'skein/executors';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import * as work from '../node/executors/fixtures/work.mjs';
import { hostTurn, inNode } from '../unit/hosts.ts';
import { thrownBy } from './thrown-by.ts';

/** What all executors have that keep workers; this one has nothing besides. */
type Pool = InlineExecutor;

/** How an executor differs from the others. */
interface Differences {
  /** Functions cross by name only, so that `written` is declared. */
  readonly byNameOnly?: boolean;
}

/** Functions of this file. They cross by source, unless the executor's own test has declared them. */
export const written = {
  power: (a: number, b: number) => a ** b,
  increment: async (n: number) => n + 1,
  same: <T>(value: T) => value,
  circle: () => {
    const members = [new TypeError('one'), 'two'];
    const group = new AggregateError(members, 'both');
    (members[0] as Error).cause = group;
    throw group;
  },
  abort: () => AbortSignal.abort().throwIfAborted(),
  failWithFunction: () => {
    throw Object.assign(new Error('no'), { retry: () => 1 });
  },
  throwIt: (value: unknown) => {
    throw value;
  },
  evil: (): never => {
    throw Object.assign(new RangeError('seen'), {
      code: 'E_EVIL',
      message: {
        toString() {
          throw new Error('no text');
        },
      },
    });
  },
  throwRevoked: (): never => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    throw proxy;
  },
  throwNameless: (): never => {
    throw {
      get [Symbol.toStringTag]() {
        throw new Error('no tag');
      },
    };
  },
  pages() {
    return { next: [1, new WeakMap()] };
  },
  half: (n: number) => {
    if (n % 2 === 1) throw new RangeError(`${n} is odd`);
    return n / 2;
  },
  notTwo: (n: number) => {
    if (n === 2) throw new RangeError('two');
    return n;
  },
  notOne: (n: number) => {
    if (n === 1) throw new RangeError('one');
    return n;
  },
  long: () => new Promise<void>((resolve) => setTimeout(resolve, 50)),
};

async function listOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

function* naturals(pulled: number[] = []): Generator<number> {
  for (let n = 0; ; n++) {
    pulled.push(n);
    yield n;
  }
}

/** Waits until a worker has begun. */
export async function running(future: PoolFuture<unknown>): Promise<void> {
  while (!future.running() && !future.done()) await hostTurn();
}

export function executorContract(
  name: string,
  create: () => Pool,
  { byNameOnly = false }: Differences = {},
): void {
  const bySource = test.skipIf(byNameOnly);
  describe(`${name} as an executor`, () => {
    let pool: Pool;
    beforeEach(() => {
      pool = create();
    });
    afterEach(async () => {
      await pool.shutdown({ cancelFutures: true });
    });

    describe('submit()', () => {
      test('answers a future of the result [cf.exec.submit]', async () => {
        const future = pool.submit(written.power, 2, 8);
        expect(future.done()).toBe(false);
        expect(await future).toBe(256);
        expect(future.result()).toBe(256);
      });

      test('awaits what an async function does', async () => {
        expect(await pool.submit(written.increment, 1)).toBe(2);
        expect(await pool.submit(work.slowly, 'late')).toBe('late');
      });

      test('can be awaited by coroutines', async () => {
        const task = createTask(function* () {
          const [a, b] = yield* gather([pool.submit(work.add, 1, 2), pool.submit(work.add, 3, 4)]);
          return a * b;
        });
        expect(await task).toBe(21);
      });

      test('runs jobs in the order of submission', async () => {
        const counts = Array.from({ length: 20 }, () => pool.submit(work.count));
        const first = (await counts[0]) as number;
        expect(await gather(counts)).toEqual(counts.map((_, index) => first + index));
      });

      test('copies arguments and results', async () => {
        const given = { list: [1, 2], map: new Map([['a', new Date(0)]]) };
        const back = await pool.submit(written.same<typeof given>, given);
        expect(back).toEqual(given);
        expect(back).not.toBe(given);
      });

      test('refuses what is no function [cf.exec.submit]', () => {
        // @ts-expect-error a result is no function
        expect(() => pool.submit(work.add(1, 2))).toThrow(
          new TypeError(
            '`submit()` expected a function and then its arguments, but got 3 (number). Write `submit(fn, 1, 2)`, not `submit(fn(1, 2))`.',
          ),
        );
      });

      test('is what `loop.runInExecutor()` uses [loop.executor.run]', async () => {
        expect(await getEventLoop().runInExecutor(pool, work.add, 1, 2)).toBe(3);
      });
    });

    describe('functions', () => {
      test('cross by reference when they are declared in a module', async () => {
        expect(await pool.submit(work.add, 1, 2)).toBe(3);
        expect(await pool.submit(work.triple, 4)).toBe(12);
      });

      bySource('cross by source in every form', async () => {
        const holder = {
          method(n: number) {
            return n + 1;
          },
          async 'quoted method'(n: number) {
            return n + 2;
          },
        };
        function declared(n: number): number {
          const inner = function inner(m: number): number {
            return m === 0 ? 0 : inner(m - 1) + 2;
          };
          return inner(n);
        }
        expect(await pool.submit((n: number) => n, 1)).toBe(1);
        expect(await pool.submit(declared, 2)).toBe(4);
        expect(await pool.submit(holder.method, 1)).toBe(2);
        expect(await pool.submit(holder['quoted method'], 1)).toBe(3);
      });

      test.runIf(inNode && !byNameOnly)('may import what they need', async () => {
        const digest = async (text: string): Promise<string> => {
          const { createHash } = await import('node:crypto');
          return createHash('md5').update(text).digest('hex');
        };
        expect(await pool.submit(digest, 'a')).toBe('0cc175b9c0f1b6a831c399e269772661');
      });

      test.runIf(inNode && !byNameOnly)(
        'that use something from outside are refused by name',
        () => {
          const factor = 3;
          const scale = (n: number): number => n * factor;
          expect(() => pool.submit(scale, 1)).toThrow(
            new TypeError(
              '`submit()` expected a function that stands on its own, but `scale` uses `factor` from outside, and only its source goes to the worker. Pass it as an argument, declare it inside the function, or put the function into a module and declare it there: `declareFunctions(import.meta.url, { … })`.',
            ),
          );
        },
      );

      test.runIf(inNode && !byNameOnly)('that use an import are refused by the name of it', () => {
        const nap = () => sleep(1);
        expect(() => pool.submit(nap)).toThrow(/`nap` uses `sleep` from outside/);
      });

      bySource('that are built in, bound, classes or generators are refused', () => {
        expect(() => pool.submit(Math.max, 1, 2)).toThrow(
          new TypeError(
            '`submit()` expected a function written in JavaScript, but `max` is built in or bound, and has no source to send. Wrap it: `(value) => max(value)`.',
          ),
        );
        expect(() => pool.submit(work.add.bind(undefined, 1), 2)).toThrow(
          /`bound add` is built in or bound/,
        );
        // @ts-expect-error a class is no function to call
        expect(() => pool.submit(class Point {})).toThrow(/`Point` is a class/);
        const steps = function* steps() {};
        expect(() => pool.submit(steps)).toThrow(/`steps` is a generator function/);
        expect(() => pool.submit(coroutine(steps))).toThrow(
          new TypeError(
            '`submit()` expected a function that stands on its own, but `steps` is a coroutine function: put the function into a module and declare it there: `declareFunctions(import.meta.url, { … })`.',
          ),
        );
      });

      test('that are coroutine functions run to their end', async () => {
        expect(await pool.submit(work.doubled, 4)).toBe(8);
      });
    });

    describe('errors', () => {
      test('come back with class, message, cause and own properties', async () => {
        const error = (await thrownBy(pool.submit(work.fail, 'unregistered'))) as RangeError;
        expect(error).toBeInstanceOf(RangeError);
        expect(error).toMatchObject({
          name: 'Unregistered',
          message: 'too much',
          code: 'E_MUCH',
          seen: { a: [1] },
          cause: { message: 'the cause' },
        });
        expect(error.cause).toBeInstanceOf(Error);
        expect(Object.keys(error)).toEqual(['code', 'seen']);
      });

      test('of registered classes come back as their instances', async () => {
        const error = await thrownBy(pool.submit(work.fail, 'registered'));
        expect(error).toBeInstanceOf(work.ParseError);
        expect(error).toMatchObject({ name: 'TypeError', message: 'no number', place: 'line 3' });
      });

      test('show where they were thrown, and below it where the job was submitted [cf.proc.remote_stack]', async () => {
        const error = (await thrownBy(pool.submit(work.fail, 'registered'))) as Error;
        const [thrown, submitted] = error.stack?.split(/\n.*submitted from.*\n/) ?? [];
        expect(thrown).toContain('fixtures/work.mjs');
        expect(submitted?.split('\n')[0]).toContain('executor.contract.ts');
      });

      test('keep a circle of causes, and the members of an AggregateError', async () => {
        const error = (await thrownBy(pool.submit(written.circle))) as AggregateError;
        expect(error).toBeInstanceOf(AggregateError);
        expect(error.message).toBe('both');
        expect(error.errors[0]).toBeInstanceOf(TypeError);
        expect(error.errors[0].cause).toBe(error);
        expect(error.errors[1]).toBe('two');
      });

      test('keep DOMExceptions, and the text of properties that cannot be copied', async () => {
        const aborted = await thrownBy(pool.submit(written.abort));
        expect(aborted).toBeInstanceOf(DOMException);
        expect(aborted).toMatchObject({ name: 'AbortError' });
        expect(await thrownBy(pool.submit(written.failWithFunction))).toMatchObject({
          retry: '`retry`, a function',
        });
      });

      test('of any other kind come back as they are', async () => {
        for (const value of [undefined, null, 0, 'text', { code: 42 }]) {
          expect(await thrownBy(pool.submit(written.throwIt, value))).toEqual(value);
        }
      });

      test('that cannot be looked at come back as far as they can', async () => {
        expect(await thrownBy(pool.submit(written.evil))).toMatchObject({
          name: 'RangeError',
          message: 'a value without a text form',
          code: 'E_EVIL',
        });
        expect(await thrownBy(pool.submit(written.throwRevoked))).toBe(
          'a value without a text form',
        );
        expect(await thrownBy(pool.submit(written.throwNameless))).toEqual({});
      });

      test('called CancelledError do not look as if anything was cancelled here', async () => {
        const future = pool.submit(work.fail, 'cancelled');
        const error = await thrownBy(future);
        expect(future.cancelled()).toBe(false);
        expect(error).not.toBeInstanceOf(CancelledError);
        expect(error).toMatchObject({ name: 'CancelledError', message: 'inside' });
      });
    });

    describe('a value that cannot be copied', () => {
      test('among the arguments fails that job, and says where it is [cf.crash.arg_serialise_error]', async () => {
        const given = { handlers: { onClick: () => {} } };
        const first = pool.submit(work.add, 1, 1);
        const bad = pool.submit(written.same<unknown>, given);
        const last = pool.submit(work.add, 2, 2);
        const error = (await thrownBy(bad)) as Error;
        expect(error).toBeInstanceOf(TypeError);
        expect(error.message).toBe(
          'The executor expected `same` to be given values that can be copied to a worker, but args[0].handlers.onClick is a function. Pass plain data, and make the rest where it is used.',
        );
        expect(await gather([first, last])).toEqual([2, 4]);
      });

      test('in the result fails that job, and says where it is [cf.crash.result_serialise_error]', async () => {
        const bad = pool.submit(written.pages);
        const last = pool.submit(work.add, 2, 2);
        const error = (await thrownBy(bad)) as Error;
        expect(error).toBeInstanceOf(TypeError);
        expect(error.message).toBe(
          'The worker expected `pages` to return something that can be copied, but result.next[1] is a value of class WeakMap. Return plain data.',
        );
        expect(await last).toBe(4);
      });

      test('is a future that was forgotten to be awaited', async () => {
        const future = pool.submit(work.add, 1, 1);
        const bad = pool.submit(written.same<unknown>, [future]);
        expect(await thrownBy(bad)).toMatchObject({
          message: expect.stringMatching(/args\[0\]\[0\] is .*; await it first/),
        });
        expect(await future).toBe(2);
      });
    });

    describe('cancel()', () => {
      test('has work that was not begun never begin [cf.shutdown.cancel_then_shutdown]', async () => {
        const [first, ...rest] = Array.from({ length: 5 }, () => pool.submit(work.count));
        for (const future of rest) expect(future.cancel()).toBe(true);
        const before = await first;
        expect(await pool.submit(work.calledSoFar)).toBe(before);
        for (const future of rest) {
          expect(future.cancelled()).toBe(true);
          expect(future.running()).toBe(false);
        }
      });

      test('has running work see its signal abort', async () => {
        const future = pool.submit(work.untilAborted);
        await running(future);
        expect(future.cancel('enough')).toBe(true);
        expect(future.cancelled()).toBe(true);
        expect(await pool.submit(work.abortsSoFar)).toBeGreaterThan(0);
        expect(await pool.submit(work.lastAbort)).toEqual(['CancelledError', 'enough']);
        expect(future.running()).toBe(false);
      });

      test('by `stop()` can be awaited until the worker is free', async () => {
        const future = pool.submit(work.untilAborted);
        await running(future);
        const end = future.stop('enough');
        expect([future.cancelled(), end.done()]).toEqual([true, false]);
        // A second call finds it cancelled, and the job still running.
        await Promise.all([end, future.stop()]);
        expect(future.running()).toBe(false);
        expect(await pool.submit(work.lastAbort)).toEqual(['CancelledError', 'enough']);
      });

      bySource('has functions that cross by source see it as `this.signal`', async () => {
        const future = pool.submit(async function wait(this: CurrentJob) {
          await new Promise((resolve) => this.signal.addEventListener('abort', resolve));
          (globalThis as { stopped?: unknown }).stopped = this.signal.aborted;
        });
        await running(future);
        future.cancel();
        const stopped = () => (globalThis as { stopped?: unknown }).stopped;
        expect(await pool.submit(stopped)).toBe(true);
      });

      test('of a task that has a running job stops that job', async () => {
        const future = pool.submit(work.untilAborted);
        await running(future);
        const task = createTask(function* () {
          yield* future;
        });
        await sleep(0);
        task.cancel('over');
        expect(await thrownBy(task)).toBeInstanceOf(CancelledError);
        expect(await pool.submit(work.add, 1, 1)).toBe(2);
        expect(future.running()).toBe(false);
      });

      test('of a task goes on to the job that it awaits', async () => {
        pool.submit(work.slowly, 1);
        const waiting = pool.submit(work.count);
        const task = createTask(function* () {
          yield* waiting;
        });
        await sleep(0);
        task.cancel();
        expect(await thrownBy(task)).toBeInstanceOf(CancelledError);
        expect(waiting.cancelled()).toBe(true);
      });

      test('answers false once the job is done', async () => {
        const future = pool.submit(work.add, 1, 1);
        await future;
        expect(future.cancel()).toBe(false);
        expect(future.result()).toBe(2);
      });

      test('is as good as settling the future by hand', async () => {
        const future = pool.submit(work.add, 1, 1);
        future.setResult(5);
        expect(() => future.setResult(6)).toThrow(InvalidStateError);
        expect(await pool.submit(work.add, 1, 2)).toBe(3);
        expect(future.result()).toBe(5);
      });
    });

    describe('submitWith()', () => {
      test('fails a job that runs for too long, and stops it', async () => {
        const future = pool.submitWith({ timeout: 5, name: 'the wait' }, work.untilAborted);
        expect(await thrownBy(future)).toEqual(
          new TimeoutError(
            '`the wait` expected to be done within 5 ms, but it still ran. Its worker was asked to stop it; give it a longer `timeout`, or less to do.',
          ),
        );
        expect((await pool.submit(work.lastAbort))[0]).toBe('TimeoutError');
        expect(future.running()).toBe(false);
      });

      test('counts `timeout` from when the job begins', async () => {
        const first = pool.submit(work.linger);
        const second = pool.submitWith({ timeout: 10_000 }, work.add, 1, 1);
        await first;
        expect(await second).toBe(2);
      });

      test('fails a job that waits for too long, which never begins', async () => {
        const first = pool.submit(work.untilAborted);
        await running(first);
        const waiting = pool.submitWith({ queueTimeout: 1 }, work.count);
        expect(await thrownBy(waiting)).toEqual(
          new TimeoutError(
            '`count` expected to begin within 1 ms, but no worker was free for it. Give it a longer `queueTimeout`, or the executor more workers.',
          ),
        );
        const before = pool.submit(work.calledSoFar);
        first.cancel('over');
        expect(await pool.submit(work.calledSoFar)).toBe(await before);
      });

      test('runs jobs of a higher priority first, and equal ones in their order', async () => {
        const first = pool.submit(work.untilAborted);
        await running(first);
        const order: string[] = [];
        const jobs = [0, -1, 0, 2, 1].map((priority, n) => {
          const job = pool.submitWith({ priority }, work.add, n, 0);
          job.addDoneCallback(() => order.push(`${priority}: ${n}`));
          return job;
        });
        first.cancel('the way is free');
        await gather(jobs);
        await sleep(0);
        expect(order).toEqual(['2: 3', '1: 4', '0: 0', '0: 2', '-1: 1']);
      });

      test('refuses wrong options', () => {
        // @ts-expect-error the options come first
        expect(() => pool.submitWith(work.add, 1, 2)).toThrow(
          /`submitWith\(\)` expected an options object first, but got/,
        );
        expect(() => pool.submitWith({ timeout: -1 }, work.add, 1, 2)).toThrow(
          new RangeError(
            '`submitWith()` expected `timeout` to be a time in ms of at least 0, but got -1 (number).',
          ),
        );
        expect(() => pool.submitWith({ priority: Number.NaN }, work.add, 1, 2)).toThrow(RangeError);
        // @ts-expect-error a slip of the pen
        expect(() => pool.submitWith({ timeuot: 1 }, work.add, 1, 2)).toThrow(
          new TypeError(
            '`submitWith()` expected options that it knows, but got `timeuot`. Write `timeout`.',
          ),
        );
        const slip = { bufferSize: 2, name: 'add' };
        expect(() => pool.submitWith(slip, work.add, 1, 2)).toThrow(/but got `bufferSize`/);
      });

      test('reads each option once, before the call returns', async () => {
        let reads = 0;
        const options = {
          get timeout() {
            return reads++ === 0 ? 5000 : -1;
          },
          name: 'before',
        };
        const job = pool.submitWith(options, work.fail, 'unregistered');
        options.name = 'after';
        expect(String(job)).not.toContain('after');
        await thrownBy(job);
        expect(reads).toBe(1);
      });
    });

    describe('map()', () => {
      test('gives results in the order of the inputs, until the shortest ends [cf.exec.map_order]', async () => {
        const sums = pool.map(work.add, [1, 2, 3], new Set([10, 20, 30, 40]));
        expect(await listOf(sums)).toEqual([11, 22, 33]);
      });

      test('takes asynchronous inputs', async () => {
        async function* inputs() {
          yield 1;
          await sleep(0);
          yield 2;
        }
        expect(await listOf(pool.map(work.triple, inputs()))).toEqual([3, 6]);
        expect(await listOf(pool.map(work.add, inputs(), naturals()))).toEqual([1, 3]);
      });

      test('gives futures to coroutines, which can go on after a failure', async () => {
        const log = await createTask(function* () {
          const seen: unknown[] = [];
          for (const next of pool.map(written.half, [2, 3, 4])) {
            try {
              seen.push(yield* next);
            } catch (error) {
              seen.push((error as Error).message);
            }
          }
          return seen;
        });
        expect(log).toEqual([1, '3 is odd', 2]);
      });

      test('throws an error in its place, and ends [cf.exec.map_error_position]', async () => {
        const seen: number[] = [];
        const results = pool.map(written.notTwo, [0, 1, 2, 3]);
        const reading = (async () => {
          for await (const n of results) seen.push(n);
        })();
        expect(await thrownBy(reading)).toBeInstanceOf(RangeError);
        expect(seen).toEqual([0, 1]);
        expect(await results.next()).toEqual({ done: true, value: undefined });
      });

      test('gives errors among the results when asked to', async () => {
        const results = pool.map(written.notOne, [0, 1, 2], { returnExceptions: true });
        expect(await listOf(results)).toEqual([0, new RangeError('one'), 2]);
      });

      test.each([1, 2, 3, 100])(
        'gives the same with a buffer of %i [cf.exec.map_buffersize]',
        async (bufferSize) => {
          const inputs = [1, 2, 3, 4, 5];
          expect(await listOf(pool.map(work.triple, inputs, { bufferSize }))).toEqual([
            3, 6, 9, 12, 15,
          ]);
          expect(await listOf(pool.map(work.add, inputs, inputs, { bufferSize }))).toHaveLength(5);
        },
      );

      test.each([1, 4, 5, 100])(
        'gives the same with chunks of %i [cf.proc.map_chunksize]',
        async (chunkSize) => {
          const results = pool.map(work.triple, [1, 2, 3, 4], { chunkSize });
          expect(await listOf(results)).toEqual([3, 6, 9, 12]);
          expect(() => pool.map(work.triple, [1], { chunkSize: 0 })).toThrow(RangeError);
        },
      );

      test('gives results as they are done when the order does not matter', async () => {
        const results = pool.map(work.triple, [1, 2, 3], { ordered: false });
        expect((await listOf(results)).sort()).toEqual([3, 6, 9]);
        expect(() => [...pool.map(work.triple, [1], { ordered: false })]).toThrow(
          /Use `for await`/,
        );
      });

      test('takes no more of its inputs than the buffer holds [cf.exec.map_buffersize_pulls_exactly]', async () => {
        const pulled: number[] = [];
        const results = pool.map(work.triple, naturals(pulled), { bufferSize: 3 });
        expect(pulled).toEqual([0, 1, 2]);
        await results.next();
        expect(pulled).toEqual([0, 1, 2, 3]);
        await results.return();
      });

      test('reads endless inputs lazily, and closes them when left [cf.exec.map_buffersize_infinite, cf.exec.map_close]', async () => {
        const log: unknown[] = [];
        function* inputs() {
          try {
            yield* naturals();
          } finally {
            log.push('closed');
          }
        }
        for await (const n of pool.map(work.triple, inputs(), { bufferSize: 4 })) {
          log.push(n);
          if (n === 6) break;
        }
        expect(log).toEqual([0, 3, 6, 'closed']);
      });

      test('cancels what has not begun when it is left [cf.exec.map_close]', async () => {
        const results = pool.map(
          work.count,
          Array.from({ length: 500 }, () => undefined) as never[],
        );
        const { value } = await results.next();
        await results.return();
        expect(await pool.submit(work.calledSoFar)).toBeLessThan((value as number) + 499);
      });

      test('gives nothing for no inputs [cf.exec.map_buffersize_empty]', async () => {
        expect(await listOf(pool.map(work.triple, []))).toEqual([]);
      });

      test('submits before it is iterated [cf.thread.map_submits_immediately]', async () => {
        const results = pool.map(work.triple, [1, 2]);
        await pool.shutdown();
        expect(await listOf(results)).toEqual([3, 6]);
      });

      test('throws what its inputs throw, after the results before it', async () => {
        function* inputs() {
          yield 1;
          throw new RangeError('no more');
        }
        const results = pool.map(work.triple, inputs());
        expect(await results.next()).toEqual({ done: false, value: 3 });
        expect(await thrownBy(results.next())).toEqual(new RangeError('no more'));
        expect(await results.next()).toEqual({ done: true, value: undefined });
      });

      test('ends with a TimeoutError once its time is over [cf.exec.map_timeout]', async () => {
        const results = pool.map(written.long, [undefined, undefined] as never[], { timeout: 1 });
        expect(await thrownBy(results.next())).toEqual(
          new TimeoutError('`map()` had no result for all inputs within 1 ms.'),
        );
        expect(await results.next()).toEqual({ done: true, value: undefined });
      });

      test('gives the rest up when the one who waits is cancelled', async () => {
        const results = pool.map(work.slowly, [1, 2, 3]);
        const reader = createTask(async () => {
          for await (const _ of results);
        });
        await sleep(0);
        reader.cancel();
        expect(await thrownBy(reader)).toBeInstanceOf(CancelledError);
        expect(await results.next()).toEqual({ done: true, value: undefined });
      });

      test('refuses wrong options and inputs at once [cf.exec.map_buffersize_validation]', () => {
        // @ts-expect-error a buffer size is a number
        expect(() => pool.map(work.triple, [1], { bufferSize: '5' })).toThrow(TypeError);
        expect(() => pool.map(work.triple, [1], { bufferSize: 0 })).toThrow(
          new RangeError(
            '`map()` expected `bufferSize` to be a whole number of at least 1, but got 0 (number).',
          ),
        );
        expect(() => pool.map(work.triple, 5 as never)).toThrow(
          /expected inputs that can be iterated/,
        );
      });

      test.runIf(inNode && !byNameOnly)(
        'refuses a function that uses something from outside',
        () => {
          const outside = 1;
          expect(() => pool.map((n: number) => n + outside, [1])).toThrow(/`outside` from outside/);
        },
      );
    });

    describe('shutdown()', () => {
      test('has the executor take no more [cf.shutdown.no_submit_after]', async () => {
        await pool.shutdown();
        expect(() => pool.submit(work.add, 1, 1)).toThrow(/was shut down\. Submit before/);
      });

      test('waits for all that was submitted [cf.shutdown.drains_queue]', async () => {
        const futures = Array.from({ length: 50 }, (_, n) => pool.submit(work.triple, n));
        await pool.shutdown();
        expect(futures.map((future) => future.result())).toEqual(futures.map((_, n) => n * 3));
      });

      test('cancels what has not begun when asked to [cf.shutdown.cancel_futures]', async () => {
        const first = pool.submit(work.linger);
        const rest = Array.from({ length: 20 }, () => pool.submit(work.linger));
        await running(first);
        await pool.shutdown({ cancelFutures: true });
        expect(first.cancelled()).toBe(false);
        expect(rest.map((future) => future.cancelled())).toEqual(rest.map(() => true));
      });

      test('cancels everything when asked to', async () => {
        const first = pool.submit(work.untilAborted);
        const rest = [pool.submit(work.add, 1, 1), pool.submit(work.add, 1, 1)];
        await running(first);
        await pool.shutdown({ cancelRunning: true });
        expect([first, ...rest].map((future) => future.cancelled())).toEqual([true, true, true]);
        expect(first.running()).toBe(false);
      });

      test('does not wait when told not to, and the work is done all the same [cf.shutdown.no_wait, cf.shutdown.cancel_no_wait]', async () => {
        const future = pool.submit(work.add, 1, 1);
        await pool.shutdown({ wait: false });
        expect(future.done()).toBe(false);
        expect(await future).toBe(2);
        await pool.shutdown({ wait: false, cancelFutures: true });
      });

      test('refuses options that it does not know', async () => {
        // @ts-expect-error a slip of the pen
        expect(() => pool.shutdown({ cancelFuture: true })).toThrow(
          new TypeError(
            '`shutdown()` expected options that it knows, but got `cancelFuture`. Write `cancelFutures`.',
          ),
        );
        expect(() => pool.shutdown({ wait: 'no' as never })).toThrow(
          new TypeError('`shutdown()` expected `wait` to be true or false, but got "no" (string).'),
        );
        expect(await pool.submit(work.add, 1, 1)).toBe(2);
      });

      test('can be asked for again, by as many as like', async () => {
        pool.submit(work.add, 1, 1);
        await gather([pool.shutdown(), pool.shutdown()]);
        await pool.shutdown();
      });

      // A cancelled await of an async function is seen where there is an async context.
      test.runIf(inNode)(
        'is waited for by `await using` in a task whose request to cancel is repeated',
        async () => {
          let inside: PoolFuture<number> | undefined;
          let isOver = false;
          const own = create();
          const task = createTask(
            async () => {
              try {
                await using closing = own;
                inside = closing.submit(work.add, 1, 1);
                await sleep(60_000);
              } finally {
                isOver = inside?.done() ?? false;
              }
            },
            { level: true },
          );
          await sleep(0);
          await task.stop();
          expect([isOver, inside?.result(), task.cancelled()]).toEqual([true, 2, true]);
        },
      );

      test('happens at the end of a block, and is waited for by `await using` [cf.shutdown.scoped]', async () => {
        let inside: PoolFuture<number>;
        {
          await using own = create();
          inside = own.submit(work.add, 1, 1);
        }
        expect(inside.result()).toBe(2);
        {
          using own = create();
          inside = own.submit(work.add, 2, 2);
        }
        expect(inside.done()).toBe(false);
        expect(await inside).toBe(4);
      });

      test('can be awaited by coroutines', async () => {
        await createTask(function* () {
          const future = pool.submit(work.add, 1, 1);
          yield* pool.shutdown();
          expect(future.result()).toBe(2);
        });
      });
    });
  });
}
