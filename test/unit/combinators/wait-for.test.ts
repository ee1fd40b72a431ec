import {
  CancelledError,
  createTask,
  currentTask,
  shield,
  sleep,
  TimeoutError,
  waitFor,
} from 'skein';
import { VirtualEventLoop } from 'skein/testing';
import { describe, expect, test } from 'vitest';
import { inLoop, virtualLoop } from '../loops.ts';
import { caught, iterations, thrownBy } from './helpers.ts';

const noTime = [0, -1];

describe('waitFor', () => {
  test('returns the result that comes in time', () =>
    inLoop(function* (loop) {
      expect(yield* waitFor(sleep(5, 'in time'), 10)).toBe('in time');
      expect(loop.time()).toBe(5);
    }));

  test('made outside of the loop that runs it, counts from its start on the clock of that one', async () => {
    const loop = virtualLoop();
    const made = waitFor(sleep(1000), 10);
    await loop.runUntilComplete(sleep(5));
    expect(await loop.runUntilComplete(caught(made))).toBeInstanceOf(TimeoutError);
    expect(loop.time()).toBe(15);
  });

  test('awaits a coroutine in the task of its caller, without an iteration in between', () =>
    inLoop(function* (loop) {
      let iterated = false;
      loop.callSoon(() => {
        iterated = true;
      });
      const here = currentTask();
      function* work() {
        return currentTask();
      }
      expect((yield* waitFor(work(), 5)) === here).toBe(true);
      expect(iterated).toBe(false);
    }));

  test('waits until what it waits for has ended when it is cancelled [waitfor.cancel_waits_for_inner]', () =>
    inLoop(function* (loop) {
      const log: string[] = [];
      function* stubborn() {
        try {
          yield* sleep(1000);
        } finally {
          yield* sleep(50);
          log.push(`cleaned up at ${loop.time()}`);
        }
      }
      for (const inner of [stubborn(), createTask(stubborn())]) {
        const task = createTask(waitFor(inner, 500));
        yield* sleep(10);
        task.cancel();
        expect(yield* caught(task)).toBeInstanceOf(CancelledError);
        log.push(`cancelled at ${loop.time()}`);
      }
      expect(log).toEqual([
        'cleaned up at 60',
        'cancelled at 60',
        'cleaned up at 120',
        'cancelled at 120',
      ]);
    }));

  test('waits until what it waits for has ended when the time is up [waitfor.timeout_waits_for_inner]', () =>
    inLoop(function* (loop) {
      function* stubborn() {
        try {
          yield* sleep(1000);
        } finally {
          yield* sleep(50);
        }
      }
      expect(yield* caught(waitFor(stubborn(), 10))).toBeInstanceOf(TimeoutError);
      expect(loop.time()).toBe(60);
      const task = createTask(stubborn());
      expect(yield* caught(waitFor(task, 10))).toBeInstanceOf(TimeoutError);
      expect(loop.time()).toBe(120);
      expect(task.cancelled()).toBe(true);
    }));

  test.each(noTime)(
    'returns what is done already when given %d ms [waitfor.zero_done_future]',
    (ms) =>
      inLoop(function* (loop) {
        const future = loop.createFuture<string>();
        future.setResult('done');
        expect(yield* waitFor(future, ms)).toBe('done');
      }),
  );

  test.each(noTime)(
    'does not start a coroutine that is given %d ms [waitfor.zero_coroutine_never_started]',
    async (ms) => {
      const loop = new VirtualEventLoop();
      let started = false;
      function* work() {
        started = true;
      }
      function* main() {
        expect(yield* caught(waitFor(work(), ms))).toBeInstanceOf(TimeoutError);
        expect(started).toBe(false);
        expect(loop.time()).toBe(0);
      }
      await loop.runUntilComplete(main());
    },
  );

  test.each(noTime)(
    'cancels a running task that is given %d ms, and waits until it has ended [waitfor.zero_running_task]',
    (ms) =>
      inLoop(function* (loop) {
        const log: string[] = [];
        const task = createTask(function* () {
          try {
            yield* sleep(1000);
          } catch (error) {
            log.push((error as Error).name);
            throw error;
          }
        });
        yield* iterations(2);
        expect(yield* caught(waitFor(task, ms))).toBeInstanceOf(TimeoutError);
        expect(task.done()).toBe(true);
        expect(log).toEqual(['CancelledError']);
        expect(loop.time()).toBe(0);
      }),
  );

  test('cancels the task when the time is up, and it has ended before the error comes [waitfor.positive_timeout]', () =>
    inLoop(function* (loop) {
      const task = createTask(sleep(1000));
      const error = yield* caught(waitFor(task, 100));
      expect(error).toBeInstanceOf(TimeoutError);
      expect((error as TimeoutError).cause).toBeInstanceOf(CancelledError);
      expect(task.cancelled()).toBe(true);
      expect(loop.time()).toBe(100);
      expect(currentTask()?.cancelling()).toBe(0);
    }));

  test.each([null, undefined])('waits for ever when given %s [waitfor.none]', (ms) =>
    inLoop(function* (loop) {
      expect(yield* waitFor(sleep(1e9, 'late'), ms)).toBe('late');
      expect(loop.time()).toBe(1e9);
    }),
  );

  test('returns a result that is set by another callback before the deadline [waitfor.result_beats_timer]', () =>
    inLoop(function* (loop) {
      const future = loop.createFuture<string>();
      const task = createTask(waitFor(future, 200));
      loop.callLater(100, () => future.setResult('ok'));
      expect(yield* task).toBe('ok');
    }));

  test('returns the value of one that catches the cancellation [waitfor.inner_swallows_and_returns]', () =>
    inLoop(function* (loop) {
      function* refuses() {
        try {
          yield* sleep(1000);
        } catch {
          yield* sleep(5);
          return 'all the same';
        }
        return 'never';
      }
      expect(yield* waitFor(refuses(), 10)).toBe('all the same');
      expect(yield* waitFor(createTask(refuses()), 10)).toBe('all the same');
      expect(currentTask()?.cancelling()).toBe(0);
      expect(loop.time()).toBe(30);
    }));

  test.each([10, 0])(
    'waits for asynchronous cleanup when given %d ms [waitfor.waits_for_async_cleanup]',
    (ms) =>
      inLoop(function* () {
        let cleaned = false;
        const task = createTask(function* () {
          try {
            yield* sleep(1000);
          } finally {
            yield* sleep(20);
            cleaned = true;
          }
        });
        yield* iterations(2);
        const error = yield* caught(waitFor(task, ms));
        expect(error).toBeInstanceOf(TimeoutError);
        expect((error as Error).cause).toBeInstanceOf(CancelledError);
        expect(cleaned).toBe(true);
      }),
  );

  test.each([10, 0])(
    'throws what the cleanup threw when given %d ms [waitfor.error_during_cancellation_wins]',
    (ms) =>
      inLoop(function* () {
        const task = createTask(function* () {
          try {
            yield* sleep(1000);
          } finally {
            // biome-ignore lint/correctness/noUnsafeFinally: that is what is tested
            throw new RangeError('cleanup failed');
          }
        });
        yield* iterations(2);
        expect(yield* caught(waitFor(task, ms))).toEqual(new RangeError('cleanup failed'));
        expect(currentTask()?.cancelling()).toBe(0);
      }),
  );

  test.each([null, 500])(
    'cancels what it waits for when it is cancelled, given %s ms [waitfor.cancel_cancels_inner]',
    (ms) =>
      inLoop(function* (loop) {
        const inner = loop.createFuture<void>();
        const task = createTask(waitFor(inner, ms));
        yield* sleep(10);
        task.cancel('stop');
        expect(yield* caught(task)).toMatchObject({ name: 'CancelledError', reason: 'stop' });
        expect(inner.cancelled()).toBe(true);
      }),
  );

  test('does not lose a cancellation that comes in the iteration in which the task ends [waitfor.cancel_not_lost_when_inner_done]', () =>
    inLoop(function* () {
      const inner = createTask(function* () {
        return 'done';
      });
      let reachedEnd = false;
      const task = createTask(function* () {
        yield* waitFor(inner, 100);
        yield* sleep(1);
        reachedEnd = true;
      });
      yield;
      task.cancel();
      expect(yield* caught(task)).toBeInstanceOf(CancelledError);
      expect(yield* inner).toBe('done');
      expect(reachedEnd).toBe(false);
    }));

  test('leaves what is shielded running when given no time [waitfor.shield_zero]', () =>
    inLoop(function* () {
      const inner = createTask(sleep(10, 'kept'));
      expect(yield* caught(waitFor(shield(inner), 0))).toBeInstanceOf(TimeoutError);
      expect(inner.done()).toBe(false);
      expect(yield* inner).toBe('kept');
    }));

  test('leaves what is shielded running when the time is up [waitfor.shield_timeout]', () =>
    inLoop(function* (loop) {
      const inner = createTask(sleep(10, 'kept'));
      expect(yield* caught(waitFor(shield(inner), 5))).toBeInstanceOf(TimeoutError);
      expect(loop.time()).toBe(5);
      expect(yield* inner).toBe('kept');
      expect(loop.time()).toBe(10);
    }));

  test('waits for what is shielded without a timeout [waitfor.shield_none]', () =>
    inLoop(function* () {
      expect(yield* waitFor(shield(sleep(10, 'kept')), null)).toBe('kept');
    }));

  test('takes a promise', () =>
    inLoop(function* () {
      expect(yield* waitFor(Promise.resolve('outside'), 5)).toBe('outside');
      const never = new Promise(() => {});
      expect(yield* caught(waitFor(never, 5))).toBeInstanceOf(TimeoutError);
    }));

  test('refuses wrong arguments at the call', () => {
    expect(() => waitFor(sleep(1), Number.NaN)).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: \`waitFor()\` expected a timeout in milliseconds, but got NaN (number).]`,
    );
    expect(() => waitFor(sleep as never, 5)).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: \`waitFor()\` expected a coroutine, a future or a promise, but got \`sleep\`, a function. Give it to \`createTask()\`, or call it: what that returns can be awaited.]`,
    );
    expect(thrownBy(() => waitFor(sleep(1), '5' as never))).toBeInstanceOf(TypeError);
  });
});
