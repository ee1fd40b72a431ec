/**
 * A task that uses one thing of the library is cancelled at each moment of its life: so many milliseconds after it was made, and so
 * many iterations later. Whatever the moment, the request is heard or comes too late, no other task is left, nothing is reported, and
 * what was used can be used again.
 */
import {
  type Awaitable,
  all,
  allSettled,
  allTasks,
  any,
  CapacityLimiter,
  type Coroutine,
  channel,
  coroutine,
  createTask,
  currentTask,
  eagerTaskFactory,
  getEventLoop,
  latest,
  mapConcurrent,
  RateLimiter,
  race,
  retry,
  SupersededError,
  singleFlight,
  sleep,
  taskGroup,
  wait,
} from 'skein';
import { VirtualEventLoop } from 'skein/testing';
import { describe, expect, test } from 'vitest';
import { iterations } from '../combinators/helpers.ts';
import { recordReports } from '../loops.ts';

interface Scene {
  /** What the task that is cancelled awaits. */
  readonly use: () => Awaitable<unknown>;
  /** Looks at what was used, when nothing runs any more. */
  readonly after?: () => Coroutine<void>;
  /** True if a failure that came in the moment of the cancellation is reported: no one else hears of it. */
  readonly mayReport?: boolean;
  /** True if others may need the work, so that it goes on. */
  readonly isShared?: boolean;
}

/** How much work is under way. */
let running = 0;

/** Work that takes two iterations and two milliseconds, and as much for its cleanup. */
function* work<T>(value: T): Coroutine<T> {
  running++;
  try {
    yield* iterations(1);
    yield* sleep(2);
    return value;
  } finally {
    try {
      yield* iterations(1);
      yield* sleep(1);
    } finally {
      running--;
    }
  }
}

/** The same as an async function. */
const asyncWork = async <T>(value: T): Promise<T> => {
  running++;
  try {
    await sleep(0);
    await sleep(2);
    return value;
  } finally {
    try {
      await sleep(1);
    } finally {
      running--;
    }
  }
};

function* fails(): Coroutine<never> {
  yield* sleep(1);
  throw new RangeError('too far');
}

const inputs = (): [Coroutine<number>, () => Promise<number>, () => Coroutine<number>] => [
  work(1),
  () => asyncWork(2),
  () => work(3),
];

function limiterScene(): Scene {
  const limiter = new CapacityLimiter(1);
  createTask(limiter.with(() => sleep(3)));
  createTask(function* () {
    yield* sleep(1);
    yield* limiter.with(() => sleep(1));
  });
  return {
    use: () => limiter.with(() => work('inside')),
    *after() {
      expect(limiter.statistics()).toMatchObject({ borrowedTokens: 0, waiting: 0 });
      yield* limiter.with(() => work('again'));
    },
  };
}

function rateScene(strategy: 'sliding-window' | 'token-bucket'): Scene {
  const limiter = new RateLimiter({ limit: 1, interval: 3, strategy });
  createTask(limiter.acquire());
  createTask(function* () {
    yield* sleep(1);
    yield* limiter.acquire();
  });
  return {
    use: () => limiter.with(() => work('inside')),
    *after() {
      yield* sleep(6);
      expect(limiter.statistics()).toMatchObject({ available: 1, waiting: 0 });
    },
  };
}

function channelScene(capacity: number, side: 'send' | 'receive'): Scene {
  const { sender, receiver } = channel<number>(capacity);
  let sent = 0;
  let received = 0;
  const send = coroutine(function* (): Coroutine<void> {
    for (let n = 0; n < 3; n++) {
      yield* sleep(1);
      yield* sender.send(n);
      sent++;
    }
  });
  const receive = coroutine(function* (): Coroutine<void> {
    for (let n = 0; n < 3; n++) {
      yield* receiver.receive();
      received++;
      yield* iterations(1);
    }
  });
  const other = createTask(side === 'send' ? receive() : send());
  return {
    use: side === 'send' ? send : receive,
    *after() {
      yield* sleep(5);
      const { size, sending, receiving } = sender.statistics();
      expect(size).toBe(sent - received);
      // Without capacity an item that was sent to a receiver which was cancelled is there for the next.
      if (sending > 0) expect(size).toBeGreaterThanOrEqual(capacity);
      if (receiving > 0) expect(size).toBe(0);
      other.cancel();
      yield* wait([other]);
      sender.close();
      let left = 0;
      for (let step = yield* receiver.next(); !step.done; step = yield* receiver.next()) left++;
      expect(left).toBe(size);
    },
  };
}

const scenes: Readonly<Record<string, () => Scene>> = {
  'all()': () => ({ use: () => all(inputs()) }),
  'all() of a record, with a limit': () => ({
    use: () => all({ a: () => work(1), b: () => asyncWork(2) }, { concurrency: 1 }),
  }),
  'race()': () => ({ use: () => race([sleep(9), ...inputs()]) }),
  'any()': () => ({ use: () => any([fails, ...inputs()]), mayReport: true }),
  'allSettled()': () => ({
    use: () => allSettled([fails, ...inputs()], { concurrency: 2 }),
    mayReport: true,
  }),
  'mapConcurrent()': () => ({
    use: () => mapConcurrent([1, 2, 3, 4], work, { concurrency: 2 }).toArray(),
  }),
  'mapConcurrent() in any order, over items that are awaited': () => {
    let isClosed = false;
    let isOpen = false;
    async function* items() {
      isOpen = true;
      try {
        for (let n = 0; n < 3; n++) {
          await sleep(1);
          yield n;
        }
      } finally {
        isClosed = true;
      }
    }
    return {
      use: () =>
        mapConcurrent(items(), asyncWork, {
          concurrency: 2,
          ordered: false,
          onError: 'skip',
        }).toArray(),
      *after() {
        expect(isClosed).toBe(isOpen);
        yield;
      },
    };
  },
  'a group with a limit, a task in the background, and start()': () => ({
    use: () =>
      taskGroup(
        function* (tg) {
          tg.createTask(sleep(1e6), { background: true });
          yield* tg.start<void>(function* (started) {
            yield* sleep(1);
            started();
            yield* work(1);
          });
          for (const n of [1, 2, 3]) tg.createTask(() => asyncWork(n));
        },
        { limit: 2, errors: 'first' },
      ),
  }),
  'a group whose tasks survive': () => ({
    use: () =>
      taskGroup(
        function* (tg) {
          const failing = tg.createTask(fails());
          failing.addDoneCallback((task) => task.cancelled() || task.exception());
          tg.createTask(work(1));
          yield* wait([failing]);
        },
        { onError: 'settle' },
      ),
  }),
  'retry()': () => ({
    use: () =>
      retry(
        function* ({ number }) {
          yield* work(number);
          if (number < 3) throw new RangeError('busy');
        },
        { attempts: 3, delay: 2, within: 100 },
      ),
  }),
  'a rate limiter': () => rateScene('sliding-window'),
  'a rate limiter with tokens': () => rateScene('token-bucket'),
  'a capacity limiter': limiterScene,
  'latest()': () => {
    let inside = 0;
    const find = latest(function* () {
      expect(++inside).toBe(1);
      try {
        return yield* work('found');
      } finally {
        inside--;
      }
    });
    createTask(function* () {
      try {
        yield* find();
      } catch (error) {
        if (!(error instanceof SupersededError)) throw error;
      }
    });
    return {
      isShared: true,
      use: find,
      *after() {
        expect([inside, yield* find()]).toEqual([0, 'found']);
      },
    };
  },
  'singleFlight()': () => {
    let calls = 0;
    const load = singleFlight(async (key: object) => {
      calls++;
      return await asyncWork(key);
    });
    const key = {};
    const other = createTask(async () => await load(key));
    return {
      isShared: true,
      use: () => load(key),
      *after() {
        expect(yield* other).toBe(key);
        expect(yield* load(key)).toBe(key);
        expect(calls).toBe(2);
      },
    };
  },
  ...Object.fromEntries(
    [0, 1].flatMap((capacity) =>
      (['send', 'receive'] as const).map((side) => [
        `a channel of capacity ${capacity}, ${side}()`,
        () => channelScene(capacity, side),
      ]),
    ),
  ),
};

const styles = {
  coroutine: ({ use }: Scene) =>
    createTask(function* () {
      return yield* use() as Coroutine<unknown>;
    }),
  'async function': ({ use }: Scene) => createTask(async () => await use()),
};

/** Runs the scene, with a cancellation at one moment. Returns false if the task was done before. */
async function isCutAt(
  make: () => Scene,
  begin: (scene: Scene) => ReturnType<typeof createTask>,
  isEager: boolean,
  ms: number,
  ticks: number,
): Promise<boolean> {
  const loop = new VirtualEventLoop();
  if (isEager) loop.setTaskFactory(eagerTaskFactory);
  const reports = recordReports(loop);
  let mayReport = false;
  running = 0;
  function* main(): Coroutine<boolean> {
    const scene = make();
    mayReport = scene.mayReport === true;
    const task = begin(scene);
    if (ms > 0) yield* sleep(ms);
    yield* iterations(ticks);
    const isCut = task.cancel('at this moment');
    yield* wait([task]);
    if (scene.isShared !== true) expect(running).toBe(0);
    expect([task.cancelled(), task.done() && !task.cancelled() && task.exception()]).toEqual([
      isCut,
      isCut ? false : undefined,
    ]);
    yield* sleep(20);
    if (scene.after) yield* scene.after();
    yield* sleep(20);
    const left = [...allTasks(getEventLoop())].filter((each) => each !== currentTask());
    expect(left.map(String)).toEqual([]);
    return isCut;
  }
  const isCut = await loop.runUntilComplete(main());
  loop._unretrieved?.reportAll();
  const told = reports.filter(({ message }) => !(mayReport && /had cancelled$/.test(message)));
  expect(told).toEqual([]);
  loop.close();
  return isCut;
}

describe.each(Object.entries(scenes))('%s', (_, make) => {
  describe.each(Object.entries(styles))('awaited by a %s', (_style, begin) => {
    test.each([false, true])('is cancelled at each moment; eager tasks: %s', async (isEager) => {
      let cuts = 0;
      for (let ms = 0; ms < 40; ms++) {
        for (let ticks = 0; ticks < 6; ticks++) {
          if (await isCutAt(make, begin, isEager, ms, ticks)) cuts++;
        }
      }
      expect(cuts).toBeGreaterThan(5);
    });
  });
});
