import { createTask, EventLoop, type Future, sleep, TimerHandle, waitFor } from 'skein';
import { DeadlockError, VirtualEventLoop } from 'skein/testing';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { clampDelay } from '../../../src/core/clamp-delay.ts';
import { inLoop, virtualLoop } from '../loops.ts';

describe('callLater()', () => {
  test('answers a handle that knows when it is due [loop.call_later.handle] [loop.handle.when]', async () => {
    await inLoop(function* (loop) {
      yield* sleep(100);
      const handle = loop.callLater(50, () => {});
      expect(handle).toBeInstanceOf(TimerHandle);
      expect(handle.when()).toBe(150);
      expect(loop.callAt(120, () => {}).when()).toBe(120);
    });
  });

  test('passes arguments on', async () => {
    await inLoop(function* (loop) {
      const seen: unknown[] = [];
      loop.callLater(1, (...args) => seen.push(...args), 'a', 2);
      loop.callAt(1, (...args) => seen.push(...args), 'b');
      yield* sleep(2);
      expect(seen).toEqual(['a', 2, 'b']);
    });
  });

  test('runs what has a negative delay at once, the most overdue first [loop.call_later.negative]', async () => {
    await inLoop(function* (loop) {
      yield* sleep(100);
      const log: string[] = [];
      loop.callLater(-1, () => log.push('a'));
      loop.callLater(-3, () => log.push('b'));
      loop.callLater(-2, () => log.push('c'));
      yield;
      yield;
      expect([log, loop.time()]).toEqual([['b', 'c', 'a'], 100]);
    });
  });

  test('refuses what is no number [loop.call_later.handle] [loop.call_at]', () => {
    const loop = new EventLoop();
    for (const value of [undefined, null, '5', Number.NaN, 5n, new Date()]) {
      expect(() => loop.callLater(value as never, () => {})).toThrow();
      expect(() => loop.callAt(value as never, () => {})).toThrow();
    }
    loop.close();
  });
});

describe('timers', () => {
  test('run in the order of their times, and after one another at the same time [loop.handle.order]', async () => {
    await inLoop(function* (loop) {
      const log: string[] = [];
      const delays = [5, 1, 3, 5, 1, 3, 2, 4, 5, 1];
      delays.forEach((delay, i) => {
        loop.callLater(delay, () => log.push(`${delay} at ${loop.time()}, made ${i}.`));
      });
      yield* sleep(6);
      const expected = delays
        .map((delay, i) => ({ delay, i }))
        .sort((a, b) => a.delay - b.delay || a.i - b.i)
        .map(({ delay, i }) => `${delay} at ${delay}, made ${i}.`);
      expect(log).toEqual(expected);
    });
  });

  test('run in order, though many were made and many cancelled', async () => {
    await inLoop(function* (loop) {
      // A fixed sequence that looks random: the numbers of a linear congruential generator.
      let seed = 42;
      const random = (below: number) => {
        seed = (seed * 1103515245 + 12345) % 2147483648;
        return seed % below;
      };
      const seen: { when: number; order: number }[] = [];
      const wanted: { when: number; order: number }[] = [];
      for (let order = 0; order < 3000; order++) {
        const when = random(500);
        const handle = loop.callAt(when, () => seen.push({ when, order }));
        if (random(3) === 0) handle.cancel();
        else wanted.push({ when, order });
      }
      yield* sleep(1000);
      expect(seen).toEqual(wanted.sort((a, b) => a.when - b.when || a.order - b.order));
    });
  });

  test('that are due together run in one iteration, behind what is ready', async () => {
    await inLoop(function* (loop) {
      const log: string[] = [];
      loop.callAt(5, () => {
        log.push('first timer');
        loop.callSoon(() => log.push('soon'));
      });
      loop.callAt(5, () => log.push('second timer'));
      yield* sleep(6);
      expect(log).toEqual(['first timer', 'second timer', 'soon']);
    });
  });

  test('never run early, nor does time go on while anything is ready [loop.call_at]', async () => {
    await inLoop(function* (loop) {
      const seen: number[] = [];
      for (const when of [10, 20.5, 1000]) loop.callAt(when, () => seen.push(loop.time()));
      for (let i = 0; i < 100; i++) yield;
      expect([seen, loop.time()]).toEqual([[], 0]);
      yield* sleep(2000);
      expect(seen).toEqual([10, 20.5, 1000]);
    });
  });

  test('that are cancelled never run, and do not hold time up', async () => {
    await inLoop(function* (loop) {
      const log: string[] = [];
      const first = loop.callLater(5, () => log.push('first'));
      const second = loop.callLater(10, () => log.push('second'));
      loop.callLater(15, () => log.push('third'));
      first.cancel();
      yield* sleep(7);
      second.cancel();
      second.cancel();
      yield* sleep(100);
      expect(log).toEqual(['third']);
    });
  });

  test('may be cancelled by one that is due at the same time', async () => {
    await inLoop(function* (loop) {
      const log: string[] = [];
      loop.callAt(5, () => second.cancel());
      const second = loop.callAt(5, () => log.push('second'));
      loop.callAt(5, () => log.push('third'));
      yield* sleep(10);
      expect(log).toEqual(['third']);
    });
  });

  test('that are cancelled while over half of more than 100 are so leave the heap [loop.timer.cancelled_pruned]', () => {
    class Visible extends VirtualEventLoop {
      get held(): number {
        return this._timers.size;
      }
      get live(): number {
        return this._timers.live;
      }
    }
    const loop = new Visible();
    const handles = Array.from({ length: 150 }, (_, i) => loop.callLater(1000 + i, () => {}));
    // The first ones are at the head, and would leave anyway: cancel from the end.
    for (const handle of handles.slice(75)) handle.cancel();
    expect([loop.held, loop.live]).toEqual([150, 75]);
    handles[74]!.cancel();
    expect([loop.held, loop.live]).toEqual([74, 74]);
    // A hundred or fewer are not worth the while.
    for (const handle of handles.slice(1, 74)) handle.cancel();
    expect([loop.held, loop.live]).toEqual([74, 1]);
    loop.close();
  });

  test('that were cancelled at the head leave it when time goes on [loop.timer.cancelled_pruned]', async () => {
    class Visible extends VirtualEventLoop {
      get held(): number {
        return this._timers.size;
      }
    }
    const loop = new Visible();
    for (let i = 0; i < 50; i++) loop.callLater(i, () => {}).cancel();
    await loop.runUntilComplete(sleep(100));
    expect(loop.held).toBe(0);
  });

  test('never fire at Infinity', async () => {
    const loop = new VirtualEventLoop();
    const log: string[] = [];
    loop.callLater(Number.POSITIVE_INFINITY, () => log.push('the end of time'));
    const forever = loop.createTask(sleep(Number.POSITIVE_INFINITY), { name: 'for ever' });
    await loop.runUntilComplete(sleep(1e12));
    await expect(loop.runUntilComplete(forever)).rejects.toThrow(DeadlockError);
    expect([log, forever.done(), loop.time()]).toEqual([[], false, 1e12]);
  });
});

describe('sleep()', () => {
  test('with 0 or less gives way for exactly one iteration', async () => {
    for (const delay of [0, -5, -0.1]) {
      await inLoop(function* (loop) {
        const log: string[] = [];
        loop.callSoon(() => {
          log.push('ready');
          loop.callSoon(() => log.push('made ready by it'));
        });
        expect(yield* sleep(delay, 'value')).toBe('value');
        expect([log, loop.time()]).toEqual([['ready'], 0]);
      });
    }
  });

  test('leaves no timer when it is cancelled', async () => {
    class Visible extends VirtualEventLoop {
      get live(): number {
        return this._timers.live;
      }
    }
    const loop = new Visible();
    await loop.runUntilComplete(
      (function* () {
        const task = createTask(sleep(10_000));
        yield;
        yield;
        expect(loop.live).toBe(1);
        task.cancel();
        yield;
        yield;
        expect([task.cancelled(), loop.live]).toEqual([true, 0]);
      })(),
    );
  });

  test('lasts as long as it is told [sleep.value_and_time]', async () => {
    const loop = virtualLoop();
    expect(await loop.runUntilComplete(sleep(10, 'yeah'))).toBe('yeah');
    expect(loop.time()).toBe(10);
  });
});

test('waitFor() leaves no timer when it was not needed', async () => {
  class Visible extends VirtualEventLoop {
    get live(): number {
      return this._timers.live;
    }
  }
  const loop = new Visible();
  expect(await loop.runUntilComplete(waitFor(sleep(5, 'in time'), 10_000))).toBe('in time');
  expect([loop.live, loop.time()]).toEqual([0, 5]);
});

describe('timers of the host', () => {
  const { setTimeout: real } = globalThis;
  afterEach(() => {
    vi.useRealTimers();
    expect(globalThis.setTimeout).toBe(real);
  });

  const fakeTime = () =>
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });

  /**
   * Returns a list that gets the time of each timer that is set. Not by `vi.spyOn()`: after the file vitest puts back what was spied upon,
   * the fake function, and the files that follow in the same thread would have it.
   */
  function delaysAsked(): number[] {
    const delays: number[] = [];
    const fake = globalThis.setTimeout;
    const asked = (fn: () => void, ms: number) => {
      delays.push(ms);
      return fake(fn, ms);
    };
    // It has the properties of the fake function, by which the fake clock knows what to take away.
    globalThis.setTimeout = Object.assign(asked, fake) as never;
    return delays;
  }

  /** A loop that takes the clock and the timers of now for real ones. */
  function loopOfHost(
    now = () => performance.now(),
    setTimer: (fn: () => void, ms: number) => unknown = (fn, ms) => setTimeout(fn, ms),
  ): EventLoop {
    return new EventLoop({
      ...new EventLoop()._host,
      now,
      realNow: now,
      areFaked: () => false,
      setTimer: (fn, ms) => setTimer(fn, clampDelay(ms)),
      clearTimer: (timer) => clearTimeout(timer as never),
    });
  }

  test('beyond 2^31 ms are made in chunks, and do not fire at once', async () => {
    fakeTime();
    const loop = loopOfHost();
    const delay = 3 * 2 ** 31 + 1000;
    let fired = 0;
    loop.callLater(delay, () => fired++);
    await vi.advanceTimersByTimeAsync(delay - 1);
    expect(fired).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(fired).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
    loop.close();
  });

  test('are never asked for more than 2^31 - 1 ms', () => {
    fakeTime();
    const asked = delaysAsked();
    const loop = new EventLoop();
    for (const delay of [2 ** 31, 1e15, Number.MAX_VALUE]) loop.callLater(delay, () => {}).cancel();
    expect(asked).toEqual([2 ** 31 - 1, 2 ** 31 - 1, 2 ** 31 - 1]);
    loop.close();
  });

  test('for Infinity are made again and again, and never fire', async () => {
    fakeTime();
    const loop = loopOfHost();
    const log: string[] = [];
    const handle = loop.callLater(Number.POSITIVE_INFINITY, () => log.push('the end of time'));
    await vi.advanceTimersByTimeAsync(3 * 2 ** 31);
    expect([log, vi.getTimerCount()]).toEqual([[], 1]);
    handle.cancel();
    expect(vi.getTimerCount()).toBe(0);
    loop.close();
  });

  test('are one for all: the one for the earliest', async () => {
    fakeTime();
    const loop = loopOfHost();
    const log: number[] = [];
    const asked = delaysAsked();
    for (const delay of [30, 20, 10, 40]) loop.callLater(delay, () => log.push(delay));
    expect(vi.getTimerCount()).toBe(1);
    expect(asked.at(-1)).toBe(10);
    await vi.advanceTimersByTimeAsync(25);
    expect([log, vi.getTimerCount()]).toEqual([[10, 20], 1]);
    await vi.advanceTimersByTimeAsync(100);
    expect([log, vi.getTimerCount()]).toEqual([[10, 20, 30, 40], 0]);
    loop.close();
  });

  test('are gone once nobody waits: after the last cancel, and after close()', () => {
    fakeTime();
    const loop = loopOfHost();
    const handles = [10, 20, 30].map((delay) => loop.callLater(delay, () => {}));
    for (const handle of handles) handle.cancel();
    expect(vi.getTimerCount()).toBe(0);
    loop.callLater(10, () => {});
    expect(vi.getTimerCount()).toBe(1);
    loop.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('are rounded up to whole milliseconds, so that nothing spins until it is time [loop.timer.no_busy_spin]', async () => {
    fakeTime();
    const asked = delaysAsked();
    const loop = loopOfHost();
    const seen: number[] = [];
    const start = loop.time();
    loop.callLater(0.1, () => seen.push(loop.time() - start));
    await vi.advanceTimersByTimeAsync(1);
    expect(seen).toHaveLength(1);
    expect(seen[0]).toBeGreaterThanOrEqual(0.1);
    expect(asked).toEqual([1]);
    loop.close();
  });

  test.each([
    { time: 9.5, means: 'made again for the rest', delays: [1], isDone: false },
    { time: 0, means: 'believed, as the clock may stand still', delays: [], isDone: true },
  ])(
    'that come when the clock is at $time instead of 10 are $means',
    async ({ time, delays, isDone }) => {
      let now = 0;
      const timers: { fn: () => void; ms: number }[] = [];
      const loop = loopOfHost(
        () => now,
        (fn, ms) => timers.push({ fn, ms }),
      );
      const future: Future<void> = loop.createFuture();
      loop.callLater(10, () => future.setResult());
      now = time;
      timers.shift()?.fn();
      expect(timers.map(({ ms }) => ms)).toEqual(delays);
      expect(future.done()).toBe(isDone);
      loop.close();
    },
  );
});
