/**
 * Libraries that cancel with `iterator.return()` resume the outer generator when a `finally` further in yields. Here a
 * cancellation is thrown in, so nothing after the cancelled await ever runs.
 */
import {
  CancelledError,
  type Coroutine,
  createTask,
  gather,
  sleep,
  taskGroup,
  timeout,
} from 'skein';
import { describe, expect, test } from 'vitest';
import { inLoop } from '../loops.ts';
import { caught } from './helpers.ts';

const depths = [0, 1, 2, 3, 10, 100];

/** `depth` coroutines around one whose cleanup awaits. */
function* nested(depth: number, log: string[]): Coroutine<void> {
  if (depth > 0) {
    yield* nested(depth - 1, log);
    log.push(`RESUMED at ${depth}`);
    return;
  }
  try {
    yield* sleep(1000);
    log.push('RESUMED inside');
  } finally {
    log.push('cleanup starts');
    yield* sleep(5);
    yield* sleep(0);
    log.push('cleanup ends');
  }
}

const cleanedUp = ['cleanup starts', 'cleanup ends'];

describe('an outer coroutine does not resume after a cancelled await whose cleanup awaits', () => {
  test.each(depths)('when %d coroutines are in between', (depth) =>
    inLoop(function* (loop) {
      const log: string[] = [];
      const task = createTask(nested(depth, log));
      yield* sleep(1);
      task.cancel('stop');
      expect(yield* caught(task)).toMatchObject({ name: 'CancelledError', reason: 'stop' });
      expect(task.cancelled()).toBe(true);
      expect(log).toEqual(cleanedUp);
      expect(loop.time()).toBe(6);
    }),
  );

  test.each(depths)('when it was a timeout, with %d coroutines in between', (depth) =>
    inLoop(function* (loop) {
      const log: string[] = [];
      const error = yield* caught(timeout(1, () => nested(depth, log)));
      expect((error as Error).name).toBe('TimeoutError');
      expect(log).toEqual(cleanedUp);
      expect(loop.time()).toBe(6);
    }),
  );

  test('when every level cleans up with awaits', () =>
    inLoop(function* () {
      const log: string[] = [];
      function* level(depth: number): Coroutine<void> {
        try {
          if (depth === 0) yield* sleep(1000);
          else yield* level(depth - 1);
          log.push(`RESUMED at ${depth}`);
        } finally {
          yield* sleep(1);
          log.push(`clean ${depth}`);
        }
        log.push(`RESUMED after ${depth}`);
      }
      const task = createTask(level(3));
      yield* sleep(1);
      task.cancel();
      expect(yield* caught(task)).toBeInstanceOf(CancelledError);
      expect(log).toEqual(['clean 0', 'clean 1', 'clean 2', 'clean 3']);
    }));

  test('when a sibling in a group failed', () =>
    inLoop(function* () {
      const log: string[] = [];
      yield* caught(
        taskGroup(function* (tg) {
          tg.createTask(nested(2, log));
          tg.createTask(function* () {
            yield* sleep(1);
            throw new RangeError('sibling');
          });
          yield* nested(1, []);
        }),
      );
      expect(log).toEqual(cleanedUp);
    }));

  test('when the cleanup itself is cancelled', () =>
    inLoop(function* (loop) {
      const log: string[] = [];
      function* inner() {
        try {
          yield* sleep(1000);
        } finally {
          log.push('cleanup starts');
          yield* sleep(1000);
          log.push('RESUMED cleanup');
        }
      }
      const task = createTask(function* () {
        yield* inner();
        log.push('RESUMED');
      });
      yield* sleep(1);
      task.cancel();
      yield* sleep(1);
      task.cancel();
      expect(yield* caught(task)).toBeInstanceOf(CancelledError);
      expect(log).toEqual(['cleanup starts']);
      expect(loop.time()).toBe(2);
    }));

  test('when it waits for a gather() whose children clean up', () =>
    inLoop(function* () {
      const log: string[] = [];
      const task = createTask(function* () {
        yield* gather([nested(1, log), nested(2, log)]);
        log.push('RESUMED');
      });
      yield* sleep(1);
      task.cancel();
      yield* caught(task);
      expect(log).toEqual(['cleanup starts', 'cleanup starts', 'cleanup ends', 'cleanup ends']);
    }));
});
