/** The pool over workers that do what the test says. */
import { getEventLoop } from 'skein';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Channel, ChannelEvents, WorkerEnd } from '../../../src/executors/channel.ts';
import { Pool } from '../../../src/executors/pool.ts';
import type { ToWorker } from '../../../src/executors/protocol.ts';

class FakeWorker implements Channel {
  readonly place = 'a fake';
  readonly threadId = undefined;
  readonly posted: ToWorker[] = [];
  readonly events: ChannelEvents;
  keepsAlive = true;

  constructor(events: ChannelEvents) {
    this.events = events;
  }

  post(message: ToWorker): void {
    this.posted.push(message);
  }

  terminate(): void {}

  ref(): void {
    this.keepsAlive = true;
  }

  unref(): void {
    this.keepsAlive = false;
  }

  /** Answers the last job. */
  answer(value: unknown): void {
    const last = this.posted.at(-1);
    if (last?.type !== 'run') throw new Error('There is no job.');
    this.events.message({ type: 'done', outcomes: [{ id: last.jobs[0]?.id as number, value }] });
  }
}

const dead: WorkerEnd = { exitCode: 1, uncaught: undefined, heapLimit: false };

describe('Pool', () => {
  let workers: FakeWorker[];
  let pool: Pool;
  const fn = (): number => 1;
  const submit = () => pool.submit(fn, [], fn);

  beforeEach(() => {
    vi.useFakeTimers();
    workers = [];
    pool = new Pool({
      kind: 'FakeExecutor',
      maxWorkers: 2,
      namePrefix: 'fake',
      initializer: undefined,
      tsx: undefined,
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

  test('gives a job to a worker once that is ready, and one at a time', () => {
    for (let n = 0; n < 3; n++) submit();
    const [worker] = workers as [FakeWorker];
    expect(worker.posted.map((message) => message.type)).toEqual(['start']);
    worker.events.message({ type: 'ready' });
    expect(worker.posted.map((message) => message.type)).toEqual(['start', 'run']);
    worker.answer(1);
    expect(worker.posted.map((message) => message.type)).toEqual(['start', 'run', 'run']);
  });

  test('keeps the program alive while there is work, and only then', () => {
    const jobs = [submit(), submit()];
    const [first, second] = workers as [FakeWorker, FakeWorker];
    first.events.message({ type: 'ready' });
    expect([first.keepsAlive, second.keepsAlive]).toEqual([true, true]);
    // The second still starts, for a job that nobody wants any more.
    jobs[1]?.cancel();
    expect([first.keepsAlive, second.keepsAlive]).toEqual([true, false]);
    first.answer(1);
    expect([first.keepsAlive, second.keepsAlive]).toEqual([false, false]);
    submit();
    expect([first.keepsAlive, second.keepsAlive]).toEqual([true, false]);
    submit();
    expect([first.keepsAlive, second.keepsAlive]).toEqual([true, true]);
  });

  test('starts nothing for jobs that were cancelled before', () => {
    const job = submit();
    job.cancel();
    workers[0]?.events.message({ type: 'ready' });
    expect(workers[0]?.posted.map((message) => message.type)).toEqual(['start']);
    expect(pool.statistics()).toMatchObject({ queued: 0, running: 0 });
  });

  test('fails a job whose message cannot be read, and goes on [cf.crash.arg_deserialise_error]', () => {
    const [lost, next] = [submit(), submit()];
    const [worker] = workers as [FakeWorker];
    worker.events.message({ type: 'ready' });
    worker.events.message({ type: 'unreadable', reason: 'Error: no such class' });
    expect(lost.exception()).toEqual(
      new Error(
        'What `fn` was given or has returned was copied, but could not be put together again: Error: no such class.',
      ),
    );
    worker.answer(2);
    expect(next.result()).toBe(2);
  });

  test('fails a job whose result cannot be read, and goes on [cf.crash.result_deserialise_error]', () => {
    const lost = submit();
    const [worker] = workers as [FakeWorker];
    worker.events.message({ type: 'ready' });
    worker.events.unreadable(new RangeError('half a message'));
    expect(String(lost.exception())).toContain('RangeError: half a message');
    expect(pool.statistics().running).toBe(0);
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
    healthy.events.message({ type: 'ready' });
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
    healthy.events.message({ type: 'ready' });
    submit();
    workers[1]?.events.ended(dead);
    expect(vi.getTimerCount()).toBe(1);
    healthy.answer(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('does not wait for a worker that starts when another did the work', () => {
    const jobs = [submit(), submit()];
    const [first, second] = workers as [FakeWorker, FakeWorker];
    first.events.message({ type: 'ready' });
    first.answer(1);
    expect(second.keepsAlive).toBe(false);
    const shutdown = pool.shutdown({});
    first.answer(2);
    expect(jobs.map((job) => job.result())).toEqual([1, 2]);
    expect([first, second].map((worker) => worker.posted.at(-1)?.type)).toEqual(['close', 'close']);
    for (const worker of [first, second]) worker.events.ended({ ...dead, exitCode: 0 });
    expect(shutdown.done()).toBe(true);
  });

  test('is shut down once the last worker is gone', () => {
    submit();
    const [worker] = workers as [FakeWorker];
    worker.events.message({ type: 'ready' });
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
    workers[0]?.events.message({ type: 'ready' });
    expect(pool.statistics().workers[0]?.state).toBe('closing');
  });

  test('replaces a worker that dies while work is left after a shutdown [cf.shutdown.no_wait_with_replacement]', () => {
    const [lost, next] = [submit(), submit()];
    next.removeDoneCallback(() => {});
    for (const worker of workers) worker.events.message({ type: 'ready' });
    const late = submit();
    const shutdown = pool.shutdown({});
    for (const worker of [...workers]) worker.events.ended(dead);
    expect(lost.exception()).toMatchObject({ name: 'WorkerLostError', exitCode: 1 });
    expect(workers).toHaveLength(3);
    workers[2]?.events.message({ type: 'ready' });
    workers[2]?.answer('late');
    expect(late.result()).toBe('late');
    workers[2]?.events.ended(dead);
    expect(shutdown.done()).toBe(true);
    expect(next.exception()).toMatchObject({ name: 'WorkerLostError' });
  });

  test('forgets the arguments of a job once a worker has them [cf.proc.args_released]', () => {
    const future = pool.submit(fn, [{ large: true }], fn);
    workers[0]?.events.message({ type: 'ready' });
    expect(() => (future._owner as unknown as { message(): unknown }).message()).toThrow();
  });
});
