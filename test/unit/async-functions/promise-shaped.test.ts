/** Futures, tasks and the library's coroutines, used as programs use promises. */
import {
  type AwaitableCoroutine,
  Barrier,
  CancelledError,
  Condition,
  createTask,
  Event,
  Future,
  gather,
  Lock,
  Queue,
  run,
  Semaphore,
  sleep,
  timeout,
  wait,
} from 'skein';
import { describe, expect, test } from 'vitest';
import { virtualLoop } from '../loops.ts';

/** One of each kind of coroutine, which ends with a value. */
const coroutines: [string, () => AwaitableCoroutine<unknown>][] = [
  ['sleep(0)', () => sleep(0, 'value')],
  ['sleep()', () => sleep(5, 'value')],
  ['lock.acquire()', () => new Lock().acquire()],
  ['semaphore.acquire()', () => new Semaphore(1).acquire()],
  ['queue.put()', () => new Queue<number>().put(1)],
  [
    'event.wait()',
    () => {
      const event = new Event();
      event.set();
      return event.wait();
    },
  ],
  ['timeout()', () => timeout(5, async () => 'value')],
  ['wait()', () => wait([createTask(sleep(1))])],
  ['barrier.wait()', () => new Barrier(1).wait()],
  ['lock.with()', () => new Lock().with(async () => 'value')],
];

describe('a coroutine of the library', () => {
  test.each(coroutines)('%s has the same outcome each time it is awaited', async (_, make) => {
    const outcomes = await virtualLoop().runUntilComplete(
      createMain(async () => {
        const coroutine = make();
        return [await coroutine, await coroutine, await coroutine];
      }),
    );
    expect(outcomes[1]).toBe(outcomes[0]);
    expect(outcomes[2]).toBe(outcomes[0]);
  });

  test.each(coroutines)('%s can be awaited by two functions at once', async (_, make) => {
    const [one, two] = await virtualLoop().runUntilComplete(
      createMain(async () => {
        const coroutine = make();
        const await_ = async (): Promise<unknown> => await coroutine;
        return Promise.all([await_(), await_()]);
      }),
    );
    expect(two).toBe(one);
  });

  test.each(coroutines)('%s takes properties before and after it is awaited', async (_, make) => {
    await virtualLoop().runUntilComplete(
      createMain(async () => {
        const coroutine = Object.assign(make(), { status: 'pending' });
        await coroutine;
        coroutine.status = 'fulfilled';
        expect(Object.isExtensible(coroutine)).toBe(true);
      }),
    );
  });

  test('fails the same way each time it is awaited', async () => {
    const seen: unknown[] = [];
    await virtualLoop().runUntilComplete(
      createMain(async () => {
        const failing = timeout(5, async () => {
          throw new Error('broken');
        });
        for (let i = 0; i < 2; i++) await failing.catch((error: unknown) => seen.push(error));
        const queue = new Queue();
        queue.shutdown();
        const getting = queue.get();
        for (let i = 0; i < 2; i++) {
          try {
            await getting;
          } catch (error) {
            seen.push(error);
          }
        }
      }),
    );
    expect(seen).toHaveLength(4);
    expect(seen[1]).toBe(seen[0]);
    expect(seen[3]).toBe(seen[2]);
  });

  test('that was cancelled while it was awaited is cancelled when it is awaited again', async () => {
    for (const ms of [5, 60_000]) {
      const caught: unknown[] = [];
      await virtualLoop().runUntilComplete(
        createMain(async () => {
          const sleeping = sleep(ms);
          const task = createTask(async () => await sleeping);
          await sleep(0);
          task.cancel('enough');
          for (const each of [task, sleeping]) {
            try {
              await each;
            } catch (error) {
              caught.push(error);
            }
          }
        }),
      );
      expect(caught.map((error) => error instanceof CancelledError)).toEqual([true, true]);
    }
  });

  test('that is awaited in a loop ends when its task is cancelled', async () => {
    const rounds = await virtualLoop().runUntilComplete(
      createMain(async () => {
        let rounds = 0;
        const task = createTask(async () => {
          for (;;) {
            await sleep(0);
            rounds++;
          }
        });
        for (let i = 0; i < 10; i++) await sleep(0);
        task.cancel();
        await task.catch(() => {});
        return rounds;
      }),
    );
    expect(rounds).toBeLessThan(12);
    expect(rounds).toBeGreaterThan(7);
  });

  test('keeps the rule of generators with `yield*`: the second time there is nothing', async () => {
    const results = await virtualLoop().runUntilComplete(
      (function* () {
        const sleeping = sleep(5, 'value');
        return [yield* sleeping, yield* sleeping];
      })(),
    );
    expect(results).toEqual(['value', undefined]);
  });

  test('is refused by createTask() once it was awaited', async () => {
    await virtualLoop().runUntilComplete(
      createMain(async () => {
        const sleeping = sleep(0);
        await sleeping;
        expect(() => createTask(sleeping)).toThrow('run by a task already');
      }),
    );
  });

  test('an item that was taken from a queue is not lost when the task is cancelled at that moment', async () => {
    const seen: unknown[] = [];
    await virtualLoop().runUntilComplete(
      createMain(async () => {
        const queue = new Queue<string>();
        queue.putNowait('item');
        const task = createTask(async () => {
          seen.push(await queue.get());
          await sleep(1);
          seen.push('too far');
        });
        await sleep(0);
        task.cancel();
        await task.catch((error: unknown) => seen.push(error instanceof CancelledError));
      }),
    );
    expect(seen).toEqual(['item', true]);
  });
});

describe('a future', () => {
  test('has catch() and finally() as promises have them', async () => {
    const seen: unknown[] = [];
    await virtualLoop().runUntilComplete(
      createMain(async () => {
        const failed = new Future<number>();
        failed.setException(new Error('broken'));
        seen.push(await failed.catch((error: unknown) => (error as Error).message));
        const finished = new Future<number>();
        finished.setResult(7);
        seen.push(await finished.catch(() => 0), await finished.finally(() => seen.push('over')));
        const rethrown = failed.finally(() => seen.push('over too'));
        seen.push(await rethrown.catch((error: unknown) => (error as Error).message));
      }),
    );
    expect(seen).toEqual(['broken', 'over', 7, 7, 'over too', 'broken']);
  });

  test('is taken by what is made for promises', async () => {
    const results = await virtualLoop().runUntilComplete(
      createMain(async () => {
        const task: Promise<number> = createTask(async () => 1);
        const future: Promise<string> = createTask(sleep(5, 'two'));
        const all = await Promise.all([task, future, sleep(1, 3), gather([sleep(1, 4)])]);
        const settled = await Promise.allSettled([sleep(1, 'five'), createTask(async () => 6)]);
        return [
          ...all,
          ...settled.map(({ status }) => status),
          await Promise.race([sleep(9), task]),
        ];
      }),
    );
    expect(results).toEqual([1, 'two', 3, [4], 'fulfilled', 'fulfilled', 1]);
  });

  test('can be marked by those that keep the state of a promise on it, as React does', async () => {
    const use = (
      thenable: PromiseLike<unknown> & { status?: string; value?: unknown },
    ): unknown => {
      if (thenable.status === 'fulfilled') return thenable.value;
      thenable.status = 'pending';
      void thenable.then((value) => Object.assign(thenable, { status: 'fulfilled', value }));
      return undefined;
    };
    await run(async () => {
      for (const each of [
        createTask(async () => 'task'),
        sleep(0, 'sleep'),
        timeout(60_000, async () => 'body'),
      ]) {
        expect(use(each)).toBeUndefined();
        await sleep(0);
        await each;
        await sleep(0);
        expect(use(each)).toBe(await each);
      }
    });
  });
});

describe('then', () => {
  test('can be replaced, on one object and on all', async () => {
    const spied = Object.assign(createTask(sleep(0, 'one')), {
      then: (resolve: (value: string) => void) => resolve('replaced'),
    });
    expect(await spied).toBe('replaced');
    expect(Object.getOwnPropertyDescriptor(Future.prototype, 'then')?.configurable).toBe(true);
    const lock = Object.getPrototypeOf(new Lock().acquire());
    expect(Object.getOwnPropertyDescriptor(Object.getPrototypeOf(lock), 'then')?.configurable).toBe(
      true,
    );
  });

  test('of a library that reads it and calls it later, with functions of its own, is an await', async () => {
    const outcome = await virtualLoop().runUntilComplete(
      createMain(async () => {
        const task = createTask(async () => {
          await sleep(0);
          return new Promise((resolve, reject) => {
            const sleeping = sleep(60_000);
            const { then } = sleeping;
            queueMicrotask(() => {
              void then.call(
                sleeping,
                () => resolve('slept'),
                (error) => reject(error),
              );
            });
          });
        });
        for (let i = 0; i < 5; i++) await sleep(0);
        task.cancel('enough');
        return await task.catch((error: unknown) => error);
      }),
    );
    expect(outcome).toBeInstanceOf(CancelledError);
  });

  test('with callbacks listens, also right after an await of the same object was begun', async () => {
    const seen = await virtualLoop().runUntilComplete(
      createMain(async () => {
        const future = new Future<string>();
        const seen: unknown[] = [];
        const task = createTask(async () => {
          await sleep(0);
          const waiting = (async () => await future)();
          void future.then((value) => seen.push(value));
          return waiting;
        });
        await sleep(5);
        future.setResult('done');
        return [await task, ...seen];
      }),
    );
    expect(seen).toEqual(['done', 'done']);
  });
});

test('a condition that is awaited twice is notified once', async () => {
  const results = await virtualLoop().runUntilComplete(
    createMain(async () => {
      const condition = new Condition();
      const waiter = createTask(async () => {
        await condition.acquire();
        const waiting = condition.wait();
        const both = [await waiting, await waiting];
        condition.release();
        return both;
      });
      await sleep(1);
      await condition.with(async () => condition.notify());
      return await waiter;
    }),
  );
  expect(results).toEqual([true, true]);
});

/** A coroutine that runs an async main. */
function* createMain<T>(main: () => Promise<T>) {
  return yield* createTask(main);
}
