/**
 * What n waiters cost together is in proportion to n. Counted is what is looked at: futures that are asked for their state, and
 * the elements of arrays that are searched, shifted or copied.
 */
import {
  asCompleted,
  Barrier,
  CapacityLimiter,
  Condition,
  ContextVar,
  type Coroutine,
  captureCallGraph,
  channel,
  createTask,
  Event,
  Future,
  fromPromise,
  gather,
  Lock,
  latest,
  PriorityQueue,
  Queue,
  RateLimiter,
  run,
  Semaphore,
  shield,
  singleFlight,
  sleep,
  type Task,
  taskGroup,
  wait,
  waitFor,
} from 'skein';
import { describe, expect, test } from 'vitest';
import { messageMacrotask } from '../../../src/core/host-timers.ts';
import { inLoop } from '../loops.ts';
import { countWork } from './count-work.ts';

async function workOf(main: (n: number) => Coroutine<unknown>, n: number): Promise<number> {
  let work = 0;
  await inLoop(function* () {
    const counted = countWork();
    try {
      yield* main(n);
    } finally {
      work = counted();
    }
  });
  return work;
}

function* crowd(n: number, wait: (i: number) => Coroutine<unknown>): Coroutine<Task<unknown>[]> {
  const tasks = Array.from({ length: n }, (_, i) => createTask(wait(i)));
  for (let i = 0; i < 3; i++) yield* sleep(0);
  return tasks;
}

function* all(tasks: readonly Future<unknown>[]): Coroutine<void> {
  yield* gather(tasks, { returnExceptions: true });
}

const crowds: readonly [name: string, main: (n: number) => Coroutine<unknown>][] = [
  [
    'waiters of a semaphore that is released n times in one turn',
    function* (n) {
      const semaphore = new Semaphore(0);
      const tasks = yield* crowd(n, () => semaphore.acquire());
      for (let i = 0; i < n; i++) semaphore.release();
      yield* all(tasks);
    },
  ],
  [
    'waiters of a condition that is notified n times in one turn',
    function* (n) {
      const condition = new Condition();
      const tasks = yield* crowd(n, () => condition.with(() => condition.wait()));
      yield* condition.with(function* () {
        for (let i = 0; i < n; i++) condition.notify();
      });
      yield* all(tasks);
    },
  ],
  [
    'waiters of a lock that are cancelled in one turn, and newcomers',
    function* (n) {
      const lock = new Lock();
      yield* lock.acquire();
      const tasks = yield* crowd(n, () => lock.acquire());
      for (const task of tasks) task.cancel();
      lock.release();
      const newcomers = Array.from({ length: n }, () =>
        createTask(
          lock.with(() => sleep(0)),
          { eagerStart: true },
        ),
      );
      yield* all(tasks);
      yield* all(newcomers);
    },
  ],
  [
    'waiters of a semaphore that are cancelled in one turn, and newcomers',
    function* (n) {
      const semaphore = new Semaphore(0);
      const tasks = yield* crowd(n, () => semaphore.acquire());
      for (const task of tasks) task.cancel();
      for (let i = 0; i < n; i++) semaphore.locked();
      yield* all(tasks);
    },
  ],
  [
    'waiters of an event',
    function* (n) {
      const event = new Event();
      const tasks = yield* crowd(n, () => event.wait());
      event.set();
      yield* all(tasks);
    },
  ],
  [
    'waiters of a rate limiter, of which half are cancelled',
    function* (n) {
      const limiter = new RateLimiter({ limit: 3, interval: 1 });
      const tasks = yield* crowd(n, () => limiter.acquire());
      for (let at = 0; at < n; at += 2) tasks[at]?.cancel();
      yield* all(tasks);
    },
  ],
  [
    'waiters of a capacity limiter that grows, of which half are cancelled',
    function* (n) {
      const limiter = new CapacityLimiter(0);
      const tasks = yield* crowd(n, (i) => limiter.acquire(`${i}`));
      for (let at = 0; at < n; at += 2) tasks[at]?.cancel();
      limiter.totalTokens = n;
      yield* all(tasks);
    },
  ],
  [
    'callers of a `singleFlight()`, which are cancelled in one turn',
    function* (n) {
      const load = singleFlight(() => sleep(1_000_000));
      const tasks = yield* crowd(n, function* () {
        yield* load();
      });
      for (const task of tasks) task.cancel();
      yield* all(tasks);
    },
  ],
  [
    'callers of a `singleFlight()` that ends',
    function* (n) {
      const load = singleFlight(() => sleep(1));
      yield* all(
        yield* crowd(n, function* () {
          yield* load();
        }),
      );
    },
  ],
  [
    'calls of a `latest()`, each of which supersedes the one before',
    function* (n) {
      const find = latest(function* () {
        try {
          yield* sleep(1);
        } finally {
          yield* sleep(10);
        }
      });
      yield* all(yield* crowd(n, () => find()));
    },
  ],
  [
    'parties of a barrier',
    function* (n) {
      const barrier = new Barrier(n);
      yield* all(yield* crowd(n, () => barrier.wait()));
    },
  ],
  [
    'getters of a queue that gets n items in one turn',
    function* (n) {
      const queue = new Queue<number>();
      const tasks = yield* crowd(n, () => queue.get());
      for (let i = 0; i < n; i++) queue.putNowait(i);
      yield* all(tasks);
    },
  ],
  [
    'putters of a queue that is emptied in one turn, and shut down',
    function* (n) {
      const queue = new Queue<number>(1);
      const tasks = yield* crowd(n, (i) => queue.put(i));
      queue.getNowait();
      queue.shutdown(true);
      yield* all(tasks);
    },
  ],
  [
    'receivers of a channel that gets n items in one turn',
    function* (n) {
      const { sender, receiver } = channel<number>(n);
      const tasks = yield* crowd(n, () => receiver.receive());
      for (let i = 0; i < n; i++) sender.sendNowait(i);
      yield* all(tasks);
    },
  ],
  [
    'senders of a channel without capacity that are cancelled in one turn, or closed',
    function* (n) {
      const { sender, receiver } = channel<number>(0);
      const tasks = yield* crowd(n, (i) => sender.send(i));
      for (const task of tasks.slice(n / 2)) task.cancel();
      receiver.close();
      yield* all(tasks);
    },
  ],
  [
    'getters of a queue that are cancelled in one turn',
    function* (n) {
      const queue = new Queue<number>();
      const tasks = yield* crowd(n, () => queue.get());
      for (const task of tasks) task.cancel();
      queue.putNowait(1);
      yield* all(tasks);
    },
  ],
  [
    'shields of one future that are cancelled',
    function* (n) {
      const one = new Future<void>();
      const shields = Array.from({ length: n }, () => shield(one));
      for (const each of shields) each.cancel();
      yield* sleep(0);
      one.setResult();
      yield* all(shields);
    },
  ],
  [
    'tasks that wait() for one future until their time is up',
    function* (n) {
      const one = new Future<void>();
      yield* all(yield* crowd(n, () => wait([one], { timeout: 1 })));
    },
  ],
  [
    'tasks that wait() for the first of one future and another',
    function* (n) {
      const one = new Future<void>();
      yield* all(
        yield* crowd(n, () => wait([one, createTask(sleep(1))], { returnWhen: 'FIRST_COMPLETED' })),
      );
    },
  ],
  [
    'gather()s of one future that fail',
    function* (n) {
      const one = new Future<void>();
      const gathered = Array.from({ length: n }, (_, i) => {
        const other = new Future<void>();
        const both = gather([one, other]);
        other.setException(new Error(String(i)));
        return both;
      });
      yield* all(gathered);
    },
  ],
  [
    'asCompleted()s of one future that are left',
    function* (n) {
      const one = new Future<void>();
      const done = new Future<void>();
      done.setResult();
      yield* all(
        yield* crowd(n, function* () {
          for (const next of asCompleted([one, done], { timeout: 100 })) {
            yield* next;
            break;
          }
        }),
      );
    },
  ],
  [
    'tasks that waitFor() a shield of one future',
    function* (n) {
      const one = new Future<void>();
      yield* all(yield* crowd(n, () => waitFor(shield(one), 1)));
    },
  ],
  [
    'callbacks that are removed from one future',
    function* (n) {
      const one = new Future<void>();
      const callbacks = Array.from({ length: n }, () => () => undefined);
      for (const callback of callbacks) one.addDoneCallback(callback);
      for (const callback of callbacks) expect(one.removeDoneCallback(callback)).toBe(1);
      yield* sleep(0);
    },
  ],
  [
    'futures of one promise that are given up',
    function* (n) {
      const promise = new Promise(() => {});
      const futures = Array.from({ length: n }, () => fromPromise(promise));
      for (const future of futures) future.cancel();
      yield* all(futures);
    },
  ],
  [
    'timers that are cancelled',
    function* (n) {
      const tasks = yield* crowd(n, (i) => sleep(1000 + i));
      for (const task of tasks) task.cancel();
      yield* all(tasks);
    },
  ],
  [
    'tasks that wait for one future, in a call graph',
    function* (n) {
      const one = new Future<void>();
      const tasks = yield* crowd(n, function* () {
        yield* one;
      });
      captureCallGraph(one);
      one.setResult();
      yield* all(tasks);
    },
  ],
  [
    'shippable variables of one name',
    function* (n) {
      const variables = Array.from({ length: n }, () => {
        return new ContextVar('many', { defaultValue: 0, shippable: true });
      });
      yield* sleep(0);
      expect(variables).toHaveLength(n);
    },
  ],
  [
    'children of a group, of which one fails',
    function* (n) {
      try {
        yield* taskGroup(function* (tg) {
          for (let i = 0; i < n; i++) tg.createTask(sleep(1000));
          tg.createTask(function* () {
            throw new Error('fails');
          });
        });
      } catch {
        return;
      }
    },
  ],
];

describe('in proportion to their number works', () => {
  test.each(crowds)('a crowd of %s', async (_, main) => {
    const few = await workOf(main, 300);
    const many = await workOf(main, 1200);
    // Four times as many: 16 times the work if it were quadratic. The logarithm of a heap is allowed for.
    expect(many / Math.max(few, 300)).toBeLessThan(6);
  });

  test('a crowd of items of a priority queue', async () => {
    const comparisons = (n: number): number => {
      let compared = 0;
      const queue = new PriorityQueue<number>(0, {
        compare: (a, b) => {
          compared++;
          return a - b;
        },
      });
      for (let i = 0; i < n; i++) queue.putNowait((i * 7919) % n);
      for (let i = 0; i < n; i++) queue.getNowait();
      return compared;
    };
    expect(comparisons(4000) / comparisons(1000)).toBeLessThan(6);
  });

  test('a crowd of functions that wait for a turn of the host, by messages', async () => {
    const macrotask = messageMacrotask(MessageChannel);
    const workOfTurns = async (n: number): Promise<number> => {
      const order: number[] = [];
      let work = 0;
      const counted = countWork();
      try {
        await new Promise<void>((resolve) => {
          for (let i = 1; i <= n; i++)
            macrotask(() => (order.push(i) === n ? resolve() : undefined));
        });
      } finally {
        work = counted();
      }
      expect(order).toEqual(Array.from({ length: n }, (_, i) => i + 1));
      return work;
    };
    await workOfTurns(300);
    expect(await workOfTurns(1200)).toBeLessThan(6 * 300);
  });

  test('a crowd of programs that run at the same time', async () => {
    const workOfPrograms = async (n: number): Promise<number> => {
      let work = 0;
      const counted = countWork();
      try {
        await Promise.all(Array.from({ length: n }, (_, i) => run(() => sleep(i % 3))));
      } finally {
        work = counted();
      }
      return work;
    };
    expect((await workOfPrograms(400)) / (await workOfPrograms(100))).toBeLessThan(6);
  });
});

test('a callback that is added and removed again and again among many others does not take ever longer', () =>
  inLoop(function* () {
    // A Map in place of the WeakMap passed each deleted entry of the callback: this took minutes.
    const n = 100_000;
    const lasting = new Future<void>();
    for (let i = 0; i < n; i++) lasting.addDoneCallback(() => i);
    const again = (): void => {};
    let removed = 0;
    for (let i = 0; i < n; i++) {
      lasting.addDoneCallback(again);
      removed += lasting.removeDoneCallback(again);
    }
    expect(removed).toBe(n);
    lasting.setResult();
    yield* lasting;
  }));
