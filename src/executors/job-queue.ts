import type { Job } from './job.ts';

/** Jobs in the order of their submission, linked to their neighbours, so that any of them can leave at once. */
export class JobQueue {
  #first: Job | undefined;
  #last: Job | undefined;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(job: Job): void {
    job.before = this.#last;
    if (this.#last === undefined) this.#first = job;
    else this.#last.after = job;
    this.#last = job;
    this.#length++;
  }

  shift(): Job | undefined {
    const job = this.#first;
    if (job !== undefined) this.remove(job);
    return job;
  }

  /** Takes out a job that is in it. */
  remove(job: Job): void {
    if (job.before === undefined) this.#first = job.after;
    else job.before.after = job.after;
    if (job.after === undefined) this.#last = job.before;
    else job.after.before = job.before;
    job.before = undefined;
    job.after = undefined;
    this.#length--;
  }
}
