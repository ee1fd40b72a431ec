/**
 * Tests in vitest: `npx vitest run`. It needs no plugin and no setting.
 *
 * - A check that fails inside of `run()`: what the program left behind is cancelled and cleans up, and then vitest hears of the failure.
 * - A test that would wait for ever fails at once in virtual time, with a DeadlockError that tells who waits for what.
 */

import { createTask, getEventLoop, run, sleep, TimeoutError, timeout } from 'skein';
import { VirtualEventLoop } from 'skein/testing';
import { beforeEach, expect, test, vi } from 'vitest';
import { poll } from './poller.ts';

/** Time jumps to the next timer when nothing else can run. At the end, what main left behind is cancelled, and waited for. */
const inVirtualTime = <T>(main: () => Promise<T>) =>
  run(main, { loop: () => new VirtualEventLoop() });

let closed: number;
beforeEach(() => {
  closed = 0;
});
const sourceOf = (ask: () => Promise<number>) => ({ ask, close: () => void closed++ });

test('an hour of questions takes no time; a cancellation closes the source', async () => {
  const found: number[] = [];
  await inVirtualTime(async () => {
    const source = sourceOf(async () => found.length);
    const task = createTask(() => poll(source, (value) => void found.push(value)));
    await sleep(3_600_000);
    await task.stop();
    expect(task.cancelled()).toBe(true);
  });
  expect(found.length).toBe(60);
  expect(closed).toBe(1);
});

test('a source that never answers is given up: three times 5 s, and the pauses between', async () => {
  await inVirtualTime(async () => {
    const source = sourceOf(() => sleep(3_600_000, 0));
    await expect(poll(source, () => {})).rejects.toThrow(TimeoutError);
    expect(getEventLoop().time()).toBe(18_000);
  });
  expect(closed).toBe(1);
});

test('the last failure comes out as it is', async () => {
  const source = sourceOf(() => Promise.reject(new RangeError('no such quote')));
  await expect(inVirtualTime(() => poll(source, () => {}))).rejects.toThrow(RangeError);
  expect(closed).toBe(1);
});

test('the same on an ordinary loop, with the fake timers of the runner', async () => {
  vi.useFakeTimers();
  try {
    const source = sourceOf(() => sleep(3_600_000, 0));
    const ended = expect(run(() => poll(source, () => {}))).rejects.toThrow(TimeoutError);
    for (const ms of [5000, 1000, 5000, 2000, 5000]) {
      await vi.advanceTimersByTimeAsync(ms);
    }
    await ended;
    expect(closed).toBe(1);
  } finally {
    vi.useRealTimers();
  }
});

test('the same on an ordinary loop, with a deadline in real time', async () => {
  const source = sourceOf(async () => 1);
  await expect(run(() => timeout(20, () => poll(source, () => {})))).rejects.toThrow(TimeoutError);
  expect(closed).toBe(1);
});
