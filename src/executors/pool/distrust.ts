import type { WorkerEnd } from '../crossing/line.ts';
import type { GivenJobs } from './given-jobs.ts';
import { Deadline } from './job/deadline.ts';
import type { Job } from './job/job.ts';

/** The job that is suspected may run on for so long, in ms, while the jobs behind it are given back. */
const suspectMs = 1000;

/**
 * What a pool does with a worker that has sent a message which is none of the protocol. One of its jobs has done that, most
 * likely the one that runs: that job fails as lost. The worker gets no more jobs, gives back those that it has not begun, and
 * is ended. Jobs that it has begun behind the suspect do no harm, so it may end them first.
 *
 * States: trusted → suspected (a job is at fault, and has not left) → left (it has). The worker is ended as soon as no other job
 * is there, and at the latest `suspectMs` after the message if the suspect has not left.
 */
export class Distrust {
  #why: string | undefined;
  #suspect: Job | undefined;
  /** True once the worker was told to end. */
  #isEnding = false;
  readonly #deadline: Deadline;
  readonly #terminate: () => void;

  constructor(terminate: () => void) {
    this.#terminate = () => {
      if (this.#isEnding) return;
      this.#isEnding = true;
      terminate();
    };
    this.#deadline = new Deadline(this.#terminate);
  }

  /**
   * The worker has sent such a message.
   *
   * @param why - What is wrong with it, as the end of a sentence.
   * @param given - The jobs that the worker has. The first of those that it has begun runs.
   */
  begin(why: string, given: GivenJobs): void {
    if (this.#why !== undefined) return;
    this.#why = why;
    this.#suspect = given.running();
    this.#deadline.set(suspectMs);
  }

  /** Returns true if this job, which has just left, is the suspect. */
  hasLeft(job: Job): boolean {
    if (job !== this.#suspect) return false;
    this.#suspect = undefined;
    this.#deadline.clear();
    return true;
  }

  /** Returns the end that this job is to be told, which has left without an outcome; undefined while the worker is trusted. */
  endFor(job: Job): WorkerEnd | undefined {
    if (this.#why === undefined) return undefined;
    this.hasLeft(job);
    return this.end;
  }

  /** @param load - How many jobs the worker has. */
  endIfAlone(load: number): void {
    if (this.#why !== undefined && load <= (this.#suspect === undefined ? 0 : 1)) this.#terminate();
  }

  /** The worker has ended. */
  clear(): void {
    this.#deadline.clear();
  }

  /** Returns how the worker ended, with this as the reason if there was one. */
  endOf(end: WorkerEnd): WorkerEnd {
    return this.#why === undefined ? end : { ...end, reason: this.#reason };
  }

  /** The end of a worker that is about to be ended for this reason. */
  get end(): WorkerEnd {
    return { ...unknownEnd, reason: this.#reason };
  }

  get #reason(): string {
    return `it sent a message that is not of the protocol, which ${this.#why}; a job may have used the line of its worker for messages of its own`;
  }
}

const unknownEnd: WorkerEnd = {
  exitCode: undefined,
  signal: undefined,
  uncaught: undefined,
  heapLimit: false,
};
