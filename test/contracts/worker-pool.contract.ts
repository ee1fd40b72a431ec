/** What pools of threads and of processes promise: limits, and what becomes of workers that die or do not stop. */
import {
  CancelledError,
  createTask,
  EventLoop,
  gather,
  getEventLoop,
  QueueFull,
  wait,
} from 'skein';
import {
  type ProcessPoolExecutor,
  type ThreadPoolExecutor,
  WorkerLostError,
  type WorkerPoolOptions,
} from 'skein/executors';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { inside } from '../../src/core/inside.ts';
import * as work from '../node/executors/fixtures/work.mjs';
import { inNode } from '../unit/hosts.ts';
import { running } from './executor.contract.ts';
import { hold, note, Outside } from './outside.ts';
import { thrownBy } from './thrown-by.ts';

type WorkerPool = ThreadPoolExecutor | ProcessPoolExecutor;

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
}

/** Longer than a timer of 1 ms. */
function aWhile(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20));
}

/** Sent by source: never ends, and hears nothing. */
function spinForever(): never {
  for (;;);
}

/** Sent by source: leaves a line at a place after it has returned. */
function later(place: string): void {
  setTimeout(() => {
    if (typeof XMLHttpRequest === 'undefined') {
      process.getBuiltinModule('node:fs').writeFileSync(place, 'fired\n');
      return;
    }
    void fetch(place, { method: 'POST', body: 'fired\n' });
  }, 1);
}

/** Sent by source: ends its worker. */
function leave(): void {
  if (typeof process === 'undefined') (globalThis as unknown as { close(): void }).close();
  else process.exit(3);
}

/** Sent by source: leaves a worker behind that is never free again. */
function block(): void {
  setTimeout(() => {
    for (;;);
  });
}

/** Sent by source: says to the program what only the worker itself should say. */
function speakOutOfTurn(): void {
  const port = globalThis as { postMessage?: (message: unknown) => void };
  const threads =
    typeof process === 'undefined'
      ? undefined
      : process.getBuiltinModule('node:worker_threads').parentPort;
  const words = [null, undefined, 'hello', [0, 1, 2], { type: 'ready' }, { type: 'withdrawn' }];
  for (const word of [...words, { type: 'items', seq: 0 }, { type: 'uncaught' }]) {
    if (threads) threads.postMessage(word);
    else if (typeof process === 'undefined') port.postMessage?.(word);
    else if (word !== undefined) process.send?.(word);
  }
}

/** @param seesCancelling - Whether a job that computes sees that it was cancelled. */
export function workerPoolContract(
  name: string,
  create: (options?: WorkerPoolOptions) => WorkerPool,
  { seesCancelling }: { seesCancelling: boolean },
): void {
  describe(`${name} as a pool of workers`, () => {
    let outside: Outside;
    let pool: WorkerPool;
    const open: WorkerPool[] = [];
    const make = (options?: WorkerPoolOptions): WorkerPool => {
      const made = create(options);
      open.push(made);
      return made;
    };
    beforeEach(() => {
      outside = new Outside();
      pool = make({ maxWorkers: 1, grace: 20 });
    });
    afterEach(async () => {
      await gather(open.splice(0).map((each) => each.shutdown({ cancelRunning: true })));
      outside.remove();
    });

    describe('a job that is cancelled', () => {
      test.runIf(seesCancelling)('while it computes without a pause sees it', async () => {
        const patient = make({ maxWorkers: 1, grace: Number.POSITIVE_INFINITY });
        const future = patient.submit(work.spin);
        await running(future);
        future.cancel();
        expect(await patient.submit(work.abortsSoFar)).toBe(1);
      });

      test('and does not stop has its worker ended and replaced', async () => {
        const future = pool.submit(spinForever);
        const [before] = pool.statistics().workers;
        await running(future);
        expect(future.cancel()).toBe(true);
        expect([future.cancelled(), future.running()]).toEqual([true, true]);
        expect(await pool.submit(work.add, 1, 1)).toBe(2);
        expect(future.running()).toBe(false);
        expect(pool.statistics().workers[0]?.name).not.toBe(before?.name);
        expect(await thrownBy(future)).toBeInstanceOf(CancelledError);
      });

      test('and awaits something for ever has its worker ended too', async () => {
        const future = pool.submit(() => new Promise(() => {}));
        await running(future);
        future.cancel();
        expect(await pool.submit(work.add, 1, 1)).toBe(2);
      });

      test('goes on to its end when `grace` is endless', async () => {
        const patient = make({ maxWorkers: 1, grace: Number.POSITIVE_INFINITY });
        const future = patient.submit(hold, outside.place('gate'));
        await running(future);
        future.cancel();
        const next = patient.submit(work.add, 1, 1);
        expect([future.running(), next.running()]).toEqual([true, false]);
        await outside.open('gate');
        expect(await next).toBe(2);
        expect(patient.statistics().workers).toHaveLength(1);
      });

      test('may have a `grace` of its own', async () => {
        const patient = make({ maxWorkers: 1, grace: Number.POSITIVE_INFINITY });
        const future = patient.submitWith({ grace: 1, timeout: 1 }, spinForever);
        expect(await thrownBy(future)).toMatchObject({ name: 'TimeoutError' });
        expect(await patient.submit(work.add, 1, 1)).toBe(2);
      });

      test('before it begins never begins, though it was sent to a worker', async () => {
        const held = pool.submit(hold, outside.place('gate'));
        await running(held);
        const waiting = Array.from({ length: 3 }, (_, n) =>
          pool.submit(note, outside.place('notes'), `${n}`),
        );
        await new Promise((resolve) => setTimeout(resolve, 1));
        for (const future of waiting) expect(future.cancel()).toBe(true);
        await outside.open('gate');
        await held;
        await pool.submit(note, outside.place('notes'), 'last');
        expect(await outside.lines('notes')).toEqual(['last']);
      });
    });

    describe('a short job behind a long one', () => {
      test('runs elsewhere', async () => {
        const two = make({ maxWorkers: 2 });
        // The long one comes to a worker that was given more.
        await gather(Array.from({ length: 200 }, (_, n) => two.submit(work.add, n, n)));
        const long = two.submit(hold, outside.place('gate'));
        const short = Array.from({ length: 500 }, (_, n) => two.submit(work.add, n, 1));
        expect(await gather(short)).toEqual(short.map((_, n) => n + 1));
        expect(long.done()).toBe(false);
        await outside.open('gate');
        expect(await long).toBe('held');
      });

      test('does not have earlier results wait', async () => {
        const quick = Array.from({ length: 100 }, (_, n) => pool.submit(work.add, n, 1));
        const long = pool.submit(hold, outside.place('gate'));
        expect((await gather(quick)).at(-1)).toBe(100);
        expect(long.done()).toBe(false);
        await outside.open('gate');
        await long;
      });
    });

    describe('a worker that dies', () => {
      test('takes only the job that it ran with it', async () => {
        const before = Array.from({ length: 50 }, (_, n) => pool.submit(work.add, n, 0));
        const lost = pool.submit(leave);
        const after = Array.from({ length: 50 }, (_, n) => pool.submit(work.add, n, 0));
        const error = await thrownBy(lost);
        expect(error).toBeInstanceOf(WorkerLostError);
        expect(error).toMatchObject({ job: 'leave', exitCode: inNode ? 3 : undefined });
        expect(await gather([...before, ...after])).toEqual(
          [...before, ...after].map((_, n) => n % 50),
        );
      });

      test('takes only that one with it, however quick the jobs were before', async () => {
        function leaveAt(n: number, at: number): number {
          if (n !== at) return n;
          if (typeof process === 'undefined') (globalThis as unknown as { close(): void }).close();
          else process.exit(3);
          return n;
        }
        for (let n = 0; n < 5; n++)
          await gather(Array.from({ length: 100 }, () => pool.submit(leaveAt, n, -1)));
        const jobs = Array.from({ length: 300 }, (_, n) => pool.submit(leaveAt, n, 150));
        const outcomes = await gather(jobs, { returnExceptions: true });
        expect(outcomes.filter((outcome) => typeof outcome !== 'number')).toEqual([
          expect.objectContaining({ code: 'worker-lost' }),
        ]);
      });

      test('of an exception that nobody caught tells which', async () => {
        const lost = pool.submit(function forget() {
          setTimeout(() => {
            throw new RangeError('too late');
          }, 1);
          return new Promise(() => {});
        });
        const error = (await thrownBy(lost)) as WorkerLostError;
        expect(error.message).toContain('nobody caught RangeError: too late');
        expect(error.cause).toBeInstanceOf(RangeError);
        expect(await pool.submit(work.add, 1, 1)).toBe(2);
      });

      test('of a rejection that nobody handled tells which', async () => {
        const lost = pool.submit(function reject() {
          void Promise.reject(new TypeError('unheard'));
          return new Promise(() => {});
        });
        expect(await thrownBy(lost)).toMatchObject({ cause: new TypeError('unheard') });
        expect(await pool.submit(work.add, 1, 1)).toBe(2);
      });

      test.runIf(inNode)('for want of memory says so', async () => {
        const small = make({ maxWorkers: 1, maxHeapMb: 32 });
        const lost = small.submit(function hoard() {
          const hoard: unknown[] = [];
          for (;;) hoard.push(new Array(10_000).fill(hoard.length));
        });
        expect(await thrownBy(lost)).toMatchObject({
          heapLimit: true,
          message: expect.stringContaining('it reached its heap limit'),
        });
        expect(await small.submit(work.add, 1, 1)).toBe(2);
      });

      test('between two jobs is replaced, and what killed it is reported', async () => {
        const loop = getEventLoop();
        const reported = new Promise<unknown>((resolve) => {
          loop.setExceptionHandler((_loop, context) => resolve(context));
        });
        await pool.submit(() => {
          setTimeout(() => {
            throw new RangeError('left behind');
          }, 1);
        });
        expect(await reported).toMatchObject({ exception: { message: 'left behind' } });
        loop.setExceptionHandler(undefined);
        expect(await pool.submit(work.add, 1, 1)).toBe(2);
      });
    });

    describe('the event loop of a worker', () => {
      test('turns while the worker is idle', async () => {
        await pool.submit(later, outside.place('fired'));
        await outside.reached('fired');
      });

      test('turns between jobs', async () => {
        let stopped = false;
        const timer = pool.submit(later, outside.place('fired'));
        const keepBusy = async () => {
          while (!stopped) await pool.submit(work.add, 1, 1);
        };
        const busy = Array.from({ length: 20 }, keepBusy);
        await timer;
        await outside.reached('fired');
        stopped = true;
        await Promise.all(busy);
      });
    });

    describe('a job', () => {
      test('may send messages of its own, which are not taken for ours', async () => {
        await pool.submit(speakOutOfTurn);
        expect(await gather([1, 2, 3].map((n) => pool.submit(work.add, n, 1)))).toEqual([2, 3, 4]);
        expect(pool.statistics().workers).toHaveLength(1);
      });

      test('may be submitted by a getter among the arguments of another', async () => {
        await pool.submit(work.add, 0, 0);
        const inner: PromiseLike<number>[] = [];
        const arg = {
          get n() {
            if (inner.length === 0) inner.push(pool.submit(work.add, 2, 2));
            return 1;
          },
        };
        expect(await pool.submit((given: { n: number }) => given.n, arg)).toBe(1);
        expect(await inner[0]).toBe(4);
      });

      test('with a `timeout` may begin when its loop is closed', async () => {
        const loop = new EventLoop();
        const held = pool.submit(hold, outside.place('gate'));
        await running(held);
        const late = inside(loop, () => pool.submitWith({ timeout: 1000 }, work.add, 1, 1));
        loop.close();
        await outside.open('gate');
        expect(await pool.submit(work.add, 2, 2)).toBe(4);
        expect(late.result()).toBe(2);
      });
    });

    describe('shutdown()', () => {
      test('ends a worker that a job has left busy for ever', async () => {
        await pool.submit(block);
        await pool.shutdown();
        expect(pool.statistics().workers).toEqual([]);
      });

      test('ends a worker whose initializer never lets go', async () => {
        const own = make({
          maxWorkers: 1,
          grace: 20,
          initializer: () => {
            for (;;);
          },
        });
        const job = own.submit(work.add, 1, 1);
        await own.shutdown({ cancelRunning: true });
        expect(job.cancelled()).toBe(true);
      });

      test('by force ends what is running and what waits', async () => {
        const spinning = pool.submit(spinForever);
        const waiting = pool.submit(work.add, 1, 1);
        await running(spinning);
        await pool.shutdown({ cancelRunning: true });
        expect([spinning.cancelled(), waiting.cancelled()]).toEqual([true, true]);
        expect(pool.statistics().workers).toEqual([]);
      });
    });

    describe('limits:', () => {
      test('`minWorkers` are there from the beginning, and when they are idle for long', async () => {
        const own = make({ maxWorkers: 2, minWorkers: 1, idleTimeout: 1 });
        expect(own.statistics().workers).toHaveLength(1);
        await gather([own.submit(work.linger), own.submit(work.linger)]);
        await until(() => own.statistics().workers.length === 1);
        expect(await own.submit(work.add, 1, 1)).toBe(2);
      });

      test.each(['grace', 'idleTimeout', 'timeout'] as const)(
        'an option `%s` that is longer than a host timer can be does not end at once',
        async (option) => {
          const long = 2 ** 31;
          const own = make({ maxWorkers: 1, grace: long, idleTimeout: long });
          await own.submit(work.add, 1, 1);
          const workers = () => own.statistics().workers.map(({ name }) => name);
          const first = workers();
          if (option === 'idleTimeout') {
            await aWhile();
          } else {
            const future = own.submitWith({ timeout: long }, hold, outside.place('gate'));
            await running(future);
            if (option === 'grace') future.cancel();
            await aWhile();
            expect(future.done()).toBe(option === 'grace');
            await outside.open('gate');
          }
          expect(await own.submit(work.add, 1, 1)).toBe(2);
          expect(workers()).toEqual(first);
        },
      );

      test('workers that are idle for `idleTimeout` end', async () => {
        const own = make({ maxWorkers: 1, idleTimeout: 1 });
        await own.submit(work.add, 1, 1);
        await until(() => own.statistics().workers.length === 0);
        expect(await own.submit(work.add, 1, 1)).toBe(2);
      });

      test('a worker ends after `maxTasksPerWorker`, and all jobs are done [cf.proc.max_tasks_per_child, cf.proc.max_tasks_early_shutdown]', async () => {
        const own = make({ maxWorkers: 1, maxTasksPerWorker: 2 });
        const counts = Array.from({ length: 5 }, () => own.submit(work.count));
        await own.shutdown();
        expect(counts.map((count) => count.result())).toEqual([1, 2, 1, 2, 1]);
      });

      test('`teardown` is called in each worker before it ends', async () => {
        const own = make({
          maxWorkers: 1,
          initializer: (to: string) => {
            (globalThis as { to?: string }).to = to;
          },
          initArgs: [outside.place('notes')],
          teardown: async () => {
            await new Promise((resolve) => setTimeout(resolve, 1));
            const { to } = globalThis as { to?: string };
            if (typeof XMLHttpRequest !== 'undefined') {
              await fetch(to as string, { method: 'POST', body: 'torn down\n' });
              return;
            }
            process.getBuiltinModule('node:fs').appendFileSync(to as string, 'torn down\n');
          },
        } as WorkerPoolOptions);
        await own.submit(work.add, 1, 1);
        await own.shutdown();
        expect(await outside.lines('notes')).toEqual(['torn down']);
      });

      test('a teardown that fails is reported', async () => {
        const loop = getEventLoop();
        const reported: unknown[] = [];
        loop.setExceptionHandler((_loop, { exception }) => reported.push(exception));
        const own = make({
          maxWorkers: 1,
          teardown: () => {
            throw new RangeError('untidy');
          },
        });
        await own.submit(work.add, 1, 1);
        await own.shutdown();
        loop.setExceptionHandler(undefined);
        expect(reported).toEqual([new RangeError('untidy')]);
      });

      test('a full queue refuses jobs, and `room()` waits', async () => {
        const own = make({ maxWorkers: 1, maxQueue: 2 });
        const jobs = [1, 2, 3].map((n) => own.submit(work.add, n, 0));
        expect(() => own.submit(work.add, 4, 0)).toThrow(QueueFull);
        expect(() => own.submit(work.add, 4, 0)).toThrow(
          'The executor has no room: as many jobs wait as its `maxQueue` allows, which is 2. Wait for room with `await executor.room()`.',
        );
        await own.room();
        jobs.push(own.submit(work.add, 4, 0));
        expect(await gather(jobs)).toEqual([1, 2, 3, 4]);
        await own.room();
      });

      test('room that a cancelled task was told of goes to the next one', async () => {
        const own = make({ maxWorkers: 1, maxQueue: 0 });
        const job = own.submit(work.add, 1, 0);
        const waiting = async (): Promise<void> => await own.room();
        const [first, second] = [createTask(waiting), createTask(waiting)];
        // It is told of the room in the iteration in which it is cancelled.
        job.addDoneCallback(() => getEventLoop().callSoon(() => first.cancel()));
        await wait([first]);
        await second;
        await own.shutdown();
      });

      test('a full queue has `map()` take its inputs later', async () => {
        const own = make({ maxWorkers: 1, maxQueue: 2 });
        const inputs = Array.from({ length: 50 }, (_, n) => n);
        const seen: number[] = [];
        for await (const n of own.map(work.triple, inputs)) seen.push(n);
        expect(seen).toEqual(inputs.map((n) => n * 3));
      });

      test('a teardown that does not end is ended after `grace`', async () => {
        const own = make({ maxWorkers: 1, grace: 5, teardown: () => new Promise(() => {}) });
        await own.submit(work.add, 1, 1);
        await own.shutdown();
        expect(own.statistics().workers).toEqual([]);
      });

      test.each([
        [{ minWorkers: 3, maxWorkers: 2 }, /`minWorkers` to be no more than `maxWorkers`/],
        [{ maxTasksPerWorker: 0 }, /`maxTasksPerWorker` to be a whole number of at least 1/],
        [{ maxQueue: -1 }, /`maxQueue` to be a whole number of at least 0/],
        [{ grace: Number.NaN }, /`grace` to be a time in ms/],
      ])('options that make no sense are refused: %o', (options, message) => {
        expect(() => create(options)).toThrow(message);
      });
    });
  });
}
