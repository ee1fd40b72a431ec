/**
 * Tests in the runner of Node: `node --import tsx --test`. What comes of a failure is as in `vitest.test.ts`.
 */
import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';
import { createTask, getEventLoop, run, sleep, TimeoutError, timeout } from 'skein';
import { VirtualEventLoop } from 'skein/testing';
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
    assert.equal(task.cancelled(), true);
  });
  assert.equal(found.length, 60);
  assert.equal(closed, 1);
});

test('a source that never answers is given up: three times 5 s, and the pauses between', async () => {
  await inVirtualTime(async () => {
    const source = sourceOf(() => sleep(3_600_000, 0));
    await assert.rejects(
      poll(source, () => {}),
      TimeoutError,
    );
    assert.equal(getEventLoop().time(), 18_000);
  });
  assert.equal(closed, 1);
});

test('the last failure comes out as it is', async () => {
  const source = sourceOf(() => Promise.reject(new RangeError('no such quote')));
  await assert.rejects(
    inVirtualTime(() => poll(source, () => {})),
    RangeError,
  );
  assert.equal(closed, 1);
});

test('the same on an ordinary loop, with the fake timers of the runner', async () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  try {
    const source = sourceOf(() => sleep(3_600_000, 0));
    const ended = assert.rejects(
      run(() => poll(source, () => {})),
      TimeoutError,
    );
    for (const ms of [5000, 1000, 5000, 2000, 5000]) {
      // A task takes its next steps in turns of the host, which are real.
      for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
      mock.timers.tick(ms);
    }
    await ended;
    assert.equal(closed, 1);
  } finally {
    mock.timers.reset();
  }
});

test('the same on an ordinary loop, with a deadline in real time', async () => {
  const source = sourceOf(async () => 1);
  await assert.rejects(
    run(() => timeout(20, () => poll(source, () => {}))),
    TimeoutError,
  );
  assert.equal(closed, 1);
});
