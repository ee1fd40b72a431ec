/** The pool over workers that do what the test says. */
import { getEventLoop } from 'skein';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { registerUnasked } from '../../../src/core/register-unasked.ts';
import { ClaimTable } from '../../../src/executors/crossing/claim-table.ts';
import type { LineEvents, LineToWorker, WorkerEnd } from '../../../src/executors/crossing/line.ts';
import { isList, mark, type ToWorker } from '../../../src/executors/crossing/protocol.ts';
import type { SubmitOptions } from '../../../src/executors/crossing/submit-options.ts';
import { Pool } from '../../../src/executors/pool/pool.ts';
import { BatchReader, type WaitingJob } from '../../../src/executors/worker/batch-reader.ts';

/** Pools set timers of the real clock, whatever a test fakes. Here they set those that the tests below fake. */
vi.mock(import('../../../src/core/host-timers.ts'), async (load) => {
  const real = await load();
  return { ...real, setRealTimer: real.setFakedTimer };
});
// The sources are as they are in Node.
registerUnasked();

class FakeWorker implements LineToWorker {
  readonly place = 'a fake';
  readonly threadId = undefined;
  readonly pid = undefined;
  readonly sharesMemory = true;
  terminated = false;
  readonly posted: ToWorker[] = [];
  readonly events: LineEvents;
  keepsAlive = true;

  constructor(events: LineEvents) {
    this.events = events;
  }

  post(message: ToWorker): void {
    this.posted.push(message);
  }

  terminate(): void {
    this.terminated = true;
  }

  ref(): void {
    this.keepsAlive = true;
  }

  unref(): void {
    this.keepsAlive = false;
  }

  /** The jobs that it was given, and has not finished, in their order. */
  get given(): WaitingJob[] {
    const reader = new BatchReader();
    const jobs = this.posted.flatMap((each) => (isList(each) ? reader.read(each) : []));
    return jobs.filter(({ seq }) => seq >= this.#over && this.#table.stateOf(seq) !== 'taken back');
  }

  #over = 0;

  get #table(): ClaimTable {
    const [start] = this.posted;
    return new ClaimTable((start as Extract<ToWorker, { type: 'start' }>).claims);
  }

  ready(): void {
    this.events.message({ mark, type: 'ready' });
  }

  /** Begins with the next job, as a worker does. */
  claim(): number {
    const job = this.given[0];
    if (job === undefined || !this.#table.claim(job.seq)) throw new Error('There is no job.');
    return job.seq;
  }

  /** Says that the last message cannot be read. */
  cannotRead(reason: string): void {
    const after = this.#over - 1;
    this.#over = (this.given.at(-1)?.seq as number) + 1;
    this.events.message({ mark, type: 'unreadable', reason, after });
  }

  /** Does without the next job. */
  skip(): void {
    this.#over = (this.given[0]?.seq as number) + 1;
  }

  /** Does the next job. */
  answer(value: unknown, ms = 1): void {
    const seq = this.given[0]?.seq as number;
    this.#table.claim(seq);
    this.#table.finish(seq);
    this.#over = seq + 1;
    this.events.message([mark, seq, ms * 1000, -1, seq, 1, value]);
  }
}

/** The real one, whatever the tests do to timers. */
const turn = globalThis.setImmediate;

const dead: WorkerEnd = {
  exitCode: 1,
  signal: undefined,
  uncaught: undefined,
  heapLimit: false,
};

describe('Pool', () => {
  let workers: FakeWorker[];
  let pool: Pool;
  const fn = (): number => 1;
  const submit = (options: SubmitOptions = {}) => pool.submit(fn, [], options, fn);
  /** The first of the two has four jobs, the second none. */
  const busyWorker = async (): Promise<[FakeWorker, FakeWorker]> => {
    for (let n = 0; n < 4; n++) submit();
    const [first, second] = workers as [FakeWorker, FakeWorker];
    first.ready();
    await new Promise(turn);
    return [first, second];
  };

  beforeEach(() => {
    vi.useFakeTimers();
    workers = [];
    pool = new Pool({
      kind: 'FakeExecutor',
      maxWorkers: 2,
      minWorkers: 0,
      idleTimeout: Number.POSITIVE_INFINITY,
      maxQueue: Number.POSITIVE_INFINITY,
      maxTasks: Number.POSITIVE_INFINITY,
      maxPrefetch: Number.POSITIVE_INFINITY,
      unresponsiveTimeout: Number.POSITIVE_INFINITY,
      grace: 100,
      namePrefix: 'fake',
      initializer: undefined,
      teardown: undefined,
      tsx: undefined,
      isProgram: undefined,
      open: (_name, events) => {
        const worker = new FakeWorker(events);
        workers.push(worker);
        return worker;
      },
    });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('starts one worker for each job, as long as it may', () => {
    for (let n = 1; n <= 3; n++) {
      submit();
      expect(workers).toHaveLength(Math.min(n, 2));
    }
  });

  test('gives jobs to a worker once that is ready, some of them ahead', () => {
    const jobs = Array.from({ length: 9 }, () => submit());
    const [worker] = workers as [FakeWorker];
    expect(worker.posted).toMatchObject([{ type: 'start' }]);
    worker.ready();
    expect(worker.given).toHaveLength(4);
    worker.answer(1);
    expect(jobs[0]?.result()).toBe(1);
    expect(pool.statistics()).toMatchObject({ queued: 8, running: 0 });
  });

  test('gives ever more ahead when jobs cost little, and nothing when they cost much', () => {
    for (let n = 0; n < 5000; n++) submit();
    const [worker] = workers as [FakeWorker];
    worker.ready();
    const ahead: number[] = [];
    const answerAll = (ms: number): void => {
      for (let left = worker.given.length; left > 0; left--) worker.answer(1, ms);
      ahead.push(worker.given.length);
    };
    for (let n = 0; n < 4; n++) answerAll(0.004);
    expect(ahead).toEqual([500, 500, 500, 500]);
    ahead.length = 0;
    for (let n = 0; n < 3; n++) answerAll(20);
    expect(ahead).toEqual([1, 1, 1]);
  });

  test('gives a worker more when half is done, and not after each job', async () => {
    for (let n = 0; n < 100; n++) submit();
    const [worker] = workers as [FakeWorker];
    worker.ready();
    for (let left = worker.given.length; left > 0; left--) worker.answer(1, 0.2);
    expect(worker.given.length).toBe(10);
    const before = worker.posted.length;
    const given: number[] = [];
    for (let n = 0; n < 10; n++) {
      worker.answer(1, 0.2);
      await new Promise(turn);
      given.push(worker.given.length);
    }
    expect(given).toEqual([9, 8, 7, 6, 10, 9, 8, 7, 6, 10]);
    expect(worker.posted.length).toBe(before + 2);
  });

  test('leaves one job with a worker that does not come to begin it', async () => {
    for (let n = 0; n < 6; n++) submit();
    const [first, second] = workers as [FakeWorker, FakeWorker];
    first.ready();
    second.ready();
    vi.advanceTimersByTime(5);
    submit();
    second.answer('by the second', 0.1);
    await new Promise(turn);
    expect(first.given.length).toBe(1);
    while (second.given.length > 0) second.answer('by the second', 0.1);
    first.answer('at last');
    const shutdown = pool.shutdown({});
    for (const worker of workers) {
      expect(worker.posted.at(-1)).toEqual({ type: 'close' });
      worker.events.ended({ ...dead, exitCode: 0 });
    }
    expect(shutdown.done()).toBe(true);
  });

  test('gives nothing to a worker that a job holds up, and takes back what waits there', async () => {
    const jobs = Array.from({ length: 8 }, () => submit());
    const [first, second] = workers as [FakeWorker, FakeWorker];
    first.ready();
    second.ready();
    first.claim();
    expect([first.given.length, second.given.length]).toEqual([4, 4]);
    submit();
    vi.advanceTimersByTime(5);
    while (second.given.length > 0) {
      second.answer('by the second', 0.1);
      await new Promise(turn);
    }
    expect(jobs.map((job) => job.done())).toEqual([false, ...Array(7).fill(true)]);
    expect(first.given.length).toBe(1);
  });

  test('sends a job at once to each idle worker, and the rest of the turn together', async () => {
    submit();
    submit();
    const [first, second] = workers as [FakeWorker, FakeWorker];
    for (const worker of [first, second]) {
      worker.ready();
      while (worker.given.length > 0) worker.answer(1, 0.1);
    }
    const before = [first, second].map((worker) => worker.posted.length);
    const messages = () =>
      [first, second].map((worker, index) => worker.posted.length - (before[index] as number));
    for (let n = 0; n < 6; n++) submit();
    expect(messages()).toEqual([1, 1]);
    await new Promise(turn);
    expect(messages()).toEqual([2, 2]);
    expect([first.given.length, second.given.length]).toEqual([3, 3]);
  });

  test('sends together what the answers of one turn of the host bring about', async () => {
    const [worker] = await busyWorker();
    const before = worker.posted.length;
    for (let n = 0; n < 3; n++) {
      worker.answer(1);
      await Promise.resolve();
      submit();
    }
    expect(worker.posted.length).toBe(before);
    await new Promise(turn);
    expect(worker.posted.length).toBe(before + 1);
  });

  test('brings all workers to the same level', () => {
    for (let n = 0; n < 7; n++) submit();
    const [first, second] = workers as [FakeWorker, FakeWorker];
    first.ready();
    second.ready();
    expect([first.given.length, second.given.length]).toEqual([4, 3]);
  });

  test('takes jobs from a worker that is held up, for one that is idle', async () => {
    const jobs = Array.from({ length: 4 }, () => submit());
    const [first, second] = workers as [FakeWorker, FakeWorker];
    first.ready();
    first.claim();
    expect(first.given).toHaveLength(4);
    second.ready();
    await Promise.resolve();
    expect([first.given.length, second.given.length]).toEqual([2, 2]);
    while (second.given.length > 0) {
      second.answer('by the second');
      await Promise.resolve();
    }
    expect(jobs.slice(1).map((job) => job.result())).toEqual(Array(3).fill('by the second'));
    expect(jobs[0]?.running()).toBe(true);
  });

  test('takes back what is cancelled and was not begun, and knows what was', () => {
    const jobs = [submit(), submit()] as const;
    const [worker] = workers as [FakeWorker];
    worker.ready();
    worker.claim();
    expect(jobs.map((job) => job.running())).toEqual([true, false]);
    for (const job of jobs) job.cancel();
    expect(jobs.map((job) => job.running())).toEqual([true, false]);
    expect(worker.given).toHaveLength(1);
    expect(worker.posted.at(-1)).toMatchObject({ type: 'abort', seq: 0 });
  });

  test('ends a worker whose job does not stop in time', () => {
    const job = submit();
    const [worker] = workers as [FakeWorker];
    worker.ready();
    worker.claim();
    job.cancel('no more');
    vi.advanceTimersByTime(99);
    expect(worker.terminated).toBe(false);
    vi.advanceTimersByTime(1);
    expect(worker.terminated).toBe(true);
    worker.events.ended(dead);
    expect(job.running()).toBe(false);
  });

  test('gives nothing more to a worker that it has ended, though the job did stop at last', () => {
    const job = submit();
    const [worker] = workers as [FakeWorker];
    worker.ready();
    worker.claim();
    job.cancel();
    vi.advanceTimersByTime(100);
    worker.answer('too late');
    const next = submit();
    expect(worker.given).toEqual([]);
    workers.at(-1)?.ready();
    workers.at(-1)?.answer(2);
    expect(next.result()).toBe(2);
    worker.events.ended(dead);
    expect(pool.statistics().workers).toHaveLength(1);
  });

  test('leaves a worker alone whose job stops in time', () => {
    const job = submit();
    const [worker] = workers as [FakeWorker];
    worker.ready();
    worker.claim();
    job.cancel();
    worker.answer('stopped');
    expect(vi.getTimerCount()).toBe(0);
    expect(job.cancelled()).toBe(true);
  });

  test('gives what a dead worker had not begun to another, in its order', () => {
    const jobs = Array.from({ length: 4 }, () => submit());
    const [first, second] = workers as [FakeWorker, FakeWorker];
    first.ready();
    first.claim();
    first.events.ended(dead);
    expect(jobs.map((job) => job.done())).toEqual([true, false, false, false]);
    second.ready();
    for (const value of ['b', 'c', 'd']) second.answer(value);
    expect(jobs.slice(1).map((job) => job.result())).toEqual(['b', 'c', 'd']);
  });

  test('gives a job up on which one worker after the other dies before it begins', () => {
    const job = submit();
    while (!job.done() && workers.length < 6) {
      workers.at(-1)?.ready();
      workers.at(-1)?.events.ended({ ...dead, heapLimit: true });
    }
    expect(job.exception()).toMatchObject({ code: 'worker-lost', runs: 0, heapLimit: true });
    expect(workers).toHaveLength(3);
  });

  test('has a job gain on more urgent ones while it waits', async () => {
    const old = submit({ priority: -1 });
    await new Promise(turn);
    vi.advanceTimersByTime(1100);
    const young = submit();
    const urgent = submit({ priority: 1 });
    const [first] = workers as [FakeWorker];
    first.ready();
    for (const value of [1, 2, 3]) first.answer(value);
    expect([urgent.result(), old.result(), young.result()]).toEqual([1, 2, 3]);
  });

  test('keeps the program alive while there is work, and only then', async () => {
    const jobs = [submit(), submit()];
    const [first, second] = workers as [FakeWorker, FakeWorker];
    first.ready();
    // The second still starts, for a job that the first was given meanwhile.
    expect([first.keepsAlive, second.keepsAlive]).toEqual([true, false]);
    jobs[1]?.cancel();
    expect([first.keepsAlive, second.keepsAlive]).toEqual([true, false]);
    first.answer(1);
    await new Promise(turn);
    expect([first.keepsAlive, second.keepsAlive]).toEqual([false, false]);
    await Promise.resolve();
    submit();
    expect([first.keepsAlive, second.keepsAlive]).toEqual([true, false]);
  });

  test('starts nothing for jobs that were cancelled before', () => {
    const job = submit();
    job.cancel();
    workers[0]?.ready();
    expect(workers[0]?.posted).toMatchObject([{ type: 'start' }]);
    expect(pool.statistics()).toMatchObject({ queued: 0, running: 0 });
  });

  test('fails a job whose message cannot be read, and goes on [cf.crash.arg_deserialise_error]', () => {
    const [lost, next] = [submit(), submit()];
    const [worker] = workers as [FakeWorker];
    worker.ready();
    // Its jobs are sent again, one by one, so that only the one at fault fails.
    worker.cannotRead('Error: no such class');
    expect([lost.done(), worker.given.length]).toEqual([false, 2]);
    worker.events.message({ mark, type: 'unreadable', reason: 'Error: no such class', after: 1 });
    expect(lost.exception()).toEqual(
      new Error(
        'What `fn` was given or has returned was copied, but could not be put together again: Error: no such class.',
      ),
    );
    worker.skip();
    worker.answer(2);
    expect(next.result()).toBe(2);
  });

  test('fails a job whose result cannot be read, and goes on [cf.crash.result_deserialise_error]', () => {
    const lost = submit();
    const [worker] = workers as [FakeWorker];
    worker.ready();
    const seq = worker.claim();
    worker.events.unreadable(new RangeError('half a message'));
    expect(worker.posted.at(-1)).toEqual({ type: 'report' });
    worker.events.message([mark, seq, 0, -1]);
    expect(String(lost.exception())).toContain('could not be put together again: its outcome did');
    expect(pool.statistics().running).toBe(0);
  });

  test.each<[string, (seq: number) => unknown]>([
    ['the outcome of a job that waits', (seq) => [mark, -1, 0, -1, seq + 1, 1, 'x']],
    ['the outcomes of all', (seq) => [mark, -1, 0, -1, seq, 4, 1, 2, 3, 4]],
    ['that all outcomes were told', (seq) => [mark, seq + 3, 0, -1]],
    ['a claim of a job that waits', (seq) => [mark, -1, 0, seq + 1]],
    ['a report of a job that waits', (seq) => ({ mark, type: 'progress', seq: seq + 1, value: 1 })],
    [
      'items of a job that waits',
      (seq) => ({ mark, type: 'items', seq: seq + 1, after: 0, items: [], refused: undefined }),
    ],
    [
      'that it cannot read the running job',
      () => ({ mark, type: 'unreadable', reason: '', after: -1 }),
    ],
  ])('ends a worker that tells %s; its jobs go elsewhere', async (_title, frame) => {
    const [first, second] = await busyWorker();
    const jobs = [submit(), submit()];
    const seq = first.claim();
    first.events.message(frame(seq));
    expect(pool.statistics().queued).toBe(5);
    first.events.ended(dead);
    second.ready();
    await new Promise(turn);
    for (let n = 0; n < 5; n++) {
      if (second.given.length === 0) await new Promise(turn);
      second.answer(n);
    }
    await new Promise(turn);
    expect(jobs.map((job) => job.done())).toEqual([true, true]);
  });

  test('tries again later when a worker does not start, and gives up after three times', () => {
    const job = submit();
    const starts: number[] = [];
    for (let n = 0; n < 5; n++) {
      starts.push(workers.length);
      workers.at(-1)?.events.ended(dead);
      if (job.done()) break;
      vi.advanceTimersToNextTimer();
    }
    expect(starts).toEqual([1, 2, 3]);
    expect(String(job.exception())).toBe(
      'BrokenExecutor: The workers of this FakeExecutor cannot start: exit code 1. Make a new executor once that is mended.',
    );
    expect(submit).toThrow(/cannot start: exit code 1/);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('counts workers that fail together as one failure', () => {
    const jobs = [submit(), submit()];
    for (const worker of [...workers]) worker.events.ended(dead);
    expect(jobs.map((job) => job.done())).toEqual([false, false]);
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersToNextTimer();
    expect(workers).toHaveLength(4);
  });

  test('does not give up while another worker lives', () => {
    submit();
    const [healthy] = workers as [FakeWorker];
    healthy.ready();
    const job = submit();
    for (let n = 0; n < 6; n++) {
      workers.at(-1)?.events.ended(dead);
      vi.advanceTimersToNextTimer();
    }
    expect(job.done()).toBe(false);
    healthy.answer(1);
    healthy.answer(2);
    expect(job.result()).toBe(2);
  });

  test('leaves no timer when nobody waits for the next try', () => {
    const job = submit();
    workers[0]?.events.ended(dead);
    expect(vi.getTimerCount()).toBe(1);
    job.cancel();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('leaves no timer when another worker does the work meanwhile', () => {
    submit();
    const [healthy] = workers as [FakeWorker];
    healthy.ready();
    submit();
    workers[1]?.events.ended(dead);
    expect(vi.getTimerCount()).toBe(1);
    healthy.answer(1);
    healthy.answer(2);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('does not wait for a worker that starts when another did the work', () => {
    const jobs = [submit(), submit()];
    const [first, second] = workers as [FakeWorker, FakeWorker];
    first.ready();
    first.answer(1);
    expect(second.keepsAlive).toBe(false);
    const shutdown = pool.shutdown({});
    first.answer(2);
    expect(jobs.map((job) => job.result())).toEqual([1, 2]);
    for (const worker of [first, second]) expect(worker.posted.at(-1)).toEqual({ type: 'close' });
    for (const worker of [first, second]) worker.events.ended({ ...dead, exitCode: 0 });
    expect(shutdown.done()).toBe(true);
  });

  test('is shut down once the last worker is gone', () => {
    submit();
    const [worker] = workers as [FakeWorker];
    worker.ready();
    const shutdown = pool.shutdown({});
    worker.answer(1);
    expect(worker.posted.at(-1)).toEqual({ type: 'close' });
    expect([shutdown.done(), worker.keepsAlive]).toEqual([false, true]);
    worker.events.ended({ ...dead, exitCode: 0 });
    expect(shutdown.done()).toBe(true);
    expect(getEventLoop().isClosed()).toBe(false);
  });

  test('closes workers that are still starting when it is shut down', () => {
    submit().cancel();
    void pool.shutdown({});
    expect(workers[0]?.posted.at(-1)).toEqual({ type: 'close' });
    // It may have become ready in the meantime: that changes nothing.
    workers[0]?.ready();
    expect(pool.statistics().workers[0]?.state).toBe('closing');
  });

  test('replaces a worker that dies while work is left after a shutdown [cf.shutdown.no_wait_with_replacement]', () => {
    const [lost, next] = [submit(), submit()];
    const [first] = workers as [FakeWorker];
    first.ready();
    first.claim();
    const shutdown = pool.shutdown({});
    for (const worker of [...workers]) worker.events.ended(dead);
    expect(lost.exception()).toMatchObject({ name: 'WorkerLostError', exitCode: 1 });
    vi.advanceTimersToNextTimer();
    const another = workers.at(-1) as FakeWorker;
    another.ready();
    another.answer('late');
    expect(next.result()).toBe('late');
    another.events.ended(dead);
    expect(shutdown.done()).toBe(true);
  });

  test('forgets the arguments of a job once it is over [cf.proc.args_released]', () => {
    const future = pool.submit(fn, [{ large: true }], {}, fn);
    workers[0]?.ready();
    workers[0]?.answer(1);
    expect((future._owner as unknown as { args: unknown }).args).toEqual([]);
  });
});
