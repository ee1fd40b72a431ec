import type { PoolWorker } from './pool-worker.ts';

/** What an executor is doing, at one moment. */
export interface ExecutorStatistics {
  readonly maxWorkers: number;
  /** Jobs that have not begun. */
  readonly queued: number;
  /** Jobs that a worker is running. */
  readonly running: number;
  readonly workers: readonly WorkerStatistics[];
}

export interface WorkerStatistics {
  readonly name: string;
  readonly threadId: number | undefined;
  readonly pid: number | undefined;
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
