import {
  CancelledError,
  createTask,
  currentTask,
  sleep,
  type Task,
  TimeoutError,
  timeout,
} from 'skein';
import { describe, expect, test, vi } from 'vitest';
import { caught } from '../combinators/helpers.ts';
import { inLoop } from '../loops.ts';

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
