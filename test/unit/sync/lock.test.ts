import { CancelledError, type Coroutine, createTask, Lock, sleep } from 'skein';
import { describe, expect, test } from 'vitest';
import { caught, iterations, thrownBy } from '../combinators/helpers.ts';
import { inLoop, virtualLoop } from '../loops.ts';
import { acquire, lockLikes, nothing } from './lock-likes.ts';

/** Takes the lock, notes it, and keeps it. */
function* take(lock: Lock, who: string, log: string[]): Coroutine<void> {
  yield* lock.acquire();
  log.push(who);
}

describe.each(lockLikes)('$name', ({ create }) => {
  test('is no awaitable: yield* on it is a TypeError, and locks nothing [lock.not_awaitable, sem.not_awaitable]', () =>
    inLoop(function* () {
      const lock = create();
      expect(yield* caught(lock as never)).toBeInstanceOf(TypeError);
      expect(lock.locked()).toBe(false);
    }));

  test('takes no loop, and belongs to one from the first time somebody has to wait [lock.no_loop_argument]', async () => {
    const lock = create();
    function* uncontended() {
      yield* lock.with(nothing);
    }
    await virtualLoop().runUntilComplete(uncontended());
    await virtualLoop().runUntilComplete(uncontended());
    function* contended() {
      yield* lock.acquire();
      const waiting = createTask(acquire(lock));
      yield* iterations(2);
      lock.release();
      yield* waiting;
    }
    await virtualLoop().runUntilComplete(contended());
    expect(await virtualLoop().runUntilComplete(caught(contended()))).toMatchObject({
      message: expect.stringContaining('another event loop'),
    });
  });

  test('its scoped form holds it while the body runs, and gives the body nothing [lock.context, lock.context_value_null, cond.context]', () =>
    inLoop(function* () {
      const lock = create();
      const result = yield* lock.with(function* (...given: unknown[]) {
        expect(lock.locked()).toBe(true);
        yield* sleep(1);
        return given.length;
      });
      expect(result).toBe(0);
      expect(lock.locked()).toBe(false);
    }));

  test('its scoped form lets go of it when the body throws or is cancelled', () =>
    inLoop(function* () {
      const lock = create();
      const oops = new Error('oops');
      const failing = lock.with(function* () {
        yield* sleep(1);
        throw oops;
      });
      expect(yield* caught(failing)).toBe(oops);
      const task = createTask(lock.with(() => sleep(100)));
      yield* sleep(1);
      expect(lock.locked()).toBe(true);
      task.cancel();
      expect(yield* caught(task)).toBeInstanceOf(CancelledError);
      expect(lock.locked()).toBe(false);
    }));

  test('is released at the end of a block with `using`, in coroutines and in async functions', () =>
    inLoop(function* () {
      const lock = create();
      function* coroutine() {
        using held = yield* lock.acquire();
        expect(held).toBe(lock);
        expect(lock.locked()).toBe(true);
        yield* sleep(1);
      }
      yield* coroutine();
      expect(lock.locked()).toBe(false);
      yield* createTask(async () => {
        using held = await lock.acquire();
        expect(held).toBe(lock);
        expect(lock.locked()).toBe(true);
        await sleep(1);
      });
      expect(lock.locked()).toBe(false);
    }));

  test('takes an async function as the body, too', () =>
    inLoop(function* () {
      const lock = create();
      const result = yield* lock.with(async () => {
        await sleep(5);
        return lock.locked();
      });
      expect(result).toBe(true);
      expect(lock.locked()).toBe(false);
    }));
});

describe('Lock', () => {
  test('wakes exactly one waiter a release, in order of arrival; a newcomer queues behind [lock.acquire_fifo]', () =>
    inLoop(function* () {
      const lock = new Lock();
      const log: string[] = [];
      yield* lock.acquire();
      const [a, b] = ['a', 'b'].map((who) => createTask(take(lock, who, log)));
      yield* iterations(2);
      expect(log).toEqual([]);
      lock.release();
      yield* iterations(1);
      expect(log).toEqual(['a']);
      yield* iterations(2);
      expect(log).toEqual(['a']);
      const c = createTask(take(lock, 'c', log));
      yield* iterations(1);
      lock.release();
      yield* iterations(2);
      expect(log).toEqual(['a', 'b']);
      lock.release();
      yield* iterations(2);
      expect(log).toEqual(['a', 'b', 'c']);
      expect([a, b, c].every((task) => task?.done())).toBe(true);
      expect(yield* new Lock().acquire()).toBeInstanceOf(Lock);
    }));

  test('whoever releases and takes it again at once gets it after those who waited', () =>
    inLoop(function* () {
      const lock = new Lock();
      const log: string[] = [];
      yield* lock.acquire();
      const waiter = createTask(take(lock, 'waiter', log));
      yield* iterations(1);
      lock.release();
      expect(lock.locked()).toBe(false);
      const again = createTask(take(lock, 'again', log));
      yield* waiter;
      lock.release();
      yield* again;
      expect(log).toEqual(['waiter', 'again']);
    }));

  test('a cancelled waiter leaves the queue [lock.acquire_cancel]', () =>
    inLoop(function* () {
      const lock = new Lock();
      yield* lock.acquire();
      const task = createTask(lock.acquire());
      yield* iterations(1);
      expect(String(lock)).toContain('1 waiting');
      task.cancel();
      expect(yield* caught(task)).toBeInstanceOf(CancelledError);
      expect(String(lock)).not.toContain('waiting');
      expect(lock.locked()).toBe(true);
    }));

  test('released while the first waiter is cancelled but has not run yet: it goes to the second [lock.cancel_race_release]', () =>
    inLoop(function* () {
      const lock = new Lock();
      const log: string[] = [];
      yield* lock.acquire();
      const [a, b] = ['a', 'b'].map((who) => createTask(take(lock, who, log)));
      yield* iterations(1);
      a?.cancel();
      // The first in the queue cannot be woken any more; it passes the turn on when it runs.
      lock.release();
      yield* iterations(3);
      expect(log).toEqual(['b']);
      expect([a?.cancelled(), b?.done(), lock.locked()]).toEqual([true, true, true]);
    }));

  test('a waiter cancelled and the lock released in the same callback: exactly one other gets in [lock.cancel_and_release_same_tick]', () =>
    inLoop(function* (loop) {
      const lock = new Lock();
      const log: string[] = [];
      yield* lock.acquire();
      const [a, b, c] = ['a', 'b', 'c'].map((who) => createTask(take(lock, who, log)));
      yield* iterations(1);
      loop.callSoon(() => {
        a?.cancel();
        lock.release();
      });
      yield* sleep(1);
      expect(log).toEqual(['b']);
      expect([a?.cancelled(), b?.done(), c?.done()]).toEqual([true, true, false]);
      lock.release();
      yield* c!;
    }));

  test('a waiter that was woken, but is cancelled before it runs, passes the turn on [lock.woken_then_cancelled_passes_on]', () =>
    inLoop(function* () {
      const lock = new Lock();
      const log: string[] = [];
      yield* lock.acquire();
      const [a, b] = ['a', 'b'].map((who) => createTask(take(lock, who, log)));
      yield* iterations(1);
      lock.release();
      a?.cancel();
      yield* iterations(3);
      expect(log).toEqual(['b']);
      expect(a?.cancelled()).toBe(true);
      yield* b!;
      lock.release();
      expect(lock.locked()).toBe(false);
    }));

  test('cannot be released when it is not locked [lock.release_unlocked_error]', () => {
    expect(thrownBy(() => new Lock().release())).toMatchObject({
      message:
        '`lock.release()` expected a lock that is locked, but got <Lock unlocked>. Acquire it first.',
    });
  });

  test('is unlocked when it is released and nobody waits [lock.release_no_waiters]', () =>
    inLoop(function* () {
      const lock = new Lock();
      yield* lock.acquire();
      expect(lock.locked()).toBe(true);
      lock.release();
      expect(lock.locked()).toBe(false);
    }));

  test('does not suspend when it is free', () =>
    inLoop(function* (loop) {
      const lock = new Lock();
      let ran = false;
      loop.callSoon(() => {
        ran = true;
      });
      yield* lock.acquire();
      expect(ran).toBe(false);
    }));

  test('in an async function, await lock.acquire() is a cancellation point', () =>
    inLoop(function* () {
      const lock = new Lock();
      yield* lock.acquire();
      const seen: unknown[] = [];
      const task = createTask(async () => {
        try {
          await lock.acquire();
        } catch (error) {
          seen.push(error);
          throw error;
        }
      });
      yield* sleep(1);
      task.cancel('enough');
      yield* caught(task);
      expect(seen).toEqual([expect.any(CancelledError)]);
      expect(task.cancelled()).toBe(true);
      expect(String(lock)).not.toContain('waiting');
    }));
});
