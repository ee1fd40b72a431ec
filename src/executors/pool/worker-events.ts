import type { WorkerEnd } from '../crossing/line.ts';
import type { Call } from '../crossing/protocol.ts';
import type { Job } from './job/job.ts';
import type { PoolWorker } from './pool-worker.ts';
import type { WorkerReport } from './worker-reports.ts';

/** What a worker tells its pool. */
export interface WorkerEvents {
  /** It has started. */
  ready(worker: PoolWorker): void;
  /** It may have become able to take more jobs, or idle. */
  free(worker: PoolWorker): void;
  /** It does not have this job any more, and another worker is to have it. */
  returned(job: Job): void;
  /** Its initializer failed. */
  broken(worker: PoolWorker, error: unknown): void;
  /** Its teardown failed, or failures of tasks are lost in it. */
  reported(worker: PoolWorker, report: WorkerReport): void;
  /** It has ended, and was in `state` before. The jobs that it ran have failed, the others have returned. */
  gone(worker: PoolWorker, end: WorkerEnd, state: WorkerState): void;
}

export type WorkerState = 'starting' | 'idle' | 'busy' | 'closing' | 'gone';

export interface WorkerSettings {
  readonly initializer: Call | undefined;
  readonly teardown: Call | undefined;
  readonly tsx: string | undefined;
  /** How long a job may go on after it was asked to stop, in ms. */
  readonly grace: number;
  /** How long a worker that runs no job may leave the pool without an answer, in ms. */
  readonly unresponsiveTimeout: number;
  /** How many jobs a worker may have at a time. */
  readonly maxPrefetch: number;
  /** How many jobs a worker may run in its life. */
  readonly maxTasks: number;
}
