/** Everything at once: whatever happens to the workers, every future settles and nothing runs twice. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TimeoutError } from 'skein';
import {
  type PoolFuture,
  ProcessPoolExecutor,
  ThreadPoolExecutor,
  WorkerLostError,
} from 'skein/executors';
import { expect, test } from 'vitest';

/** A small generator of random numbers, so that a failure can be had again. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

type Fate = 'exit' | 'uncaught' | 'spin' | 'hoard' | 'throw' | 'uncloneable' | 'wait' | 'return';

/** Where a job notes that it ran: memory for threads, a file for processes. */
type Ledger = Int32Array | string;

/** Sent by source, and quick: a job that only notes that it ran. */
function mark(ledger: Ledger, id: number): number {
  if (typeof ledger !== 'string') Atomics.add(ledger, id, 1);
  else process.getBuiltinModule('node:fs').appendFileSync(ledger, `${id}\n`);
  return id;
}

/** Sent by source: notes that it ran, then does what `fate` says. */
function live(ledger: Ledger, id: number, fate: Fate): unknown {
  if (typeof ledger !== 'string') Atomics.add(ledger, id, 1);
  else process.getBuiltinModule('node:fs').appendFileSync(ledger, `${id}\n`);
  switch (fate) {
    case 'exit':
      return process.exit(7);
    case 'throw':
      throw new RangeError(`job ${id}`);
    case 'uncaught':
      setTimeout(() => {
        throw new TypeError(`job ${id}`);
      });
      return new Promise(() => {});
    case 'spin':
      for (;;);
    case 'hoard': {
      const hoard: unknown[] = [];
      for (;;) hoard.push(new Array(10_000).fill(id));
    }
    case 'uncloneable':
      return () => id;
    case 'wait':
      return new Promise((resolve) => setTimeout(resolve, 1, id));
    default:
      return id;
  }
}

/** How many of ten thousand jobs meet each fate. */
const fates: Partial<Record<Fate, number>> = {
  exit: 6,
  uncaught: 6,
  spin: 4,
  throw: 200,
  uncloneable: 100,
  wait: 100,
  return: 500,
};

const total = 10_000;

async function storm(
  pool: ThreadPoolExecutor | ProcessPoolExecutor,
  ledger: Ledger,
  runsOf: () => (id: number) => number,
  extra: Partial<Record<Fate, number>> = {},
): Promise<void> {
  const next = random(20);
  const fateOf = new Map<number, Fate>();
  for (const [fate, count] of Object.entries({ ...fates, ...extra })) {
    for (let n = 0; n < count; ) {
      const id = Math.floor(next() * total);
      if (fateOf.has(id)) continue;
      fateOf.set(id, fate as Fate);
      n++;
    }
  }
  const futures: PoolFuture<unknown>[] = [];
  for (let id = 0; id < total; id++) {
    const fate = fateOf.get(id);
    if (fate === undefined) futures.push(pool.submit(mark, ledger, id));
    else if (fate === 'spin')
      futures.push(pool.submitWith({ timeout: 20 }, live, ledger, id, fate));
    else futures.push(pool.submit(live, ledger, id, fate));
    // Some are cancelled at once, some while others run, some as they run themselves.
    if (next() < 0.05) futures[id]?.cancel();
    if (next() < 0.05) {
      const other = futures[Math.floor(next() * id)];
      futures[id]?.addDoneCallback(() => other?.cancel());
    }
    if (id % 500 === 0) await new Promise(setImmediate);
  }

  await pool.shutdown();

  expect(pool.statistics()).toMatchObject({ queued: 0, running: 0, workers: [] });
  expect(futures.filter((future) => !future.done() || future.running())).toEqual([]);
  const runs = runsOf();
  let lost = 0;
  for (const [id, future] of futures.entries()) {
    expect(runs(id)).toBeLessThanOrEqual(1);
    if (future.cancelled()) continue;
    const fate = fateOf.get(id);
    const error = future.exception();
    if (error instanceof WorkerLostError) {
      lost++;
      continue;
    }
    expect([id, runs(id)]).toEqual([id, 1]);
    if (fate === 'spin') expect(error).toBeInstanceOf(TimeoutError);
    else if (fate === 'throw') expect(error).toEqual(new RangeError(`job ${id}`));
    else if (fate === 'uncloneable') expect(String(error)).toContain('result is a function');
    else expect([id, future.result()]).toEqual([id, id]);
  }
  expect(lost).toBeGreaterThan(0);
}

test('a storm of dying threads, failures and cancellations leaves nothing behind, and runs nothing twice', async () => {
  const ledger = new Int32Array(new SharedArrayBuffer(total * 4));
  const pool = new ThreadPoolExecutor({ maxWorkers: 3, grace: 5, maxHeapMb: 64 });
  await storm(pool, ledger, () => (id) => ledger[id] as number, { hoard: 1 });
});

test('a storm of dying processes, failures and cancellations leaves nothing behind, and runs nothing twice', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'skein-'));
  const ledger = join(folder, 'ledger');
  const pool = new ProcessPoolExecutor({ maxWorkers: 3, grace: 5 });
  const next = random(21);
  // Some are killed from outside, whatever they do.
  const killer = setInterval(() => {
    const { workers } = pool.statistics();
    const victim = workers[Math.floor(next() * workers.length)];
    if (victim?.state === 'busy' && victim.pid !== undefined) process.kill(victim.pid, 'SIGKILL');
  }, 150);
  try {
    await storm(pool, ledger, () => {
      const counts = new Map<number, number>();
      for (const line of readFileSync(ledger, 'utf8').trim().split('\n')) {
        counts.set(Number(line), (counts.get(Number(line)) ?? 0) + 1);
      }
      return (id) => counts.get(id) ?? 0;
    });
  } finally {
    clearInterval(killer);
    rmSync(folder, { recursive: true });
  }
});
