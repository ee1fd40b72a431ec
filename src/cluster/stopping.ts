/**
 * How a job is kept from going on, once its future is done or its time is over. The engine decides: if it can remove the job, the job
 * never begins. If it cannot, the job has begun, and the server that runs it is asked to stop it.
 */
import type { EventLoop } from '../core/event-loop.ts';
import { againMs } from './adding.ts';
import type { ClusterJob } from './cluster-job.ts';
import type { ExecutorEnd } from './engine.ts';
import { limitMs, pause, within } from './timing.ts';
import type { UnfinishedJobs } from './unfinished-jobs.ts';
import type { Wire } from './wire.ts';

export class Stopping {
  readonly #end: ExecutorEnd;
  readonly #wire: Wire;
  readonly #jobs: UnfinishedJobs;
  readonly #keepResult: number | undefined;

  constructor(end: ExecutorEnd, wire: Wire, jobs: UnfinishedJobs, keepResult: number | undefined) {
    this.#end = end;
    this.#wire = wire;
    this.#jobs = jobs;
    this.#keepResult = keepResult;
  }

  /** The future of the job is done: removes the job, or has it stopped. Tried until one of them is done. */
  async stop(job: ClusterJob): Promise<void> {
    const loop = job.future._loop;
    const { timeout, text } = job.abortReason();
    while (job.state !== 'over') {
      try {
        if (await this.#remove(loop, job)) return;
        this.#jobs.begun(job);
        job.isAskedToStop = true;
        const reason = JSON.stringify({ timeout, text });
        await within(loop, limitMs, this.#end.stop(job.key, reason));
        return;
      } catch {
        await pause(loop, againMs);
      }
    }
  }

  /** Returns true if the job is over, as it never begins. */
  async #remove(loop: EventLoop, job: ClusterJob): Promise<boolean> {
    if (!(await within(loop, limitMs, this.#end.remove(job.key)))) return false;
    if (job.isNamed) {
      // Others may wait for it.
      const reason = job.isDone ? job.abortReason().text : '';
      const outcome = this.#wire.writeOutcome(job.key, '', { kind: 'cancelled', reason });
      const keep = job.keepMs(this.#keepResult);
      await within(loop, limitMs, this.#end.finish(job.key, outcome, keep));
    }
    this.#jobs.delete(job);
    job.end();
    return true;
  }

  /** The `queueTimeout` of the job is over: calls `expire` unless it has begun. */
  async expire(job: ClusterJob, expire: () => void): Promise<void> {
    let isRemoved = true;
    // Without the server, the deadline that the job carries keeps it from beginning.
    const loop = job.future._loop;
    if (job.isAdded) isRemoved = await this.#remove(loop, job).catch(() => true);
    if (isRemoved) expire();
  }

  /** Cancels the future of the job unless it has begun. */
  async cancelQueued(job: ClusterJob, reason: string): Promise<void> {
    const loop = job.future._loop;
    while (job.state === 'queued' && !job.isDone) {
      if (job.isAdded) {
        const isRemoved = await this.#remove(loop, job).catch(() => undefined);
        if (isRemoved === true) job.cancelFuture(reason);
        if (isRemoved !== undefined) return;
      }
      await pause(loop, againMs);
    }
  }
}
