import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { createTask, run, sleep, type Task } from 'skein';
import { ThreadPoolExecutor } from 'skein/executors';
import { addInstrument, collectMetrics, publishToChannels, showInDevTools } from 'skein/inspect';
import { expect, test, vi } from 'vitest';

function double(n: number): number {
  return 2 * n;
}

test('channels have what happens to tasks and jobs, for those who subscribe', async () => {
  const log: string[] = [];
  const names = ['task:created', 'task:done', 'cancel', 'job:queued', 'job:begins', 'job:ends'];
  const listeners = names.map((name) => {
    const listener = (message: unknown): void => {
      const { task, job } = message as { task?: Task<unknown>; job?: { name: string } };
      log.push(`${name} ${task?.getName() ?? job?.name}`);
    };
    subscribe(`skein:${name}`, listener);
    return [`skein:${name}`, listener] as const;
  });
  const published = publishToChannels();
  await run(async () => {
    await using executor = new ThreadPoolExecutor({ maxWorkers: 1 });
    await executor.submit(double, 1);
    const slow = createTask(sleep(1000), { name: 'slow' });
    slow.cancel();
    await sleep(1);
  });
  published[Symbol.dispose]();
  for (const [name, listener] of listeners) unsubscribe(name, listener);
  expect(log.filter((line) => !line.includes('Task-'))).toEqual([
    'job:queued double',
    'job:begins double',
    'job:ends double',
    'task:created slow',
    'cancel slow',
    'task:done slow',
  ]);
});

test('metrics count tasks by outcome, jobs, cancellations and failures', async () => {
  const metrics = collectMetrics();
  await run(async () => {
    await using executor = new ThreadPoolExecutor({ maxWorkers: 1 });
    await executor.submit(double, 1);
    const slow = createTask(sleep(1000));
    const bad = createTask(async () => {
      throw new Error('bad');
    });
    await sleep(1);
    slow.cancel();
    await Promise.allSettled([slow, bad]);
    expect(metrics.read().tasks).toEqual({ alive: 1, finished: 0, failed: 1, cancelled: 1 });
  });
  const { tasks, steps, iterations, jobs, cancelRequests, failures } = metrics.read();
  metrics[Symbol.dispose]();
  expect(tasks).toEqual({ alive: 0, finished: 1, failed: 1, cancelled: 1 });
  expect(steps).toBeGreaterThan(3);
  expect(iterations.count).toBeGreaterThan(0);
  expect(iterations.seconds).toBeGreaterThanOrEqual(iterations.longest);
  expect(jobs).toMatchObject({ queued: 0, running: 0, finished: 1, failed: 0, cancelled: 0 });
  expect([cancelRequests, failures]).toEqual([1, 0]);
  await run(() => sleep(1));
  expect(metrics.read().tasks.finished).toBe(1);
});

test('a job that was queued before is in no metrics, not even below zero', async () => {
  const before = addInstrument({ jobQueued() {}, jobBegins() {}, jobEnds() {} });
  await run(async () => {
    await using executor = new ThreadPoolExecutor({ maxWorkers: 1 });
    const job = executor.submit(double, 1);
    const metrics = collectMetrics();
    await job;
    await sleep(1);
    expect(metrics.read().jobs).toMatchObject({ queued: 0, running: 0, finished: 0 });
    metrics[Symbol.dispose]();
  });
  before[Symbol.dispose]();
});

test('DevTools are shown a job from the call that submitted it to its end', async () => {
  const timeStamp = vi.fn();
  vi.stubGlobal('console', { ...console, timeStamp });
  using _shown = showInDevTools({ steps: false });
  await run(async () => {
    await using executor = new ThreadPoolExecutor({ maxWorkers: 1 });
    await executor.submit(double, 1);
  });
  vi.unstubAllGlobals();
  const jobs = timeStamp.mock.calls.filter(([, , , track]) => track === 'jobs');
  expect(jobs).toEqual([
    ['double', expect.any(Number), expect.any(Number), 'jobs', 'skein', 'secondary'],
  ]);
  const [, begin, end] = jobs[0] as [string, number, number];
  expect(end).toBeGreaterThan(begin);
});

test('a host without tracks is told what has them', () => {
  vi.stubGlobal('console', {});
  expect(() => showInDevTools()).toThrow(/There is no `console.timeStamp` here: .* Chromium 134/);
  vi.unstubAllGlobals();
  expect(() => showInDevTools({ step: true } as never)).toThrow(/got `step`. Write `steps`/);
});
