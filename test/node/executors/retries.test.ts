/** Jobs that say that they may be run twice, and lose their workers. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TimeoutError } from 'skein';
import { ProcessPoolExecutor, ThreadPoolExecutor, WorkerLostError } from 'skein/executors';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { running } from '../../contracts/executor.contract.ts';
import { thrownBy } from '../../contracts/thrown-by.ts';

/** Sent by source: notes that it ran, and takes its worker along unless it has run so often before. */
function fragile(file: string, deaths: number): number {
  const fs = process.getBuiltinModule('node:fs');
  fs.appendFileSync(file, 'x');
  const runs = fs.readFileSync(file, 'utf8').length;
  if (runs <= deaths) process.exit(3);
  return runs;
}

/** Sent by source: hangs at first; then it is quick. */
function hangOnce(file: string): string {
  const fs = process.getBuiltinModule('node:fs');
  if (fs.existsSync(file)) return 'done';
  fs.writeFileSync(file, '');
  for (;;);
}

describe.each([
  ['ThreadPoolExecutor', ThreadPoolExecutor],
  ['ProcessPoolExecutor', ProcessPoolExecutor],
])('A job whose worker is lost in a %s', (_name, Executor) => {
  let folder: string;
  let file: string;
  let pool: ThreadPoolExecutor | ProcessPoolExecutor;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'skein-'));
    file = join(folder, 'runs');
    pool = new Executor({ maxWorkers: 1, grace: 5, maxHeapMb: 64 });
  });
  afterEach(async () => {
    await pool.shutdown({ cancelRunning: true });
    rmSync(folder, { recursive: true });
  });

  test('is not run again', async () => {
    const error = await thrownBy(pool.submit(fragile, file, 1));
    expect(error).toBeInstanceOf(WorkerLostError);
    expect(error).toMatchObject({ runs: 1, exitCode: 3 });
    expect(readFileSync(file, 'utf8')).toBe('x');
  });

  test('is run again when it is idempotent', async () => {
    const next: string[] = [];
    const job = pool.submitWith({ idempotent: true }, fragile, file, 2);
    job.addDoneCallback(() => next.push('first'));
    const other = pool.submit(() => 1);
    other.addDoneCallback(() => next.push('second'));
    expect(await job).toBe(3);
    expect(await other).toBe(1);
    expect(next).toEqual(['first', 'second']);
  });

  test('is run again as often as it says, and then fails', async () => {
    const error = await thrownBy(
      pool.submitWith({ idempotent: true, retries: 2, name: 'the job' }, fragile, file, 9),
    );
    expect(error).toBeInstanceOf(WorkerLostError);
    expect((error as WorkerLostError).runs).toBe(3);
    expect((error as Error).message).toMatch(
      /ended while it ran `the job`: exit code 3\. So did the 2 before it: the job was run 3 times\.$/,
    );
    expect(readFileSync(file, 'utf8')).toBe('xxx');
    expect(await pool.submit(() => 1)).toBe(1);
  });

  test('is run again after its heap was full', async () => {
    const job = pool.submitWith(
      { idempotent: true },
      function hoardOnce(mark: string): string {
        const fs = process.getBuiltinModule('node:fs');
        if (fs.existsSync(mark)) return 'done';
        fs.writeFileSync(mark, '');
        const hoard: unknown[] = [];
        for (;;) hoard.push(new Array(10_000).fill(hoard.length));
      },
      file,
    );
    expect(await job).toBe('done');
  });

  test('is not run again when it was stopped: it was cancelled, or its time was over', async () => {
    const late = pool.submitWith({ idempotent: true, timeout: 5 }, hangOnce, file);
    expect(await thrownBy(late)).toBeInstanceOf(TimeoutError);
    rmSync(file, { force: true });
    const cancelled = pool.submitWith({ idempotent: true }, hangOnce, file);
    await running(cancelled);
    while (!existsSync(file)) await new Promise((resolve) => setTimeout(resolve, 1));
    cancelled.cancel();
    writeFileSync(file, '');
    expect(await pool.submit(() => 1)).toBe(1);
    expect(cancelled.cancelled()).toBe(true);
  });

  test('has all its time when it is run again', async () => {
    const job = pool.submitWith({ idempotent: true, timeout: 60_000 }, fragile, file, 1);
    expect(await job).toBe(2);
  });

  test('cannot be asked to be run again without saying that this does no harm', () => {
    const buffer = new ArrayBuffer(1);
    expect(() => pool.submitWith({ retries: 2 }, fragile, file, 1)).toThrow(
      new TypeError(
        '`submitWith()` expected `retries` of a job that may be run twice, but nothing says so. Write `{ idempotent: true, retries: 2 }` if that does no harm.',
      ),
    );
    expect(() => pool.submitWith({ idempotent: true, retries: 0.5 }, fragile, file, 1)).toThrow(
      /`retries` to be a whole number of at least 0, but got 0\.5/,
    );
    expect(() =>
      pool.submitWith({ idempotent: true, transfer: [buffer] }, fragile, file, 1),
    ).toThrow(/what is named in `transfer` would be gone with the first worker/);
    expect(() =>
      // @ts-expect-error it is or it is not
      pool.submitWith({ idempotent: 'yes' }, fragile, file, 1),
    ).toThrow(TypeError);
    expect(() =>
      // @ts-expect-error items that were taken would come again
      pool.streamWith({ idempotent: true }, function* () {
        yield 1;
      }),
    ).toThrow(/items that were taken would come again/);
  });
});
