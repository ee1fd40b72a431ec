import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { CancelledError, EventLoop, gather, getEventLoop, toThread } from 'skein';
import { BrokenExecutor, ThreadPoolExecutor, WorkerLostError } from 'skein/executors';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { executorContract } from '../../contracts/executor.contract.ts';
import { thrownBy } from '../../contracts/thrown-by.ts';
import { workerPoolContract } from '../../contracts/worker-pool.contract.ts';
import * as work from './fixtures/work.mjs';
import { Gate, hold } from './gate.ts';

executorContract('ThreadPoolExecutor', () => new ThreadPoolExecutor({ maxWorkers: 1 }));
workerPoolContract('ThreadPoolExecutor', (options) => new ThreadPoolExecutor(options), {
  seesCancelling: true,
});

describe('ThreadPoolExecutor', () => {
  let pool: ThreadPoolExecutor;
  beforeEach(() => {
    pool = new ThreadPoolExecutor({ maxWorkers: 1 });
  });
  afterEach(async () => {
    await pool.shutdown({ cancelFutures: true });
  });

  describe('workers', () => {
    test('are threads of their own', async () => {
      const isMain = async () => (await import('node:worker_threads')).isMainThread;
      expect(await pool.submit(isMain)).toBe(false);
    });

    test('compute at the same time as one another', async () => {
      await using two = new ThreadPoolExecutor({ maxWorkers: 2 });
      const gates = [new Gate(), new Gate()];
      const held = gates.map((gate) => two.submit(hold, gate.pass));
      // Both stand before their gates at once, or this never ends.
      await Promise.all(gates.map((gate) => gate.reached));
      for (const gate of gates) gate.open();
      expect(await gather(held)).toEqual(['held', 'held']);
    });

    test('are as many as can run at once, by default [cf.thread.default_size]', () => {
      expect(new ThreadPoolExecutor().statistics().maxWorkers).toBe(availableParallelism());
    });

    test('are started for jobs that find none free, and never more than `maxWorkers` [cf.thread.saturation]', async () => {
      await using three = new ThreadPoolExecutor({ maxWorkers: 3 });
      expect(three.statistics().workers).toEqual([]);
      const jobs = Array.from({ length: 20 }, () => three.submit(work.slowly, 1));
      expect(three.statistics()).toMatchObject({ queued: 20, running: 0 });
      expect(three.statistics().workers).toHaveLength(3);
      await gather(jobs);
      expect(three.statistics().workers).toHaveLength(3);
    });

    test('are used again when they are idle [cf.thread.idle_reuse]', async () => {
      await using four = new ThreadPoolExecutor({ maxWorkers: 4 });
      for (let n = 0; n < 5; n++) await four.submit(work.add, n, n);
      expect(four.statistics().workers).toHaveLength(1);
    });

    test('have names with a number [cf.shutdown.thread_names]', async () => {
      await using named = new ThreadPoolExecutor({ maxWorkers: 2, threadNamePrefix: 'hash' });
      await gather([named.submit(work.add, 1, 1), named.submit(work.add, 1, 1)]);
      const names = named.statistics().workers.map((worker) => worker.name);
      expect(names).toEqual(['hash_0', 'hash_1']);
      const [one, other] = [pool, new ThreadPoolExecutor()].map((each) => {
        each.submit(work.add, 1, 1);
        return each.statistics().workers[0]?.name;
      });
      expect(one).toMatch(/^ThreadPoolExecutor-\d+_0$/);
      expect(other).not.toBe(one);
    });

    test('keep their event loop while they are idle', async () => {
      const channel = new BroadcastChannel('idle-timer');
      const fired = new Promise<unknown>((resolve) => {
        channel.onmessage = ({ data }: MessageEvent) => resolve(data);
      });
      await pool.submit(() => {
        setTimeout(() => new BroadcastChannel('idle-timer').postMessage('fired'), 1);
      });
      expect(await fired).toBe('fired');
      channel.close();
    });

    test('end with the executor, whatever their jobs left behind [cf.shutdown.threads_terminate]', async () => {
      await pool.submit(() => {
        setInterval(() => {}, 1000);
      });
      await pool.shutdown();
      expect(pool.statistics().workers).toEqual([]);
    });

    test.each([0, -1, 1.5, Number.NaN])(
      'are at least one: %d is refused [cf.exec.max_workers_positive]',
      (maxWorkers) => {
        expect(() => new ThreadPoolExecutor({ maxWorkers })).toThrow(RangeError);
      },
    );

    test('are asked for with options', () => {
      // @ts-expect-error options are an object
      expect(() => new ThreadPoolExecutor(4)).toThrow(
        new TypeError(
          '`new ThreadPoolExecutor()` expected an options object, but got 4 (number). Write `new ThreadPoolExecutor({ maxWorkers: 4 })`.',
        ),
      );
    });
  });

  describe('work that is running', () => {
    test('is told from work that waits', async () => {
      const gate = new Gate();
      const held = pool.submit(hold, gate.pass);
      const waiting = pool.submit(work.add, 1, 1);
      await gate.reached;
      expect([held.running(), waiting.running()]).toEqual([true, false]);
      expect(pool.statistics()).toMatchObject({ queued: 1, running: 1 });
      expect(pool.statistics().workers[0]).toMatchObject({ state: 'busy', job: 'hold' });
      gate.open();
      await held;
      expect(held.running()).toBe(false);
    });

    test('goes on when its future is cancelled, and nobody hears of its outcome', async () => {
      const gate = new Gate();
      const held = pool.submit(hold, gate.pass);
      await gate.reached;
      expect(held.cancel()).toBe(true);
      expect([held.cancelled(), held.running()]).toEqual([true, true]);
      gate.open();
      expect(await pool.submit(work.add, 1, 1)).toBe(2);
      expect(await thrownBy(held)).toBeInstanceOf(CancelledError);
      expect(held.running()).toBe(false);
    });

    test('is not disturbed by a shutdown that cancels what waits [cf.shutdown.cancel_futures]', async () => {
      const gate = new Gate();
      const held = pool.submit(hold, gate.pass);
      const waiting = [pool.submit(work.count), pool.submit(work.count)];
      await gate.reached;
      const shutdown = pool.shutdown({ cancelFutures: true });
      expect(waiting.map((future) => future.cancelled())).toEqual([true, true]);
      expect(shutdown.done()).toBe(false);
      gate.open();
      await shutdown;
      expect(held.result()).toBe('held');
    });

    test('may outlive its loop [loop.executor.cancel_then_close]', async () => {
      const loop = new EventLoop();
      const gate = new Gate();
      const cancelled = loop.runInExecutor(pool, hold, gate.pass);
      const failing = loop.runInExecutor(pool, work.fail, 'registered');
      await gate.reached;
      cancelled.cancel();
      loop.close();
      gate.open();
      expect(await pool.submit(work.add, 1, 1)).toBe(2);
      expect(cancelled.cancelled()).toBe(true);
      expect(failing.done()).toBe(true);
    });
  });

  describe('the initializer', () => {
    const remember = (value: unknown) => {
      (globalThis as { remembered?: unknown }).remembered = value;
    };
    const recall = () => (globalThis as { remembered?: unknown }).remembered;

    test('runs in every worker before its first job [cf.init.runs_per_worker]', async () => {
      await using two = new ThreadPoolExecutor({
        maxWorkers: 2,
        initializer: remember,
        initArgs: ['set up'],
      });
      const jobs = Array.from({ length: 4 }, () => two.submit(recall));
      expect(await gather(jobs)).toEqual(Array(4).fill('set up'));
    });

    test('may be asynchronous', async () => {
      await using own = new ThreadPoolExecutor({
        maxWorkers: 1,
        initializer: work.slowly,
        initArgs: [1],
      });
      expect(await own.submit(work.add, 1, 1)).toBe(2);
    });

    test('that fails breaks the executor [cf.init.failure_breaks_pool, cf.init.failure_leaks_nothing]', async () => {
      const own = new ThreadPoolExecutor({
        maxWorkers: 2,
        initializer: work.fail,
        initArgs: ['registered'],
      });
      const futures = [
        own.submit(work.add, 1, 1),
        own.submit(work.add, 1, 1),
        own.submit(work.add, 1, 1),
      ];
      for (const future of futures) {
        const error = (await thrownBy(future)) as BrokenExecutor;
        expect(error).toBeInstanceOf(BrokenExecutor);
        expect(error.message).toBe(
          'The workers of this ThreadPoolExecutor cannot start: the initializer `fail` failed with TypeError: no number. Make a new executor once that is mended.',
        );
        expect(error.cause).toBeInstanceOf(work.ParseError);
      }
      expect(() => own.submit(work.add, 1, 1)).toThrow(BrokenExecutor);
      await own.shutdown();
      expect(own.statistics().workers).toEqual([]);
    });

    test('is checked when the executor is made', () => {
      const outside = 1;
      expect(() => new ThreadPoolExecutor({ initializer: () => outside })).toThrow(
        /`outside` from outside/,
      );
      expect(() => new ThreadPoolExecutor({ initializer: remember, initArgs: [() => 1] })).toThrow(
        '`new ThreadPoolExecutor()` expected `initArgs` that can be copied to a worker, but initArgs[0] is a function. Pass plain data.',
      );
    });
  });

  describe('the loop', () => {
    test('turns while a thread computes', async () => {
      const gate = new Gate();
      const held = pool.submit(hold, gate.pass);
      await gate.reached;
      let turns = 0;
      while (turns < 100) {
        await new Promise(setImmediate);
        turns++;
      }
      expect(held.done()).toBe(false);
      gate.open();
      await held;
    });

    test('has a default executor, for `toThread()` [tothread.value, tothread.error, tothread.once]', async () => {
      expect(await toThread(work.add, 1, 2)).toBe(3);
      expect(await thrownBy(toThread(work.fail, 'registered'))).toBeInstanceOf(work.ParseError);
      expect(await toThread(async () => (await import('node:worker_threads')).isMainThread)).toBe(
        false,
      );
    });

    test('runs many calls of `toThread()` at once [tothread.concurrent, tothread.kwargs]', async () => {
      const calls = Array.from({ length: 10 }, (_, n) => toThread(work.add, n, 1));
      expect(await gather(calls)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    });

    test('refuses work for a default executor that was shut down', async () => {
      const loop = new EventLoop();
      expect(await loop.runInExecutor(undefined, work.add, 2, 2)).toBe(4);
      await loop.shutdownDefaultExecutor();
      expect(() => loop.runInExecutor(undefined, work.add, 2, 2)).toThrow(
        'The default executor was shut down. Start blocking work before `shutdownDefaultExecutor()`, or give the loop another one.',
      );
      loop.close();
    });

    test('passes a refusal of the default executor on to the future', async () => {
      const outside = 1;
      expect(await thrownBy(toThread(() => outside))).toMatchObject({
        message: expect.stringContaining('uses `outside` from outside'),
      });
    });

    test('has its default executor drop what is cancelled before it began', async () => {
      const call = toThread(work.count);
      call.cancel();
      expect(await thrownBy(call)).toBeInstanceOf(CancelledError);
    });

    test('can be given another default executor', async () => {
      const loop = new EventLoop();
      loop.setDefaultExecutor(pool);
      expect(await loop.runInExecutor(undefined, work.add, 2, 2)).toBe(4);
      await loop.shutdownDefaultExecutor();
      expect(() => pool.submit(work.add, 1, 1)).toThrow(/shut down/);
      loop.close();
    });

    test('counts what is under way outside of it', async () => {
      const loop = getEventLoop() as unknown as { _outside: number };
      const before = loop._outside;
      const [done, cancelled] = [pool.submit(work.add, 1, 1), pool.submit(work.add, 1, 1)];
      expect(loop._outside).toBe(before + 2);
      cancelled.cancel();
      expect(loop._outside).toBe(before + 1);
      await done;
      expect(loop._outside).toBe(before);
    });
  });

  test('works inside of a thread too', async () => {
    const nested = `
      import { parentPort } from 'node:worker_threads';
      import { ThreadPoolExecutor } from 'skein/executors';
      await using_();
      async function using_() {
        const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
        parentPort.postMessage(await pool.submit((n) => n * 2, 4));
        await pool.shutdown();
      }`;
    const { writeFileSync, mkdirSync } = await import('node:fs');
    mkdirSync('.cache', { recursive: true });
    writeFileSync('.cache/nested-pool.mjs', nested);
    const worker = new Worker('./.cache/nested-pool.mjs');
    expect(
      await new Promise((resolve, reject) => worker.on('message', resolve).on('error', reject)),
    ).toBe(8);
  });
});

describe('a worker of ThreadPoolExecutor that dies', () => {
  let pool: ThreadPoolExecutor;
  beforeEach(() => {
    pool = new ThreadPoolExecutor({ maxWorkers: 1 });
  });
  afterEach(async () => {
    await pool.shutdown();
  });

  /** Has `deadly` run with a job behind it, which must not notice. */
  async function deathBy(
    executor: ThreadPoolExecutor,
    deadly: () => unknown,
  ): Promise<WorkerLostError> {
    const lost = executor.submit(deadly);
    const next = executor.submit(work.add, 20, 22);
    const error = await thrownBy(lost);
    expect(error).toBeInstanceOf(WorkerLostError);
    expect(await next).toBe(42);
    expect(await executor.submit(work.add, 1, 1)).toBe(2);
    return error as WorkerLostError;
  }

  test('by `process.exit()` tells the exit code [cf.crash.during_job, cf.crash.exit_in_job]', async () => {
    const error = await deathBy(pool, function leave() {
      process.exit(3);
    });
    expect(error).toMatchObject({
      name: 'WorkerLostError',
      code: 'worker-lost',
      job: 'leave',
      exitCode: 3,
      heapLimit: false,
      threadId: expect.any(Number),
    });
    expect(error.message).toBe(
      `The worker (thread ${error.threadId}) ended while it ran \`leave\`: exit code 3. Part of the work may be done; submit it again if that does no harm.`,
    );
    expect(error.stack).toContain('thread-pool-executor.test.ts');
  });

  test('of an exception that nobody caught tells which', async () => {
    const error = await deathBy(pool, function forget() {
      setTimeout(() => {
        throw new RangeError('too late');
      }, 1);
      return new Promise(() => {});
    });
    expect(error.message).toContain('nobody caught RangeError: too late');
    expect(error.cause).toBeInstanceOf(RangeError);
  });

  test('of a rejection that nobody handled tells which', async () => {
    const error = await deathBy(pool, function reject() {
      void Promise.reject(new TypeError('unheard'));
      return new Promise(() => {});
    });
    expect(error.message).toContain('nobody caught TypeError: unheard');
  });

  test('for want of memory says so', async () => {
    await using small = new ThreadPoolExecutor({ maxWorkers: 1, maxHeapMb: 32 });
    const error = await deathBy(small, function hoard() {
      const hoard: unknown[] = [];
      for (;;) hoard.push(new Array(10_000).fill(hoard.length));
    });
    expect(error).toMatchObject({ heapLimit: true });
    expect(error.message).toContain('it reached its heap limit');
  });

  test('for want of memory leaves the program alone: what one collection moves stays below what Node grants', async () => {
    await using small = new ThreadPoolExecutor({ maxWorkers: 1, maxHeapMb: 32 });
    const limits = await small.submit(async () => {
      const { resourceLimits } = await import('node:worker_threads');
      return resourceLimits;
    });
    expect(limits).toMatchObject({ maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 24 });
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
    expect(await reported).toMatchObject({
      message: expect.stringContaining('died between two jobs'),
      exception: { message: 'left behind' },
    });
    loop.setExceptionHandler(undefined);
    expect(await pool.submit(work.add, 1, 1)).toBe(2);
  });

  test('again and again of arguments that are too large for it fails their job', async () => {
    await using small = new ThreadPoolExecutor({ maxWorkers: 1, maxHeapMb: 32 });
    const large = Array.from({ length: 300_000 }, (_, n) => ({ n, text: `${n}`, list: [n] }));
    const lost = small.submit((given: unknown[]) => given.length, large);
    const innocent = small.submit(work.add, 1, 1);
    const error = await thrownBy(lost);
    expect(error).toMatchObject({ runs: 0, heapLimit: true });
    expect(String(error)).toContain('ended before it began');
    expect(await innocent).toBe(2);
  });

  test('after a shutdown lets that come to its end [cf.crash.after_shutdown]', async () => {
    const lost = pool.submit(() => process.exit(1));
    const queued = pool.submit(work.add, 1, 1);
    await pool.shutdown();
    expect(lost.exception()).toBeInstanceOf(WorkerLostError);
    expect(queued.result()).toBe(2);
    expect(pool.statistics().workers).toEqual([]);
  });

  test('again and again costs only its own jobs', async () => {
    await using two = new ThreadPoolExecutor({ maxWorkers: 2 });
    const futures = Array.from({ length: 12 }, (_, n) =>
      n % 3 === 0 ? two.submit(() => process.exit(1)) : two.submit(work.add, n, 0),
    );
    const outcomes = await gather(futures, { returnExceptions: true });
    expect(
      outcomes.map((outcome, n) => (outcome instanceof WorkerLostError ? 'lost' : outcome === n)),
    ).toEqual(outcomes.map((_, n) => (n % 3 === 0 ? 'lost' : true)));
  });
});
