/** Everything at once: whatever happens to the workers, every future settles and nothing runs twice. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

type Fate =
  | 'exit'
  | 'exit once'
  | 'uncaught'
  | 'spin'
  | 'spin until cancelled'
  | 'hoard'
  | 'throw'
  | 'uncloneable'
  | 'wait'
  | 'return';

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
  let before = 0;
  if (typeof ledger !== 'string') {
    before = Atomics.add(ledger, id, 1);
  } else {
    const fs = process.getBuiltinModule('node:fs');
    if (fate === 'exit once')
      before = fs.readFileSync(ledger, 'utf8').includes(`\n${id}\n`) ? 1 : 0;
    fs.appendFileSync(ledger, `${id}\n`);
  }
  switch (fate) {
    case 'exit':
      return process.exit(7);
    case 'exit once':
      return before === 0 ? process.exit(8) : id;
    case 'throw':
      throw new RangeError(`job ${id}`);
    case 'uncaught':
      setTimeout(() => {
        throw new TypeError(`job ${id}`);
      });
      return new Promise(() => {});
    case 'spin':
    case 'spin until cancelled':
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
  'exit once': 6,
  uncaught: 6,
  spin: 4,
  'spin until cancelled': 4,
  hoard: 1,
  throw: 200,
  uncloneable: 100,
  wait: 100,
  return: 500,
};

const total = 10_000;
/** How long a storm may last, in ms: a slow machine starts workers slowly, and it kills very many. */
const patience = 180_000;

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Notes the timers that the library sets, until they fire or are cleared. */
function watchTimers(): { left(): string[] } {
  const before = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout };
  const live = new Map<unknown, string>();
  const watched = (fn: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) => {
    const timer = before.setTimeout(() => {
      live.delete(timer);
      fn(...args);
    }, ms);
    const { stack = '' } = new Error();
    if (/\/dist\/(?:core|executors)\//.test(stack)) live.set(timer, stack);
    return timer;
  };
  globalThis.setTimeout = watched as typeof setTimeout;
  globalThis.clearTimeout = ((timer: ReturnType<typeof setTimeout>) => {
    live.delete(timer);
    before.clearTimeout(timer);
  }) as typeof clearTimeout;
  return {
    left() {
      Object.assign(globalThis, before);
      return [...live.values()];
    },
  };
}

async function storm(
  pool: ThreadPoolExecutor | ProcessPoolExecutor,
  ledger: Ledger,
  runsOf: () => (id: number) => number,
  onSettled: () => void = () => {},
): Promise<void> {
  const next = random(20);
  const fateOf = new Map<number, Fate>();
  for (const [fate, count] of Object.entries(fates)) {
    for (let n = 0; n < count; ) {
      const id = Math.floor(next() * total);
      if (fateOf.has(id)) continue;
      fateOf.set(id, fate as Fate);
      n++;
    }
  }
  const timers = watchTimers();
  const pids = new Set<number>();
  const futures: PoolFuture<unknown>[] = [];
  const spinning: PoolFuture<unknown>[] = [];
  const canceller = setInterval(() => {
    for (const { pid } of pool.statistics().workers) if (pid !== undefined) pids.add(pid);
    for (const future of spinning) if (future.running()) future.cancel();
  }, 5);
  for (let id = 0; id < total; id++) {
    const fate = fateOf.get(id);
    if (fate === undefined) futures.push(pool.submit(mark, ledger, id));
    else if (fate === 'spin')
      futures.push(pool.submitWith({ timeout: 20 }, live, ledger, id, fate));
    else if (fate === 'exit once')
      futures.push(pool.submitWith({ idempotent: true, retries: 5 }, live, ledger, id, fate));
    else if (fate === 'spin until cancelled') {
      const future = pool.submit(live, ledger, id, fate);
      futures.push(future);
      spinning.push(future);
    } else futures.push(pool.submit(live, ledger, id, fate));
    // Some are cancelled at once, some while others run, some as they run themselves.
    if (next() < 0.05) futures[id]?.cancel();
    if (next() < 0.05) {
      const other = futures[Math.floor(next() * id)];
      futures[id]?.addDoneCallback(() => other?.cancel());
    }
    futures[id]?.addDoneCallback(onSettled);
    if (id % 500 === 0) await new Promise(setImmediate);
  }

  await pool.shutdown();
  clearInterval(canceller);

  expect(pool.statistics()).toMatchObject({ queued: 0, running: 0, workers: [] });
  expect(futures.filter((future) => !future.done() || future.running())).toEqual([]);
  expect([...pids].filter(lives)).toEqual([]);
  expect(timers.left()).toEqual([]);
  const runs = runsOf();
  let lost = 0;
  for (const [id, future] of futures.entries()) {
    const fate = fateOf.get(id);
    expect(runs(id)).toBeLessThanOrEqual(fate === 'exit once' ? 6 : 1);
    if (future.cancelled()) continue;
    const error = future.exception();
    if (error instanceof WorkerLostError) {
      lost++;
      if (fate === 'exit once') expect(error.runs).toBe(6);
      continue;
    }
    if (fate === 'exit once') expect(runs(id)).toBeGreaterThanOrEqual(2);
    else expect([id, runs(id)]).toEqual([id, 1]);
    if (fate === 'spin') expect(error).toBeInstanceOf(TimeoutError);
    else if (fate === 'throw') expect(error).toEqual(new RangeError(`job ${id}`));
    else if (fate === 'uncloneable') expect(String(error)).toContain('result is a function');
    else expect([id, future.result()]).toEqual([id, id]);
  }
  expect(lost).toBeGreaterThan(0);
}

test(
  'a storm of dying threads, failures and cancellations leaves nothing behind, and runs nothing twice',
  async () => {
    const ledger = new Int32Array(new SharedArrayBuffer(total * 4));
    const pool = new ThreadPoolExecutor({ maxWorkers: 3, grace: 5, maxHeapMb: 64 });
    await storm(pool, ledger, () => (id) => ledger[id] as number);
  },
  patience,
);

test(
  'a storm of dying processes, failures and cancellations leaves nothing behind, and runs nothing twice',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'skein-'));
    const ledger = join(folder, 'ledger');
    writeFileSync(ledger, '\n');
    const pool = new ProcessPoolExecutor({ maxWorkers: 3, grace: 5, maxHeapMb: 64 });
    const next = random(21);
    let settled = 0;
    // Some are killed from outside, whatever they do.
    const kill = (): void => {
      if (++settled % 400 !== 0) return;
      const busy = pool.statistics().workers.filter(({ state }) => state === 'busy');
      const victim = busy[Math.floor(next() * busy.length)];
      if (victim?.pid !== undefined) process.kill(victim.pid, 'SIGKILL');
    };
    try {
      await storm(
        pool,
        ledger,
        () => {
          const counts = new Map<number, number>();
          for (const line of readFileSync(ledger, 'utf8').trim().split('\n')) {
            counts.set(Number(line), (counts.get(Number(line)) ?? 0) + 1);
          }
          return (id) => counts.get(id) ?? 0;
        },
        kill,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
  patience,
);
