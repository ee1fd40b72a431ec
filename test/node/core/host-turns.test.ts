/** When loops give the host its turn. The clock stands still, but for what steps are said to take. */
import { type Coroutine, createTask, EventLoop, Future, gather } from 'skein';
import { expect, test } from 'vitest';
import { CountingHost } from './counting-host.ts';

/** As long as a slice, the steps until the clock is read, and the step during which it ends. */
const longest = 16;

/** Runs what `start` starts; answers how long the host waited for its turns, at most and altogether. */
function waits(start: (host: CountingHost, end: number) => void): { longest: number; all: number } {
  const host = new CountingHost();
  const waited: number[] = [];
  let last = 0;
  host.onTurn = () => {
    waited.push(host.time - last);
    last = host.time;
  };
  start(host, 1000);
  host.run();
  waited.push(host.time - last);
  return { longest: Math.max(...waited), all: host.time };
}

/** A coroutine whose steps take `ms` each, until `end`. */
function* stepping(host: CountingHost, ms: number, end: number): Coroutine<void> {
  while (host.time < end) {
    host.pass(ms);
    yield;
  }
}

test.each([0.05, 0.2, 1, 3])(
  'a task with steps of %d ms keeps the host for a slice and a few steps',
  (ms) => {
    const { longest: kept, all } = waits((host, end) => {
      new EventLoop(host).createTask(stepping(host, ms, end));
    });
    expect(all).toBeGreaterThanOrEqual(1000);
    expect(kept).toBeLessThan(longest + 4 * ms);
  },
);

test('so does one beside promises', () => {
  const { longest: kept } = waits((host, end) => {
    const task = new EventLoop(host).createTask(stepping(host, 1, end));
    void task.then();
  });
  expect(kept).toBeLessThan(longest);
});

test('so does one that makes tasks which end at once', () => {
  const { longest: kept } = waits((host, end) => {
    new EventLoop(host).createTask(function* () {
      while (host.time < end) yield* createTask(stepping(host, 1, host.time + 1));
    });
  });
  expect(kept).toBeLessThan(longest);
});

test('so do several loops at once, together', () => {
  const { longest: kept } = waits((host, end) => {
    for (let i = 0; i < 3; i++) new EventLoop(host).createTask(stepping(host, 0.5, end));
  });
  expect(kept).toBeLessThan(longest);
});

test('so do many loops, one after the other, none of which lives for long', () => {
  const { longest: kept } = waits((host, end) => {
    const next = (): void => {
      if (host.time >= end) return;
      const loop = new EventLoop(host);
      const task = loop.createTask(stepping(host, 0.5, host.time + 1));
      task.addDoneCallback(() => {
        host.microtask(() => {
          loop.close();
          next();
        });
      });
    };
    next();
  });
  expect(kept).toBeLessThan(longest);
});

test('steps that become long keep it once, for as many as are made without looking at the clock', () => {
  const { longest: kept } = waits((host, end) => {
    new EventLoop(host).createTask(function* () {
      for (let i = 0; i < 10_000; i++) yield;
      yield* stepping(host, 1, end);
    });
  });
  expect(kept).toBeLessThan(150);
});

test('awaits of what is done count, as they do not suspend', () => {
  const { longest: kept } = waits((host, end) => {
    new EventLoop(host).createTask(function* () {
      const done = new Future<void>();
      done.setResult();
      while (host.time < end) {
        for (let i = 0; i < 100; i++) {
          host.pass(0.01);
          yield* done;
        }
        yield;
      }
    });
  });
  expect(kept).toBeLessThan(longest);
});

test('of ten thousand tasks each makes a step, whatever that takes: an iteration is not interrupted', () => {
  const { longest: kept } = waits((host, end) => {
    const loop = new EventLoop(host);
    loop.createTask(function* () {
      yield* gather(Array.from({ length: 10_000 }, () => stepping(host, 0.01, end)));
    });
  });
  expect(kept).toBeGreaterThanOrEqual(100);
  expect(kept).toBeLessThan(250);
});
