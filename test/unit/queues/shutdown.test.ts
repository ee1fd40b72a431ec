import {
  type Coroutine,
  createTask,
  LifoQueue,
  PriorityQueue,
  Queue,
  QueueEmpty,
  QueueShutDown,
} from 'skein';
import { describe, expect, test } from 'vitest';
import { caught, iterations, thrownBy } from '../combinators/helpers.ts';
import { inLoop } from '../loops.ts';

const kinds = [{ Kind: Queue }, { Kind: LifoQueue }, { Kind: PriorityQueue }];

/** Holds that nothing goes in any more. */
function* refusesPuts(queue: Queue<number>): Coroutine<void> {
  expect(yield* caught(queue.put(9))).toBeInstanceOf(QueueShutDown);
  expect(thrownBy(() => queue.putNowait(9))).toBeInstanceOf(QueueShutDown);
}

function* refusesGets(queue: Queue<number>): Coroutine<void> {
  expect(yield* caught(queue.get())).toBeInstanceOf(QueueShutDown);
  expect(thrownBy(() => queue.getNowait())).toBeInstanceOf(QueueShutDown);
}

describe.each(kinds)('$Kind.name', ({ Kind }) => {
  test.each([false, true])(
    'shut down when empty (immediate: %s): getters get an error, join() ends, all is refused [queue.shutdown_empty]',
    (immediate) =>
      inLoop(function* () {
        const queue = new Kind<number>();
        expect(thrownBy(() => queue.getNowait())).toBeInstanceOf(QueueEmpty);
        const getters = [createTask(queue.get()), createTask(queue.get())];
        yield* iterations(1);
        queue.shutdown(immediate);
        for (const getter of getters) expect(yield* caught(getter)).toBeInstanceOf(QueueShutDown);
        yield* queue.join();
        yield* refusesPuts(queue);
        yield* refusesGets(queue);
      }),
  );

  test('shut down with items: those can be taken, putters get an error, join() still counts [queue.shutdown_nonempty]', () =>
    inLoop(function* () {
      const queue = new Kind<number>(1);
      queue.putNowait(1);
      const putter = createTask(queue.put(2));
      const join = createTask(queue.join());
      yield* iterations(1);
      queue.shutdown();
      expect(yield* caught(putter)).toBeInstanceOf(QueueShutDown);
      yield* refusesPuts(queue);
      expect(yield* queue.get()).toBe(1);
      yield* refusesGets(queue);
      yield* iterations(2);
      expect(join.done()).toBe(false);
      queue.taskDone();
      yield* join;
    }));

  test('shut down immediately: items are dropped and count as done, all is refused [queue.shutdown_immediate]', () =>
    inLoop(function* () {
      const queue = new Kind<number>(2);
      queue.putNowait(1);
      queue.putNowait(2);
      const putter = createTask(queue.put(3));
      const join = createTask(queue.join());
      yield* iterations(1);
      queue.shutdown(true);
      expect([queue.empty(), queue.size]).toEqual([true, 0]);
      yield* join;
      expect(yield* caught(putter)).toBeInstanceOf(QueueShutDown);
      yield* refusesPuts(queue);
      yield* refusesGets(queue);
      expect(thrownBy(() => queue.taskDone())).toBeInstanceOf(RangeError);
    }));

  test('shut down immediately while items are worked on: join() waits for those [queue.shutdown_immediate_with_unfinished]', () =>
    inLoop(function* () {
      const queue = new Kind<number>();
      for (const n of [1, 2, 3]) queue.putNowait(n);
      queue.getNowait();
      queue.getNowait();
      const join = createTask(queue.join());
      yield* iterations(1);
      queue.shutdown(true);
      queue.taskDone();
      yield* iterations(2);
      expect(join.done()).toBe(false);
      queue.taskDone();
      yield* join;
      expect(thrownBy(() => queue.taskDone())).toBeInstanceOf(RangeError);
    }));
});

test('shut down twice it stays shut down; the second, immediate one drops what was left', () =>
  inLoop(function* () {
    const queue = new Queue<number>();
    queue.putNowait(1);
    queue.shutdown();
    expect(queue.size).toBe(1);
    queue.shutdown(true);
    expect(queue.size).toBe(0);
    yield* queue.join();
    yield* refusesGets(queue);
  }));
