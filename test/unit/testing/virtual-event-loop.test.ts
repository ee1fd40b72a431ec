import {
  createTask,
  Future,
  fromPromise,
  gather,
  getEventLoop,
  Lock,
  Queue,
  shield,
  sleep,
  taskGroup,
  timeout,
  wait,
} from 'skein';
import { DeadlockError, VirtualEventLoop } from 'skein/testing';
import { describe, expect, test } from 'vitest';
import { caught } from '../combinators/helpers.ts';
import { inNode } from '../hosts.ts';

const day = 24 * 60 * 60 * 1000;

describe('the time of a VirtualEventLoop', () => {
  test('starts at 0 and jumps to the next timer when nothing can run', async () => {
    const loop = new VirtualEventLoop();
    expect(loop.time()).toBe(0);
    const log: [string, number][] = [];
    function* main() {
      for (let i = 1; i <= 3; i++) {
        yield* sleep(365 * day);
        log.push([`year ${i}`, loop.time()]);
      }
    }
    await loop.runUntilComplete(main());
    expect(log).toEqual([
      ['year 1', 365 * day],
      ['year 2', 730 * day],
      ['year 3', 1095 * day],
    ]);
  });

  test('stands still while anything can run', async () => {
    const loop = new VirtualEventLoop();
    const log: string[] = [];
    function* main() {
      createTask(function* () {
        yield* sleep(1);
        log.push('timer');
      });
      for (let i = 0; i < 1000; i++) yield* sleep(0);
      expect(loop.time()).toBe(0);
      expect(log).toEqual([]);
      yield* sleep(2);
    }
    await loop.runUntilComplete(main());
    expect(log).toEqual(['timer']);
  });

  test('moves from deadline to deadline, equal ones in the order of their making', async () => {
    const loop = new VirtualEventLoop();
    const log: string[] = [];
    for (const [name, when] of [
      ['c', 20],
      ['a', 10],
      ['b', 10],
      ['d', 20.5],
    ] as const) {
      loop.callAt(when, () => log.push(`${name} at ${loop.time()}`));
    }
    await loop.runUntilComplete(sleep(30));
    expect(log).toEqual(['a at 10', 'b at 10', 'c at 20', 'd at 20.5']);
  });

  test('does not stop at a timer that was cancelled', async () => {
    const loop = new VirtualEventLoop();
    loop.callLater(100, () => {}).cancel();
    await expect(loop.runUntilComplete(loop.createFuture())).rejects.toThrow(DeadlockError);
    expect(loop.time()).toBe(0);
  });
});

describe('runUntilComplete', () => {
  test('stops after the iteration in which its own callback ran', async () => {
    const loop = new VirtualEventLoop();
    const log: string[] = [];
    const future = loop.createFuture<void>();
    loop.callSoon(() => {
      future.setResult();
      loop.callSoon(() => {
        log.push('beside the callback');
        loop.callSoon(() => log.push('one iteration too late'));
      });
    });
    await loop.runUntilComplete(future);
    expect(log).toEqual(['beside the callback']);
    await loop.runUntilComplete(sleep(0));
    expect(log).toEqual(['beside the callback', 'one iteration too late']);
  });

  test('leaves what is left over for the next call', async () => {
    const loop = new VirtualEventLoop();
    const task = loop.createTask(sleep(10, 'kept'));
    await loop.runUntilComplete(sleep(5));
    expect(loop.time()).toBe(5);
    expect(task.done()).toBe(false);
    expect(await loop.runUntilComplete(task)).toBe('kept');
    expect(loop.time()).toBe(10);
  });

  test('answers at once for what is done, and throws what it threw', async () => {
    const loop = new VirtualEventLoop();
    const done = loop.createFuture<string>();
    done.setResult('done');
    expect(await loop.runUntilComplete(done)).toBe('done');
    const error = new RangeError('broken');
    const failed = loop.createFuture<string>();
    failed.setException(error);
    await expect(loop.runUntilComplete(failed)).rejects.toBe(error);
  });

  test('is the loop in charge meanwhile', async () => {
    const loop = new VirtualEventLoop();
    const before = getEventLoop();
    expect(loop.isRunning()).toBe(false);
    await loop.runUntilComplete(
      (function* () {
        expect(getEventLoop() === loop).toBe(true);
        expect(loop.isRunning()).toBe(true);
        yield* sleep(1);
      })(),
    );
    expect(loop.isRunning()).toBe(false);
    expect(getEventLoop() === before).toBe(true);
  });

  test('refuses to be nested', async () => {
    const loop = new VirtualEventLoop();
    let error: unknown;
    await loop.runUntilComplete(
      (function* () {
        loop.runUntilComplete(sleep(1)).catch((reason: unknown) => {
          error = reason;
        });
        yield* sleep(1);
        yield* fromPromise(Promise.resolve());
      })(),
    );
    expect(error).toMatchInlineSnapshot(
      `[Error: This event loop is running already: \`runUntilComplete()\` cannot be nested.]`,
    );
  });

  test('refuses what belongs to another loop, and what cannot be awaited', async () => {
    const loop = new VirtualEventLoop();
    const foreign = new VirtualEventLoop().createFuture<void>();
    await expect(loop.runUntilComplete(foreign)).rejects.toThrow(RangeError);
    await expect(loop.runUntilComplete(5 as never)).rejects.toThrow(TypeError);
    expect(loop.isRunning()).toBe(false);
  });
});

describe('promises on virtual time', () => {
  test('get all the turns they want before the time moves on', async () => {
    const loop = new VirtualEventLoop();
    const log: string[] = [];
    const async = loop.createTask(async () => {
      for (let i = 0; i < 50; i++) await Promise.resolve();
      log.push(`promises at ${loop.time()}`);
      await sleep(10);
      log.push(`sleep at ${loop.time()}`);
    });
    const beside = loop.createTask(function* () {
      yield* sleep(5);
      log.push(`coroutine at ${loop.time()}`);
    });
    await loop.runUntilComplete(gather([async, beside]));
    expect(log).toEqual(['promises at 0', 'coroutine at 5', 'sleep at 10']);
  });

  test('keep async functions in step with coroutines', async () => {
    const loop = new VirtualEventLoop();
    const log: string[] = [];
    async function asynchronous() {
      for (const ms of [10, 20, 30]) {
        await sleep(ms);
        log.push(`async at ${loop.time()}`);
      }
    }
    function* coroutine() {
      for (const ms of [15, 20, 30]) {
        yield* sleep(ms);
        log.push(`coroutine at ${loop.time()}`);
      }
    }
    const both = gather([loop.createTask(asynchronous), loop.createTask(coroutine)]);
    await loop.runUntilComplete(both);
    expect(log).toEqual([
      'async at 10',
      'coroutine at 15',
      'async at 30',
      'coroutine at 35',
      'async at 60',
      'coroutine at 65',
    ]);
  });

  test('from outside are waited for, once no timer is left', async () => {
    const loop = new VirtualEventLoop();
    const log: string[] = [];
    function* main() {
      const outside = fromPromise(
        new Promise<string>((resolve) => {
          const settle = () => (log.length > 0 ? resolve('outside') : void setTimeout(settle, 0));
          settle();
        }),
      );
      createTask(function* () {
        yield* sleep(day);
        log.push('a virtual day');
      });
      log.push(yield* outside);
    }
    await loop.runUntilComplete(main());
    expect(log).toEqual(['a virtual day', 'outside']);
    expect(loop.time()).toBe(day);
  });

  test('that the main function awaits are waited for', async () => {
    const loop = new VirtualEventLoop();
    const result = await loop.runUntilComplete(
      loop.createTask(async () => {
        // Several turns, so that the loop has come to wait for what is outside.
        for (let i = 0; i < 5; i++) await new Promise((resolve) => setTimeout(resolve, 0));
        await sleep(1000);
        return loop.time();
      }),
    );
    expect(result).toBe(1000);
  }, 3000);
});

describe('DeadlockError', () => {
  test('names each task and what it waits for', async () => {
    const loop = new VirtualEventLoop();
    const lock = new Lock();
    const queue = new Queue<string>();
    function* main() {
      yield* lock.acquire();
      const future = new Future<void>();
      const lone = createTask(
        function* () {
          yield* future;
        },
        { name: 'lone' },
      );
      createTask(lock.acquire(), { name: 'locker' });
      createTask(queue.get(), { name: 'getter' });
      const gatherer = createTask(
        function* () {
          yield* gather([lone, new Future<void>()]);
        },
        { name: 'gatherer' },
      );
      createTask(wait([lone, gatherer]), { name: 'waiter' });
      createTask(
        function* () {
          yield* shield(lone);
        },
        { name: 'shielder' },
      );
      createTask(
        taskGroup(function* (tg) {
          tg.createTask(
            function* () {
              yield* lone;
            },
            { name: 'child' },
          );
        }),
        { name: 'owner' },
      );
      yield* lone;
    }
    const error = await loop
      .runUntilComplete(loop.createTask(main, { name: 'main' }))
      .catch((e) => e);
    expect(error).toBeInstanceOf(DeadlockError);
    expect(error.message).toMatchInlineSnapshot(`
      "Nothing is ready, no timer is set and nothing outside is awaited: this would wait for ever.
        <Task 'main' pending waiting for task 'lone'>
        <Task 'lone' pending waiting for <Future pending>>
        <Task 'locker' pending waiting for <Lock locked by task 'main', 1 waiting>>
        <Task 'getter' pending waiting for an item of <Queue 0 items>>
        <Task 'gatherer' pending waiting for gather() of task 'lone', <Future pending>>
        <Task 'waiter' pending waiting for wait() for 2 of 2 futures>
        <Task 'shielder' pending waiting for shield() of task 'lone'>
        <Task 'owner' pending waiting for <TaskGroup of 1 task>>
        <Task 'child' pending waiting for task 'lone'>"
    `);
    expect(error.tasks.map((task: { getName(): string }) => task.getName())).toEqual([
      'main',
      'lone',
      'locker',
      'getter',
      'gatherer',
      'waiter',
      'shielder',
      'owner',
      'child',
    ]);
    expect([error.name, error.code]).toEqual(['DeadlockError', 'deadlock']);
  });

  test.runIf(inNode)(
    'counts an async function that waits for a future of this library as one that waits',
    async () => {
      const loop = new VirtualEventLoop();
      const main = loop.createTask(
        async () => {
          await Promise.resolve();
          await loop.createFuture<void>();
        },
        { name: 'asynchronous' },
      );
      const error = await loop.runUntilComplete(main).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(DeadlockError);
      expect((error as Error).message).toMatchInlineSnapshot(`
      "Nothing is ready, no timer is set and nothing outside is awaited: this would wait for ever.
        <Task 'asynchronous' pending waiting for <Future pending>>"
    `);
    },
    3000,
  );

  test('is thrown though a body that answered a coroutine has left something behind', async () => {
    const loop = new VirtualEventLoop();
    const main = loop.createTask(async () => {
      await timeout(null, () => {
        void (async () => await sleep(1))();
        return (function* () {
          yield* loop.createFuture<void>();
        })();
      });
    });
    await expect(loop.runUntilComplete(main)).rejects.toThrow(DeadlockError);
  }, 3000);

  test('is thrown when no task is there at all', async () => {
    const loop = new VirtualEventLoop();
    const failing = loop.runUntilComplete(loop.createFuture());
    await expect(failing).rejects.toThrowErrorMatchingInlineSnapshot(`
      [DeadlockError: Nothing is ready, no timer is set and nothing outside is awaited: this would wait for ever.
        (no task is pending)]
    `);
  });

  test('leaves the loop usable', async () => {
    const loop = new VirtualEventLoop();
    const future = loop.createFuture<string>();
    await expect(loop.runUntilComplete(future)).rejects.toThrow(DeadlockError);
    loop.callLater(5, () => future.setResult('after all'));
    expect(await loop.runUntilComplete(future)).toBe('after all');
    expect(loop.time()).toBe(5);
  });

  test('is not thrown while a timeout can still wake somebody', async () => {
    const loop = new VirtualEventLoop();
    const error = await loop.runUntilComplete(
      caught(timeout(1000, () => loop.createFuture<void>() as never)),
    );
    expect((error as Error).name).toBe('TimeoutError');
    expect(loop.time()).toBe(1000);
  });
});

test('runUntilComplete() throws when the loop is closed while it waits for something outside', async () => {
  const before = getEventLoop();
  const loop = new VirtualEventLoop();
  const ended = loop.runUntilComplete(fromPromiseThatStays());
  await new Promise((resolve) => setTimeout(resolve));
  loop.close();
  await expect(ended).rejects.toThrow(
    /^The event loop was closed before this was done: <Task 'Task-\d+' pending waiting for/,
  );
  expect(loop.isRunning()).toBe(false);
  expect(getEventLoop()).toBe(before);
});

function* fromPromiseThatStays() {
  yield* fromPromise(new Promise<void>(() => {}));
}

test('runUntilComplete() returns a result that was there when the loop was closed', async () => {
  const loop = new VirtualEventLoop();
  const future = loop.createFuture<number>();
  future.setResult(5);
  const ended = loop.runUntilComplete(future);
  loop.close();
  expect(await ended).toBe(5);
});
