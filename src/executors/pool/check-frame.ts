import type { LineToWorker } from '../crossing/line.ts';
import type { ItemsOfStream, OutcomeList } from '../crossing/protocol.ts';
import { FrameError } from '../crossing/read-frame.ts';
import type { Claims } from './claims.ts';
import type { GivenJobs } from './given-jobs.ts';
import type { Job } from './job/job.ts';
import { StreamJob } from './streams/stream-job.ts';

/**
 * Checks that a message of a worker is right as things are; `readFrame()` has checked its shape. A worker runs its jobs in their
 * order, each after its claim, and tells each outcome once: a message that says otherwise was made by a job. None of the jobs
 * that it names has been touched when the FrameError is thrown.
 */
export class FrameCheck {
  readonly #given: GivenJobs;
  readonly #claims: Claims;
  readonly #line: LineToWorker;
  /** The number of the last job whose outcome was told. */
  #told = -1;
  /** True once a message of the worker got lost, perhaps with outcomes and claims. */
  #hasMissed = false;

  constructor(given: GivenJobs, claims: Claims, line: LineToWorker) {
    this.#given = given;
    this.#claims = claims;
    this.#line = line;
  }

  /** A message of the worker got lost. The worker is asked to report what was in it. */
  miss(): void {
    this.#hasMissed = true;
    this.#line.post({ type: 'report' });
  }

  outcomes(list: OutcomeList): void {
    const [, upTo, , claimed] = list;
    let told = this.#told;
    for (let at = 4; at < list.length; ) {
      const first = list[at] as number;
      const count = Math.abs(list[at + 1] as number);
      if (first <= told) throw new FrameError('tells an outcome twice');
      this.#checkNoneLeft(told + 1, first - 1);
      told = first + count - 1;
      for (let seq = first; seq <= told; seq++) this.#checkBegun(seq);
      at += 2 + count;
    }
    this.#checkNoneLeft(told + 1, upTo);
    if (claimed !== -1 && this.#line.sharesMemory && this.#claims.isWaiting(claimed))
      throw new FrameError('claims a job that is not claimed');
    this.#told = told;
  }

  /** The worker has no outcome to tell of the jobs with these numbers: none of them may be here any more. */
  #checkNoneLeft(first: number, last: number): void {
    for (let seq = first; seq <= last; seq++) {
      const job = this.#given.get(seq);
      if (job === undefined || (this.#hasMissed && !this.#claims.isWaiting(seq))) continue;
      throw new FrameError('leaves the outcome of a job out');
    }
  }

  #checkBegun(seq: number): void {
    const isHere = this.#given.get(seq) !== undefined;
    if (this.#hasMissed && (!this.#line.sharesMemory || !isHere)) return;
    if (!isHere || this.#claims.isWaiting(seq))
      throw new FrameError('is about a job that it has not begun');
  }

  /** Returns the stream; undefined if the job has left: it may send items until it reads that. */
  items({ seq, after, items }: ItemsOfStream): StreamJob | undefined {
    const job = this.#given.get(seq);
    if (job === undefined) return undefined;
    this.#checkBegun(seq);
    if (!(job instanceof StreamJob)) throw new FrameError('has items of a job that is no stream');
    if (!job.mayHear(after, items.length)) throw new FrameError('has more items than were granted');
    return job;
  }

  /** Returns the job that reports; undefined if it has left. */
  progress(seq: number): Job | undefined {
    const job = this.#given.get(seq);
    if (job !== undefined) this.#checkBegun(seq);
    return job;
  }

  /** Returns the jobs of the message after the job `after`, which the worker says that it cannot read. */
  unread(after: number): Job[] {
    if (this.#line.pid !== undefined) throw new FrameError('cannot be from a process');
    const jobs = this.#given.unread(after);
    for (const { seq, transfer } of jobs) {
      if (this.#line.sharesMemory && transfer === undefined && !this.#claims.isWaiting(seq))
        throw new FrameError('names a job that it has begun');
    }
    return jobs;
  }
}
