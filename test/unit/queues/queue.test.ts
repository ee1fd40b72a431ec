import {
  CancelledError,
  type Coroutine,
  createTask,
  gather,
  Queue,
  QueueEmpty,
  QueueFull,
  sleep,
  TimeoutError,
  waitFor,
} from 'skein';
import { describe, expect, test } from 'vitest';
import { caught, iterations, thrownBy } from '../combinators/helpers.ts';
import { inLoop } from '../loops.ts';

/** A queue with these items in it. */
function queueOf<T>(items: readonly T[], maxsize?: number): Queue<T> {
  const queue = new Queue<T>(maxsize);
  for (const item of items) queue.putNowait(item);
  return queue;
}

function* drain<T>(queue: Queue<T>): Coroutine<T[]> {
  const items: T[] = [];
  while (!queue.empty()) items.push(yield* queue.get());
  return items;
}

describe('putting and getting', () => {
  test('says whether it is empty or full; without maxsize it is never full [queue.empty, queue.full]', () => {
    const queue = new Queue<number>(1);
    expect([queue.empty(), queue.full(), queue.size]).toEqual([true, false, 0]);
    queue.putNowait(1);
    expect([queue.empty(), queue.full(), queue.size]).toEqual([false, true, 1]);
    for (const maxsize of [undefined, 0, -1])
      expect(queueOf([1, 2, 3], maxsize).full()).toBe(false);
  });

  test('first in, first out [queue.order]', () =>
    inLoop(function* () {
      expect(yield* drain(queueOf([1, 3, 2]))).toEqual([1, 3, 2]);
    }));

  test('put() waits while there is no room, and goes on after a get [queue.maxsize_blocks_put, queue.put_wait]', () =>
    inLoop(function* () {
      const queue = new Queue<number>(2);
      const log: number[] = [];
      const producer = createTask(function* () {
        for (const n of [1, 2, 3]) {
          yield* queue.put(n);
          log.push(n);
        }
      });
      yield* sleep(1);
      expect([log, queue.size]).toEqual([[1, 2], 2]);
      expect(yield* queue.get()).toBe(1);
      yield* producer;
      expect(log).toEqual([1, 2, 3]);
      expect(yield* drain(queue)).toEqual([2, 3]);
    }));

  test('a fraction as maxsize is compared as a number: 1.3 holds two [queue.maxsize_float]', () => {
    const queue = queueOf([1, 2], 1.3);
    expect(queue.full()).toBe(true);
    expect(queue.size).toBe(2);
    expect(thrownBy(() => new Queue(Number.NaN))).toBeInstanceOf(RangeError);
  });

  test('get() returns at once what is there [queue.get_ready]', () =>
    inLoop(function* (loop) {
      const queue = queueOf(['a']);
      let ran = false;
      loop.callSoon(() => {
        ran = true;
      });
      expect(yield* queue.get()).toBe('a');
      expect(ran).toBe(false);
    }));

  test('get() waits for an item [queue.get_wait, queue.put_to_waiting_getter]', () =>
    inLoop(function* () {
      const queue = new Queue<number>();
      const getter = createTask(queue.get());
      yield* sleep(10);
      expect(getter.done()).toBe(false);
      yield* queue.put(1);
      expect(yield* getter).toBe(1);
    }));

  test('a get lets in the one who has waited longest for room [queue.get_wakes_putter]', () =>
    inLoop(function* () {
      const queue = queueOf([0], 1);
      const [a, b] = [1, 2].map((n) => createTask(queue.put(n)));
      yield* iterations(1);
      expect(yield* queue.get()).toBe(0);
      yield* a!;
      expect([queue.size, b?.done()]).toEqual([1, false]);
      expect(yield* queue.get()).toBe(1);
      yield* b!;
      expect(yield* queue.get()).toBe(2);
    }));

  test('getNowait() gives what is there, or throws QueueEmpty [queue.get_nowait, queue.get_nowait_empty]', () => {
    const queue = queueOf([1]);
    expect(queue.getNowait()).toBe(1);
    expect(thrownBy(() => queue.getNowait())).toBeInstanceOf(QueueEmpty);
  });

  test('without maxsize put() does not wait [queue.put_unbounded]', () =>
    inLoop(function* (loop) {
      const queue = new Queue<number>();
      let ran = false;
      loop.callSoon(() => {
        ran = true;
      });
      yield* queue.put(1);
      expect(ran).toBe(false);
      expect(queue.getNowait()).toBe(1);
    }));

  test('putNowait() puts, or throws QueueFull [queue.put_nowait, queue.put_nowait_full]', () => {
    const queue = new Queue<number>(1);
    queue.putNowait(1);
    expect(thrownBy(() => queue.putNowait(2))).toBeInstanceOf(QueueFull);
    expect(queue.getNowait()).toBe(1);
  });

  test('an item handed to one who waits for it completes both within an iteration [queue.put_completes]', () =>
    inLoop(function* () {
      const queue = new Queue<number>();
      const putter = createTask(queue.put(1));
      expect(yield* queue.get()).toBe(1);
      yield* putter;
      expect(putter.done()).toBe(true);
    }));

  test('getNowait() in the same step takes an item from under a waiting getter; the others keep their order', () =>
    inLoop(function* () {
      const queue = new Queue<string>();
      const [a, b] = [createTask(queue.get()), createTask(queue.get())];
      yield* iterations(1);
      queue.putNowait('x');
      queue.putNowait('y');
      expect(queue.getNowait()).toBe('x');
      queue.putNowait('z');
      expect([yield* a, yield* b]).toEqual(['y', 'z']);
    }));

  test('many producers and consumers through a small queue never get stuck [queue.no_stuck_getters, queue.no_stuck_putters]', () =>
    inLoop(function* () {
      const queue = new Queue<number>(2);
      const seen: number[] = [];
      function* produce(first: number): Coroutine<void> {
        for (let n = first; n < first + 10; n++) {
          yield* queue.put(n);
          if (n % 3 === 0) yield* sleep(1);
        }
      }
      function* consume(): Coroutine<void> {
        for (let n = 0; n < 10; n++) {
          seen.push(yield* queue.get());
          if (n % 4 === 0) yield* sleep(1);
        }
      }
      yield* gather([produce(0), produce(10), produce(20), consume(), consume(), consume()]);
      expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, n) => n));
      // A burst of puts, then a drain without waiting.
      const putters = Array.from({ length: 6 }, (_, n) => createTask(queue.put(n)));
      yield* iterations(1);
      const burst: number[] = [];
      while (burst.length < 6) {
        if (queue.empty()) yield* iterations(1);
        else burst.push(queue.getNowait());
      }
      yield* gather(putters);
      expect(burst).toEqual([0, 1, 2, 3, 4, 5]);
    }));
});

describe('cancelling', () => {
  test('a cancelled getter is skipped, and the item goes to the next [queue.get_cancelled_race]', () =>
    inLoop(function* () {
      const queue = new Queue<string>();
      const [a, b] = [createTask(queue.get()), createTask(queue.get())];
      yield* iterations(1);
      a.cancel();
      yield* iterations(1);
      expect(a.done()).toBe(true);
      yield* queue.put('a');
      expect(yield* b).toBe('a');
    }));

  test('who waited in vain leaves no trace in the queue [queue.cancelled_getter_removed, queue.cancelled_putter_removed]', () =>
    inLoop(function* () {
      const queue = new Queue<number>(1);
      const error = yield* caught(waitFor(queue.get(), 5));
      expect(error).toBeInstanceOf(TimeoutError);
      queue.putNowait(1);
      expect(yield* caught(waitFor(queue.put(2), 5))).toBeInstanceOf(TimeoutError);
      // A left-over getter would have taken the item, a left-over putter would put one in.
      expect(queue.getNowait()).toBe(1);
      yield* iterations(2);
      expect(queue.empty()).toBe(true);
    }));

  test('an item meant for a getter that is cancelled stays at the head [queue.cancelled_get_keeps_item]', () =>
    inLoop(function* () {
      const queue = new Queue<number>();
      const reader = createTask(queue.get());
      yield* iterations(1);
      queue.putNowait(1);
      queue.putNowait(2);
      reader.cancel();
      expect(yield* caught(reader)).toBeInstanceOf(CancelledError);
      expect(yield* queue.get()).toBe(1);
    }));

  test('with several getters, cancelling one that was chosen strands no item [queue.cancelled_get_wakes_next_getter]', () =>
    inLoop(function* () {
      const queue = new Queue<number>();
      const [a, b, c] = [1, 2, 3].map(() => createTask(queue.get()));
      yield* iterations(1);
      queue.putNowait(1);
      queue.putNowait(2);
      a?.cancel();
      expect([yield* b!, yield* c!]).toEqual([1, 2]);
      expect(a?.cancelled()).toBe(true);
    }));

  test('a cancelled put did not put; trying again puts once [queue.cancelled_put_not_inserted]', () =>
    inLoop(function* () {
      const queue = queueOf([1], 1);
      const writer = createTask(queue.put(2));
      yield* iterations(1);
      const first = queue.getNowait();
      writer.cancel();
      expect(yield* caught(writer)).toBeInstanceOf(CancelledError);
      yield* queue.put(2);
      expect([first, queue.size]).toEqual([1, 1]);
      expect(queue.getNowait()).toBe(2);
    }));

  test('a putter in the middle that is cancelled is skipped; the others keep their order [queue.put_cancelled_race]', () =>
    inLoop(function* () {
      const queue = queueOf(['a'], 1);
      const [b, c, d] = ['b', 'c', 'd'].map((item) => createTask(queue.put(item)));
      yield* iterations(1);
      c?.cancel();
      yield* iterations(1);
      expect(yield* queue.get()).toBe('a');
      yield* b!;
      expect(yield* queue.get()).toBe('b');
      yield* d!;
      expect(yield* queue.get()).toBe('d');
      expect([c?.cancelled(), queue.empty()]).toEqual([true, true]);
    }));

  test('a putter that was chosen, then cancelled, throws the cancellation and nothing else [queue.cancelled_put_after_wakeup]', () =>
    inLoop(function* () {
      const queue = queueOf([1], 1);
      const putter = createTask(queue.put(2));
      yield* iterations(1);
      queue.getNowait();
      // Chosen, and its turn taken from under it before it runs.
      queue.putNowait(3);
      putter.cancel('enough');
      expect(yield* caught(putter)).toMatchObject({ name: 'CancelledError', reason: 'enough' });
      expect(yield* drain(queue)).toEqual([3]);
    }));
});

describe('taskDone() and join()', () => {
  test('more taskDone() than puts is an error [queue.task_done_underflow]', () => {
    const queue = queueOf([1]);
    queue.taskDone();
    expect(thrownBy(() => queue.taskDone())).toBeInstanceOf(RangeError);
  });

  test('join() waits until the work for every item is done [queue.join_waits_for_task_done]', () =>
    inLoop(function* () {
      const queue = queueOf([...Array(10).keys()]);
      let sum = 0;
      function* worker(): Coroutine<void> {
        for (;;) {
          sum += yield* queue.get();
          yield* sleep(1);
          queue.taskDone();
        }
      }
      const workers = [createTask(worker()), createTask(worker())];
      yield* queue.join();
      expect(sum).toBe(45);
      yield* queue.put(100);
      const again = createTask(queue.join());
      yield* iterations(2);
      expect(again.done()).toBe(false);
      yield* again;
      for (const each of workers) each.cancel();
    }));

  test('join() returns at once when nothing was put in, or all is done [queue.join_empty]', () =>
    inLoop(function* () {
      const queue = new Queue<number>(4);
      yield* queue.join();
      yield* queue.put(1);
      queue.getNowait();
      queue.taskDone();
      yield* queue.join();
    }));
});

describe('async functions', () => {
  test('use it with await, and iterate it until it is shut down', () =>
    inLoop(function* () {
      const queue = new Queue<number>(1);
      const producer = createTask(async () => {
        for (const n of [1, 2, 3]) await queue.put(n);
        queue.shutdown();
      });
      const consumer = createTask(async () => {
        const seen: number[] = [];
        for await (const n of queue) {
          seen.push(n);
          queue.taskDone();
        }
        return seen;
      });
      expect(yield* consumer).toEqual([1, 2, 3]);
      yield* producer;
      yield* queue.join();
    }));

  test('leaving the iteration early leaves the rest in the queue', () =>
    inLoop(function* () {
      const queue = queueOf([1, 2, 3]);
      yield* createTask(async () => {
        for await (const n of queue) if (n === 2) break;
      });
      expect(queue.size).toBe(1);
    }));

  test('a cancelled iteration throws where it waits, and loses no item', () =>
    inLoop(function* () {
      const queue = new Queue<number>();
      const seen: unknown[] = [];
      const consumer = createTask(async () => {
        try {
          for await (const n of queue) seen.push(n);
        } catch (error) {
          seen.push(error);
          throw error;
        }
      });
      yield* sleep(1);
      queue.putNowait(1);
      yield* sleep(1);
      consumer.cancel();
      queue.putNowait(2);
      yield* caught(consumer);
      expect(seen).toEqual([1, expect.any(CancelledError)]);
      expect(consumer.cancelled()).toBe(true);
      expect(queue.getNowait()).toBe(2);
    }));
});
