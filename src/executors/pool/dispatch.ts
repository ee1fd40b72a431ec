/** Which worker gets which jobs. */
import type { Job } from './job/job.ts';
import type { JobQueue } from './job/job-queue.ts';
import type { PoolWorker } from './pool-worker.ts';

/** The jobs ahead of a worker must take so long to be worth moving. Less is done before it arrives elsewhere. */
const worthMovingMs = 0.1;

/**
 * Returns the workers that can take more, the idle ones first. A worker that is held up by a long job is left out, and if
 * another can take more, the jobs that wait there are recalled.
 */
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
  // All but the first: that one runs, or is about to.
  if (takers.length > 0) for (const worker of heldUp) worker.recall(worker.load - 1);
  return takers;
}

/**
 * Gives queued jobs to workers, to each as many as bring all to the same level. Equal shares would leave some workers with
 * much and others with nothing, as they are not equally fast.
 *
 * @param workers - The workers that may be given jobs, the preferred ones first.
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
 * Recalls jobs that wait behind others, for a worker that has nothing to do: half of the jobs of the worker that has most.
 *
 * @returns true if it is worth looking again soon: jobs wait, but too little work to be moved yet.
 */
export function relieve(workers: Iterable<PoolWorker>): boolean {
  let most: PoolWorker | undefined;
  let again = false;
  const now = performance.now();
  for (const worker of workers) {
    if (worker.load < 2 || worker.load <= (most?.load ?? 0)) continue;
    const { costMs } = worker.prefetch;
    if (costMs * worker.load < worthMovingMs && !worker.isHeldUp(now)) again = true;
    else most = worker;
  }
  if (most === undefined) return again;
  most.recall(Math.ceil((most.load - 1) / 2));
  return false;
}
