import { ProcessPoolExecutor, WorkerLostError } from 'skein/executors';
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
    const lost = pool.submit(() => new Promise(() => {}));
    await running(lost);
    process.kill(pid, 'SIGKILL');
    const error = await lost.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(WorkerLostError);
    expect(error).toMatchObject({ pid, signal: 'SIGKILL', exitCode: undefined, heapLimit: false });
    expect((error as Error).message).toBe(
      `The worker (process ${pid}) ended while it ran \`() => new Promise(() => {})\`: signal SIGKILL. Part of the work may be done; submit it again if that does no harm.`,
    );
    expect(await pool.submit(work.add, 1, 1)).toBe(2);
  });

  test('survives the death of a process that a large argument is on its way to [cf.crash.big_payload]', async () => {
    const pid = await pool.submit(() => process.pid);
    const lost = pool.submit((bytes: Uint8Array) => bytes.length, new Uint8Array(20_000_000));
    process.kill(pid, 'SIGKILL');
    expect(
      await lost.then(
        () => undefined,
        (error: unknown) => error,
      ),
    ).toBeInstanceOf(WorkerLostError);
    expect(await pool.submit(work.add, 1, 1)).toBe(2);
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
