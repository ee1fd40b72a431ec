import {
  type Coroutine,
  createTask,
  EventLoop,
  type Executor,
  type Future,
  gather,
  getEventLoop,
  sleep,
  Task,
  type TaskOptions,
} from 'skein';
import { VirtualEventLoop } from 'skein/testing';
import { describe, expect, test } from 'vitest';
import { inLoop, recordReports, virtualLoop } from '../loops.ts';

describe('callSoon()', () => {
  test('runs callbacks first in, first out; what they schedule is for the next iteration [loop.call_soon.fifo_next_tick]', async () => {
    await inLoop(function* (loop) {
      const log: string[] = [];
      loop.callSoon(() => {
        log.push('a');
        loop.callSoon(() => log.push('c'));
      });
      loop.callSoon(() => log.push('b'));
      expect(log).toEqual([]);
      yield;
      expect(log).toEqual(['a', 'b']);
      yield;
      expect(log).toEqual(['a', 'b', 'c']);
    });
  });

  test('passes arguments on [loop.call_soon.args]', async () => {
    await inLoop(function* (loop) {
      const seen: unknown[][] = [];
      loop.callSoon((...args) => seen.push(args), 'a', 1, null);
      loop.callSoon((...args) => seen.push(args));
      yield;
      expect(seen).toEqual([['a', 1, null], []]);
    });
  });

  test('keeps the order when the queue grows beyond its first size', async () => {
    await inLoop(function* (loop) {
      const seen: number[] = [];
      for (let i = 0; i < 40; i++) loop.callSoon(() => seen.push(-1));
      yield;
      seen.length = 0;
      for (let i = 0; i < 1000; i++) loop.callSoon(() => seen.push(i));
      yield;
      expect(seen).toEqual(Array.from({ length: 1000 }, (_, i) => i));
    });
  });

  test('refuses what is no function [loop.call_soon.rejects_non_callable]', () => {
    const loop = new EventLoop();
    for (const value of [undefined, null, 42, 'name', sleep(0), Promise.resolve()]) {
      expect(() => loop.callSoon(value as never)).toThrow(TypeError);
      expect(() => loop.callLater(1, value as never)).toThrow(TypeError);
      expect(() => loop.callAt(1, value as never)).toThrow(TypeError);
      expect(() => loop.runInExecutor(undefined, value as never)).toThrow(TypeError);
    }
    loop.close();
  });
});

describe('close()', () => {
  test('has every call that would start something throw, and does nothing the second time [loop.close]', () => {
    const loop = new EventLoop();
    expect(loop.isClosed()).toBe(false);
    loop.close();
    loop.close();
    expect([loop.isClosed(), loop.isRunning()]).toEqual([true, false]);
    const executor = { submit: () => loop.createFuture() } as unknown as Executor;
    for (const start of [
      () => loop.callSoon(() => {}),
      () => loop.callLater(1, () => {}),
      () => loop.callAt(1, () => {}),
      () => loop.createTask(sleep(0)),
      () => loop.runInExecutor(executor, () => {}),
    ]) {
      expect(start).toThrow('This event loop is closed. It runs nothing any more.');
    }
  });

  test('is refused to what the loop runs [loop.close]', async () => {
    for (const loop of [new EventLoop(), new VirtualEventLoop()]) {
      const task = loop.createTask(function* () {
        yield;
        loop.close();
      });
      const outcome =
        loop instanceof VirtualEventLoop ? loop.runUntilComplete(task) : Promise.resolve(task);
      await expect(outcome).rejects.toThrowErrorMatchingInlineSnapshot(
        `[Error: An event loop cannot be closed by what it runs.]`,
      );
      expect(loop.isClosed()).toBe(false);
      loop.close();
    }
  });

  test('is refused to what it has another loop run, too', async () => {
    const loop = new EventLoop();
    const other = new EventLoop();
    const log: string[] = [];
    loop.callSoon(() => {
      const close = function* (): Coroutine<void> {
        loop.close();
      };
      const task = new Task(close(), { loop: other, eagerStart: true });
      log.push(String(task.exception()));
    });
    await new Promise<void>((resolve) => loop.callSoon(resolve));
    expect(log).toEqual(['Error: An event loop cannot be closed by what it runs.']);
    loop.close();
    other.close();
  });

  test('drops what is ready and what waits for its time', async () => {
    const loop = new EventLoop();
    const log: string[] = [];
    loop.callSoon(() => log.push('soon'));
    loop.callLater(0, () => log.push('later'));
    loop.createTask(function* () {
      log.push('task');
    });
    loop.close();
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(log).toEqual([]);
  });

  test('forgets its timers, also when they are cancelled afterwards', () => {
    const loop = new EventLoop();
    const timers = [loop.callLater(1000, () => {}), loop.callLater(2000, () => {})];
    expect(`${loop}`).toBe('<EventLoop open, 0 tasks, 2 timers>');
    loop.close();
    for (const timer of timers) timer.cancel();
    expect(`${loop}`).toBe('<EventLoop closed, 0 tasks, 0 timers>');
  });

  test('settles the promises of futures that were done, as nobody else will', async () => {
    const loop = new EventLoop();
    const [finished, failed] = [loop.createFuture<string>(), loop.createFuture<string>()];
    const outcomes = [
      finished.then((value) => `resolved with ${value}`),
      failed.then(null, (error) => `rejected with ${error}`),
    ];
    finished.setResult('a result');
    failed.setException('an exception');
    loop.close();
    const late = new Promise((resolve) => setTimeout(resolve, 5, 'never settled'));
    const seen = await Promise.all(outcomes.map((outcome) => Promise.race([outcome, late])));
    expect(seen).toEqual(['resolved with a result', 'rejected with an exception']);
  });

  test('lets what comes too late from outside come to nothing', async () => {
    const loop = new EventLoop();
    const future = loop.createFuture<void>();
    const log: string[] = [];
    future.addDoneCallback(() => log.push('called'));
    const task = loop.createTask(function* () {
      yield* future;
      log.push('task');
    });
    await new Promise<void>((resolve) => loop.callSoon(resolve));
    loop.close();
    future.setResult();
    task.cancel();
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect([log, future.done()]).toEqual([[], true]);
  });
});

describe('setTaskFactory()', () => {
  test('has tasks made by the factory, with the options; undefined brings back the plain ones [loop.task_factory]', async () => {
    class MyTask<T> extends Task<T> {}
    await inLoop(function* (loop) {
      const seen: unknown[] = [];
      const before = loop.getTaskFactory();
      function factory<T>(on: EventLoop, coroutine: Coroutine<T>, options: TaskOptions): Task<T> {
        seen.push(on, options.name);
        return new MyTask(coroutine, { ...options, loop: on });
      }
      loop.setTaskFactory(factory);
      expect(loop.getTaskFactory()).toBe(factory);
      const task = createTask(sleep(0, 'made'), { name: 'mine' });
      expect(task).toBeInstanceOf(MyTask);
      expect([seen, task.getName()]).toEqual([[loop, 'mine'], 'mine']);
      expect(yield* task).toBe('made');
      loop.setTaskFactory(undefined);
      expect(loop.getTaskFactory()).toBeUndefined();
      expect(createTask(sleep(0))).not.toBeInstanceOf(MyTask);
      loop.setTaskFactory(before);
    });
  });

  test('refuses what is no function [loop.task_factory]', () => {
    const loop = new EventLoop();
    expect(() => loop.setTaskFactory(1 as never)).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: \`setTaskFactory()\` expected a function to call, but got 1 (number).]`,
    );
    expect(loop.getTaskFactory()).toBeUndefined();
    loop.close();
  });

  test('refuses a factory’s answer that is no task', async () => {
    await inLoop(function* (loop) {
      loop.setTaskFactory((() => undefined) as never);
      expect(() => createTask(sleep(0))).toThrowErrorMatchingInlineSnapshot(
        `[TypeError: A task factory was expected to return a task, but it returned undefined.]`,
      );
      yield;
    });
  });

  test('lets an error of the factory through', async () => {
    await inLoop(function* (loop) {
      loop.setTaskFactory(() => {
        throw new Error('no tasks today');
      });
      expect(() => createTask(sleep(0))).toThrow('no tasks today');
      yield;
    });
  });
});

/** An executor of which the test decides when the work is done. */
class ByHand {
  readonly work: { fn: (...args: never[]) => unknown; args: unknown[]; future: Future<unknown> }[] =
    [];
  shutdowns: unknown[] = [];

  submit(fn: (...args: never[]) => unknown, ...args: unknown[]): Future<unknown> {
    const future = getEventLoop().createFuture();
    this.work.push({ fn, args, future });
    return future;
  }

  async shutdown(options?: unknown): Promise<void> {
    this.shutdowns.push(options);
  }

  async [Symbol.asyncDispose](): Promise<void> {}
  [Symbol.dispose](): void {}

  finish(): void {
    for (const { fn, args, future } of this.work.splice(0)) {
      if (!future.done()) future.setResult(fn(...(args as never[])));
    }
  }
}

describe('runInExecutor()', () => {
  test('hands function and arguments to the executor, and answers its future [loop.executor.run]', async () => {
    await inLoop(function* (loop) {
      const executor = new ByHand();
      const add = (a: number, b: number) => a + b;
      const future = loop.runInExecutor(executor as Executor, add, 1, 2);
      expect(future.getLoop()).toBe(loop);
      expect(executor.work).toMatchObject([{ fn: add, args: [1, 2] }]);
      loop.callLater(5, () => executor.finish());
      expect(yield* future).toBe(3);
    });
  });

  test('makes the future on its own loop, though another one is current', () => {
    const loop = new EventLoop();
    const future = loop.runInExecutor(new ByHand() as Executor, () => 1);
    expect(future.getLoop()).toBe(loop);
    loop.close();
  });

  test('uses the executor given to setDefaultExecutor() if none is given [loop.executor.default_type]', async () => {
    await inLoop(function* (loop) {
      const executor = new ByHand();
      loop.setDefaultExecutor(executor as Executor);
      const future = loop.runInExecutor(undefined, () => 'by default');
      executor.finish();
      expect(yield* future).toBe('by default');
      yield* createTask(() => loop.shutdownDefaultExecutor());
      expect(executor.shutdowns).toHaveLength(1);
    });
  });

  test('takes null for no executor, and refuses what is none', async () => {
    await inLoop(function* (loop) {
      const executor = new ByHand();
      loop.setDefaultExecutor(executor as Executor);
      const future = loop.runInExecutor(null, () => 'by default');
      executor.finish();
      expect(yield* future).toBe('by default');
      expect(() => loop.runInExecutor(5 as never, () => 1)).toThrowErrorMatchingInlineSnapshot(
        `[TypeError: \`runInExecutor()\` expected an executor, but got 5 (number).]`,
      );
      expect(() => loop.runInExecutor({} as never, () => 1)).toThrow(TypeError);
    });
  });

  test('does not touch a closed loop when a cancelled one ends late [loop.executor.cancel_then_close]', async () => {
    const loop = new EventLoop();
    const reports = recordReports(loop);
    const executor = new ByHand();
    const future = loop.runInExecutor(executor as Executor, () => 'late');
    const other = loop.runInExecutor(executor as Executor, () => 'late');
    other.addDoneCallback(() => reports.push({ message: 'called back' }));
    future.cancel();
    loop.close();
    executor.finish();
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect([future.cancelled(), other.result(), reports]).toEqual([true, 'late', []]);
  });
});

test('setDefaultExecutor() refuses what is no executor [loop.executor.default_type]', () => {
  const loop = new EventLoop();
  for (const value of [undefined, null, {}, 'threads']) {
    expect(() => loop.setDefaultExecutor(value as never)).toThrow(TypeError);
  }
  expect(() => loop.setDefaultExecutor('threads' as never)).toThrowErrorMatchingInlineSnapshot(
    `[TypeError: \`setDefaultExecutor()\` expected an executor, but got "threads" (string).]`,
  );
  loop.close();
});

test('close() lets the default executor go', async () => {
  const loop = new EventLoop();
  const executor = new ByHand();
  loop.setDefaultExecutor(executor as Executor);
  loop.close();
  expect(executor.shutdowns).toEqual([{ wait: false }]);
});

test('loops run side by side', async () => {
  const loops = [new EventLoop(), new EventLoop(), new EventLoop()];
  const log: string[] = [];
  await Promise.all(
    loops.map((loop, i) =>
      loop.createTask(function* () {
        for (let step = 0; step < 2; step++) {
          log.push(`loop ${i} step ${step} ${getEventLoop() === loop}`);
          yield;
        }
      }),
    ),
  );
  expect(log).toEqual(
    [0, 1].flatMap((step) => [0, 1, 2].map((i) => `loop ${i} step ${step} true`)),
  );
  for (const loop of loops) loop.close();
});

test('ten thousand tasks all come to their end', async () => {
  const loop = virtualLoop();
  const total = await loop.runUntilComplete(
    (function* () {
      const tasks = Array.from({ length: 10_000 }, (_, i) => createTask(sleep(i % 100, 1)));
      let sum = 0;
      for (const one of yield* gather(tasks)) sum += one;
      return sum;
    })(),
  );
  expect([total, loop.time()]).toEqual([10_000, 99]);
});
