/** How the loop lives with the host's: real loops, and counts instead of times. */
import { EventLoop, sleep, type Task, wait } from 'skein';
import { expect, test, vi } from 'vitest';

const hostTimer = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

test('iterations are microtasks: short work is done before the host has its next turn', async () => {
  const loop = new EventLoop();
  const log: string[] = [];
  setTimeout(() => log.push('host'), 0);
  loop.callSoon(() => {
    log.push('first iteration');
    loop.callSoon(() => log.push('second iteration'));
  });
  await hostTimer(1);
  expect(log).toEqual(['first iteration', 'second iteration', 'host']);
  loop.close();
});

test('nothing runs inside the call that schedules it', async () => {
  const loop = new EventLoop();
  const log: string[] = [];
  loop.callSoon(() => log.push('callback'));
  loop.createTask(function* () {
    log.push('task');
  });
  log.push('still in the same call');
  await Promise.resolve();
  await Promise.resolve();
  expect(log).toEqual(['still in the same call', 'callback', 'task']);
  loop.close();
});

test('ten thousand tasks that spin leave the host its turns', async () => {
  const loop = new EventLoop();
  const limit = 2_000_000;
  let steps = 0;
  let turns = 0;
  let stop = false;
  const turn = (): void => {
    turns++;
    if (turns === 5) stop = true;
    else setTimeout(turn, 0);
  };
  setTimeout(turn, 0);
  const tasks: Task<void>[] = [];
  for (let i = 0; i < 10_000; i++) {
    tasks.push(
      loop.createTask(function* () {
        while (!stop && steps < limit) {
          steps++;
          yield* sleep(0);
        }
      }),
    );
  }
  await Promise.all(tasks);
  expect(turns).toBe(5);
  expect(steps).toBeGreaterThan(10_000);
  expect(steps).toBeLessThan(limit);
  loop.close();
});

test('one callback that schedules itself for ever leaves the host its turns', async () => {
  const loop = new EventLoop();
  let iterations = 0;
  let stop = false;
  const spin = (): void => {
    if (!stop && ++iterations < 20_000_000) loop.callSoon(spin);
  };
  spin();
  await hostTimer(0);
  stop = true;
  expect(iterations).toBeGreaterThan(1);
  expect(iterations).toBeLessThan(20_000_000);
  loop.close();
});

test('a loop that was idle is woken by what happens outside', async () => {
  const loop = new EventLoop();
  const future = loop.createFuture<string>();
  const task = loop.createTask(function* () {
    return yield* future;
  });
  await hostTimer(1);
  future.setResult('from outside');
  expect(await task).toBe('from outside');
  loop.close();
});

test('what is due at once takes no timer of the host', async () => {
  const loop = new EventLoop();
  const never = loop.createFuture();
  const timers = vi.spyOn(globalThis, 'setTimeout');
  try {
    await new Promise<void>((resolve) => loop.callLater(0, resolve));
    await new Promise<void>((resolve) => loop.callLater(-5, resolve));
    await loop.createTask(wait([never], { timeout: 0 }));
    expect(timers).not.toHaveBeenCalled();
    await loop.createTask(wait([never], { timeout: 1 }));
    expect(timers).toHaveBeenCalled();
  } finally {
    timers.mockRestore();
  }
  loop.close();
});

test('a timer of the loop fires at its time or after, never before', async () => {
  const loop = new EventLoop();
  for (const delay of [0.2, 1, 2.7, 5]) {
    const start = loop.time();
    await loop.createTask(sleep(delay));
    expect(loop.time() - start).toBeGreaterThanOrEqual(delay);
  }
  loop.close();
});
