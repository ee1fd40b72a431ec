/**
 * Looks after all jobs now and then, as a reply may get lost: the engine is asked what it knows of each.
 *
 * One answer that a job is unknown is not enough: the job may have been removed at that moment, or its outcome been heard.
 */
import type { EventLoop } from '../core/event-loop.ts';
import { mostTogether } from './adding.ts';
import type { ClusterJob } from './cluster-job.ts';
import type { ExecutorEnd, Found } from './engine.ts';
import { after, limitMs, type Timer, within } from './timing.ts';
import type { UnfinishedJobs } from './unfinished-jobs.ts';

interface SweepEvents {
  /** The outcome of the job is there. */
  found(job: ClusterJob, outcome: string): void;
  /** The engine knew neither the job nor its outcome, twice. */
  lost(job: ClusterJob): void;
}

export class Sweep {
  readonly #end: ExecutorEnd;
  readonly #jobs: UnfinishedJobs;
  readonly #everyMs: number;
  readonly #events: SweepEvents;
  #timer: Timer | undefined;
  /** When all jobs were last looked after. */
  last: number | undefined;

  constructor(end: ExecutorEnd, jobs: UnfinishedJobs, everyMs: number, events: SweepEvents) {
    this.#end = end;
    this.#jobs = jobs;
    this.#everyMs = everyMs;
    this.#events = events;
  }

  /** Looks after the jobs from time to time, as long as there are some. */
  start(loop: EventLoop): void {
    this.#timer ??= after(loop, this.#everyMs, () => {
      this.#timer = undefined;
      void this.now(loop);
    });
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  async now(loop: EventLoop): Promise<void> {
    const keys = this.#jobs.confirmedKeys();
    try {
      for (let at = 0; at < keys.length; at += mostTogether) {
        const some = keys.slice(at, at + mostTogether);
        const found = await within(loop, limitMs, this.#end.look(some));
        for (const [index, key] of some.entries()) this.#swept(key, found[index] as Found);
      }
      this.last = performance.now();
    } catch {
      // The server is away. The next sweep comes all the same.
    }
    if (this.#jobs.count > 0) this.start(loop);
  }

  #swept(key: string, found: Found): void {
    for (const job of this.#jobs.of(key)) {
      if (typeof found === 'object') this.#events.found(job, found.outcome);
      else if (found === 'known') job.timesMissing = 0;
      else if (++job.timesMissing > 1) this.#events.lost(job);
    }
  }
}
