/**
 * What an operation asks of the host, counted: a host that only counts stands in for the real one, so nothing here depends
 * on the machine. Costs that are constant stay so for any number of operations; the others grow in proportion.
 */
import { createHook } from 'node:async_hooks';
import {
  type Coroutine,
  createTask,
  EventLoop,
  Future,
  gather,
  Lock,
  Queue,
  sleep,
  type Task,
  timeout,
} from 'skein';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { CountingHost, type Counts } from './counting-host.ts';

interface Cost extends Counts {
  promises: number;
  abortControllers: number;
}

let promises = 0;
const hook = createHook({
  init(_, type) {
    if (type === 'PROMISE') promises++;
  },
});
beforeAll(() => void hook.enable());
afterAll(() => void hook.disable());
afterEach(() => void vi.unstubAllGlobals());

/** Runs `main` to its end; all of it happens inside this call. */
function costOf(main: () => Coroutine<number>): { result: number; cost: Cost } {
  let abortControllers = 0;
  const Original = globalThis.AbortController;
  class CountedController extends Original {
    constructor() {
      super();
      abortControllers++;
    }
  }
  vi.stubGlobal('AbortController', CountedController);
  const host = new CountingHost();
  const loop = new EventLoop(host);
  const before = promises;
  const task = loop.createTask(main());
  host.run();
  const cost = { ...host.counts, promises: promises - before, abortControllers };
  vi.unstubAllGlobals();
  const result = task.result();
  loop.close();
  return { result, cost };
}

interface Operation {
  readonly name: string;
  /** Makes n operations and answers n. */
  main(n: number): Coroutine<number>;
  /** What one operation may cost at most. */
  readonly each: Partial<Cost>;
  /** What all of them may cost at most besides. */
  readonly once: Partial<Cost>;
}

const operations: readonly Operation[] = [
  {
    name: 'a task that is started and joined',
    each: { captures: 1 },
    once: { microtasks: 4, captures: 1, clockReads: 3, macrotasks: 1 },
    *main(n) {
      function* work(): Coroutine<number> {
        return 1;
      }
      return (yield* gather(Array.from({ length: n }, () => createTask(work())))).length;
    },
  },
  {
    name: 'a task that starts eagerly and is joined',
    each: {},
    once: { microtasks: 1, captures: 1 },
    *main(n) {
      function* work(): Coroutine<number> {
        return 1;
      }
      const options = { eagerStart: true };
      return (yield* gather(Array.from({ length: n }, () => createTask(work(), options)))).length;
    },
  },
  {
    name: 'an await of something done',
    each: {},
    once: { microtasks: 1, captures: 1 },
    *main(n) {
      const done = new Future<number>();
      done.setResult(1);
      let sum = 0;
      for (let i = 0; i < n; i++) sum += yield* done;
      return sum;
    },
  },
  {
    name: 'a switch to a task that waits for a future',
    each: { microtasks: 1 / 32, clockReads: 1 / 32 },
    once: { microtasks: 3, captures: 2, macrotasks: 1 },
    *main(n) {
      let ping = new Future<void>();
      let pong = new Future<void>();
      const playing = createTask(function* () {
        for (let i = 0; i < n / 2; i++) {
          yield* ping;
          ping = new Future();
          pong.setResult();
        }
      });
      for (let i = 0; i < n / 2; i++) {
        ping.setResult();
        yield* pong;
        pong = new Future();
      }
      yield* playing;
      return n;
    },
  },
  {
    name: 'a yield among a hundred tasks',
    each: { microtasks: 1 / 100, clockReads: 1 / 100 },
    once: { microtasks: 5, captures: 101, macrotasks: 1 },
    *main(n) {
      function* work(): Coroutine<void> {
        for (let i = 0; i < n / 100; i++) yield* sleep(0);
      }
      yield* gather(Array.from({ length: 100 }, () => createTask(work())));
      return n;
    },
  },
  {
    name: 'a waiting task that is cancelled, cleans up and is joined',
    each: { captures: 1 },
    // One macrotask and one look at the clock for all that are cancelled in a turn: which of them go on is told later.
    once: { microtasks: 5, captures: 1, clockReads: 5, macrotasks: 2 },
    *main(n) {
      let cleaned = 0;
      function* work(): Coroutine<void> {
        try {
          yield* new Future<void>();
        } finally {
          cleaned++;
        }
      }
      const tasks = Array.from({ length: n }, () => createTask(work()));
      yield* sleep(0);
      for (const task of tasks) task.cancel();
      yield* gather(tasks, { returnExceptions: true });
      return cleaned;
    },
  },
  {
    name: 'a pending future that is gathered and settled',
    each: {},
    once: { microtasks: 3, captures: 1, clockReads: 2, macrotasks: 1 },
    *main(n) {
      const futures = Array.from({ length: n }, () => new Future<number>());
      const gathered = gather(futures);
      for (const future of futures) future.setResult(1);
      return (yield* gathered).length;
    },
  },
  {
    name: 'a sleep of up to 100 ms',
    each: { captures: 1, clockReads: 1 },
    // Something for each of the hundred moments at which some of them wake.
    once: { microtasks: 110, captures: 1, clockReads: 600, macrotasks: 102, timersSet: 101 },
    *main(n) {
      function* work(i: number): Coroutine<void> {
        yield* sleep((i * 37) % 101);
      }
      yield* gather(Array.from({ length: n }, (_, i) => createTask(work(i))));
      return n;
    },
  },
  {
    name: 'a timeout that does not fire',
    each: { captures: 1, clockReads: 2 },
    once: { microtasks: 5, captures: 1, clockReads: 6, macrotasks: 1, timersSet: 1 },
    *main(n) {
      const gate = new Future<number>();
      function* wait(): Coroutine<number> {
        return yield* gate;
      }
      const tasks = Array.from({ length: n }, () => createTask(timeout(60_000, wait)));
      yield* sleep(0);
      gate.setResult(1);
      return (yield* gather(tasks)).length;
    },
  },
  {
    name: 'an item that goes through a queue of 100',
    each: { microtasks: 1 / 50, clockReads: 1 / 50 },
    once: { microtasks: 3, captures: 2, macrotasks: 1 },
    *main(n) {
      const queue = new Queue<number>(100);
      const producing = createTask(function* () {
        for (let i = 0; i < n; i++) yield* queue.put(1);
      });
      let sum = 0;
      for (let i = 0; i < n; i++) sum += yield* queue.get();
      yield* producing;
      return sum;
    },
  },
  {
    name: 'a lock that a hundred tasks want',
    each: { microtasks: 1 / 16, clockReads: 1 / 16 },
    once: { microtasks: 5, captures: 101, macrotasks: 1 },
    *main(n) {
      const lock = new Lock();
      let entered = 0;
      function* work(): Coroutine<void> {
        for (let i = 0; i < n / 100; i++) {
          yield* lock.acquire();
          yield* sleep(0);
          entered++;
          lock.release();
        }
      }
      yield* gather(Array.from({ length: 100 }, () => createTask(work())));
      return entered;
    },
  },
];

const nothing: Cost = {
  microtasks: 0,
  macrotasks: 0,
  timersSet: 0,
  captures: 0,
  clockReads: 0,
  promises: 0,
  abortControllers: 0,
};
const parts = Object.keys(nothing) as (keyof Cost)[];

test.each(operations)(
  '$name costs the host no more than it has to, and makes no promise',
  ({ main, each, once }) => {
    for (const n of [1_000, 10_000, 100_000]) {
      const { result, cost } = costOf(() => main(n));
      expect(result).toBe(n);
      const allowed = { ...nothing };
      for (const part of parts) {
        allowed[part] = Math.floor((each[part] ?? 0) * n + (once[part] ?? 0));
      }
      const above = parts.filter((part) => cost[part] > allowed[part]);
      expect(
        above,
        `${n} cost ${JSON.stringify(cost)}, allowed ${JSON.stringify(allowed)}`,
      ).toEqual([]);
    }
  },
);

test('an AbortController is made for a task that is asked for its signal, and for no other', () => {
  const { cost } = costOf(function* () {
    const tasks = Array.from({ length: 100 }, () => createTask(sleep(1)));
    const { aborted } = (tasks[7] as Task<void>).signal;
    yield* gather(tasks);
    return Number(aborted);
  });
  expect(cost.abortControllers).toBe(1);
});

test('a promise is made for a future that is asked for one, and for no other', () => {
  const { cost } = costOf(function* () {
    const futures = Array.from({ length: 100 }, () => new Future<number>());
    void futures[7]?.then();
    for (const future of futures) future.setResult(1);
    return (yield* gather(futures)).length;
  });
  // That of the future, that of its `then()`, and one for all that read a `then` until the next microtask.
  expect(cost.promises).toBe(3);
});

test('an await in an async function makes no promise that one of any other thenable would not', async () => {
  // Beside one another, as then the loop makes few turns, and promises for them.
  const promisesOf = async (thenable: () => PromiseLike<unknown>): Promise<number> => {
    const before = promises;
    await Promise.all(Array.from({ length: 1000 }, async () => void (await thenable())));
    return promises - before;
  };
  const done = new Future<void>();
  done.setResult();
  await createTask(async () => {
    const most =
      10 + (await promisesOf(() => ({ then: (resolve: () => void) => resolve() }) as never));
    expect(await promisesOf(() => done)).toBeLessThanOrEqual(most);
    expect(await promisesOf(() => new Lock().acquire())).toBeLessThanOrEqual(most);
    expect(await promisesOf(() => sleep(0))).toBeLessThanOrEqual(most);
  });
});
