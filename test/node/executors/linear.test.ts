/** What n jobs of an executor cost together is in proportion to n. Counted is what is looked at. */
import { InlineExecutor, type MapOptions, ThreadPoolExecutor } from 'skein/executors';
import { expect, test } from 'vitest';
import type { Job } from '../../../src/executors/pool/job/job.ts';
import { JobQueue } from '../../../src/executors/pool/job/job-queue.ts';
import { countWork } from '../../unit/laws/count-work.ts';
import { ByHand } from './by-hand.ts';
import * as work from './fixtures/work.mjs';

const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const all = { bufferSize: Number.POSITIVE_INFINITY };

/** Maps n inputs, and reads all results. */
const maps = (options: MapOptions) => async (n: number) => {
  await using executor = new InlineExecutor();
  let read = 0;
  for await (const _ of executor.map(work.triple, upTo(n), { ...all, ...options })) read++;
  expect(read).toBe(n);
};

const crowds: [string, (n: number) => Promise<unknown>][] = [
  ['results of map() in order', maps({})],
  ['results of map() in any order', maps({ ordered: false })],
  ['results of map() in chunks', maps({ chunkSize: 7 })],
  ['results of map() in one chunk', maps({ chunkSize: Number.POSITIVE_INFINITY })],
  ['results of map() in chunks and in any order', maps({ chunkSize: 7, ordered: false })],
  ['results of map() with an index and an outcome', maps({ indexed: true, settled: true })],
  [
    'results of map() that are done in the opposite order',
    async (n) => {
      const executor = new ByHand();
      const results = executor.map((_: number) => 0, upTo(n), { ...all, ordered: false });
      for (const job of executor.jobs.reverse()) job.setResult(0);
      for await (const _ of results);
    },
  ],
  [
    'results of map() that are asked for at once',
    async (n) => {
      await using executor = new InlineExecutor();
      const results = executor.map(work.triple, upTo(n), all);
      await Promise.all(upTo(n).map(() => results.next()));
    },
  ],
  [
    'results of map() that are given up',
    async (n) => {
      await using executor = new InlineExecutor();
      for await (const _ of executor.map(work.triple, upTo(n), all)) break;
    },
  ],
  [
    'results of map() of which the time is over',
    async (n) => {
      const executor = new ByHand();
      const results = executor.map((_: number) => 0, upTo(n), { ...all, timeout: 1 });
      await results.next().catch(() => undefined);
    },
  ],
  [
    'items of a stream that are asked for at once',
    async (n) => {
      await using executor = new InlineExecutor();
      const stream = executor.streamWith({ bufferSize: n }, upTo, n);
      await Promise.all(upTo(n).map(() => stream.next()));
      await stream.return();
    },
  ],
  [
    'jobs that are cancelled',
    async (n) => {
      await using executor = new InlineExecutor();
      const jobs = upTo(n).map((each) => executor.submit(work.triple, each));
      for (const job of jobs) job.cancel();
    },
  ],
  [
    'urgent jobs behind a worker that has many',
    async (n) => {
      await using executor = new ThreadPoolExecutor({ maxWorkers: 1 });
      // Quick functions are given ahead by the hundred.
      for (let round = 0; round < 20; round++) {
        await Promise.all(upTo(200).map((each) => executor.submit(work.triple, each)));
      }
      const jobs = upTo(n).map((each) => executor.submit(work.triple, each));
      await new Promise((resolve) => setImmediate(resolve));
      const urgent = { priority: 1 };
      jobs.push(...upTo(n).map((each) => executor.submitWith(urgent, work.triple, each)));
      await Promise.all(jobs);
    },
  ],
  [
    'jobs of different priorities',
    async (n) => {
      await using executor = new InlineExecutor();
      await Promise.all(
        upTo(n).map((each) => executor.submitWith({ priority: each % 5 }, work.triple, each)),
      );
    },
  ],
];

test.each(crowds)('a crowd of %s works in proportion to its number', async (_, main) => {
  const workOf = async (n: number): Promise<number> => {
    const counted = countWork();
    let total = 0;
    try {
      await main(n);
    } finally {
      total = counted();
    }
    return total;
  };
  await workOf(10);
  const few = await workOf(200);
  const many = await workOf(800);
  // Four times as many: 16 times the work if it were quadratic.
  expect(many / Math.max(few, 200)).toBeLessThan(6);
});

test('a crowd of jobs that a lost worker had is put back in proportion to its number', () => {
  const looksAt = (n: number): number => {
    let looks = 0;
    const queue = new JobQueue();
    const jobs = upTo(n * 2).map((id) => ({
      get id() {
        looks++;
        return id;
      },
      priority: 0,
      before: undefined,
      after: undefined,
    })) as unknown as Job[];
    for (const job of jobs) queue.push(job);
    // The even ones were given to a worker, among them some of the last.
    const given = jobs.filter((_, at) => at % 2 === 0);
    for (const job of given) queue.remove(job);
    looks = 0;
    for (const job of given) queue.putBack(job);
    const counted = looks;
    const order: number[] = [];
    for (let job = queue.shift(); job !== undefined; job = queue.shift()) order.push(job.id);
    expect(order).toEqual(upTo(n * 2));
    return counted;
  };
  expect(looksAt(2000) / looksAt(500)).toBeLessThan(5);
});

/** A job as far as a queue looks at it. */
function queued(id: number, priority: number, look: () => void): Job {
  return {
    id,
    priority,
    before: undefined,
    after: undefined,
    get submittedAt() {
      look();
      return Math.floor(id / 3);
    },
  } as unknown as Job;
}

test('a crowd of jobs, each of a priority of its own, is queued in proportion to its number', () => {
  const looksAt = (n: number): number => {
    let looks = 0;
    const queue = new JobQueue();
    const priorities = upTo(n).map((each) => (each * 7919) % n);
    for (const [id, priority] of priorities.entries()) {
      queue.push(queued(id, priority, () => looks++));
    }
    const order: number[] = [];
    for (let job = queue.shift(); job !== undefined; job = queue.shift()) order.push(job.priority);
    expect(order).toEqual(priorities.sort((a, b) => b - a));
    return looks;
  };
  // The logarithm of a heap is allowed for.
  expect(looksAt(2000) / looksAt(500)).toBeLessThan(6);
});

/** True if `one` goes before `other`: a second of waiting is worth a level of priority. */
function isNext(one: Job, other: Job): boolean {
  const gain = one.priority - other.priority + (other.submittedAt - one.submittedAt) / 1000;
  return gain === 0 ? one.id < other.id : gain > 0;
}

test('a queue gives the job next that has the highest priority and has waited longest, whatever happened before', () => {
  let seed = 1;
  const random = (below: number): number => {
    seed = (seed * 48271) % 2147483647;
    return seed % below;
  };
  const queue = new JobQueue();
  const waiting = new Set<Job>();
  const given: Job[] = [];
  for (let id = 0; id < 5000; id++) {
    const job = queued(id, random(6) - 2, () => undefined);
    queue.push(job);
    waiting.add(job);
    const next = [...waiting].reduce((best, each) => (isNext(each, best) ? each : best));
    expect(queue.first()).toBe(next);
    const out = random(3) === 0 ? next : [...waiting][random(waiting.size)];
    if (out !== undefined && random(3) > 0) {
      queue.remove(out);
      waiting.delete(out);
      given.push(out);
    }
    const back = random(4) === 0 ? given.splice(random(given.length), 1)[0] : undefined;
    if (back !== undefined) {
      queue.putBack(back);
      waiting.add(back);
    }
    expect(queue.length).toBe(waiting.size);
    if (id % 500 === 499) {
      while (waiting.size > 20) {
        const job = queue.shift() as Job;
        waiting.delete(job);
      }
    }
  }
});
