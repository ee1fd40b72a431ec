import {
  allTasks,
  CancelledError,
  copyContext,
  createTask,
  currentTask,
  gather,
  sleep,
  type Task,
  TimeoutError,
  timeout,
} from 'skein';
import { describe, expect, test, vi } from 'vitest';
import { caught } from '../combinators/helpers.ts';
import { inLoop, recordReports } from '../loops.ts';

describe('a task with a signal', () => {
  test('is cancelled when the signal aborts, with its reason', () =>
    inLoop(function* (loop) {
      const controller = new AbortController();
      const task = createTask(sleep(1000), { signal: controller.signal });
      yield* sleep(5);
      controller.abort('enough');
      expect(yield* caught(task)).toMatchObject({ name: 'CancelledError', reason: 'enough' });
      expect(task.cancelling()).toBe(1);
      expect(loop.time()).toBe(5);
    }));

  test('tells of the error that the signal was aborted with', () =>
    inLoop(function* () {
      const controller = new AbortController();
      const task = createTask(sleep(1000), { signal: controller.signal });
      yield* sleep(5);
      controller.abort();
      const error = (yield* caught(task)) as CancelledError;
      expect(error).toBeInstanceOf(CancelledError);
      expect((error.reason as Error).name).toBe('AbortError');
      expect(error.cause).toBe(controller.signal.reason);
    }));

  test('never starts when the signal is aborted already', () =>
    inLoop(function* () {
      let started = false;
      const task = createTask(
        function* () {
          started = true;
        },
        { signal: AbortSignal.abort('enough') },
      );
      expect(yield* caught(task)).toMatchObject({ reason: 'enough' });
      expect(started).toBe(false);
    }));

  test('may refuse, as with any cancellation', () =>
    inLoop(function* () {
      const controller = new AbortController();
      const task = createTask(
        function* () {
          yield* caught(sleep(1000));
          return 'refused';
        },
        { signal: controller.signal },
      );
      yield* sleep(5);
      controller.abort();
      expect(yield* task).toBe('refused');
    }));

  test('stops listening when it is done', () =>
    inLoop(function* () {
      const { signal } = new AbortController();
      const added = vi.spyOn(signal, 'addEventListener');
      const removed = vi.spyOn(signal, 'removeEventListener');
      yield* createTask(sleep(1), { signal });
      yield* caught(
        createTask(
          function* () {
            yield;
            throw new RangeError('broken');
          },
          { signal },
        ),
      );
      expect(added).toHaveBeenCalledTimes(2);
      expect(removed).toHaveBeenCalledTimes(2);
      expect(removed.mock.calls.map(([, listener]) => listener)).toEqual(
        added.mock.calls.map(([, listener]) => listener),
      );
    }));
});

describe('task.signal', () => {
  test('aborts when the task is cancelled, with the reason', () =>
    inLoop(function* () {
      const seen: unknown[] = [];
      const task = createTask(function* () {
        const { signal } = currentTask() as Task<unknown>;
        signal.addEventListener('abort', () => seen.push(signal.reason));
        yield* sleep(1000);
      });
      yield* sleep(1);
      task.cancel('stop');
      expect(seen).toHaveLength(1);
      expect(seen[0]).toMatchObject({ name: 'CancelledError', reason: 'stop' });
      yield* caught(task);
    }));

  test('is the same while the task is not cancelled', () =>
    inLoop(function* () {
      const task = createTask(sleep(5));
      const { signal } = task;
      expect(task.signal === signal).toBe(true);
      expect(task.signal.aborted).toBe(false);
      yield* task;
      expect(task.signal.aborted).toBe(false);
    }));

  test('is aborted already when it is asked for after the cancellation', () =>
    inLoop(function* () {
      const task = createTask(function* () {
        yield* caught(sleep(1000));
        return currentTask()?.signal.aborted;
      });
      yield* sleep(1);
      task.cancel('stop');
      expect(yield* task).toBe(true);
    }));

  test('is a fresh one once a cancellation was dealt with', () =>
    inLoop(function* () {
      const task = currentTask() as Task<unknown>;
      const first = task.signal;
      const error = yield* caught(timeout(5, () => sleep(1000)));
      expect(error).toBeInstanceOf(TimeoutError);
      expect(first.aborted).toBe(true);
      expect(task.signal.aborted).toBe(false);
      expect(task.signal === first).toBe(false);
      task.cancel();
      const second = task.signal;
      expect(second.aborted).toBe(true);
      yield* caught(sleep(1));
      expect(task.uncancel()).toBe(0);
      expect(task.signal.aborted).toBe(false);
    }));

  test('aborts for whoever holds it when a listener cancels other tasks', () =>
    inLoop(function* () {
      const other = createTask(sleep(1000));
      const task = createTask(sleep(1000));
      task.signal.addEventListener('abort', () => other.cancel('with it'));
      yield* sleep(1);
      task.cancel();
      expect(yield* caught(other)).toMatchObject({ reason: 'with it' });
      yield* caught(task);
    }));
});

/** Counts the listeners of a signal. */
function countListeners(signal: AbortSignal): { count: number } {
  const listeners = { count: 0 };
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
    listeners.count++;
    addEventListener.apply(signal, args);
  };
  signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
    listeners.count--;
    removeEventListener.apply(signal, args);
  };
  return listeners;
}

describe('a signal of many tasks', () => {
  test('has one listener, which goes with the last of them', () =>
    inLoop(function* () {
      const { signal } = new AbortController();
      const listeners = countListeners(signal);
      const tasks = Array.from({ length: 20 }, (_, i) => createTask(sleep(i), { signal }));
      expect(listeners.count).toBe(1);
      yield* sleep(10);
      expect(listeners.count).toBe(1);
      yield* gather(tasks);
      expect(listeners.count).toBe(0);
      const next = createTask(sleep(1), { signal });
      expect(listeners.count).toBe(1);
      yield* next;
      expect(listeners.count).toBe(0);
    }));

  test('cancels them in the order of their creation, each once', () =>
    inLoop(function* () {
      const controller = new AbortController();
      const { signal } = controller;
      const log: number[] = [];
      const tasks = [1, 2, 3].map((n) => {
        const task = createTask(sleep(1000), { signal });
        task.addDoneCallback(() => log.push(n));
        return task;
      });
      yield* sleep(1);
      controller.abort('enough');
      yield* sleep(1);
      expect(log).toEqual([1, 2, 3]);
      expect(tasks.map((task) => task.cancelling())).toEqual([1, 1, 1]);
    }));

  test('cancels the others when the cancel() of one throws', () =>
    inLoop(function* (loop) {
      const reports = recordReports(loop);
      const controller = new AbortController();
      const { signal } = controller;
      const first = createTask(sleep(5), { signal });
      first.cancel = () => {
        throw new Error('not me');
      };
      const second = createTask(sleep(5), { signal });
      yield* sleep(1);
      controller.abort();
      yield* caught(second);
      expect(second.cancelled()).toBe(true);
      yield* first;
      expect(reports.map(({ exception }) => String(exception))).toEqual(['Error: not me']);
    }));
});

describe('options with code of their own', () => {
  test('a signal that throws leaves no task behind, and the coroutine unused', () =>
    inLoop(function* () {
      const signal = {
        aborted: false,
        addEventListener() {
          throw new Error('no listeners');
        },
      } as unknown as AbortSignal;
      const coroutine = sleep(1, 'used later');
      expect(() => createTask(coroutine, { signal })).toThrow('no listeners');
      expect([...allTasks()].filter((task) => task !== currentTask())).toEqual([]);
      expect(yield* createTask(coroutine)).toBe('used later');
    }));

  test('a signal whose listeners cannot be removed is reported, and the task ends', () =>
    inLoop(function* (loop) {
      const reports = recordReports(loop);
      const signal = {
        aborted: false,
        addEventListener() {},
        removeEventListener() {
          throw new Error('stays');
        },
      } as unknown as AbortSignal;
      expect(yield* createTask(sleep(1, 'done'), { signal })).toBe('done');
      expect(reports.map(({ exception }) => String(exception))).toEqual(['Error: stays']);
    }));

  test('a name that throws leaves no task behind, and the coroutine unused', () =>
    inLoop(function* () {
      const name = {
        toString() {
          throw new Error('no name');
        },
      };
      const coroutine = sleep(1, 'used later');
      expect(() => createTask(coroutine, { name })).toThrow('no name');
      expect(yield* createTask(coroutine)).toBe('used later');
    }));

  test('each option is read once', () =>
    inLoop(function* () {
      const read: string[] = [];
      const options = new Proxy(
        {
          name: 'once',
          eagerStart: false,
          context: copyContext(),
          signal: undefined,
          level: false,
        },
        {
          get(target, key) {
            read.push(String(key));
            return Reflect.get(target, key);
          },
        },
      );
      yield* createTask(sleep(1), options as never);
      expect(read.sort()).toEqual(['context', 'eagerStart', 'level', 'name', 'signal']);
    }));
});

describe('the reason of a cancellation', () => {
  test.each([
    ['an object without a text form', Object.create(null)],
    [
      'one whose toString() throws',
      {
        toString() {
          throw new Error('no');
        },
      },
    ],
    ['a revoked proxy', revokedProxy()],
    ['an error without a message', Object.create(Error.prototype, { message: { get: fail } })],
  ])('may be %s', (_, reason) =>
    inLoop(function* () {
      let cleaned = false;
      const task = createTask(function* () {
        try {
          yield* sleep(1000);
        } finally {
          cleaned = true;
        }
      });
      yield* sleep(1);
      task.cancel(reason);
      const error = (yield* caught(task)) as CancelledError;
      expect([cleaned, error.name]).toEqual([true, 'CancelledError']);
      expect(error.reason === reason).toBe(true);
      expect(error.message).toBe('for a reason without a text form');
    }),
  );
});

function fail(): never {
  throw new Error('no');
}

function revokedProxy(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}
