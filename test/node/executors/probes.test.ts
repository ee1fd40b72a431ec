/** Thirteen things that go wrong in pools of workers: after each, the job is told the truth, and the pool works as before. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CancelledError } from 'skein';
import {
  type CurrentJob,
  ProcessPoolExecutor,
  ThreadPoolExecutor,
  WorkerLostError,
} from 'skein/executors';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { running } from '../../contracts/executor.contract.ts';
import { thrownBy } from '../../contracts/thrown-by.ts';
import * as work from './fixtures/work.mjs';

/** Sent by source: never ends, and hears nothing. */
function spinForever(): never {
  for (;;);
}

describe.each([
  ['threads', ThreadPoolExecutor],
  ['processes', ProcessPoolExecutor],
])('A pool of %s', (kind, Executor) => {
  let pool: ThreadPoolExecutor | ProcessPoolExecutor;
  beforeEach(() => {
    pool = new Executor({ maxWorkers: 1, grace: 20, maxHeapMb: 64 });
  });
  afterEach(async () => {
    await pool.shutdown({ cancelRunning: true });
    expect(pool.statistics()).toMatchObject({ queued: 0, running: 0, workers: [] });
  });

  /** The pool works, on a job that was there before and on a new one. */
  async function goesOn(before: PromiseLike<number>): Promise<void> {
    expect(await before).toBe(3);
    expect(await pool.submit(work.add, 20, 22)).toBe(42);
  }

  test('survives `process.exit()` in a job', async () => {
    const lost = pool.submit(function leave() {
      process.exit(3);
    });
    const next = pool.submit(work.add, 1, 2);
    const error = (await thrownBy(lost)) as WorkerLostError;
    expect(error).toBeInstanceOf(WorkerLostError);
    expect(error).toMatchObject({ job: 'leave', exitCode: 3, signal: undefined });
    expect(kind === 'threads' ? error.threadId : error.pid).toEqual(expect.any(Number));
    await goesOn(next);
  });

  test.runIf(kind === 'processes')('survives SIGKILL', async () => {
    const pid = await pool.submit(() => process.pid);
    let lost: PromiseLike<unknown> | undefined;
    // One that was killed before it came to begin would have the job run elsewhere.
    await new Promise((begun) => {
      lost = pool.submitWith({ onProgress: begun }, function hang(this: CurrentJob) {
        this.progress('begun');
        return new Promise(() => {});
      });
    });
    const next = pool.submit(work.add, 1, 2);
    process.kill(pid, 'SIGKILL');
    expect(await thrownBy(lost as PromiseLike<unknown>)).toMatchObject({
      code: 'worker-lost',
      signal: 'SIGKILL',
      pid,
    });
    await goesOn(next);
  });

  test('survives an exception that nobody catches, and tells it', async () => {
    const lost = pool.submit(() => {
      setTimeout(() => {
        throw new RangeError('too late');
      }, 1);
      return new Promise(() => {});
    });
    const next = pool.submit(work.add, 1, 2);
    expect(await thrownBy(lost)).toMatchObject({
      code: 'worker-lost',
      cause: new RangeError('too late'),
    });
    await goesOn(next);
  });

  test('survives a full heap, and tells it', async () => {
    const lost = pool.submit(() => {
      const hoard: unknown[] = [];
      for (;;) hoard.push(new Array(10_000).fill(hoard.length));
    });
    const next = pool.submit(work.add, 1, 2);
    expect(await thrownBy(lost)).toMatchObject({ code: 'worker-lost', heapLimit: true });
    await goesOn(next);
  });

  test('passes on a thrown error with its class, name, properties and cause', async () => {
    const [known, unknown, next] = [
      pool.submit(work.fail, 'registered'),
      pool.submit(work.fail, 'unregistered'),
      pool.submit(work.add, 1, 2),
    ];
    const parse = (await thrownBy(known)) as work.ParseError;
    expect(parse).toBeInstanceOf(work.ParseError);
    expect([parse.place, parse.cause]).toEqual(['line 3', new Error('the cause')]);
    const other = (await thrownBy(unknown)) as RangeError;
    expect(other).toBeInstanceOf(RangeError);
    expect(other).toMatchObject({ name: 'Unregistered', code: 'E_MUCH', seen: { a: [1] } });
    expect(other.cause).toEqual(new Error('the cause'));
    await goesOn(next);
  });

  test('passes on what is thrown and no error, as it is', async () => {
    const thrown = pool.submit(() => {
      throw { code: 42 };
    });
    const next = pool.submit(work.add, 1, 2);
    expect(await thrownBy(thrown)).toEqual({ code: 42 });
    await goesOn(next);
  });

  test('refuses an argument that cannot be copied, and says which part', async () => {
    const lost = pool.submit((given: object) => Object.keys(given), { on: { click: () => {} } });
    const next = pool.submit(work.add, 1, 2);
    expect(String(await thrownBy(lost))).toContain('args[0].on.click is a function');
    await goesOn(next);
  });

  test('refuses a result that cannot be copied, and says which part', async () => {
    const lost = pool.submit(() => ({ on: [() => 1] }));
    const next = pool.submit(work.add, 1, 2);
    expect(String(await thrownBy(lost))).toContain('result.on[0] is a function');
    await goesOn(next);
  });

  test('stops a job that spins', async () => {
    const future = pool.submit(spinForever);
    await running(future);
    const next = pool.submit(work.add, 1, 2);
    future.cancel();
    expect(await thrownBy(future)).toBeInstanceOf(CancelledError);
    await goesOn(next);
    expect(future.running()).toBe(false);
  });

  test('stops a job that awaits, and keeps the worker', async () => {
    const [patient] = [new Executor({ maxWorkers: 1, grace: Number.POSITIVE_INFINITY })];
    const pid = await patient.submit(() => process.pid);
    const future = patient.submit(work.untilAborted);
    await running(future);
    future.cancel('enough');
    expect(await thrownBy(future)).toBeInstanceOf(CancelledError);
    expect(await patient.submit(work.lastAbort)).toEqual(['CancelledError', 'enough']);
    expect(await patient.submit(() => process.pid)).toBe(pid);
    await patient.shutdown();
    await goesOn(pool.submit(work.add, 1, 2));
  });

  test('never begins a job that was cancelled in the queue', async () => {
    const before = await pool.submit(work.calledSoFar);
    const first = pool.submit(work.linger);
    const waiting = pool.submit(work.count);
    await running(first);
    waiting.cancel();
    expect([waiting.cancelled(), waiting.running()]).toEqual([true, false]);
    await first;
    expect(await pool.submit(work.calledSoFar)).toBe(before);
    await goesOn(pool.submit(work.add, 1, 2));
  });

  test('has a timer that a job left behind fire while the worker is idle', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'skein-'));
    const file = join(folder, 'fired');
    await pool.submit((to: string) => {
      setTimeout(() => process.getBuiltinModule('node:fs').writeFileSync(to, ''), 1);
    }, file);
    while (!existsSync(file)) await new Promise((resolve) => setTimeout(resolve, 1));
    rmSync(folder, { recursive: true });
    await goesOn(pool.submit(work.add, 1, 2));
  });

  test('settles what runs and what waits when it is shut down by force', async () => {
    const spinning = pool.submit(spinForever);
    const waiting = pool.submit(work.add, 1, 2);
    await running(spinning);
    await pool.shutdown({ cancelRunning: true });
    expect([spinning.cancelled(), waiting.cancelled()]).toEqual([true, true]);
    expect(spinning.running()).toBe(false);
  });
});
