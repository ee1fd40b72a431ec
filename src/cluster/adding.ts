/**
 * Gives jobs to the engine. All jobs of one turn travel together.
 *
 * The confirmation may get lost, although the engine has the job. To add the job once more could run it twice, as it may be over by
 * then. So after an error, or after `limitMs` of silence, the engine is asked first which of the jobs it knows, by the job or by its
 * outcome. Only the others are added again.
 */
import type { EventLoop } from '../core/event-loop.ts';
import { partOf } from '../executors/crossing/errors.ts';
import type { ClusterJob } from './cluster-job.ts';
import { type ExecutorEnd, type Found, NotSent, RefusedByServer } from './engine.ts';
import { limitFor, limitMs, pause, within } from './timing.ts';

/** The time between two tries. */
export const againMs = 200;
/** The time between two looks whether jobs can be added. */
const readyMs = 50;
/** The most jobs that travel together: more at once only take memory. */
export const mostTogether = 500;

interface AddingEvents {
  /** The engine has the job. */
  added(job: ClusterJob): void;
  /** The engine has the outcome of the job. */
  found(job: ClusterJob, outcome: string): void;
  refused(job: ClusterJob, error: Error): void;
  /** The engine does not have the job, and it is not wanted any more. */
  gone(job: ClusterJob): void;
  /** The engine does not know a job that was submitted elsewhere. */
  lost(job: ClusterJob): void;
}

export class Adding {
  readonly #end: ExecutorEnd;
  readonly #toWire: (job: ClusterJob) => Parameters<ExecutorEnd['add']>[0][number];
  readonly #keepOf: (job: ClusterJob) => number;
  readonly #events: AddingEvents;
  /** By key: the jobs with an id that are on their way to the engine. */
  readonly #submitting = new Map<string, Promise<void>>();

  constructor(
    end: ExecutorEnd,
    toWire: (job: ClusterJob) => Parameters<ExecutorEnd['add']>[0][number],
    keepOf: (job: ClusterJob) => number,
    events: AddingEvents,
  ) {
    this.#end = end;
    this.#toWire = toWire;
    this.#keepOf = keepOf;
    this.#events = events;
  }

  add(loop: EventLoop, jobs: readonly ClusterJob[]): void {
    const own = jobs.filter((job) => !job.isNamed);
    for (let at = 0; at < own.length; at += mostTogether) {
      void this.#add(loop, own.slice(at, at + mostTogether));
    }
    for (const job of jobs) if (job.isNamed) this.#joinInTurn(loop, job);
  }

  /** A job that this executor submits is there before the executor attaches to it. */
  #joinInTurn(loop: EventLoop, job: ClusterJob): void {
    const isSubmitted = job.texts !== undefined;
    const before = isSubmitted ? undefined : this.#submitting.get(job.key);
    const joined = before?.then(() => this.#join(loop, job)) ?? this.#join(loop, job);
    if (!isSubmitted) return;
    this.#submitting.set(job.key, joined);
    void joined.then(() => {
      if (this.#submitting.get(job.key) === joined) this.#submitting.delete(job.key);
    });
  }

  async #add(loop: EventLoop, given: readonly ClusterJob[]): Promise<void> {
    let jobs = given;
    for (;;) {
      jobs = jobs.filter((job) => this.#isWanted(job));
      if (jobs.length === 0) return;
      if (!this.#end.isReady) {
        await pause(loop, readyMs);
        continue;
      }
      const wireJobs = jobs.map(this.#toWire);
      let refusal: Error | undefined;
      try {
        const length = wireJobs.reduce((sum, { data }) => sum + data.args.length, 0);
        await within(loop, limitFor(length), this.#end.add(wireJobs));
        for (const job of jobs) this.#events.added(job);
        return;
      } catch (error) {
        if (error instanceof NotSent) {
          await pause(loop, againMs);
          continue;
        }
        if (error instanceof RefusedByServer) refusal = error;
      }
      for (const job of jobs) job.isUncertain = true;
      jobs = await this.#lookFor(loop, jobs);
      if (refusal === undefined) continue;
      for (const job of jobs) this.#events.refused(job, refusal);
      return;
    }
  }

  /** False for a job that is over, or that the engine surely does not have and that is not wanted any more. */
  #isWanted(job: ClusterJob): boolean {
    if (job.state === 'over') return false;
    if (!job.isDone || job.isUncertain) return true;
    this.#events.gone(job);
    return false;
  }

  /** Returns the jobs that the engine does not know, and that are still wanted. */
  async #lookFor(loop: EventLoop, jobs: readonly ClusterJob[]): Promise<readonly ClusterJob[]> {
    for (;;) {
      await pause(loop, againMs);
      // A job that was cancelled, or failed meanwhile, may be there all the same.
      const open = jobs.filter((job) => job.state !== 'over');
      if (open.length === 0) return [];
      try {
        const found = await within(loop, limitMs, this.#end.look(open.map(({ key }) => key)));
        return open.filter((job, at) => this.#isMissing(job, found[at] as Found));
      } catch {
        // The server is away: the next look will tell.
      }
    }
  }

  #isMissing(job: ClusterJob, found: Found): boolean {
    if (found === 'unknown' && !job.isDone) return true;
    if (found === 'unknown') this.#events.gone(job);
    else if (found === 'known') this.#events.added(job);
    else this.#events.found(job, found.outcome);
    return false;
  }

  /** Another executor may have submitted the job: this one then waits for the same outcome. */
  async #join(loop: EventLoop, job: ClusterJob): Promise<void> {
    while (this.#isWanted(job)) {
      try {
        const found = await within(loop, limitMs, this.#end.join(job.key, this.#keepOf(job)));
        if (found === 'unknown' && job.texts === undefined) this.#events.lost(job);
        else if (found === 'unknown') await this.#add(loop, [job]);
        else this.#isMissing(job, found);
        return;
      } catch (error) {
        if (error instanceof RefusedByServer) {
          this.#events.refused(job, error);
          return;
        }
      }
      await pause(loop, againMs);
    }
  }
}

/** Returns the error for a job that the server did not take. */
export function refusedError(name: string, error: Error): Error {
  return new Error(
    `The server expected to have room and leave for the job \`${name}\`, but it refused it: ${partOf(error.cause ?? error)}.`,
    { cause: error.cause },
  );
}
