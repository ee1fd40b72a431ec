import {
  type CancelledError,
  type Coroutine,
  createTask,
  currentTask,
  Future,
  run,
  sleep,
  taskGroup,
} from 'skein';
import { describe, expect, test } from 'vitest';
import { caught } from '../combinators/helpers.ts';
import { inLoop, recordReports } from '../loops.ts';

describe('stop()', () => {
  for (const style of ['coroutines', 'async functions']) {
    test(`returns once the task has cleaned up, in ${style}`, () =>
      inLoop(function* (loop) {
        const task =
          style === 'coroutines'
            ? createTask(function* () {
                try {
                  yield* sleep(60_000);
                } finally {
                  yield* sleep(10);
                }
              })
            : createTask(async () => {
                try {
                  await sleep(60_000);
                } finally {
                  await sleep(10);
                }
              });
        yield* sleep(1);
        const result: undefined | void = yield* task.stop('enough');
        expect([result, loop.time(), task.cancelled()]).toEqual([undefined, 11, true]);
        const error = yield* caught(task);
        expect((error as CancelledError).reason).toBe('enough');
      }));
  }

  test('is done at once for what is done, and does not count as retrieving its failure', () =>
    inLoop(function* () {
      const failed = new Future<void>();
      failed.setException(new RangeError('early'));
      yield* failed.stop();
      expect(() => failed.result()).toThrow(RangeError);
    }));

  test('returns though the task returns something instead of stopping', () =>
    inLoop(function* () {
      const task = createTask(function* (): Coroutine<string> {
        try {
          yield* sleep(60_000);
        } catch {}
        return 'refused';
      });
      yield* sleep(1);
      yield* task.stop();
      expect(task.result()).toBe('refused');
    }));

  test('reports a failure of the cleanup, and throws nothing', () =>
    inLoop(function* (loop) {
      const reports = recordReports(loop);
      const task = createTask(
        function* () {
          try {
            yield* sleep(60_000);
          } finally {
            // biome-ignore lint/correctness/noUnsafeFinally: cleanup that fails.
            throw new RangeError('cleanup');
          }
        },
        { name: 'broken' },
      );
      yield* sleep(1);
      yield* task.stop();
      expect(reports).toMatchObject([
        { message: "Task 'broken' failed while it was stopped", exception: { message: 'cleanup' } },
      ]);
    }));

  test('leaves a failure to those who await the task', () =>
    inLoop(function* (loop) {
      const reports = recordReports(loop);
      const error = yield* caught(
        taskGroup(function* (tg) {
          const task = tg.createTask(function* () {
            try {
              yield* sleep(60_000);
            } finally {
              // biome-ignore lint/correctness/noUnsafeFinally: cleanup that fails.
              throw new RangeError('cleanup');
            }
          });
          yield* sleep(1);
          yield* task.stop();
        }),
      );
      expect((error as AggregateError).errors).toMatchObject([{ message: 'cleanup' }]);
      expect(reports).toEqual([]);
    }));

  test('throws only if the caller is cancelled meanwhile, and the task goes on to its end', () =>
    inLoop(function* () {
      const seen: string[] = [];
      const task = createTask(function* () {
        try {
          yield* sleep(60_000);
        } finally {
          seen.push(yield* sleep(10, 'cleaned'));
        }
      });
      yield* sleep(1);
      const caller = createTask(function* () {
        yield* task.stop();
      });
      yield* sleep(1);
      caller.cancel('not so long');
      const error = yield* caught(caller);
      expect((error as CancelledError).reason).toBe('not so long');
      expect(seen).toEqual([]);
      yield* caught(task);
      expect(seen).toEqual(['cleaned']);
    }));

  test('ends with a future that overrides its callbacks', () =>
    inLoop(function* () {
      const callbacks: unknown[] = [];
      class Own extends Future<void> {
        override addDoneCallback(callback: (future: this) => unknown): void {
          callbacks.push(callback);
          super.addDoneCallback(callback);
        }
      }
      yield* new Own().stop();
      expect(callbacks.length).toBe(1);
    }));

  test('is refused inside of the task', () =>
    run(async () => {
      const task = createTask(async () => {
        await sleep(0);
        currentTask()?.stop();
      });
      await expect(task).rejects.toThrow(
        /^`stop\(\)` expected another task, but got Task '.*'\. Return, or throw/,
      );
    }));
});
