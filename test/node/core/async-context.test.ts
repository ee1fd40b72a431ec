/** The host's async context: what AsyncLocalStorage tells in tasks and callbacks. */
import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Coroutine,
  createTask,
  currentTask,
  EventLoop,
  Future,
  gather,
  getEventLoop,
  run,
  sleep,
  type Task,
  timeout,
} from 'skein';
import { VirtualEventLoop } from 'skein/testing';
import { expect, test } from 'vitest';

const storage = new AsyncLocalStorage<string>();
const names = ['a', 'b', 'c', 'd', 'e'];

test('a task created inside of run() sees that store in every step, though the steps of many are mixed', async () => {
  const loop = new VirtualEventLoop();
  const seen: string[] = [];
  function* inner(): Coroutine<void> {
    yield* sleep(1);
    seen.push(`inner ${storage.getStore()}`);
  }
  function* work(name: string): Coroutine<void> {
    const note = (where: string) => seen.push(`${name} ${where} ${storage.getStore()}`);
    note('start');
    yield;
    note('bare yield');
    yield* sleep(0);
    note('sleep(0)');
    yield* sleep(5);
    note('timer');
    yield* createTask(sleep(1));
    note('task');
    yield* inner();
  }
  const tasks = names.map((name) => storage.run(name, () => loop.createTask(work(name))));
  for (const task of tasks) await loop.runUntilComplete(task);
  const expected = ['start', 'bare yield', 'sleep(0)', 'timer', 'task'].flatMap((where) =>
    names.map((name) => `${name} ${where} ${name}`),
  );
  expect(seen).toEqual([...expected, ...names.map((name) => `inner ${name}`)]);
  expect(storage.getStore()).toBeUndefined();
});

test('an async function run as a task sees it after every await', async () => {
  const seen: string[] = [];
  const tasks = names.map((name) =>
    storage.run(name, () =>
      createTask(async () => {
        for (const pause of [
          () => sleep(0),
          () => sleep(1),
          () => Promise.resolve(),
          () => createTask(sleep(0)),
          () => new Promise((resolve) => setImmediate(resolve)),
        ]) {
          await pause();
          seen.push(`${name} ${storage.getStore()}`);
        }
      }),
    ),
  );
  for (const task of tasks) await task;
  expect(seen.sort()).toEqual(names.flatMap((name) => Array(5).fill(`${name} ${name}`)));
});

test('a future that is awaited gives its awaiter nothing of the store of who settles it', async () => {
  const future = new Future<void>();
  const tasks = names.map((name) =>
    storage.run(name, () =>
      createTask(function* () {
        yield* future;
        return storage.getStore();
      }),
    ),
  );
  const promised = storage.run('promise', async () => {
    await future;
    return storage.getStore();
  });
  await createTask(sleep(0));
  storage.run('settler', () => future.setResult());
  for (const [i, task] of tasks.entries()) expect(await task).toBe(names[i]);
  expect(await promised).toBe('promise');
});

test('callbacks run in the store of their registration', async () => {
  const loop = new EventLoop();
  const future = loop.createFuture<void>();
  const seen: string[] = [];
  const note = (kind: string) => () => seen.push(`${kind} ${storage.getStore()}`);
  for (const name of ['a', 'b']) {
    storage.run(name, () => {
      loop.callSoon(note('soon'));
      loop.callLater(1, note('later'));
      future.addDoneCallback(note('done'));
    });
  }
  future.addDoneCallback(note('done'));
  storage.run('settler', () => future.setResult());
  await loop.createTask(sleep(5));
  expect(seen).toEqual([
    ...['soon a', 'soon b', 'done a', 'done b', 'done undefined'],
    ...['later a', 'later b'],
  ]);
  loop.close();
});

test('a failure is reported in the store of the task, or of the callback', async () => {
  const loop = new VirtualEventLoop();
  const seen: unknown[] = [];
  loop.setExceptionHandler(() => seen.push(storage.getStore()));
  const fails = () => {
    throw new Error('boom');
  };
  storage.run('callback', () => loop.callSoon(fails));
  storage.run('task', () =>
    loop.createTask(function* () {
      fails();
    }),
  );
  await loop.runUntilComplete(sleep(1));
  loop.close();
  expect(seen).toEqual(['callback', 'task']);
});

test('enterWith() in one task does not leak into another, nor into callbacks, nor out', async () => {
  const seen: string[] = [];
  const loop = new EventLoop();
  const tasks = names.map((name) =>
    loop.createTask(function* () {
      seen.push(`${name} starts with ${storage.getStore()}`);
      storage.enterWith(name);
      seen.push(`${name} entered ${storage.getStore()}`);
      yield;
    }),
  );
  loop.callSoon(() => seen.push(`callback ${storage.getStore()}`));
  for (const task of tasks) await task;
  expect(seen).toEqual([
    ...names.flatMap((name) => [`${name} starts with undefined`, `${name} entered ${name}`]),
    'callback undefined',
  ]);
  expect(storage.getStore()).toBeUndefined();
  loop.close();
});

test('the default loop carries no store from who used it first', async () => {
  const first = await storage.run('first', () => createTask(async () => storage.getStore()));
  const second = await createTask(async () => storage.getStore());
  expect([first, second]).toEqual(['first', undefined]);
  const seen = await new Promise((resolve) =>
    getEventLoop().callSoon(() => resolve(storage.getStore())),
  );
  expect(seen).toBeUndefined();
});

test('what hears that a timeout cancels sees the store of the task, whoever set the alarm', async () => {
  const seen: unknown[] = [];
  await run(function* () {
    const other = storage.run('other', () => createTask(sleep(1)));
    yield* sleep(0);
    const task = storage.run('mine', () =>
      createTask(function* () {
        yield* timeout(2, function* () {
          const { signal } = currentTask() as Task<unknown>;
          signal.addEventListener('abort', () => seen.push(storage.getStore()));
          yield* sleep(60_000);
        });
      }),
    );
    yield* gather([task, other], { returnExceptions: true });
  });
  expect(seen).toEqual(['mine']);
});

test('what a coroutine enters stays inside where an async function awaits it, and reaches who calls its then()', async () => {
  function* entering(): Coroutine<void> {
    storage.enterWith('inside');
    yield* sleep(1);
  }
  await createTask(async () => {
    storage.enterWith('mine');
    await timeout(100, entering);
    expect(storage.getStore()).toBe('mine');
    await sleep(0);
    expect(storage.getStore()).toBe('mine');
    const waiting = new Promise<void>((resolve, reject) => {
      timeout(100, entering).then(resolve, reject);
    });
    expect(storage.getStore()).toBe('inside');
    await waiting;
  });
});

/** With a store of its own, the program has more in its async context than the running function. */
const programs: [string, (fn: () => Promise<void>) => Promise<void>][] = [
  ['without a store', (fn) => fn()],
  ['in a store', (fn) => storage.run('of the program', fn)],
];

test.each(programs)(
  'what an async function starts %s continues itself after an await, and not that function',
  async (_, inProgram) => {
    const seen: Record<string, unknown> = {};
    const note = async (name: string) => {
      await null;
      seen[name] = currentTask()?.getName();
      expect(storage.getStore()).toBe(seen['store']);
    };
    await inProgram(async () => {
      seen['store'] = storage.getStore();
      await createTask(
        async () => {
          const loop = getEventLoop();
          for (const when of ['at once', 'after an await']) {
            loop.callSoon(() => void note(`callback ${when}`));
            const tasks = [
              createTask(() => note(`async ${when}`), { name: 'of an async function' }),
              createTask(
                function* () {
                  yield* sleep(0);
                  void note(`generator ${when}`);
                  yield* sleep(1);
                },
                { name: 'of a generator' },
              ),
            ];
            await gather(tasks);
            await note(`starter ${when}`);
          }
        },
        { name: 'starter' },
      );
    });
    for (const when of ['at once', 'after an await']) {
      expect(seen).toMatchObject({
        [`callback ${when}`]: undefined,
        [`async ${when}`]: 'of an async function',
        [`generator ${when}`]: 'of a generator',
        [`starter ${when}`]: 'starter',
      });
    }
  },
);
