/** The engine in memory keeps the time of the loop. So what takes minutes on a server takes no time here. From the sources. */
import { afterEach, describe, expect, test } from 'vitest';
import {
  ClusterExecutor,
  type ClusterFuture,
  type ClusterOptions,
  JobLostError,
  type ServeOptions,
  type Server,
  serveCluster,
} from '../../../src/cluster/index.ts';
import { MemoryServerEnd, memoryQueue } from '../../../src/cluster/memory-engine.ts';
import { WorkerLostError } from '../../../src/executors/crossing/errors.ts';
import { currentJob, declareFunctions } from '../../../src/executors/index.ts';
import {
  CancelledError,
  ContextVar,
  createTask,
  QueueFull,
  sleep,
  TimeoutError,
} from '../../../src/index.ts';
import { VirtualEventLoop } from '../../../src/testing/index.ts';

/** Of the sources too: the errors of two copies of this package are of different classes. */
async function outcomeOf(promise: PromiseLike<unknown>): Promise<unknown> {
  try {
    return await promise;
  } catch (error) {
    return error;
  }
}

let calls: string[] = [];
const language = new ContextVar<string>('language', { shippable: true });

const work = declareFunctions(import.meta.url, {
  note: (tag: string): string => {
    calls.push(tag);
    return tag;
  },
  nap: async (tag: string, ms: number): Promise<string> => {
    calls.push(tag);
    await sleep(ms);
    return tag;
  },
  fail: (): never => {
    calls.push('fail');
    throw new RangeError('no');
  },
  untilStopped: async (): Promise<void> => {
    const { signal } = currentJob() as { signal: AbortSignal };
    calls.push('runs');
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    calls.push(`stopped: ${signal.reason.message}`);
  },
  report: (): string => {
    for (const n of [1, 2, 3]) currentJob()?.progress(n);
    return 'done';
  },
  language: (): string | undefined => language.get(undefined),
  failWithMemory: (): never => {
    throw Object.assign(new RangeError('no'), { memory: new SharedArrayBuffer(8) });
  },
  throwMemory: (): never => {
    throw new SharedArrayBuffer(8);
  },
  unsendable: (): unknown => ({ next: [Promise.resolve()] }),
  hostilePromise: (): unknown =>
    new Proxy(Promise.resolve(1), {
      getPrototypeOf: () => {
        throw new RangeError('looked at');
      },
    }),
});

let queues = 0;

interface Stage {
  readonly loop: VirtualEventLoop;
  readonly queue: string;
  readonly serve: (options?: Partial<ServeOptions>) => Promise<Server>;
  readonly executor: (options?: Partial<ClusterOptions>) => ClusterExecutor;
}

/** Runs a test in virtual time. */
function inVirtualTime(name: string, run: (stage: Stage) => Promise<void>): void {
  test(name, async () => {
    const loop = new VirtualEventLoop();
    const where = { connection: 'memory:', queue: `virtual-${++queues}` };
    const stage: Stage = {
      loop,
      queue: where.queue,
      serve: (options = {}) =>
        serveCluster(work, { ...where, executor: 'inline', concurrency: 1, ...options }),
      executor: (options = {}) => new ClusterExecutor({ ...where, ...options }),
    };
    await loop.runUntilComplete(loop.createTask(() => run(stage)));
  });
}

afterEach(() => {
  calls = [];
});

describe('code of the program', () => {
  const throws = (): never => {
    throw new RangeError('replaced');
  };

  for (const method of ['done', 'cancel'] as const) {
    inVirtualTime(
      `that replaces \`${method}()\` of a future harms no other job, and no shutdown()`,
      async ({ loop, serve, executor }) => {
        loop.setExceptionHandler(() => {});
        await serve({ concurrency: 2 });
        const cluster = executor();
        const [replaced, other] = [
          cluster.submit(work.nap, 'a', 1000),
          cluster.submit(work.nap, 'b', 1000),
        ];
        Object.assign(replaced as object, { [method]: throws });
        const next = cluster.submit(work.note, 'c');
        await sleep(10);
        if (method === 'done') expect(await other).toBe('b');
        const shutdown = cluster.shutdown({ cancelRunning: true });
        await shutdown;
        expect(other.cancelled()).toBe(method !== 'done');
        expect([await outcomeOf(replaced), await outcomeOf(next)]).toHaveLength(2);
      },
    );
  }

  inVirtualTime(
    'that throws when the result of its job is looked at fails that job, and no other',
    async ({ serve, executor }) => {
      await serve();
      const cluster = executor();
      const hostile = cluster.submit(work.hostilePromise);
      const other = cluster.submit(work.note, 'b');
      expect(String(await outcomeOf(hostile))).toContain('looked at');
      expect(await other).toBe('b');
      await cluster.shutdown();
    },
  );

  inVirtualTime(
    'that replaces the methods of the future of a shutdown() harms no other shutdown()',
    async ({ serve, executor }) => {
      await serve();
      const cluster = executor();
      const job = cluster.submit(work.nap, 'a', 100);
      const [first, second] = [cluster.shutdown(), cluster.shutdown()];
      Object.assign(first as object, { done: throws, setResult: throws });
      await second;
      expect(await job).toBe('a');
    },
  );

  test('that overrides `callSoon()` of its loop has its jobs sent all the same', async () => {
    let isOverridden = false;
    class Own extends VirtualEventLoop {
      override callSoon<Args extends unknown[]>(
        callback: (...args: Args) => unknown,
        ...args: Args
      ) {
        if (isOverridden) throw new RangeError('no callbacks');
        return super.callSoon(callback, ...args);
      }
    }
    const where = { connection: 'memory:', queue: `virtual-${++queues}` };
    const loop = new Own();
    await loop.runUntilComplete(
      loop.createTask(async () => {
        await serveCluster(work, { ...where, executor: 'inline' });
        const cluster = new ClusterExecutor(where);
        isOverridden = true;
        const job = cluster.submit(work.note, 'sent');
        isOverridden = false;
        expect(await job).toBe('sent');
      }),
    );
  });
});

describe('a ClusterExecutor in virtual time', () => {
  inVirtualTime(
    'begins a job no earlier than its delay is over',
    async ({ loop, serve, executor }) => {
      await serve();
      const cluster = executor();
      expect(await cluster.submitWith({ delay: 3_600_000 }, work.note, 'late')).toBe('late');
      expect(loop.time()).toBeGreaterThanOrEqual(3_600_000);
      expect(loop.time()).toBeLessThan(3_601_000);
    },
  );

  inVirtualTime(
    'has its server closed by `await using`, though the request to cancel is repeated',
    async ({ serve, executor }) => {
      const job = executor().submit(work.nap, 'job', 1000);
      let isOver = false;
      const task = createTask(
        async () => {
          try {
            await using _server = await serve();
            await sleep(10);
            await sleep(60_000);
          } finally {
            isOver = job.done();
          }
        },
        { level: true },
      );
      await sleep(500);
      await task.stop();
      expect([isOver, await job]).toEqual([true, 'job']);
    },
  );

  inVirtualTime(
    'keeps no timer, which would keep the program alive, of a delayed job that was cancelled',
    async ({ loop, serve, executor }) => {
      await serve();
      const cluster = executor();
      await cluster.submit(work.note, 'first');
      await sleep(60_000);
      const before = loop._timerCount;
      const [one, other] = [1, 2].map((n) =>
        cluster.submitWith({ delay: 2 ** 32 }, work.note, `late ${n}`),
      ) as [ClusterFuture<string>, ClusterFuture<string>];
      await sleep(10);
      expect(loop._timerCount).toBeGreaterThan(before);
      one.cancel();
      await sleep(60_000);
      await cluster.shutdown({ cancelFutures: true });
      await sleep(60_000);
      expect([one.cancelled(), other.cancelled()]).toEqual([true, true]);
      expect(loop._timerCount).toBeLessThanOrEqual(before);
    },
  );

  inVirtualTime(
    'calls a function again after longer and longer delays',
    async ({ loop, serve, executor }) => {
      await serve();
      const retry = { attempts: 4, delay: 1000, factor: 3 };
      const error = await outcomeOf(executor().submitWith({ retry }, work.fail));
      expect(error).toEqual(new RangeError('no'));
      expect(calls).toEqual(['fail', 'fail', 'fail', 'fail']);
      expect(Math.round(loop.time() / 100)).toBe(130);
    },
  );

  inVirtualTime(
    'fails a job that waits for longer than its `queueTimeout`',
    async ({ loop, executor }) => {
      const cluster = executor();
      const error = await outcomeOf(cluster.submitWith({ queueTimeout: 5000 }, work.note, 'late'));
      expect(error).toBeInstanceOf(TimeoutError);
      expect(loop.time()).toBe(5000);
      expect(cluster.statistics()).toMatchObject({ pending: 0, queued: 0 });
    },
  );

  inVirtualTime(
    'fails a job that runs for longer than its `timeout`',
    async ({ loop, serve, executor }) => {
      await serve();
      const error = await outcomeOf(executor().submitWith({ timeout: 5000 }, work.untilStopped));
      expect(String(error)).toMatch(
        /^TimeoutError: `untilStopped` expected to be done within 5000 ms/,
      );
      expect(loop.time()).toBe(5000);
    },
  );

  inVirtualTime(
    'fails a job that no server knows after half a minute',
    async ({ loop, serve, executor }) => {
      await serve();
      const { other } = declareFunctions(import.meta.url, { other: () => 1 });
      const error = await outcomeOf(executor().submit(other));
      expect(String(error)).toMatch(
        /^TypeError: The servers of the queue expected to know the function `other`, but they serve `note`, `nap`/,
      );
      expect(loop.time()).toBeGreaterThanOrEqual(30_000);
    },
  );

  inVirtualTime(
    'R3: tells of an ordinary job whose server was lost',
    async ({ serve, executor, queue }) => {
      await serve();
      const cluster = executor();
      const future = cluster.submit(work.nap, 'ordinary', 10_000);
      await sleep(100);
      expect(future.running()).toBe(true);
      memoryQueue(queue).loseServers();
      await serve();
      const error = await outcomeOf(future);
      expect(error).toBeInstanceOf(WorkerLostError);
      expect(error).toMatchObject({ job: 'nap', runs: 1, host: 'memory', pid: process.pid });
      expect(calls).toEqual(['ordinary']);
    },
  );

  inVirtualTime(
    'runs an idempotent job again, 1 + `retries` times at most',
    async ({ serve, executor, queue }) => {
      await serve();
      const cluster = executor();
      const future = cluster.submitWith(
        { idempotent: true, retries: 2 },
        work.nap,
        'again',
        10_000,
      );
      for (let n = 0; n < 3; n++) {
        await sleep(100);
        memoryQueue(queue).loseServers();
        await serve();
      }
      expect(await outcomeOf(future)).toMatchObject({ name: 'WorkerLostError', runs: 3 });
      expect(calls).toEqual(['again', 'again', 'again']);
    },
  );

  inVirtualTime(
    'the first outcome stays: a server that was taken for lost changes nothing',
    async ({ serve, executor, queue }) => {
      await serve();
      const cluster = executor();
      const future = cluster.submitWith({ idempotent: true, id: 'one' }, work.nap, 'again', 1000);
      await sleep(500);
      memoryQueue(queue).loseServers();
      await serve();
      expect(await future).toBe('again');
      await sleep(5000);
      expect(await cluster.attach('one')).toBe('again');
    },
  );

  inVirtualTime(
    'a job that the engine has lost fails within two sweeps',
    async ({ loop, executor, queue }) => {
      const cluster = executor({ sweep: 10_000 });
      const future = cluster.submit(work.note, 'gone');
      await sleep(1);
      memoryQueue(queue).loseData();
      const error = await outcomeOf(future);
      expect(error).toBeInstanceOf(JobLostError);
      expect(error).toMatchObject({ id: future.id, code: 'job-lost' });
      expect(loop.time()).toBe(20_000);
    },
  );

  inVirtualTime(
    'has the error of a job, of which parts cannot be copied, without them',
    async ({ serve, executor }) => {
      await serve();
      const cluster = executor();
      const error = await outcomeOf(cluster.submit(work.failWithMemory));
      expect(error).toBeInstanceOf(RangeError);
      expect(error).toMatchObject({ message: 'no … (parts of the error cannot be copied)' });
      expect(error).not.toHaveProperty('memory');
      expect(await outcomeOf(cluster.submit(work.throwMemory))).toBe(
        'a value that cannot be copied',
      );
    },
  );

  inVirtualTime(
    'refuses more than `maxQueue` jobs that wait; `room()` waits',
    async ({ serve, executor }) => {
      const cluster = executor({ maxQueue: 2 });
      const jobs = [cluster.submit(work.note, 'a'), cluster.submit(work.note, 'b')];
      expect(() => cluster.submit(work.note, 'c')).toThrow(QueueFull);
      expect(() => cluster.submit(work.note, 'c')).toThrow('`await executor.room()`');
      const room = cluster.room();
      await sleep(10);
      expect(room.done()).toBe(false);
      await serve();
      await room;
      jobs.push(cluster.submit(work.note, 'c'));
      expect(await Promise.all(jobs)).toEqual(['a', 'b', 'c']);
    },
  );

  inVirtualTime('has one job of an id, for all who ask', async ({ serve, executor }) => {
    const [one, two] = [executor(), executor()];
    const futures = [
      one.submitWith({ id: 'report' }, work.nap, 'first', 1000),
      one.submitWith({ id: 'report' }, work.nap, 'second', 1000),
    ];
    await sleep(10);
    futures.push(two.attach<string>('report'));
    futures.push(two.submitWith({ id: 'report' }, work.nap, 'third', 1000));
    await serve();
    expect(await Promise.all(futures)).toEqual(['first', 'first', 'first', 'first']);
    expect(await two.attach('report')).toBe('first');
    expect(calls).toEqual(['first']);
    expect(futures.map((future) => future.id)).toEqual(Array(4).fill('report'));
  });

  inVirtualTime('attaches at once to what it has just submitted', async ({ serve, executor }) => {
    await serve();
    const cluster = executor();
    const submitted = cluster.submitWith({ id: 'new' }, work.note, 'new');
    expect(await Promise.all([submitted, cluster.attach('new')])).toEqual(['new', 'new']);
    // A job that was taken back before it was sent is none.
    const [taken, attached] = [
      cluster.submitWith({ id: 'none' }, work.note, 'none'),
      cluster.attach('none'),
    ];
    taken.cancel();
    expect(await outcomeOf(attached)).toBeInstanceOf(JobLostError);
    expect(calls).toEqual(['new']);
  });

  inVirtualTime('forgets the outcome of an id after `keepResult`', async ({ serve, executor }) => {
    await serve();
    const cluster = executor({ keepResult: 60_000 });
    await cluster.submitWith({ id: 'kept' }, work.note, 'once');
    await sleep(50_000);
    expect(await cluster.submitWith({ id: 'kept' }, work.note, 'twice')).toBe('once');
    await sleep(20_000);
    expect(await cluster.submitWith({ id: 'kept' }, work.note, 'twice')).toBe('twice');
    expect(await outcomeOf(cluster.attach('never'))).toBeInstanceOf(JobLostError);
  });

  inVirtualTime('cancels a queued job of an id for all who wait', async ({ executor }) => {
    const [one, two] = [executor(), executor()];
    const future = one.submitWith({ id: 'shared' }, work.note, 'never');
    await sleep(1);
    const other = two.attach('shared');
    await sleep(1);
    future.cancel('not needed');
    expect(await outcomeOf(other)).toBeInstanceOf(CancelledError);
    expect(other.cancelled()).toBe(true);
  });

  inVirtualTime('leaves jobs with an id when it is told to', async ({ serve, executor }) => {
    const first = executor();
    const left = first.submitWith({ id: 'left' }, work.note, 'left');
    const ended = first.submit(work.note, 'ended');
    await sleep(1);
    await first.shutdown({ leave: true, cancelFutures: true });
    expect([left.cancelled(), ended.cancelled()]).toEqual([true, true]);
    const next = executor();
    const again = next.attach('left');
    await serve();
    expect(await again).toBe('left');
    expect(calls).toEqual(['left']);
  });

  inVirtualTime(
    'a server that closes with a short `grace` gives idempotent jobs back',
    async ({ serve, executor }) => {
      const first = await serve({ concurrency: 2 });
      const cluster = executor();
      const ordinary = cluster.submit(work.untilStopped);
      const again = cluster.submitWith({ idempotent: true }, work.untilStopped);
      await sleep(100);
      await first.close({ grace: 1000 });
      expect(String(await outcomeOf(ordinary))).toMatch(
        /^WorkerLostError: .*its server was shut down/,
      );
      const second = await serve();
      await sleep(100);
      expect(again.running()).toBe(true);
      again.cancel();
      await second.close();
      expect(calls).toEqual(
        [
          ...['runs', 'runs', 'stopped: its server closes', 'stopped: its server closes'],
          ...['runs', 'stopped: '],
        ].map((each) => (each === 'stopped: ' ? expect.stringMatching(/^stopped: /) : each)),
      );
    },
  );

  inVirtualTime(
    'an idempotent job is given back although the engine did not take it at once',
    async ({ serve, executor }) => {
      const { take } = MemoryServerEnd.prototype;
      let failures = 2;
      MemoryServerEnd.prototype.take = function (delivery) {
        const putBack: typeof delivery.putBack = (...args) =>
          failures-- > 0 ? Promise.reject(new Error('busy')) : delivery.putBack(...args);
        return take.call(this, { ...delivery, putBack });
      };
      const first = await serve();
      const again = executor().submitWith({ idempotent: true }, work.untilStopped);
      await sleep(100);
      await first.close({ grace: 0 });
      MemoryServerEnd.prototype.take = take;
      expect(failures).toBeLessThan(0);
      const second = await serve();
      await sleep(100);
      expect(again.running()).toBe(true);
      again.cancel();
      await second.close();
    },
  );

  inVirtualTime(
    'hears reports in their order, and before the outcome',
    async ({ serve, executor }) => {
      await serve();
      const heard: unknown[] = [];
      const future = executor().submitWith(
        { onProgress: (n: number) => heard.push(n) },
        work.report,
      );
      future.addDoneCallback(() => heard.push('done'));
      expect(await future).toBe('done');
      expect(heard).toEqual([1, 2, 3, 'done']);
    },
  );

  inVirtualTime('takes ContextVars along that are shippable', async ({ serve, executor }) => {
    await serve();
    const token = language.set('de');
    expect(await executor().submit(work.language)).toBe('de');
    language.reset(token);
  });

  inVirtualTime('says which part of a result cannot be copied', async ({ serve, executor }) => {
    await serve();
    expect(String(await outcomeOf(executor().submit(work.unsendable)))).toBe(
      'TypeError: The worker expected `unsendable` to return something that can be copied, but result.next[0] is a promise. Return plain data.',
    );
  });
});

describe('a ClusterExecutor refuses', () => {
  const cluster = new ClusterExecutor({ connection: 'memory:', queue: 'refusals' });

  test('a function that is not declared, and generators', () => {
    expect(() => cluster.submit((n: number) => n, 1)).toThrow(
      /^`submit\(\)` expected a declared function, as only its name goes to other machines, but `fn` is not declared\. Put it into a module/,
    );
    const { items } = declareFunctions(import.meta.url, { *items() {} });
    expect(() => cluster.submit(items)).toThrow(
      /`items` is a generator function, and a ClusterExecutor has no `stream\(\)`/,
    );
    expect(() => cluster.stream()).toThrow(
      /^`stream\(\)` expected an executor of this machine, as a ClusterExecutor has no streams/,
    );
    expect(() => cluster.streamWith()).toThrow(
      /^`streamWith\(\)` expected an executor of this machine/,
    );
  });

  test.each([
    [{ transfer: [] }, /expected no `transfer`, as nothing can be moved to another machine/],
    [{ id: '' }, /expected the `id` of a job, a text of 1 to 500 letters, but got ""/],
    [{ id: 'x'.repeat(501) }, /expected the `id` of a job, .* but got 501 letters/],
    [{ id: '\ud800' }, /expected the `id` of a job/],
    [{ delay: -1 }, /expected `delay` to be a time in ms of at least 0, but got -1/],
    [{ delay: Number.POSITIVE_INFINITY }, /expected `delay` to end/],
    [
      { retry: { attempts: 0 } },
      /expected `attempts` to be a whole number of at least 1, but got 0/,
    ],
    [
      { retry: { attempts: 2, factor: 0.5 } },
      /expected `factor` to be a number of at least 1, but got 0\.5/,
    ],
    [{ retry: { times: 2 } }, /expected options that it knows, but got `times`/],
    [{ timeuot: 2 }, /but got `timeuot`\. Write `timeout`/],
  ])('the options %o', (options, text) => {
    expect(() => cluster.submitWith(options as never, work.note, 'a')).toThrow(text);
  });

  test.each([
    [
      { queue: 'a' },
      /expected a `connection`, but got undefined\. Write 'redis:\/\/localhost:6379', or 'memory:'/,
    ],
    [{ connection: 'http://x', queue: 'a' }, /begins with redis:\/\/ or rediss:\/\//],
    [
      { connection: 'memory:' },
      /expected `queue` to be a name without spaces, colons and braces, but got undefined/,
    ],
    [{ connection: 'memory:', queue: 'a{b}' }, /expected `queue` to be a name/],
    [
      { connection: 'memory:', queue: 'a', codec: 'xml' },
      /expected `codec` to be 'auto' or 'json'/,
    ],
    [
      { connection: 'memory:', queue: 'a', maxPayload: 0 },
      /expected `maxPayload` to be a whole number/,
    ],
    [
      { connection: 'memory:', queue: 'a', secret: 'short' },
      /expected a `secret` of at least 16 letters, but got one of 5/,
    ],
    [
      { connection: 'memory:', queue: 'a', secret: 5 },
      /expected a `secret` of at least 16 letters, but got 5/,
    ],
    [{ connection: 'memory:', queue: 'a', secret: [] }, /expected a `secret` of at least 16/],
    [{ connection: 'memory:', queue: 'a', prefix: 'b' }, /The `queue` is the prefix of all keys/],
    [{ connection: 'memory:', queue: 'a', sweep: 0 }, /expected `sweep` to be a whole number/],
  ])('to be made with %o', async (options, text) => {
    expect(() => new ClusterExecutor(options as never)).toThrow(text);
    if (!('sweep' in options))
      await expect(serveCluster(work, options as never)).rejects.toThrow(text);
  });

  test('to serve what has no functions, or two of one name', async () => {
    const where = { connection: 'memory:', queue: 'served', executor: 'inline' } as const;
    await expect(serveCluster({}, where)).rejects.toThrow(/expected at least one function/);
    await expect(serveCluster([work, { note: () => 1 }], where)).rejects.toThrow(
      /expected each name once/,
    );
    await expect(
      serveCluster({ plain: () => 1 }, { ...where, executor: 'threads' }),
    ).rejects.toThrow(
      /expected declared functions, as threads and processes find them by their modules, but `plain` is not/,
    );
    await expect(serveCluster(work, { ...where, executor: 'fibres' as never })).rejects.toThrow(
      /'threads', 'processes' or 'inline'/,
    );
  });
});
