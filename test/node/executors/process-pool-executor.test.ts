import { gather, wait } from 'skein';
import { type CurrentJob, ProcessPoolExecutor, WorkerLostError } from 'skein/executors';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { executorContract, running } from '../../contracts/executor.contract.ts';
import { workerPoolContract } from '../../contracts/worker-pool.contract.ts';
import * as work from './fixtures/work.mjs';
import { run } from './program.ts';

executorContract('ProcessPoolExecutor', () => new ProcessPoolExecutor({ maxWorkers: 1 }));
workerPoolContract('ProcessPoolExecutor', (options) => new ProcessPoolExecutor(options), {
  seesCancelling: true,
});

describe('ProcessPoolExecutor', () => {
  let pool: ProcessPoolExecutor;
  beforeEach(() => {
    pool = new ProcessPoolExecutor({ maxWorkers: 1 });
  });
  afterEach(async () => {
    await pool.shutdown({ cancelRunning: true });
  });

  test('runs jobs in processes of their own', async () => {
    const pid = await pool.submit(() => process.pid);
    expect(pid).not.toBe(process.pid);
    expect(pool.statistics().workers[0]?.pid).toBe(pid);
  });

  test('tells the process and the signal that ended it', async () => {
    const pid = await pool.submit(() => process.pid);
    let hasBegun = false;
    const lost = pool.submitWith(
      {
        name: 'lost',
        onProgress: () => {
          hasBegun = true;
        },
      },
      function hang(this: CurrentJob) {
        this.progress('begun');
        return new Promise(() => {});
      },
    );
    while (!hasBegun) await new Promise((resolve) => setTimeout(resolve, 1));
    process.kill(pid, 'SIGKILL');
    const error = await lost.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(WorkerLostError);
    expect(error).toMatchObject({ pid, signal: 'SIGKILL', exitCode: undefined, heapLimit: false });
    expect((error as Error).message).toBe(
      `The worker (process ${pid}) ended while it ran \`lost\`: signal SIGKILL. Part of the work may be done; submit it again if that does no harm.`,
    );
    expect(await pool.submit(work.add, 1, 1)).toBe(2);
  });

  test('survives the death of a process that a large argument is on its way to [cf.crash.big_payload]', async () => {
    const pid = await pool.submit(() => process.pid);
    const job = pool.submit((bytes: Uint8Array) => bytes.length, new Uint8Array(20_000_000));
    process.kill(pid, 'SIGKILL');
    // It did not begin there, and so it may elsewhere.
    expect(await job).toBe(20_000_000);
    expect(await pool.submit(work.add, 1, 1)).toBe(2);
  });

  test('has a job that is sent to a dead process run in another', async () => {
    for (let n = 0; n < 3; n++) {
      process.kill(await pool.submit(() => process.pid), 'SIGKILL');
      expect(await pool.submit(work.add, n, 1)).toBe(n + 1);
    }
  });

  test('loses no jobs to a process that is killed but the few that it may have begun', async () => {
    const once = new ProcessPoolExecutor({ maxWorkers: 1 });
    function dieAt(n: number, at: number): number {
      if (n === at) process.kill(process.pid, 'SIGKILL');
      return n;
    }
    for (let n = 0; n < 5; n++)
      await gather(Array.from({ length: 100 }, () => once.submit(dieAt, n, -1)));
    const jobs = Array.from({ length: 300 }, (_, n) => once.submit(dieAt, n, 150));
    await wait(jobs);
    const lost = jobs.map((job) => job.exception() instanceof WorkerLostError);
    expect(lost[150]).toBe(true);
    // What was begun before it may have had no time to say so; what is behind it is noted in groups of eight.
    expect(lost.lastIndexOf(true)).toBeLessThan(150 + 8);
    for (const [n, job] of jobs.entries()) if (!lost[n]) expect(job.result()).toBe(n);
    await once.shutdown();
  });

  test('tries three times to start a process, and then says why it cannot', async () => {
    const ending = await run(`
      import { ProcessPoolExecutor } from 'skein/executors';
      process.execPath = '/nowhere/node';
      const pool = new ProcessPoolExecutor({ maxWorkers: 2 });
      const jobs = [1, 2, 3].map((n) => pool.submit((n) => n, n));
      for (const { reason } of await Promise.allSettled(jobs)) console.log(reason.name, reason.cause.code);
      try { pool.submit(() => 1); } catch (error) { console.log(error.message); }
      await pool.shutdown();
      console.log(pool.statistics().workers.length);`);
    expect(ending).toMatchObject({ code: 0, errors: '' });
    expect(ending.lines).toEqual([
      ...Array(3).fill('BrokenExecutor ENOENT'),
      expect.stringContaining('cannot start: nobody caught Error: spawn /nowhere/node ENOENT'),
      '0',
    ]);
  });

  test('tries three times to initialize a process that dies of it', async () => {
    await using own = new ProcessPoolExecutor({
      maxWorkers: 1,
      initializer: () => process.exit(5),
    });
    const names = new Set<string>();
    const job = own.submit(work.add, 1, 1);
    while (!job.done()) {
      for (const { name } of own.statistics().workers) names.add(name);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    expect(String(job.exception())).toContain('cannot start: exit code 5');
    expect(names.size).toBe(3);
  });

  test('has no process outlive the program', async () => {
    const ending = await run(`import { ProcessPoolExecutor } from 'skein/executors';
      const pool = new ProcessPoolExecutor({ maxWorkers: 1 });
      console.log(await pool.submit(() => process.pid));
      const spinning = pool.submit(() => { for (;;); });
      while (!spinning.running()) await new Promise(setImmediate);
      process.exit();`);
    const pid = Number(ending.lines[0]);
    const lives = (): boolean => {
      try {
        return process.kill(pid, 0);
      } catch {
        return false;
      }
    };
    while (lives()) await new Promise((resolve) => setTimeout(resolve, 1));
  });

  test('kills a process that does not mind SIGTERM', async () => {
    const stubborn = pool.submitWith({ grace: 1 }, async () => {
      process.on('SIGTERM', () => {});
      await new Promise(() => {});
    });
    await running(stubborn);
    await pool.submitWith({ grace: 1 }, () => 1).cancel();
    stubborn.cancel();
    expect(await pool.submit(work.add, 1, 1)).toBe(2);
  });

  test('ends its processes [cf.shutdown.processes_terminate]', async () => {
    const pid = await pool.submit(() => process.pid);
    await pool.shutdown();
    expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
  });
});
