import {
  CancelledError,
  Condition,
  type Coroutine,
  createTask,
  Lock,
  sleep,
  TimeoutError,
  timeout,
} from 'skein';
import { describe, expect, test } from 'vitest';
import { caught, iterations, thrownBy } from '../combinators/helpers.ts';
import { inLoop, virtualLoop } from '../loops.ts';

/** Waits to be notified, notes it, and keeps the lock. */
function* waitAndKeep(condition: Condition, who: string, log: string[]): Coroutine<boolean> {
  yield* condition.acquire();
  const answer = yield* condition.wait();
  log.push(who);
  return answer;
}

/** The same, but lets go of the lock. */
function* waitIn(condition: Condition, who: string, log: string[]): Coroutine<void> {
  yield* condition.with(function* () {
    yield* condition.wait();
    log.push(who);
  });
}

function* notify(condition: Condition, n?: number): Coroutine<void> {
  yield* condition.with(function* () {
    condition.notify(n);
  });
}

describe('Condition', () => {
  test('wait() lets go of the lock; those notified return in order, each once it has the lock [cond.wait_notify]', () =>
    inLoop(function* () {
      const condition = new Condition();
      const log: string[] = [];
      const [a, b, c] = ['a', 'b', 'c'].map((who) => createTask(waitAndKeep(condition, who, log)));
      yield* iterations(4);
      expect(condition.locked()).toBe(false);
      yield* condition.acquire();
      condition.notify();
      yield* iterations(3);
      expect(log).toEqual([]);
      condition.release();
      yield* iterations(3);
      expect([log, condition.locked()]).toEqual([['a'], true]);
      // The lock is with a, so two more are notified, but return one at a time.
      condition.notify(2);
      yield* iterations(3);
      expect(log).toEqual(['a']);
      condition.release();
      yield* iterations(3);
      expect(log).toEqual(['a', 'b']);
      condition.release();
      yield* iterations(3);
      expect(log).toEqual(['a', 'b', 'c']);
      expect([yield* a!, yield* b!, yield* c!]).toEqual([true, true, true]);
    }));

  test('a cancelled wait takes the lock again before it throws, and leaves the queue [cond.cancel_relocks]', () =>
    inLoop(function* () {
      const condition = new Condition();
      const task = createTask(waitAndKeep(condition, 'a', []));
      yield* iterations(1);
      expect(String(condition)).toBe('<Condition unlocked, 1 waiting>');
      task.cancel();
      expect(yield* caught(task)).toBeInstanceOf(CancelledError);
      expect(condition.locked()).toBe(true);
      expect(String(condition)).not.toContain('waiting');
    }));

  test('the same while somebody else holds the lock [cond.cancel_contested]', () =>
    inLoop(function* () {
      const condition = new Condition();
      const task = createTask(waitAndKeep(condition, 'a', []));
      yield* iterations(1);
      yield* condition.acquire();
      task.cancel();
      yield* iterations(3);
      expect(task.done()).toBe(false);
      condition.release();
      expect(yield* caught(task)).toBeInstanceOf(CancelledError);
      expect(condition.locked()).toBe(true);
    }));

  test('cancelled while it takes the lock again after a notification it ends cancelled [cond.cancel_after_notify]', () =>
    inLoop(function* () {
      const condition = new Condition();
      const task = createTask(waitAndKeep(condition, 'a', []));
      yield* iterations(1);
      yield* condition.acquire();
      condition.notify();
      yield* iterations(2);
      task.cancel();
      yield* iterations(2);
      expect(task.done()).toBe(false);
      condition.release();
      expect(yield* caught(task)).toBeInstanceOf(CancelledError);
      expect(task.cancelled()).toBe(true);
    }));

  test('wait(), notify() and notifyAll() need the lock to be held [cond.wait_needs_lock, cond.notify_needs_lock, cond.notify_all_needs_lock]', () =>
    inLoop(function* () {
      const condition = new Condition();
      const text = (method: string): string =>
        `\`condition.${method}()\` expected a condition whose lock is locked, but got <Condition unlocked>. Acquire the condition first.`;
      expect(yield* caught(condition.wait())).toMatchObject({ message: text('wait') });
      expect(thrownBy(() => condition.notify())).toMatchObject({ message: text('notify') });
      expect(thrownBy(() => condition.notifyAll())).toMatchObject({ message: text('notify') });
      expect(thrownBy(() => condition.release())).toMatchObject({ message: text('release') });
    }));

  test('waitFor() asks again after each notification, and returns what it was answered [cond.wait_for]', () =>
    inLoop(function* () {
      const condition = new Condition();
      const items: string[] = [];
      let asked = 0;
      const task = createTask(
        condition.with(function* () {
          return yield* condition.waitFor(() => {
            asked++;
            return items.length > 0 && items;
          });
        }),
      );
      yield* iterations(1);
      yield* notify(condition);
      yield* iterations(2);
      expect([asked, task.done()]).toEqual([2, false]);
      items.push('apple');
      yield* notify(condition);
      expect(yield* task).toBe(items);
      expect(asked).toBe(3);
    }));

  test('waitFor() something that is true already needs no lock; otherwise it does [cond.wait_for_true_needs_no_lock]', () =>
    inLoop(function* () {
      const condition = new Condition();
      expect(yield* condition.waitFor(() => 'yes')).toBe('yes');
      expect(yield* caught(condition.waitFor(() => false))).toMatchObject({
        message: expect.stringContaining(
          '`condition.wait()` expected a condition whose lock is locked',
        ),
      });
    }));

  test('notify() wakes one, notify(n) up to n, and more than there are is no error [cond.notify_counts]', () =>
    inLoop(function* () {
      const condition = new Condition();
      const log: string[] = [];
      for (const who of 'abcd') createTask(waitIn(condition, who, log));
      yield* iterations(1);
      yield* notify(condition, 1);
      yield* sleep(1);
      expect(log).toEqual(['a']);
      yield* notify(condition, 1024);
      yield* sleep(1);
      expect(log).toEqual(['a', 'b', 'c', 'd']);
      yield* notify(condition, 5);
    }));

  test('notifyAll() wakes all [cond.notify_all]', () =>
    inLoop(function* () {
      const condition = new Condition();
      const log: string[] = [];
      for (const who of 'abc') createTask(waitIn(condition, who, log));
      yield* iterations(1);
      yield* condition.with(function* () {
        condition.notifyAll();
      });
      yield* sleep(1);
      expect(log).toEqual(['a', 'b', 'c']);
    }));

  test('shares the lock it is given [cond.explicit_lock_shared]', () =>
    inLoop(function* () {
      const lock = new Lock();
      const condition = new Condition(lock);
      yield* lock.acquire();
      expect(condition.locked()).toBe(true);
      condition.release();
      expect(lock.locked()).toBe(false);
      yield* condition.acquire();
      expect(lock.locked()).toBe(true);
      expect(thrownBy(() => new Condition({} as Lock))).toBeInstanceOf(TypeError);
    }));

  test('used by tasks of two loops it throws, when somebody has to wait [cond.loop_mismatch]', async () => {
    const lock = new Lock();
    const condition = new Condition(lock);
    function* contend() {
      yield* lock.acquire();
      const task = createTask(lock.acquire());
      yield* iterations(2);
      lock.release();
      yield* task;
      lock.release();
    }
    await virtualLoop().runUntilComplete(contend());
    function* elsewhere() {
      yield* condition.acquire();
      const waiting = createTask(condition.acquire());
      yield* iterations(2);
      return yield* caught(waiting);
    }
    expect(await virtualLoop().runUntilComplete(elsewhere())).toMatchObject({
      message: expect.stringContaining('another event loop'),
    });
  });

  test('a deadline inside the block leaves it the lock, to let go of at its end [cond.timeout_inside_block]', () =>
    inLoop(function* () {
      const condition = new Condition();
      yield* condition.with(function* () {
        const error = yield* caught(timeout(5, () => condition.wait()));
        expect(error).toBeInstanceOf(TimeoutError);
        expect(condition.locked()).toBe(true);
      });
      expect(condition.locked()).toBe(false);
    }));

  test('throws the very cancellation that came while it waited [cond.cancel_error_identity_on_wakeup]', () =>
    inLoop(function* () {
      const condition = new Condition();
      const inner: unknown[] = [];
      const task = createTask(
        condition.with(function* () {
          inner.push(yield* caught(condition.wait()));
          throw inner[0];
        }),
      );
      yield* iterations(1);
      task.cancel('not needed');
      const outer = yield* caught(task);
      expect(outer).toBe(inner[0]);
      expect(outer).toMatchObject({ reason: 'not needed' });
    }));

  test('throws the very cancellation that came while it took the lock again [cond.cancel_error_identity_on_relock]', () =>
    inLoop(function* () {
      const condition = new Condition();
      let inner: unknown;
      const task = createTask(
        condition.with(function* () {
          inner = yield* caught(condition.wait());
          throw inner;
        }),
      );
      yield* iterations(1);
      yield* condition.acquire();
      condition.notify();
      yield* iterations(2);
      task.cancel('first');
      yield* iterations(2);
      task.cancel('second');
      yield* iterations(2);
      condition.release();
      const outer = yield* caught(task);
      expect(outer).toBe(inner);
      expect(outer).toMatchObject({ reason: 'second' });
    }));

  test('a waiter notified, then cancelled before it runs, hands the notification on [cond.no_lost_wakeup_on_cancel]', () =>
    inLoop(function* () {
      const condition = new Condition();
      const log: string[] = [];
      const [a, b] = ['a', 'b'].map((who) => createTask(waitIn(condition, who, log)));
      yield* iterations(1);
      yield* condition.with(function* () {
        condition.notify();
        a?.cancel();
      });
      yield* b!;
      expect(log).toEqual(['b']);
      expect(a?.cancelled()).toBe(true);
    }));

  test('a waiter notified, then cancelled while it takes the lock again, hands the notification on [cond.no_lost_wakeup_during_relock]', () =>
    inLoop(function* () {
      const condition = new Condition();
      const log: string[] = [];
      const [a, b] = ['a', 'b'].map((who) => createTask(waitIn(condition, who, log)));
      yield* iterations(1);
      yield* condition.acquire();
      condition.notify();
      yield* iterations(2);
      a?.cancel();
      condition.release();
      yield* b!;
      expect(log).toEqual(['b']);
      expect(a?.cancelled()).toBe(true);
    }));

  test('async functions use it with await', () =>
    inLoop(function* () {
      const condition = new Condition();
      const items: number[] = [];
      const consumer = createTask(async () => {
        using _ = await condition.acquire();
        await condition.waitFor(() => items.length > 1);
        return items;
      });
      yield* createTask(async () => {
        for (const n of [1, 2]) {
          await sleep(1);
          await condition.with(async () => {
            items.push(n);
            condition.notify();
          });
        }
      });
      expect(yield* consumer).toEqual([1, 2]);
      expect(condition.locked()).toBe(false);
    }));
});
