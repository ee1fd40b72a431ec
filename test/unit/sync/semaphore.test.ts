import {
  BoundedSemaphore,
  CancelledError,
  type Coroutine,
  createTask,
  Semaphore,
  sleep,
} from 'skein';
import { describe, expect, test } from 'vitest';
import { caught, iterations, thrownBy } from '../combinators/helpers.ts';
import { inLazyLoop, inLoop } from '../loops.ts';

function* take(semaphore: Semaphore, who: string, log: string[]): Coroutine<void> {
  yield* semaphore.acquire();
  log.push(who);
}

describe.each([{ Kind: Semaphore }, { Kind: BoundedSemaphore }])('$Kind.name', ({ Kind }) => {
  test('made with 0 it is locked [sem.zero_initial]', () => {
    expect(new Kind(0).locked()).toBe(true);
    expect(new Kind().locked()).toBe(false);
  });

  test.each([-1, 1.5, Number.NaN, '2'])('refuses %s slots [sem.negative_initial]', (value) => {
    expect(thrownBy(() => new Kind(value as number))).toBeInstanceOf(RangeError);
  });

  test('is unlocked when it is released and nobody waits [sem.release_no_waiters]', () =>
    inLoop(function* () {
      const semaphore = new Kind();
      yield* semaphore.acquire();
      expect(semaphore.locked()).toBe(true);
      semaphore.release();
      expect(semaphore.locked()).toBe(false);
    }));
});

describe('Semaphore', () => {
  test('counts down; a slot given to a waiter is taken at once, so a newcomer of the same iteration waits [sem.acquire_release]', () =>
    inLoop(function* () {
      const semaphore = new Semaphore(3);
      const log: string[] = [];
      yield* semaphore.acquire();
      yield* semaphore.acquire();
      expect(semaphore.locked()).toBe(false);
      yield* semaphore.acquire();
      expect(semaphore.locked()).toBe(true);
      const [a, b] = ['a', 'b'].map((who) => createTask(take(semaphore, who, log)));
      yield* iterations(1);
      semaphore.release();
      semaphore.release();
      const c = createTask(take(semaphore, 'c', log));
      expect(semaphore.locked()).toBe(true);
      yield* iterations(2);
      expect(log).toEqual(['a', 'b']);
      expect([a?.done(), b?.done(), c.done()]).toEqual([true, true, false]);
      semaphore.release();
      yield* c;
    }));

  test('a cancelled waiter leaves the queue [sem.acquire_cancel]', () =>
    inLoop(function* () {
      const semaphore = new Semaphore(0);
      const task = createTask(semaphore.acquire());
      yield* iterations(1);
      task.cancel();
      expect(yield* caught(task)).toBeInstanceOf(CancelledError);
      expect(String(semaphore)).toBe('<Semaphore locked>');
    }));

  test('with the first two of four waiters cancelled, a release wakes only the third [sem.cancel_before_awoken]', () =>
    inLoop(function* () {
      const semaphore = new Semaphore(0);
      const log: string[] = [];
      const tasks = ['a', 'b', 'c', 'd'].map((who) => createTask(take(semaphore, who, log)));
      yield* iterations(1);
      tasks[0]?.cancel();
      tasks[1]?.cancel();
      semaphore.release();
      yield* iterations(3);
      expect(log).toEqual(['c']);
      semaphore.release();
      yield* iterations(3);
      expect(log).toEqual(['c', 'd']);
    }));

  test('the first waiter cancelled and a slot released at once: the second gets in [sem.no_hang_after_cancel]', () =>
    inLoop(function* () {
      const semaphore = new Semaphore(0);
      const log: string[] = [];
      const [a, b] = ['a', 'b'].map((who) => createTask(take(semaphore, who, log)));
      yield* iterations(1);
      a?.cancel();
      semaphore.release();
      yield* b!;
      expect(log).toEqual(['b']);
    }));

  test('a waiter that was given the slot, but is cancelled before it runs, gives it back [sem.cancelled_after_wake_returns_slot]', () =>
    inLoop(function* () {
      const semaphore = new Semaphore(1);
      const log: string[] = [];
      yield* semaphore.acquire();
      const task = createTask(take(semaphore, 'a', log));
      yield* iterations(1);
      semaphore.release();
      task.cancel();
      expect(yield* caught(task)).toBeInstanceOf(CancelledError);
      expect(semaphore.locked()).toBe(false);
      yield* take(semaphore, 'later', log);
      expect(log).toEqual(['later']);
    }));

  test('the bounded one refuses to be released more often than acquired [sem.bounded_over_release]', () =>
    inLoop(function* () {
      const semaphore = new BoundedSemaphore(1);
      expect(thrownBy(() => semaphore.release())).toBeInstanceOf(RangeError);
      yield* semaphore.acquire();
      semaphore.release();
      expect(thrownBy(() => semaphore.release())).toBeInstanceOf(RangeError);
      expect(String(semaphore)).toBe('<BoundedSemaphore unlocked, value 1>');
    }));

  test('goes round: who releases and acquires again goes to the back of the queue [sem.fifo]', () =>
    inLoop(function* () {
      const semaphore = new Semaphore(1);
      const log: string[] = [];
      function* work(who: string): Coroutine<void> {
        for (let i = 0; i < 3; i++) {
          yield* semaphore.acquire();
          log.push(who);
          yield* sleep(1);
          semaphore.release();
        }
      }
      const tasks = ['a', 'b', 'c'].map((who) => createTask(work(who)));
      for (const task of tasks) yield* task;
      expect(log.join('')).toBe('abcabcabc');
      expect(semaphore.locked()).toBe(false);
    }));

  test('released twice from outside, with an inner release and acquire between, it keeps the order [sem.fifo_reacquire]', () =>
    inLazyLoop(function* () {
      const semaphore = new Semaphore(1);
      const log: number[] = [];
      function* first(): Coroutine<void> {
        yield* semaphore.acquire();
        log.push(1);
        yield* sleep(1);
        log.push(2);
        semaphore.release();
        log.push(3);
        yield* semaphore.acquire();
        log.push(5);
      }
      function* second(): Coroutine<void> {
        yield* semaphore.acquire();
        log.push(4);
      }
      const tasks = [createTask(first()), createTask(second())];
      yield* sleep(0);
      yield* tasks[1]!;
      expect(log).toEqual([1, 2, 3, 4]);
      semaphore.release();
      yield* tasks[0]!;
      expect(log).toEqual([1, 2, 3, 4, 5]);
      semaphore.release();
    }));

  test('a cancelled head of the queue is skipped, and the order of the others stays [sem.fifo_with_cancelled_head]', () =>
    inLoop(function* () {
      const semaphore = new Semaphore(0);
      const log: string[] = [];
      const [a, b, c] = ['a', 'b', 'c'].map((who) => createTask(take(semaphore, who, log)));
      yield* iterations(1);
      semaphore.release();
      a?.cancel();
      const d = createTask(take(semaphore, 'd', log));
      yield* iterations(3);
      expect(log).toEqual(['b']);
      semaphore.release();
      semaphore.release();
      for (const task of [b, c, d]) yield* task!;
      expect(log).toEqual(['b', 'c', 'd']);
    }));

  test('with free slots but others queued it is locked; the first to run lets the next in, before newcomers [sem.fifo_wake_chain]', () =>
    inLoop(function* () {
      const semaphore = new Semaphore(1);
      const log: string[] = [];
      yield* semaphore.acquire();
      const [a, b, c] = ['a', 'b', 'c'].map((who) => createTask(take(semaphore, who, log)));
      yield* iterations(1);
      // Both slots go to waiters, the first of which is cancelled before it runs.
      semaphore.release();
      a?.cancel();
      expect(semaphore.locked()).toBe(true);
      semaphore.release();
      expect(semaphore.locked()).toBe(true);
      const late = createTask(take(semaphore, 'late', log));
      yield* iterations(3);
      expect(log).toEqual(['b', 'c']);
      expect([b?.done(), c?.done(), late.done()]).toEqual([true, true, false]);
      semaphore.release();
      yield* late;
    }));
});
