/** The times of a cluster are those of a loop. What waits for them goes on although the loop is closed meanwhile. */
import { expect, test } from 'vitest';
import { after, pause, within } from '../../../src/cluster/timing.ts';
import { EventLoop } from '../../../src/index.ts';
import { VirtualEventLoop } from '../../../src/testing/index.ts';

test('a pause ends though its loop is closed, and an answer that never comes is waited for no longer', async () => {
  const loop = new EventLoop();
  const paused = pause(loop, 5);
  const answer = within(loop, 5, new Promise(() => {}));
  loop.close();
  await paused;
  await expect(answer).rejects.toThrow('did not answer within 5 ms');
});

test('a timer that was cancelled is not called, nor is one called twice', async () => {
  const loop = new EventLoop();
  const calls: string[] = [];
  const cancelled = [
    after(loop, 0, () => calls.push('before')),
    after(loop, 0, () => calls.push('after')),
  ];
  cancelled[0]?.cancel();
  const called = new Promise<void>((resolve) => {
    after(loop, 0, () => {
      calls.push('called');
      resolve();
    });
  });
  await called;
  after(loop, 1, () => calls.push('on the host'));
  loop.close();
  cancelled[1]?.cancel();
  await pause(loop, 5);
  expect(calls).toEqual(['after', 'called', 'on the host']);
});

test('a virtual loop has the time of its own', async () => {
  const loop = new VirtualEventLoop();
  await loop.runUntilComplete(loop.createTask(async () => await pause(loop, 3_600_000)));
  expect(loop.time()).toBeGreaterThanOrEqual(3_600_000);
});
