import {
  Barrier,
  BrokenBarrierError,
  CancelledError,
  type Coroutine,
  createTask,
  gather,
  sleep,
} from 'skein';
import { describe, expect, test } from 'vitest';
import { caught, iterations, thrownBy } from '../combinators/helpers.ts';
import { inLoop } from '../loops.ts';

/** Passes the barrier, and notes with what number, or that it was broken. */
function* pass(barrier: Barrier, log: (number | string)[] = []): Coroutine<void> {
  try {
    log.push(yield* barrier.wait());
  } catch (error) {
    if (!(error instanceof BrokenBarrierError)) throw error;
    log.push('broken');
  }
}

/** Starts so many, and lets them arrive. */
function* arrive(count: number, barrier: Barrier, log: (number | string)[] = []) {
  const tasks = Array.from({ length: count }, () => createTask(pass(barrier, log)));
  yield* iterations(2);
  return tasks;
}

describe('Barrier', () => {
  test('is no awaitable: yield* on it is a TypeError [barrier.not_awaitable]', () =>
    inLoop(function* () {
      expect(yield* caught(new Barrier(1) as never)).toBeInstanceOf(TypeError);
    }));

  test.each([0, -1, 1.5, '2'])('refuses %s parties [barrier.parties_positive]', (parties) => {
    expect(thrownBy(() => new Barrier(parties as number))).toBeInstanceOf(RangeError);
  });

  test('gives each a number of its own; then nobody waits, and it is not broken [barrier.context_index]', () =>
    inLoop(function* () {
      const barrier = new Barrier(3);
      const log: number[] = [];
      yield* gather([pass(barrier, log), pass(barrier, log), pass(barrier, log)]);
      expect(log.sort()).toEqual([0, 1, 2]);
      expect([barrier.nWaiting, barrier.broken]).toEqual([0, false]);
    }));

  test('for one party it is no obstacle, however often [barrier.single_party]', () =>
    inLoop(function* () {
      const barrier = new Barrier(1);
      expect(yield* barrier.wait()).toBe(0);
      expect(yield* barrier.wait()).toBe(0);
      expect(barrier.nWaiting).toBe(0);
    }));

  test('counts those who wait, until it lets them go [barrier.n_waiting]', () =>
    inLoop(function* () {
      const barrier = new Barrier(3);
      expect(barrier.parties).toBe(3);
      const [first] = yield* arrive(1, barrier);
      expect(barrier.nWaiting).toBe(1);
      yield* arrive(1, barrier);
      expect(barrier.nWaiting).toBe(2);
      expect(first?.done()).toBe(false);
      yield* arrive(1, barrier);
      expect(barrier.nWaiting).toBe(0);
      yield* first!;
    }));

  test('can be passed again and again, with numbers each time [barrier.reusable]', () =>
    inLoop(function* () {
      const barrier = new Barrier(2);
      function* twice(): Coroutine<number[]> {
        const first = yield* barrier.wait();
        const second = yield* barrier.wait();
        return [first, second];
      }
      const [a, b] = yield* gather([twice(), twice()]);
      expect([a[0], b[0]].sort()).toEqual([0, 1]);
      expect([a[1], b[1]].sort()).toEqual([0, 1]);
      expect(barrier.nWaiting).toBe(0);
    }));

  test('drains until the last has left, then fills again [barrier.draining_then_filling]', () =>
    inLoop(function* () {
      const barrier = new Barrier(2);
      const states: string[] = [];
      function* party(): Coroutine<void> {
        yield* barrier.wait();
        states.push(String(barrier));
      }
      yield* gather([party(), party()]);
      // The last to arrive is the first to go.
      expect(states).toEqual([
        '<Barrier draining, 1 of 2 waiting>',
        '<Barrier filling, 0 of 2 waiting>',
      ]);
    }));

  test('who comes while it drains waits for the next round [barrier.late_arrivals_block_while_draining]', () =>
    inLoop(function* () {
      const barrier = new Barrier(2);
      const log: string[] = [];
      function* party(who: string, late?: string): Coroutine<void> {
        const index = yield* barrier.wait();
        if (index === 1 && late !== undefined) {
          expect(String(barrier)).toContain('draining');
          createTask(party(late));
        }
        log.push(who);
      }
      yield* gather([party('a', 'late'), party('b', 'late')]);
      yield* sleep(1);
      expect(log).toEqual(['b', 'a']);
      expect(barrier.nWaiting).toBe(1);
      yield* party('next');
      yield* sleep(1);
      expect(log.slice(2).sort()).toEqual(['late', 'next']);
    }));

  test('a cancelled one does not count; another can take its place [barrier.cancel_one]', () =>
    inLoop(function* () {
      const barrier = new Barrier(3);
      const [a, b] = yield* arrive(2, barrier);
      a?.cancel();
      expect(yield* caught(a!)).toBeInstanceOf(CancelledError);
      expect([barrier.nWaiting, barrier.broken]).toEqual([1, false]);
      const [c, d] = yield* arrive(2, barrier);
      yield* gather([b!, c!, d!]);
      expect(barrier.nWaiting).toBe(0);
    }));

  test('reset when nobody is there does nothing [barrier.reset_idle]', () =>
    inLoop(function* () {
      const barrier = new Barrier(2);
      yield* barrier.reset();
      expect(String(barrier)).toBe('<Barrier filling, 0 of 2 waiting>');
      yield* gather([barrier.wait(), barrier.wait()]);
    }));

  test('reset breaks it for those who wait; it can be used again [barrier.reset_breaks_waiters]', () =>
    inLoop(function* () {
      const barrier = new Barrier(3);
      const log: (number | string)[] = [];
      const tasks = yield* arrive(2, barrier, log);
      yield* barrier.reset();
      yield* gather(tasks);
      expect(log).toEqual(['broken', 'broken']);
      expect([barrier.nWaiting, barrier.broken]).toEqual([0, false]);
      expect(String(barrier)).toContain('filling');
    }));

  test('reset when one of them has left breaks it for those inside only [barrier.reset_half_drained]', () =>
    inLoop(function* () {
      const barrier = new Barrier(3);
      const log: (number | string)[] = [];
      yield* arrive(2, barrier, log);
      // In one iteration: the third comes, and goes; the barrier is reset before the others go.
      createTask(pass(barrier, log));
      createTask(barrier.reset());
      yield* sleep(1);
      expect(log).toEqual([2, 'broken', 'broken']);
      expect([barrier.nWaiting, barrier.broken]).toEqual([0, false]);
    }));

  test('reset when half have left does not break it for those of the next round [barrier.reset_half_drained_half_blocked]', () =>
    inLoop(function* () {
      const barrier = new Barrier(3);
      const inside: (number | string)[] = [];
      const next: (number | string)[] = [];
      // In one iteration: two wait; then the third, two of the next round, and a reset, one behind the other.
      yield* arrive(2, barrier, inside);
      const later = [
        createTask(pass(barrier, inside)),
        createTask(pass(barrier, next)),
        createTask(pass(barrier, next)),
        createTask(barrier.reset()),
      ];
      yield* sleep(1);
      expect(inside).toEqual([2, 'broken', 'broken']);
      expect([next, barrier.nWaiting, barrier.broken]).toEqual([[], 2, false]);
      yield* pass(barrier, next);
      yield* sleep(1);
      expect(next.sort()).toEqual([0, 1, 2]);
      expect(later.every((task) => task.done())).toBe(true);
    }));

  test('those it was broken for can wait again [barrier.reset_then_rewait]', () =>
    inLoop(function* () {
      const barrier = new Barrier(3);
      const log: (number | string)[] = [];
      function* persistent(): Coroutine<void> {
        yield* pass(barrier, log);
        yield* pass(barrier, log);
      }
      const tasks = [createTask(persistent()), createTask(persistent())];
      yield* iterations(2);
      yield* barrier.reset();
      yield* sleep(1);
      expect([log, barrier.nWaiting]).toEqual([['broken', 'broken'], 2]);
      yield* pass(barrier, log);
      yield* gather(tasks);
      expect(log.slice(2).sort()).toEqual([0, 1, 2]);
      expect(barrier.broken).toBe(false);
    }));

  test('reset by the last to leave does not disturb those of the next round [barrier.reset_after_drain]', () =>
    inLoop(function* () {
      const barrier = new Barrier(2);
      const next: (number | string)[] = [];
      let left = 0;
      function* party(): Coroutine<void> {
        yield* barrier.wait();
        if (++left === 2) yield* barrier.reset();
      }
      const tasks = [createTask(party()), createTask(party()), createTask(pass(barrier, next))];
      yield* gather(tasks.slice(0, 2));
      yield* sleep(1);
      expect([next, barrier.nWaiting, barrier.broken]).toEqual([[], 1, false]);
      yield* pass(barrier, next);
      yield* tasks[2]!;
      expect(next.sort()).toEqual([0, 1]);
    }));

  test('aborted it is broken, for all who come, until it is reset [barrier.abort_idle]', () =>
    inLoop(function* () {
      const barrier = new Barrier(2);
      yield* barrier.abort();
      expect([barrier.broken, barrier.nWaiting]).toEqual([true, 0]);
      expect(yield* caught(barrier.wait())).toBeInstanceOf(BrokenBarrierError);
      yield* barrier.reset();
      yield* gather([barrier.wait(), barrier.wait()]);
      expect(barrier.broken).toBe(false);
    }));

  test('abort when half have left breaks it for those inside and for those of the next round [barrier.abort_half_drained_half_blocked]', () =>
    inLoop(function* () {
      const barrier = new Barrier(3);
      const inside: (number | string)[] = [];
      const next: (number | string)[] = [];
      yield* arrive(2, barrier, inside);
      createTask(pass(barrier, inside));
      createTask(pass(barrier, next));
      createTask(pass(barrier, next));
      createTask(barrier.abort());
      yield* sleep(1);
      expect(inside).toContain('broken');
      expect(next).toEqual(['broken', 'broken']);
      expect([barrier.broken, barrier.nWaiting]).toEqual([true, 0]);
    }));

  test('a party that fails can abort it, for all others [barrier.abort_from_failing_party]', () =>
    inLoop(function* () {
      const barrier = new Barrier(3);
      const log: (number | string)[] = [];
      function* failing(): Coroutine<void> {
        try {
          throw new Error('failed before the barrier');
        } catch {
          yield* barrier.abort();
        }
      }
      yield* gather([pass(barrier, log), pass(barrier, log), failing()]);
      expect(log).toEqual(['broken', 'broken']);
      expect(barrier.broken).toBe(true);
    }));

  test('aborted, then reset by one of the parties, it can be used again [barrier.abort_then_reset]', () =>
    inLoop(function* () {
      const first = new Barrier(3);
      const second = new Barrier(3);
      const log: (number | string)[] = [];
      function* party(fails: boolean): Coroutine<void> {
        if (fails) yield* first.abort();
        else yield* pass(first, log);
        // All meet elsewhere; one of them resets the broken one meanwhile.
        if ((yield* second.wait()) === 0) yield* first.reset();
        yield* second.wait();
        yield* pass(first, log);
      }
      yield* gather([party(false), party(false), party(true)]);
      expect(log.slice(0, 2)).toEqual(['broken', 'broken']);
      expect(log.slice(2).sort()).toEqual([0, 1, 2]);
      expect([first.broken, first.nWaiting]).toEqual([false, 0]);
    }));

  test('async functions meet at it with await', () =>
    inLoop(function* () {
      const barrier = new Barrier(2);
      const party = async () => await barrier.wait();
      const results = yield* gather([createTask(party), createTask(party)]);
      expect(results.sort()).toEqual([0, 1]);
    }));
});
