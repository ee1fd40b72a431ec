/** Who gets which jobs. */
import type { Job } from './job.ts';
import type { JobQueue } from './job-queue.ts';
import type { PoolWorker } from './pool-worker.ts';

/** Work ahead of a worker that is worth taking away from it, in ms. Less is done before it arrives elsewhere. */
const worthMoving = 0.1;

/** Workers that can take more, the idle ones first. None is one that a job holds up: what waits behind that is taken back. */
export function takersAmong(
  workers: Iterable<PoolWorker>,
  idle: readonly PoolWorker[],
): PoolWorker[] {
  const takers = [...idle];
  const heldUp: PoolWorker[] = [];
  const now = performance.now();
  for (const worker of workers) {
    if (worker.state === 'busy') (worker.isHeldUp(now) ? heldUp : takers).push(worker);
  }
  // The first is the one that runs, or is about to.
  if (takers.length > 0) for (const worker of heldUp) worker.recall(worker.load - 1);
  return takers;
}

/**
 * Gives queued jobs to workers, each as much as brings all to the same level: to give every worker the same share would
 * leave some with much and others with nothing, as they are not equally fast.
 *
 * @param workers - Those that may be given jobs, the first to be preferred.
 */
export function fill(queue: JobQueue, workers: readonly PoolWorker[]): void {
  while (queue.length > 0) {
    const open = workers.filter((worker) => worker.room > 0);
    if (open.length === 0) return;
    const loads = open.reduce((sum, worker) => sum + worker.load, 0);
    const level = Math.ceil((loads + queue.length) / open.length);
    let given = 0;
    for (const worker of open) {
      const count = Math.min(worker.room, level - worker.load, queue.length);
      if (count <= 0) continue;
      const jobs = take(queue, count, worker);
      worker.give(jobs);
      given += jobs.length;
    }
    if (given === 0) return;
  }
}

function take(queue: JobQueue, most: number, worker: PoolWorker): Job[] {
  const jobs: Job[] = [];
  let last: Job | undefined;
  while (jobs.length < most) {
    const next = queue.first();
    if (next === undefined || !worker.takesBehind(next, last)) break;
    queue.remove(next);
    jobs.push(next);
    last = next;
  }
  return jobs;
}

/**
 * Takes jobs back that wait behind others, as a worker has nothing to do: half of those of the worker that has most.
 *
 * @returns whether to look again soon: there are such jobs, but it is not worth it yet.
 */
export function relieve(workers: Iterable<PoolWorker>): boolean {
  let most: PoolWorker | undefined;
  let again = false;
  const now = performance.now();
  for (const worker of workers) {
    if (worker.load < 2 || worker.load <= (most?.load ?? 0)) continue;
    const { cost } = worker.prefetch;
    if (cost * worker.load < worthMoving && !worker.isHeldUp(now)) again = true;
    else most = worker;
  }
  if (most === undefined) return again;
  most.recall(Math.ceil((most.load - 1) / 2));
  return false;
}
