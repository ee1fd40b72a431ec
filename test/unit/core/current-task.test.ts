import {
  type Coroutine,
  createTask,
  currentTask,
  EventLoop,
  ExceptionGroup,
  Future,
  getEventLoop,
  sleep,
  taskGroup,
} from 'skein';
import { VirtualEventLoop } from 'skein/testing';
import { describe, expect, test } from 'vitest';
import { inNode } from '../hosts.ts';
import { inLazyLoop, inLoop, virtualLoop } from '../loops.ts';

describe('currentTask()', () => {
  test('is the running task inside of it, and undefined outside [introspect.current_task]', async () => {
    expect(currentTask()).toBeUndefined();
    await inLoop(function* () {
      const seen: unknown[] = [];
      const task = createTask(function* () {
        seen.push(currentTask());
        yield* sleep(1);
        seen.push(currentTask());
      });
      yield* task;
      expect(seen.map((each) => each === task)).toEqual([true, true]);
      expect(currentTask() === task).toBe(false);
    });
    expect(currentTask()).toBeUndefined();
  });

  test('is undefined in a callback', async () => {
    await inLoop(function* (loop) {
      const seen: unknown[] = [];
      const future = new Future<void>();
      loop.callSoon(() => seen.push(currentTask()));
      loop.callLater(1, () => seen.push(currentTask()));
      future.addDoneCallback(() => seen.push(currentTask()));
      future.setResult();
      yield* sleep(2);
      expect(seen).toEqual([undefined, undefined, undefined]);
    });
  });

  test('is right after every switch between tasks [introspect.current_task_interleaved]', async () => {
    await inLazyLoop(function* () {
      const log: string[] = [];
      function* work(inner: () => Coroutine<void>): Coroutine<void> {
        for (let step = 0; step < 3; step++) {
          log.push(currentTask()?.getName() ?? 'none');
          yield* inner();
        }
      }
      const tasks = ['a', 'b', 'c'].map((name) =>
        createTask(
          work(() => sleep(0)),
          { name },
        ),
      );
      for (const task of tasks) yield* task;
      expect(log).toEqual(['a', 'b', 'c', 'a', 'b', 'c', 'a', 'b', 'c']);
    });
    expect(currentTask()).toBeUndefined();
  });

  test('is the outer task again after a coroutine that was awaited as a part of it', async () => {
    await inLoop(function* () {
      function* part(): Coroutine<unknown> {
        yield;
        return currentTask();
      }
      const outer = currentTask();
      expect((yield* part()) === outer).toBe(true);
      expect(currentTask() === outer).toBe(true);
    });
  });

  test.runIf(inNode)('is undefined in what the host calls when the task is over', async () => {
    const loop = virtualLoop();
    let release = (): void => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const names: unknown[] = [];
    const note = () => names.push(currentTask()?.getName());
    let late: Promise<unknown> | undefined;
    const main = async () => {
      // What is called meanwhile is a part of the task, as ever.
      await Promise.resolve().then(note);
      late = released.then(note);
    };
    await loop.runUntilComplete(loop.createTask(main, { name: 'main' }));
    release();
    await late;
    expect(names).toEqual(['main', undefined]);
  });

  test.runIf(inNode)(
    'is undefined in what the loop itself calls, though an async function drives that loop',
    async () => {
      const outer = virtualLoop();
      const seen: unknown[] = [];
      function* failing() {
        yield* sleep(1);
        throw new RangeError('broken');
      }
      const group = () =>
        taskGroup(function* (tg) {
          // The failure of a child aborts this signal: the loop's doing, in no task.
          currentTask()?.signal.addEventListener('abort', () =>
            seen.push(currentTask()?.getName()),
          );
          tg.createTask(failing);
          yield* sleep(1000);
        });
      const driving = async () => {
        await sleep(1);
        await expect(virtualLoop().runUntilComplete(group())).rejects.toThrow(ExceptionGroup);
        seen.push(currentTask()?.getName());
      };
      await outer.runUntilComplete(outer.createTask(driving, { name: 'drives' }));
      expect(seen).toEqual([undefined, 'drives']);
    },
  );

  test('is restored when a step throws', async () => {
    await inLoop(function* (loop) {
      const seen: unknown[] = [];
      const task = createTask(function* () {
        throw new Error('boom');
      });
      loop.callSoon(() => seen.push(currentTask()));
      yield;
      yield;
      task.exception();
      expect(seen).toEqual([undefined]);
    });
  });
});

describe('getEventLoop()', () => {
  test('is the running loop in tasks and callbacks [loop.get_running]', async () => {
    await inLoop(function* (loop) {
      const seen: unknown[] = [getEventLoop()];
      loop.callSoon(() => seen.push(getEventLoop()));
      loop.callLater(1, () => seen.push(getEventLoop()));
      yield* sleep(2);
      seen.push(getEventLoop());
      expect(seen).toEqual([loop, loop, loop, loop]);
    });
  });

  test('is the loop that runs the callback, not the default one', async () => {
    const loop = new EventLoop();
    const seen = await new Promise((resolve) => loop.callSoon(() => resolve(getEventLoop())));
    expect(seen).toBe(loop);
    loop.close();
  });

  test('is one default loop outside of all, and the same each time', () => {
    expect(getEventLoop()).toBe(getEventLoop());
  });

  test('is the running loop, though another one is driven [loop.get_running]', async () => {
    const outer = new VirtualEventLoop();
    const inner = new VirtualEventLoop();
    const seen: unknown[] = [];
    await outer.runUntilComplete(
      (function* () {
        inner.callSoon(() => seen.push(getEventLoop()));
        seen.push(getEventLoop());
        yield;
      })(),
    );
    await inner.runUntilComplete(
      (function* () {
        seen.push(getEventLoop());
        yield;
      })(),
    );
    expect(seen).toEqual([outer, inner, inner]);
  });

  test('is a new default loop once the last one was closed', () => {
    const closed = getEventLoop();
    closed.close();
    expect(getEventLoop()).not.toBe(closed);
    expect(getEventLoop().isClosed()).toBe(false);
  });
});
