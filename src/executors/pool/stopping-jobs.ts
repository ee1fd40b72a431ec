import { HostDelay } from '../../core/host-delay.ts';
import type { Job } from './job/job.ts';

/** The running jobs of one worker that were asked to stop. A job that has not stopped after its grace is overdue. */
export class StoppingJobs {
  /** Each with the timer of its grace. */
  readonly #jobs = new Map<Job, HostDelay>();
  readonly #overdue: () => void;

  constructor(overdue: () => void) {
    this.#overdue = overdue;
  }

  get size(): number {
    return this.#jobs.size;
  }

  has(job: Job): boolean {
    return this.#jobs.has(job);
  }

  /** @param graceMs - `Infinity` for a job that may take as long as it wants. */
  add(job: Job, graceMs: number): void {
    this.#jobs.set(job, new HostDelay(this.#overdue, graceMs));
  }

  /** The job has left the worker. */
  remove(job: Job): void {
    if (this.#jobs.size === 0) return;
    this.#jobs.get(job)?.clear();
    this.#jobs.delete(job);
  }
}
