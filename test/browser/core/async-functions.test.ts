/** What async functions can do as tasks where no async context follows them through their awaits. */
import {
  type Coroutine,
  createTask,
  currentTask,
  fromPromise,
  gather,
  run,
  sleep,
  TimeoutError,
  timeout,
} from 'skein';
import { VirtualEventLoop } from 'skein/testing';
import { describe, expect, test } from 'vitest';

describe('an async function as a task, in a browser', () => {
  test('has the outcome of the function', async () => {
    const main = async () => {
      const twenty = createTask(async () => {
        await sleep(5);
        return 20;
      });
      return (await gather([twenty, sleep(1, 22)])).reduce((a, b) => a + b);
    };
    expect(await run(main, { loop: () => new VirtualEventLoop() })).toBe(42);
  });

  test('knows its task after an await of something of the library', async () => {
    const loop = new VirtualEventLoop();
    const names: unknown[] = [];
    const main = async () => {
      names.push(currentTask()?.getName());
      await sleep(1);
      names.push(currentTask()?.getName());
    };
    await loop.runUntilComplete(loop.createTask(main, { name: 'main' }));
    expect(names).toEqual(['main', 'main']);
  });

  test('is stopped at its deadline where it awaits a promise by way of fromPromise()', async () => {
    const loop = new VirtualEventLoop();
    const hang = new Promise<never>(() => {});
    const main = async () => await timeout(100, async () => await fromPromise(hang));
    await expect(loop.runUntilComplete(loop.createTask(main))).rejects.toBeInstanceOf(TimeoutError);
    expect(loop.time()).toBe(100);
  });

  test('is cancelled through its signal, and is over when it ends', async () => {
    const loop = new VirtualEventLoop();
    const log: string[] = [];
    const main = function* () {
      const task = createTask(async (signal: AbortSignal) => {
        const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve));
        await aborted;
        log.push(String(signal.reason));
        await sleep(5);
        log.push('cleaned up');
        signal.throwIfAborted();
      });
      yield* sleep(1);
      task.cancel('enough');
      try {
        yield* task;
      } catch (error) {
        log.push(String(error));
      }
      return task.cancelled();
    };
    expect(await loop.runUntilComplete(main())).toBe(true);
    expect(log).toEqual(['CancelledError: enough', 'cleaned up', 'CancelledError: enough']);
  });

  test('hears of a timeout by the signal of its task', async () => {
    const loop = new VirtualEventLoop();
    const main = function* (): Coroutine<boolean[]> {
      let aborted = false;
      const task = createTask(async (signal: AbortSignal) => {
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        aborted = signal.aborted;
      });
      let timedOut = false;
      try {
        yield* timeout(10, () => task);
      } catch (error) {
        timedOut = error instanceof TimeoutError;
      }
      return [timedOut, aborted];
    };
    expect(await loop.runUntilComplete(main())).toEqual([true, true]);
  });
});
