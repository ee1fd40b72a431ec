/** Streams whose workers die at random: each settles, and gives the items before that without a gap. */
import { CancelledError, TimeoutError } from 'skein';
import {
  type PoolStream,
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

type Fate = 'return' | 'exit' | 'uncaught' | 'spin' | 'throw' | 'uncloneable' | 'linger';

/** Sent by source: yields the numbers below `to`, some at once and some later, then meets its fate. */
async function* live(to: number, fate: Fate): AsyncGenerator<unknown, string> {
  try {
    for (let n = 0; n < to; n++) {
      if (n % 7 === 6) await new Promise((resolve) => setTimeout(resolve, 1));
      yield n;
    }
    switch (fate) {
      case 'exit':
        return process.exit(7);
      case 'throw':
        throw new RangeError('thrown');
      case 'uncaught':
        setTimeout(() => {
          throw new TypeError('uncaught');
        });
        return await new Promise(() => {});
      case 'spin':
        for (;;);
      case 'uncloneable':
        yield () => to;
    }
    return 'returned';
  } finally {
    if (fate === 'linger') await new Promise(() => {});
  }
}

interface Taken {
  readonly to: number;
  readonly fate: Fate;
  readonly items: unknown[];
  readonly end: unknown;
}

/** What a consumer does with its stream. */
async function consume(
  stream: PoolStream<unknown, string>,
  how: 'all' | 'some' | 'cancel' | 'two at once',
  to: number,
  items: unknown[],
): Promise<unknown> {
  try {
    for (;;) {
      if (how === 'some' && items.length > to / 2) return await stream.return();
      if (how === 'cancel' && items.length > to / 2) stream.cancel('enough');
      const ahead = how === 'two at once' ? stream.next() : undefined;
      const step = await (ahead ?? stream.next());
      if (step.done) return step;
      items.push(step.value);
      if (items.length % 5 === 0) await new Promise(setImmediate);
    }
  } catch (error) {
    return error;
  }
}

const fates: readonly Fate[] = ['exit', 'uncaught', 'spin', 'throw', 'uncloneable', 'linger'];
const manners = ['all', 'all', 'all', 'some', 'cancel', 'two at once'] as const;

async function storm(
  pool: ThreadPoolExecutor | ProcessPoolExecutor,
  count: number,
  kill: (next: () => number) => void,
): Promise<void> {
  const next = random(22);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T;
  const killer = setInterval(() => kill(next), 100);
  const consumers = Array.from({ length: count }, async (): Promise<Taken> => {
    const to = Math.floor(next() * 60);
    const fate = next() < 0.3 ? pick(fates) : 'return';
    const bufferSize = pick([1, 2, 16, 64, Number.POSITIVE_INFINITY]);
    const timeout = fate === 'spin' || fate === 'linger' ? 200 : 20_000;
    const stream = pool.streamWith({ bufferSize, timeout }, live, to, fate);
    const items: unknown[] = [];
    return { to, fate, items, end: await consume(stream, pick(manners), to, items) };
  });
  // Plain jobs go on among them.
  const jobs = Array.from({ length: 200 }, (_, n) => pool.submit((value: number) => value, n));
  const taken = await Promise.all(consumers);
  const outcomes = await Promise.allSettled(jobs);
  clearInterval(killer);
  await pool.shutdown();

  expect(pool.statistics()).toMatchObject({ queued: 0, running: 0, workers: [] });
  for (const { to, fate, items, end } of taken) {
    expect(items).toEqual(Array.from(items, (_, n) => n));
    expect(items.length).toBeLessThanOrEqual(to);
    if (end instanceof WorkerLostError || end instanceof CancelledError) continue;
    if (end instanceof TimeoutError) continue;
    const whole = items.length === to;
    if (end instanceof RangeError) expect([fate, whole]).toEqual(['throw', true]);
    else if (end instanceof TypeError) expect([fate, whole]).toEqual(['uncloneable', true]);
    else expect(end).toMatchObject({ done: true });
    const { value } = end as { value?: unknown };
    if (value !== undefined) expect([value, whole]).toEqual(['returned', true]);
  }
  const ends = taken.map(({ end }) => end);
  expect(ends.filter((end) => end instanceof WorkerLostError).length).toBeGreaterThan(0);
  expect(
    ends.filter((end) => (end as { value?: unknown }).value === 'returned').length,
  ).toBeGreaterThan(0);
  for (const [n, outcome] of outcomes.entries()) {
    if (outcome.status === 'fulfilled') expect(outcome.value).toBe(n);
    else expect(outcome.reason).toBeInstanceOf(WorkerLostError);
  }
}

test('a storm of dying threads leaves no stream unsettled', async () => {
  const pool = new ThreadPoolExecutor({ maxWorkers: 3, grace: 5 });
  await storm(pool, 300, () => {});
}, 120_000);

test('a storm of processes that are killed leaves no stream unsettled', async () => {
  const pool = new ProcessPoolExecutor({ maxWorkers: 3, grace: 5 });
  await storm(pool, 150, (next) => {
    const { workers } = pool.statistics();
    const victim = workers[Math.floor(next() * workers.length)];
    if (victim?.state === 'busy' && victim.pid !== undefined) process.kill(victim.pid, 'SIGKILL');
  });
}, 120_000);
