import type { Job } from './job.ts';

/** A job gains one level of priority for each span of this length that it waits, so that none waits for ever. */
const ageingMs = 1000;

/** The jobs that wait for a worker: the more urgent first, equally urgent ones in the order of their submission. */
export class JobQueue {
  /** The jobs with priority 0: usually all. */
  readonly #usual = new Lane();
  /** A lane for each other priority, as long as it has jobs. */
  readonly #lanes = new Map<number, Lane>();
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(job: Job): void {
    this.#laneOf(job.priority).push(job);
    this.#length++;
  }

  /** Puts a job back that a worker was given, to where it was. */
  putBack(job: Job): void {
    this.#laneOf(job.priority).insert(job);
    this.#length++;
  }

  shift(): Job | undefined {
    const job = this.first();
    if (job !== undefined) this.remove(job);
    return job;
  }

  /** Takes out a job that is in it. */
  remove(job: Job): void {
    const lane = this.#laneOf(job.priority);
    lane.remove(job);
    this.#length--;
    if (lane.first === undefined && lane !== this.#usual) this.#lanes.delete(job.priority);
  }

  #laneOf(priority: number): Lane {
    if (priority === 0) return this.#usual;
    let lane = this.#lanes.get(priority);
    if (lane === undefined) {
      lane = new Lane();
      this.#lanes.set(priority, lane);
    }
    return lane;
  }

  /** The job that is next. */
  first(): Job | undefined {
    if (this.#lanes.size === 0) return this.#usual.first;
    const now = performance.now();
    const rankOf = (job: Job): number => job.priority + (now - job.submittedAt) / ageingMs;
    let best = this.#usual.first;
    for (const { first } of this.#lanes.values()) {
      if (first === undefined) continue;
      if (best === undefined || rankOf(first) > rankOf(best)) best = first;
    }
    return best;
  }
}

/** Jobs linked to their neighbours, so that any of them can leave at once. */
class Lane {
  first: Job | undefined;
  #last: Job | undefined;

  push(job: Job): void {
    this.#link(this.#last, job, undefined);
  }

  /** As `push()`, in the order of submission. */
  insert(job: Job): void {
    let after = this.first;
    while (after !== undefined && after.id < job.id) after = after.after;
    this.#link(after === undefined ? this.#last : after.before, job, after);
  }

  remove(job: Job): void {
    if (job.before === undefined) this.first = job.after;
    else job.before.after = job.after;
    if (job.after === undefined) this.#last = job.before;
    else job.after.before = job.before;
    job.before = undefined;
    job.after = undefined;
  }

  #link(before: Job | undefined, job: Job, after: Job | undefined): void {
    job.before = before;
    job.after = after;
    if (before === undefined) this.first = job;
    else before.after = job;
    if (after === undefined) this.#last = job;
    else after.before = job;
  }
}
