import {
  CancelledError,
  createTask,
  FIRST_COMPLETED,
  FIRST_EXCEPTION,
  Future,
  gather,
  sleep,
  wait,
} from 'skein';
import { DeadlockError } from 'skein/testing';
import { describe, expect, test } from 'vitest';
import { recordReports, virtualLoop } from '../loops.ts';
import { caught, expectSame, thrownBy } from './helpers.ts';

function* failsAfter(ms: number, error: unknown) {
  yield* sleep(ms);
  throw error;
}

describe('wait', () => {
  test('returns what is done and what is pending, at once when all are done already [wait.all]', async () => {
    const loop = virtualLoop();
    function* main() {
      const a = createTask(sleep(100));
      const b = createTask(sleep(150));
      const first = yield* wait([b, a]);
      expectSame(first.done, [a, b]);
      expect(first.pending).toEqual(new Set());
      expect(loop.time()).toBe(150);
      const second = yield* wait([b, a]);
      expect(second.done.size).toBe(2);
      expect(loop.time()).toBe(150);
    }
    await loop.runUntilComplete(main());
  });

  test('counts a future given twice once [wait.dedup]', async () => {
    const loop = virtualLoop();
    function* main() {
      const task = createTask(sleep(1));
      const { done, pending } = yield* wait([task, task, task]);
      expectSame(done, [task]);
      expect(pending.size).toBe(0);
    }
    await loop.runUntilComplete(main());
  });

  test('refuses an empty list and an unknown returnWhen [wait.errors]', () => {
    const future = new Future<void>();
    expect(() => wait([])).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: \`wait()\` expected at least one future, but got none.]`,
    );
    expect(() => wait([future], { returnWhen: -1 as never })).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: \`wait()\` expected \`returnWhen\` to be FIRST_COMPLETED, FIRST_EXCEPTION or ALL_COMPLETED, but got -1 (number).]`,
    );
    expect(thrownBy(() => wait([]))).toBeInstanceOf(RangeError);
    expect(thrownBy(() => wait([future], { returnWhen: 'LAST' as never }))).toBeInstanceOf(
      RangeError,
    );
  });

  test('refuses one future or coroutine in place of a list [wait.invalid_args]', () => {
    expect(thrownBy(() => wait(new Future<void>() as never))).toBeInstanceOf(TypeError);
    expect(thrownBy(() => wait(sleep(1) as never))).toBeInstanceOf(TypeError);
    expect(thrownBy(() => wait([]))).toBeInstanceOf(RangeError);
    expect(() => wait(new Future<void>() as never)).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: \`wait()\` expected a list of awaitables, but got <Future pending>. Write \`wait([task])\`.]`,
    );
  });

  test('refuses promises, and says how to have tasks', () => {
    const load = async (): Promise<number> => 1;
    expect(() => wait([load() as never])).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: \`wait()\` expected futures or tasks, but got a promise. Give the async function itself to \`createTask()\`, or wrap the promise with \`fromPromise()\`.]`,
    );
  });

  test('refuses coroutines, as nobody could tell their tasks apart', () => {
    expect(() => wait([sleep(1) as never])).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: \`wait()\` expected futures or tasks, but got a coroutine (a started generator function). Wrap a coroutine with \`createTask()\`.]`,
    );
  });

  test.each([
    [Number.NaN, RangeError],
    ['5', TypeError],
    [{}, TypeError],
  ])('refuses %s as a timeout', (timeout, errorClass) => {
    const future = new Future<void>();
    const refused = thrownBy(() => wait([future], { timeout: timeout as number }));
    expect(refused).toBeInstanceOf(errorClass);
  });

  test('returns when the first is done and leaves the others running [wait.first_completed]', async () => {
    const loop = virtualLoop();
    function* main() {
      const slow = createTask(sleep(10_000));
      const fast = createTask(sleep(100));
      const { done, pending } = yield* wait([fast, slow], { returnWhen: FIRST_COMPLETED });
      expectSame(done, [fast]);
      expectSame(pending, [slow]);
      expect(loop.time()).toBe(100);
      expect(slow.done()).toBe(false);
      yield* gather([slow, fast]);
      expect(loop.time()).toBe(10_000);
    }
    await loop.runUntilComplete(main());
  });

  test('counts one that ends in the same iteration as the first as done [wait.really_done]', async () => {
    const loop = virtualLoop();
    const a = loop.createTask(function* () {
      yield* sleep(0);
    });
    const b = loop.createTask(function* () {
      yield* sleep(0);
      yield* sleep(0);
    });
    const result = await loop.runUntilComplete(wait([b, a], { returnWhen: FIRST_COMPLETED }));
    expectSame(result.done, [a, b]);
    expect(result.pending.size).toBe(0);
  });

  test('returns at the first exception, also one that is there already [wait.first_exception_already]', async () => {
    const loop = virtualLoop();
    function* main() {
      const slow = createTask(sleep(10_000));
      const failing = createTask(function* () {
        throw new RangeError('broken');
      });
      const { done, pending } = yield* wait([failing, slow], { returnWhen: FIRST_EXCEPTION });
      expectSame(done, [failing]);
      expectSame(pending, [slow]);
      expect(loop.time()).toBe(0);
      expect(failing.exception()).toEqual(new RangeError('broken'));
    }
    await loop.runUntilComplete(main());
  });

  test('returns when one fails later [wait.first_exception_later]', async () => {
    const loop = virtualLoop();
    function* main() {
      const slow = createTask(sleep(10_000));
      const well = createTask(sleep(5));
      const failing = createTask(failsAfter(10, new RangeError('broken')));
      const { done, pending } = yield* wait([slow, well, failing], { returnWhen: FIRST_EXCEPTION });
      expectSame(done, [well, failing]);
      expectSame(pending, [slow]);
      expect(loop.time()).toBe(10);
      failing.exception();
    }
    await loop.runUntilComplete(main());
  });

  test('does not take a cancelled future for an exception', async () => {
    const loop = virtualLoop();
    function* main() {
      const slow = createTask(sleep(50));
      const cancelled = createTask(sleep(1000));
      loop.callLater(10, () => cancelled.cancel());
      const { done } = yield* wait([slow, cancelled], { returnWhen: FIRST_EXCEPTION });
      expect(done.size).toBe(2);
      expect(loop.time()).toBe(50);
    }
    await loop.runUntilComplete(main());
  });

  test('takes a thrown undefined for an exception', async () => {
    const loop = virtualLoop();
    function* main() {
      const slow = createTask(sleep(50));
      const failing = createTask(failsAfter(10, undefined));
      yield* wait([slow, failing], { returnWhen: FIRST_EXCEPTION });
      expect(loop.time()).toBe(10);
      failing.exception();
    }
    await loop.runUntilComplete(main());
  });

  test('waits for all, whatever they throw, and throws none of it [wait.all_with_failures]', async () => {
    const loop = virtualLoop();
    function* main() {
      const well = createTask(sleep(100));
      const failing = createTask(failsAfter(50, new RangeError('broken')));
      const cancelled = createTask(failsAfter(150, new CancelledError()));
      const { done, pending } = yield* wait([well, failing, cancelled]);
      expectSame(done, [well, failing, cancelled]);
      expect(pending.size).toBe(0);
      expect(loop.time()).toBe(150);
      expectSame(
        [...done].filter((task) => !task.cancelled() && task.exception()),
        [failing],
      );
    }
    await loop.runUntilComplete(main());
  });

  test('returns what is pending when the time is up, and cancels none of it [wait.timeout_returns_pending]', async () => {
    const loop = virtualLoop();
    function* main() {
      const a = createTask(sleep(100));
      const b = createTask(sleep(150, 'b'));
      const { done, pending } = yield* wait([b, a], { timeout: 110 });
      expectSame(done, [a]);
      expectSame(pending, [b]);
      expect(loop.time()).toBe(110);
      expect(yield* b).toBe('b');
    }
    await loop.runUntilComplete(main());
  });

  test('counts one that ends exactly at the deadline as done [wait.timeout_equals_completion]', async () => {
    const loop = virtualLoop();
    const a = loop.createTask(sleep(100));
    const b = loop.createTask(sleep(150));
    const { done, pending } = await loop.runUntilComplete(wait([b, a], { timeout: 100 }));
    expectSame(done, [a]);
    expectSame(pending, [b]);
    expect(loop.time()).toBe(100);
    await loop.runUntilComplete(b);
  });

  test('takes its timer away when it is not needed', async () => {
    const loop = virtualLoop();
    await loop.runUntilComplete(wait([loop.createTask(sleep(5))], { timeout: 60_000 }));
    const never = loop.createFuture<void>();
    await expect(loop.runUntilComplete(never)).rejects.toThrow(DeadlockError);
    expect(loop.time()).toBe(5);
  });

  test('takes its timer away when it is cancelled', async () => {
    const loop = virtualLoop();
    const future = loop.createFuture<void>();
    const waiter = loop.createTask(wait([future], { timeout: 60_000 }));
    loop.callLater(5, () => waiter.cancel());
    await expect(loop.runUntilComplete(waiter)).rejects.toThrow(CancelledError);
    await expect(loop.runUntilComplete(future)).rejects.toThrow(DeadlockError);
    expect(loop.time()).toBe(5);
  });

  test('takes an iterator that can be read once [wait.accepts_iterator]', async () => {
    const loop = virtualLoop();
    function* main() {
      const tasks = [createTask(sleep(1)), createTask(sleep(2))];
      const { done } = yield* wait(tasks.values());
      expectSame(done, tasks);
      expect((yield* wait(new Set(tasks))).done.size).toBe(2);
    }
    await loop.runUntilComplete(main());
  });

  test('takes a generator of tasks [wait.accepts_generator]', async () => {
    const loop = virtualLoop();
    function* tasks() {
      for (let i = 0; i < 10; i++) yield createTask(sleep(i, i));
    }
    function* main() {
      const { done } = yield* wait(tasks());
      expect([...done].map((task) => task.result())).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    }
    await loop.runUntilComplete(main());
  });

  test('leaves what it waits for running when it is cancelled itself [task.cancel.wait_leaves_children_running]', async () => {
    const loop = virtualLoop();
    function* main() {
      const children = [createTask(sleep(100, 'a')), createTask(sleep(110, 'b'))];
      const waiter = createTask(function* () {
        yield* wait(children);
      });
      yield* sleep(10);
      waiter.cancel();
      expect(yield* caught(waiter)).toBeInstanceOf(CancelledError);
      expect(loop.time()).toBe(10);
      expect(children.some((child) => child.done())).toBe(false);
      expect(yield* gather(children)).toEqual(['a', 'b']);
    }
    await loop.runUntilComplete(main());
  });

  test('does not count as a look at what failed', async () => {
    const loop = virtualLoop();
    const reports = recordReports(loop);
    await loop.runUntilComplete(
      wait([loop.createTask(failsAfter(1, new Error('nobody looked')))], {
        returnWhen: FIRST_EXCEPTION,
      }),
    );
    loop.close();
    expect(reports.map(({ message }) => message)).toEqual(['Task exception was never retrieved']);
  });
});
