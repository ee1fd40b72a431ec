import type { PoolWorker } from './pool-worker.ts';

/** What an executor is doing, at one moment. */
export interface ExecutorStatistics {
  /** How many workers there may be. */
  readonly maxWorkers: number;
  /** Jobs that have not begun. */
  readonly queued: number;
  /** Jobs that a worker is running. */
  readonly running: number;
  /** The workers that there are. */
  readonly workers: readonly WorkerStatistics[];
}

/** What a worker is doing, at one moment. */
export interface WorkerStatistics {
  /** The name of the worker. */
  readonly name: string;
  /** The id of its thread; undefined if it is none, or if the host tells none. */
  readonly threadId: number | undefined;
  /** The id of its process; undefined if it is none. */
  readonly pid: number | undefined;
  /** What the worker does: it starts, waits for jobs, runs one, or ends. */
  readonly state: 'starting' | 'idle' | 'busy' | 'closing' | 'gone';
  /** The name of the job that it runs. */
  readonly job: string | undefined;
}

/** @param queued - How many jobs no worker was given. */
export function statisticsOf(
  maxWorkers: number,
  queued: number,
  workers: readonly PoolWorker[],
): ExecutorStatistics {
  const each = workers.map(({ name, line, state, job }) =>
    Object.freeze({
      name,
      threadId: line.threadId,
      pid: line.pid,
      state,
      job: job?.name,
    }),
  );
  return Object.freeze({
    maxWorkers,
    queued: workers.reduce((sum, worker) => sum + worker.waiting().length, queued),
    running: each.filter((worker) => worker.job !== undefined).length,
    workers: Object.freeze(each),
  });
}
