/** What streams promise in pools of threads and of processes: what becomes of workers that die, spin or do not stop. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type CurrentJob,
  type PoolStream,
  type ProcessPoolExecutor,
  type ThreadPoolExecutor,
  WorkerLostError,
  type WorkerPoolOptions,
} from 'skein/executors';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import * as work from './fixtures/work.mjs';

type WorkerPool = ThreadPoolExecutor | ProcessPoolExecutor;

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
}

/** Takes all items, and what ends them. */
async function endOf<T>(stream: PoolStream<T, unknown>): Promise<[T[], unknown]> {
  const items: T[] = [];
  try {
    for await (const item of stream) items.push(item);
  } catch (error) {
    return [items, error];
  }
  return [items, undefined];
}

/** Sent by source: yields once, then computes for ever and hears nothing. */
function* spinning(notes: string): Generator<string> {
  yield 'here';
  process.getBuiltinModule('node:fs').writeFileSync(notes, '');
  for (;;);
}

/** Sent by source: yields numbers without a pause, and never awaits. */
function* tireless(notes: string): Generator<number> {
  try {
    for (let n = 0; ; n++) yield n;
  } finally {
    process.getBuiltinModule('node:fs').appendFileSync(notes, 'closed\n');
  }
}

function* upTo(to: number): Generator<number, string> {
  for (let n = 0; n < to; n++) yield n;
  return 'counted';
}

export function workerStreamContract(
  name: string,
  create: (options: WorkerPoolOptions) => WorkerPool,
): void {
  describe(`a stream of a worker of ${name}`, () => {
    let folder: string;
    let notes: string;
    let pool: WorkerPool;
    const isFree = async (): Promise<boolean> => (await pool.submit(work.add, 1, 1)) === 2;
    const nameOfWorker = (): string | undefined => pool.statistics().workers[0]?.name;

    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'skein-'));
      notes = join(folder, 'notes');
      pool = create({ maxWorkers: 1, grace: 20 });
    });
    afterEach(async () => {
      await pool.shutdown({ cancelRunning: true });
      rmSync(folder, { recursive: true });
    });

    test('that dies fails after the items that arrived, and takes nothing else along', async () => {
      const stream = pool.stream(async function* leaving() {
        yield 1;
        yield 2;
        await new Promise((resolve) => setTimeout(resolve, 20));
        process.exit(3);
      });
      const next = pool.submit(work.add, 1, 2);
      const [items, error] = await endOf(stream);
      expect(items).toEqual([1, 2]);
      expect(error).toBeInstanceOf(WorkerLostError);
      expect(error).toMatchObject({ job: 'leaving', exitCode: 3 });
      expect(await next).toBe(3);
    });

    test('that dies while the stream is paused gives the items that it has', async () => {
      const stream = pool.streamWith({ bufferSize: 4 }, async function* () {
        setTimeout(() => process.exit(3), 20);
        for (let n = 0; ; n++) yield n;
      });
      await until(() => pool.statistics().workers.some(({ job }) => job !== undefined));
      await until(() => !stream.running());
      const [items, error] = await endOf(stream);
      expect(items).toEqual([0, 1, 2, 3]);
      expect(error).toBeInstanceOf(WorkerLostError);
    });

    test('that computes for ever is ended after `grace` when the stream is left', async () => {
      const stream = pool.stream(spinning, notes);
      expect(await stream.next()).toEqual({ done: false, value: 'here' });
      await until(() => existsSync(notes));
      const before = nameOfWorker();
      expect(await stream.return()).toEqual({ done: true, value: undefined });
      expect(await isFree()).toBe(true);
      expect(nameOfWorker()).not.toBe(before);
    });

    test('with a `finally` that never ends is ended after `grace`', async () => {
      const stubborn = async function* () {
        try {
          yield 1;
        } finally {
          await new Promise(() => {});
        }
      };
      for await (const _ of pool.stream(stubborn)) break;
      expect(await isFree()).toBe(true);
    });

    test('whose item cannot be copied, and which does not stop then, is ended after `grace`', async () => {
      const stream = pool.stream(async function* () {
        yield (() => {}) as unknown;
        await new Promise(() => {});
      });
      const [items, error] = await endOf(stream);
      expect(items).toEqual([]);
      expect(String(error)).toContain('items[0] is a function');
      expect(await isFree()).toBe(true);
    });

    test('hears that the stream is left though the generator never awaits', async () => {
      const own = create({ maxWorkers: 1, grace: Number.POSITIVE_INFINITY });
      for await (const n of own.streamWith({ bufferSize: 100_000 }, tireless, notes)) {
        if (n === 1000) break;
      }
      expect(readFileSync(notes, 'utf8')).toBe('closed\n');
      await own.shutdown();
    });

    test('has its event loop turn though the generator never awaits', async () => {
      const stream = pool.streamWith(
        { bufferSize: Number.POSITIVE_INFINITY },
        function* (to: string): Generator<number> {
          const { existsSync, writeFileSync } = process.getBuiltinModule('node:fs');
          setTimeout(() => writeFileSync(to, ''), 1);
          for (let n = 0; !existsSync(to); n++) yield n;
        },
        notes,
      );
      expect((await endOf(stream))[1]).toBeUndefined();
    });

    test('counts as one job for `maxTasksPerWorker`', async () => {
      const own = create({ maxWorkers: 1, maxTasksPerWorker: 2 });
      const names: (string | undefined)[] = [];
      for (let n = 0; n < 4; n++) {
        const stream = own.streamWith({ bufferSize: 1 }, upTo, 100);
        await stream.next();
        names.push(own.statistics().workers.find(({ job }) => job === 'upTo')?.name);
        expect((await endOf(stream))[0]).toHaveLength(99);
      }
      expect(names[0]).toBe(names[1]);
      expect(names[2]).toBe(names[3]);
      expect(names[1]).not.toBe(names[2]);
      await own.shutdown();
    });

    test('leaves jobs that wait behind it to a worker that is free', async () => {
      const own = create({ maxWorkers: 2 });
      // The stream comes to a worker that is given much ahead.
      await Promise.all(Array.from({ length: 200 }, (_, n) => own.submit(work.add, n, n)));
      const stream = own.streamWith({ bufferSize: 1 }, upTo, 10);
      await stream.next();
      const jobs = await Promise.all(
        Array.from({ length: 500 }, (_, n) => own.submit(work.add, n, 1)),
      );
      expect(jobs.at(-1)).toBe(500);
      expect((await endOf(stream))[0]).toHaveLength(9);
      await own.shutdown();
    });

    test('reports while it computes without a pause', async () => {
      const future = pool.submitWith(
        {
          // Only a report that gets out now has the job come to an end.
          onProgress: (to: string) => process.getBuiltinModule('node:fs').writeFileSync(to, ''),
        },
        function (this: CurrentJob<string>, to: string) {
          const { existsSync } = process.getBuiltinModule('node:fs');
          this.progress(to);
          while (!existsSync(to));
          return 'heard';
        },
        notes,
      );
      expect(await future).toBe('heard');
      expect(existsSync(notes)).toBe(true);
    });

    test('that dies has its reports heard before', async () => {
      const seen: unknown[] = [];
      const future = pool.submitWith(
        { onProgress: (n: number) => seen.push(n) },
        async function (this: CurrentJob<number>) {
          this.progress(1);
          await new Promise((resolve) => setTimeout(resolve, 20));
          process.exit(3);
        },
      );
      future.addDoneCallback(() => seen.push('done'));
      await future.then(undefined, () => {});
      expect(seen).toEqual([1, 'done']);
    });
  });
}
