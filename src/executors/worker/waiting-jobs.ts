import { capacity } from '../crossing/claim-table.ts';
import { append } from '../crossing/intrinsics.ts';
import type { WaitingJob } from './batch-reader.ts';

/** The jobs that a worker has read and not begun, first in, first out. */
export class WaitingJobs {
  readonly #jobs: WaitingJob[] = [];
  /** The place of the first job. */
  #at = 0;

  add(jobs: readonly WaitingJob[]): void {
    for (let at = 0; at < jobs.length; at++) append(this.#jobs, jobs[at] as WaitingJob);
  }

  /** Returns the job behind `ahead` others, which stays here. */
  look(ahead = 0): WaitingJob | undefined {
    return this.#jobs[this.#at + ahead];
  }

  /** Takes the first job. */
  take(): WaitingJob | undefined {
    if (this.#at >= capacity) this.#dropTaken();
    const job = this.#jobs[this.#at];
    if (job === undefined) this.clear();
    else this.#at++;
    return job;
  }

  clear(): void {
    this.#jobs.length = 0;
    this.#at = 0;
  }

  #dropTaken(): void {
    const jobs = this.#jobs;
    const { length } = jobs;
    for (let at = this.#at; at < length; at++) jobs[at - this.#at] = jobs[at] as WaitingJob;
    jobs.length = length - this.#at;
    this.#at = 0;
  }
}
