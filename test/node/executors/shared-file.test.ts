import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CurrentJob, ProcessPoolExecutor, WorkerLostError } from 'skein/executors';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type FileOfProgram,
  fileOfProgram,
  SharedFile,
} from '../../../src/executors/crossing/shared-file.ts';
import { running } from '../../contracts/executor.contract.ts';
import { run } from './program.ts';

describe('the file that a program shares with a process', () => {
  /** Both ends in one process. */
  function both(): { program: SharedFile; process: FileOfProgram } {
    const program = SharedFile.open() as SharedFile;
    return { program, process: fileOfProgram(program.fd, program.mark) as FileOfProgram };
  }

  test('tells which job was last asked to stop', async () => {
    const { program, process } = both();
    const asked = () => process.lookForAbort();
    expect(asked()).toBe(-1);
    program.requestAbort(5);
    while (asked() !== 5) await new Promise((resolve) => setTimeout(resolve, 1));
    program.requestAbort(2 ** 31 + 6);
    while (asked() !== 6) await new Promise((resolve) => setTimeout(resolve, 1));
    program.close();
  });

  test('tells how far the process may have come', () => {
    const { program, process } = both();
    expect(program.lastBegun()).toBe(-1);
    process.noteBegun(2 ** 40 + 1);
    expect(program.lastBegun()).toBe(2 ** 40 + 1);
    program.close();
  });

  test('says nothing of that where it was not handed down', () => {
    const program = SharedFile.open() as SharedFile;
    const other = SharedFile.open() as SharedFile;
    expect(fileOfProgram(other.fd, program.mark)).toBe(undefined);
    other.close();
    expect(fileOfProgram(other.fd, program.mark)).toBe(undefined);
    expect(program.lastBegun()).toBe(undefined);
    program.close();
  });

  test('has no name, and is closed with its process', async () => {
    const named = (): string[] =>
      readdirSync(tmpdir()).filter((name) => name.startsWith(`skein-${process.pid}-`));
    const highest = (): number => {
      const fd = openSync('.', 'r');
      closeSync(fd);
      return fd;
    };
    const once = async (): Promise<void> => {
      await using pool = new ProcessPoolExecutor({ maxWorkers: 1 });
      await pool.submit(() => 1);
      expect(named()).toEqual([]);
    };
    await once();
    const before = highest();
    for (let n = 0; n < 3; n++) await once();
    expect(highest()).toBe(before);
  });

  test('is nobody’s when it cannot be read', async () => {
    const { program, process } = both();
    program.close();
    expect(process.lookForAbort()).toBe(-1);
  });
});

describe('a process that computes', () => {
  let pool: ProcessPoolExecutor;
  beforeEach(() => {
    pool = new ProcessPoolExecutor({ maxWorkers: 1, grace: Number.POSITIVE_INFINITY });
  });
  afterEach(async () => {
    await pool.shutdown();
  });

  function count(this: CurrentJob): number {
    let n = 0;
    while (!this.signal.aborted) n++;
    return n;
  }

  test('sees that its time is over', async () => {
    const pid = await pool.submit(() => process.pid);
    const late = pool.submitWith({ timeout: 5 }, count);
    await expect(Promise.resolve(late)).rejects.toMatchObject({ name: 'TimeoutError' });
    // The same process goes on with the next.
    expect(await pool.submit(() => process.pid)).toBe(pid);
  });

  test('does not take the end of one job for that of the next', async () => {
    for (let n = 0; n < 3; n++) {
      const counting = pool.submit(count);
      await running(counting);
      counting.cancel();
      const next = pool.submit(function look(this: CurrentJob) {
        const until = performance.now() + 5;
        while (performance.now() < until) if (this.signal.aborted) return 'stopped';
        return 'went on';
      });
      expect(await next).toBe('went on');
    }
  });

  test('without such a file is ended after `grace`', async () => {
    const ending = await run(`
      import { ProcessPoolExecutor } from 'skein/executors';
      process.env.TMPDIR = '/nowhere';
      const pool = new ProcessPoolExecutor({ maxWorkers: 1, grace: 20 });
      const counting = pool.submit(function count() { while (!this.signal.aborted); });
      while (!counting.running()) await new Promise(setImmediate);
      const [{ pid }] = pool.statistics().workers;
      counting.cancel();
      console.log(await pool.submit(() => process.pid) === pid);
      await pool.shutdown();`);
    expect(ending).toEqual({ code: 0, errors: '', lines: ['false'] });
  });
});

describe('a job that closes the line of its process', () => {
  test('is told lost, and nothing is written into the file that it opens then', async () => {
    await using pool = new ProcessPoolExecutor({ maxWorkers: 1 });
    const folder = mkdtempSync(join(tmpdir(), 'skein-line-'));
    const file = join(folder, 'of-the-job');
    writeFileSync(file, 'mine');
    const close = async (file: string): Promise<number> => {
      const { closeSync, openSync } = await import('node:fs');
      closeSync(3);
      return openSync(file, 'r+');
    };
    await expect(pool.submit(close, file)).rejects.toThrow(WorkerLostError);
    expect(await pool.submit((a: number) => a + 1, 1)).toBe(2);
    expect(readFileSync(file, 'utf8')).toBe('mine');
    rmSync(folder, { recursive: true });
  });

  test('is ended though it computes', async () => {
    await using pool = new ProcessPoolExecutor({ maxWorkers: 1 });
    const spin = async (): Promise<void> => {
      (await import('node:fs')).closeSync(3);
      for (;;);
    };
    await expect(pool.submit(spin)).rejects.toThrow(WorkerLostError);
  });
});
