import { createTask, currentTask, run, sleep } from 'skein';
import { ProcessPoolExecutor, ThreadPoolExecutor, WorkerLostError } from 'skein/executors';
import { addInstrument, type JobEvent } from 'skein/inspect';
import { expect, test } from 'vitest';

function double(n: number): number {
  return 2 * n;
}

function fail(): never {
  throw new Error('failed on purpose');
}

function end(): void {
  process.exit(3);
}

async function spin(): Promise<void> {
  for (;;) await new Promise((resolve) => setTimeout(resolve, 5));
}

function recording() {
  const log: string[] = [];
  const ended: JobEvent[] = [];
  const added = addInstrument({
    jobQueued: ({ name, by }) => log.push(`${name} queued by ${by?.getName()}`),
    jobBegins: ({ name, worker }) =>
      log.push(`${name} begins in ${worker === undefined ? 'none' : 'a worker'}`),
    jobEnds: (job) => {
      log.push(`${job.name} ${job.outcome}`);
      ended.push(job);
    },
    workerStarted: ({ name, executor }) =>
      log.push(`worker of ${executor} ${name === '' ? '' : 'started'}`),
    workerGone: ({ executor }) => log.push(`worker of ${executor} gone`),
  });
  return { log, ended, [Symbol.dispose]: () => added[Symbol.dispose]() };
}

test.each([
  ['ThreadPoolExecutor', ThreadPoolExecutor],
  ['ProcessPoolExecutor', ProcessPoolExecutor],
])('an instrument is told of the jobs and the workers of a %s', async (kind, Executor) => {
  using recorded = recording();
  await run(async () => {
    currentTask()?.setName('main');
    await using executor = new Executor({ maxWorkers: 1 });
    expect(await executor.submit(double, 21)).toBe(42);
    await expect(executor.submit(fail)).rejects.toThrow('failed on purpose');
    const spinning = createTask(async () => {
      await executor.submit(spin);
    });
    while (!recorded.log.some((line) => line.startsWith('spin begins'))) await sleep(5);
    spinning.cancel('enough');
    await expect(spinning).rejects.toThrow('enough');
  });
  const { log, ended } = recorded;
  expect(log.filter((line) => !line.startsWith('worker'))).toEqual([
    'double queued by main',
    'double begins in a worker',
    'double finished',
    'fail queued by main',
    'fail begins in a worker',
    'fail failed',
    expect.stringMatching(/^spin queued by Task-\d+$/),
    'spin begins in a worker',
    'spin cancelled',
  ]);
  expect(log).toContain(`worker of ${kind} started`);
  expect(log).toContain(`worker of ${kind} gone`);
  for (const { queuedAt, begunAt, endedAt } of ended) {
    expect(begunAt).toBeGreaterThanOrEqual(queuedAt);
    expect(endedAt).toBeGreaterThanOrEqual(begunAt as number);
  }
});

test('each job that was queued ends once, also when its worker dies or the executor is shut down', async () => {
  using recorded = recording();
  await run(async () => {
    await using executor = new ProcessPoolExecutor({ maxWorkers: 1 });
    await expect(executor.submit(end)).rejects.toThrow(WorkerLostError);
    const running = executor.submit(spin);
    const waiting = executor.submit(double, 1);
    const shutdown = executor.shutdown({ cancelRunning: true });
    await Promise.allSettled([running, waiting]);
    await shutdown;
  });
  const names = (word: string): string[] =>
    recorded.log
      .filter((line) => line.includes(word))
      .map((line) => line.split(' ')[0] as string)
      .sort();
  expect(names('queued')).toEqual(['double', 'end', 'spin']);
  expect(recorded.ended.map(({ name }) => name).sort()).toEqual(['double', 'end', 'spin']);
  expect(names('cancelled')).toEqual(['double', 'spin']);
});
