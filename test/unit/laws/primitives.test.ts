import * as fc from 'fast-check';
import {
  Barrier,
  CapacityLimiter,
  Condition,
  channel,
  createTask,
  Lock,
  Queue,
  RateLimiter,
  Semaphore,
  sleep,
} from 'skein';
import { describe, expect, test } from 'vitest';
import { iterations } from '../combinators/helpers.ts';
import { actions, Crowd } from './crowd.ts';
import { law } from './law.ts';

/** Holds that they were served in the order in which they came. */
function expectInOrder(served: readonly number[]): void {
  expect(served).toEqual([...served].sort((a, b) => a - b));
}

describe('whatever comes, goes and is cancelled in the same iteration', () => {
  test('a lock has one holder, keeps the order of arrival, and is never free while somebody waits', () =>
    law(actions, function* (program) {
      const lock = new Lock();
      const served: number[] = [];
      let holders = 0;
      const letGo = (): void => {
        if (holders === 0) return;
        holders--;
        lock.release();
      };
      const crowd = new Crowd(function* (_, number) {
        yield* lock.acquire();
        served.push(number);
        holders++;
        expect(holders).toBe(1);
      });
      yield* crowd.act(program, letGo);
      expect(lock.locked()).toBe(holders === 1);
      if (!lock.locked()) expect(crowd.waiting).toEqual([]);
      while (crowd.waiting.length > 0) {
        letGo();
        const before = crowd.waiting.length;
        yield* iterations(5);
        expect(crowd.waiting.length).toBe(before - 1);
      }
      crowd.rethrow();
      expectInOrder(served);
    }));

  test('a semaphore lets in as many as it has slots, in the order of arrival, and has none free while somebody waits', () =>
    law(fc.tuple(fc.integer({ min: 1, max: 3 }), actions), function* ([slots, program]) {
      const semaphore = new Semaphore(slots);
      const served: number[] = [];
      let holders = 0;
      const letGo = (): void => {
        if (holders === 0) return;
        holders--;
        semaphore.release();
      };
      const crowd = new Crowd(function* (_, number) {
        yield* semaphore.acquire();
        served.push(number);
        holders++;
        expect(holders).toBeLessThanOrEqual(slots);
      });
      yield* crowd.act(program, letGo);
      expect(semaphore.locked()).toBe(holders === slots);
      if (!semaphore.locked()) expect(crowd.waiting).toEqual([]);
      while (crowd.waiting.length > 0) {
        letGo();
        const before = crowd.waiting.length;
        yield* iterations(5);
        expect(crowd.waiting.length).toBe(before - 1);
      }
      crowd.rethrow();
      expectInOrder(served);
    }));

  test('a notification of a condition reaches one who waits, or the next if that one is cancelled', () =>
    law(fc.tuple(fc.integer({ min: 0, max: 5 }), actions), function* ([early, program]) {
      const condition = new Condition();
      const served: number[] = [];
      let inside = 0;
      let notifications = 0;
      const crowd = new Crowd(function* (_, number) {
        yield* condition.with(function* () {
          yield* condition.wait();
          served.push(number);
          expect(++inside).toBe(1);
          try {
            yield* iterations(1);
          } finally {
            inside--;
          }
        });
      });
      for (let i = 0; i < early; i++) crowd.come(true);
      const those = [...crowd.tasks];
      const notify = (): void => {
        const body = condition.with(function* () {
          notifications++;
          condition.notify();
        });
        // At once if the lock is free.
        createTask(body, { eagerStart: true });
      };
      yield* crowd.act(program, notify);
      const survivors = those.filter((task) => task.cancelling() === 0).length;
      expect(served.length).toBeGreaterThanOrEqual(Math.min(notifications, survivors));
      expect(condition.locked()).toBe(false);
      expectInOrder(served);
      yield* condition.acquire();
      condition.notifyAll();
      condition.release();
      yield* iterations(60);
      expect(crowd.waiting).toEqual([]);
      crowd.rethrow();
    }));

  test('a barrier lets go of as many as its parties at a time, each with another number, and never keeps that many', () =>
    law(fc.tuple(fc.integer({ min: 1, max: 4 }), actions), function* ([parties, program]) {
      const barrier = new Barrier(parties);
      const numbers: number[] = [];
      const crowd = new Crowd(function* () {
        numbers.push(yield* barrier.wait());
      });
      yield* crowd.act(program, () => crowd.come(true));
      expect(barrier.nWaiting).toBe(crowd.waiting.length);
      expect(barrier.nWaiting).toBeLessThan(parties);
      while (crowd.waiting.length > 0) {
        crowd.come(true);
        yield* iterations(10);
      }
      crowd.rethrow();
      expect(barrier.broken).toBe(false);
      if (program.some((action) => action.do === 'cancel')) return;
      const sorted = numbers.sort((a, b) => a - b);
      expect(sorted).toEqual(sorted.map((_, i) => Math.floor(i / (sorted.length / parties))));
    }));

  test('a queue loses no item, doubles none, keeps their order, and keeps nobody waiting in vain', () =>
    law(fc.tuple(fc.integer({ min: 0, max: 2 }), actions), function* ([maxsize, program]) {
      const queue = new Queue<number>(maxsize);
      const put: number[] = [];
      const got: number[] = [];
      const putters = new Crowd(function* (_, number) {
        yield* queue.put(number);
        put.push(number);
      });
      const getters = new Crowd(function* () {
        got.push(yield* queue.get());
      });
      // The actions are those of the getters, and every other one is also one of the putters.
      let turn = 0;
      const putOne = (): void => {
        putters.come(turn++ % 3 !== 0);
        if (turn % 4 === 0) putters.waiting[turn % 3]?.cancel();
      };
      yield* getters.act(program, putOne);
      if (getters.waiting.length > 0) expect(queue.empty()).toBe(true);
      if (putters.waiting.length > 0) expect(queue.full()).toBe(true);
      while (getters.waiting.length > 0) {
        putters.come(true);
        yield* iterations(5);
      }
      while (!queue.empty()) {
        got.push(queue.getNowait());
        yield* iterations(5);
      }
      expect(putters.waiting).toEqual([]);
      expect(got).toEqual(put);
    }));

  test('a capacity limiter lends as many tokens as it has at the time, in the order of arrival, and none lies while somebody waits', () =>
    law(fc.tuple(fc.integer({ min: 0, max: 3 }), actions), function* ([tokens, program]) {
      const limiter = new CapacityLimiter(tokens);
      const served: number[] = [];
      const holders: number[] = [];
      let most = tokens;
      let highest = tokens;
      let turn = 0;
      const letGo = (): void => {
        // Every third time their number changes.
        if (turn++ % 3 === 2) {
          most = (most + turn) % 4;
          highest = Math.max(highest, most);
          limiter.totalTokens = most;
        } else if (holders.length > 0) limiter.release(holders.shift());
      };
      const crowd = new Crowd(function* (_, number) {
        yield* limiter.acquire(number);
        served.push(number);
        holders.push(number);
      });
      yield* crowd.act(program, letGo);
      expect(limiter.borrowedTokens).toBe(holders.length);
      expect(holders.length).toBeLessThanOrEqual(highest);
      expect(limiter.statistics().waiting).toBe(crowd.waiting.length);
      if (limiter.availableTokens > 0) expect(crowd.waiting).toEqual([]);
      limiter.totalTokens = Number.POSITIVE_INFINITY;
      yield* iterations(30);
      expect(crowd.waiting).toEqual([]);
      crowd.rethrow();
      expectInOrder(served);
    }));

  test('a rate limiter lets in as many as its limit in an interval, in the order of arrival, and nobody waits in vain', () =>
    law(fc.tuple(fc.integer({ min: 1, max: 3 }), actions), function* ([limit, program], loop) {
      const interval = 10;
      const limiter = new RateLimiter({ limit, interval });
      const served: { readonly number: number; readonly time: number }[] = [];
      const crowd = new Crowd(function* (_, number) {
        yield* limiter.acquire();
        served.push({ number, time: loop.time() });
      });
      yield* crowd.act(program, () => crowd.come(false));
      if (limiter.statistics().available > 0) expect(crowd.waiting).toEqual([]);
      // One more interval for each `limit` that wait, and no more.
      yield* sleep(Math.ceil(crowd.waiting.length / limit) * interval);
      yield* iterations(5);
      expect(crowd.waiting).toEqual([]);
      crowd.rethrow();
      served.forEach(({ time }, at) => {
        const before = served[at - limit];
        if (before !== undefined) expect(time - before.time).toBeGreaterThanOrEqual(interval);
      });
      expectInOrder(served.map(({ number }) => number));
    }));

  test('a channel loses no item, doubles none, keeps their order, and keeps nobody waiting in vain', () =>
    law(fc.tuple(fc.integer({ min: 0, max: 2 }), actions), function* ([capacity, program]) {
      const { sender, receiver } = channel<number>(capacity);
      const sent: number[] = [];
      const received: number[] = [];
      const senders = new Crowd(function* (_, number) {
        yield* sender.send(number);
        sent.push(number);
      });
      const receivers = new Crowd(function* () {
        received.push(yield* receiver.receive());
      });
      let turn = 0;
      const sendOne = (): void => {
        senders.come(turn++ % 3 !== 0);
        if (turn % 4 === 0) senders.waiting[turn % 3]?.cancel();
      };
      yield* receivers.act(program, sendOne);
      if (receivers.waiting.length > 0) expect(senders.waiting).toEqual([]);
      const { size } = receiver.statistics();
      expect(sent.length).toBe(received.length + size);
      if (senders.waiting.length > 0) expect(size).toBeGreaterThanOrEqual(capacity);
      // Those that wait at one end meet the others, or hear that the channel is closed.
      while (senders.waiting.length > 0) {
        receivers.come(true);
        yield* iterations(5);
      }
      const waiting = receivers.waiting.length;
      sender.close();
      let left = 0;
      for (let step = yield* receiver.next(); !step.done; step = yield* receiver.next()) {
        received.push(step.value);
        left++;
      }
      yield* iterations(5);
      if (left > 0) expect(waiting).toBe(0);
      expect(receivers.waiting).toEqual([]);
      expect([...received].sort((a, b) => a - b)).toEqual([...sent].sort((a, b) => a - b));
      expectInOrder(received);
    }));
});
