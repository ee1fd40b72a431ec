/** Everything at once: whatever happens to the workers, every future settles and nothing runs twice. */
import { gather } from 'skein';
import { ThreadPoolExecutor, WorkerLostError } from 'skein/executors';
import { expect, test } from 'vitest';

/** A small generator of random numbers, so that a failure can be had again. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

/** Sent by source: notes that it ran, then does what `fate` says. */
function live(ran: Int32Array, id: number, fate: number): unknown {
  Atomics.add(ran, id, 1);
  switch (fate) {
    case 0:
      return process.exit(7);
    case 1:
      throw new RangeError(`job ${id}`);
    case 2:
      setTimeout(() => {
        throw new TypeError(`job ${id}`);
      });
      return new Promise(() => {});
    case 3:
      return () => id;
    case 4:
      return new Promise((resolve) => setTimeout(resolve, 1, id));
    default:
      return id;
  }
}

test('a storm of dying workers, failures and cancellations leaves nothing behind', async () => {
  const next = random(20);
  const count = 400;
  const ran = new Int32Array(new SharedArrayBuffer(count * 4));
  const pool = new ThreadPoolExecutor({ maxWorkers: 3 });
  const fates = Array.from({ length: count }, () => Math.floor(next() * 25));
  const futures = fates.map((fate, id) => pool.submit(live, ran, id, fate));
  for (const future of futures) if (next() < 0.2) future.cancel();
  // Others are cancelled while the storm goes on, running or not.
  for (const future of futures) {
    if (next() < 0.1) futures[Math.floor(next() * count)]?.addDoneCallback(() => future.cancel());
  }

  await pool.shutdown();

  expect(pool.statistics()).toMatchObject({ queued: 0, running: 0, workers: [] });
  expect(futures.filter((future) => !future.done() || future.running())).toEqual([]);
  const outcomes = await gather(futures, { returnExceptions: true });
  for (const [id, future] of futures.entries()) {
    const runs = ran[id] as number;
    if (future.cancelled()) {
      expect(runs).toBeLessThanOrEqual(1);
      continue;
    }
    expect(runs).toBe(1);
    const fate = fates[id] as number;
    if (fate === 0 || fate === 2) expect(outcomes[id]).toBeInstanceOf(WorkerLostError);
    else if (fate === 1) expect(outcomes[id]).toEqual(new RangeError(`job ${id}`));
    else if (fate === 3) expect(String(outcomes[id])).toContain('result is a function');
    else expect(outcomes[id]).toBe(id);
  }
});
