/**
 * A worker of BullMQ whose jobs run in a pool of threads. For jobs of this library on many machines, see `skein/cluster`: it cancels,
 * and settles every future.
 *
 * - A job that fails, or that BullMQ cancels, fails there: BullMQ tries it again, by the options of the job.
 * - The task that serves is cancelled: no further job is taken, and those under way have `drainMs` to end. Then they are cancelled, and
 *   fail, so that BullMQ gives them to another worker.
 */
import { type ConnectionOptions, Worker } from 'bullmq';
import { createTask, Future, fromPromise, moveOnAfter, type Task } from 'skein';
import { ThreadPoolExecutor } from 'skein/executors';

/** Serves a queue until it is cancelled. */
export async function serve<Data, Result>(
  queue: string,
  connection: ConnectionOptions,
  work: (data: Data) => Result,
  { drainMs = 10_000, maxWorkers = 2 }: { drainMs?: number; maxWorkers?: number } = {},
): Promise<void> {
  await using pool = new ThreadPoolExecutor({ maxWorkers });
  const running = new Set<Task<Result>>();
  const worker = new Worker<Data, Result>(
    queue,
    async ({ data }) => {
      const task = createTask(async () => await pool.submit(work, data));
      running.add(task);
      try {
        return await task;
      } finally {
        running.delete(task);
      }
    },
    { connection, concurrency: maxWorkers },
  );
  try {
    await new Future<never>(); // never done: only a cancellation ends the wait
  } finally {
    const closing = worker.close();
    await moveOnAfter(drainMs, () => fromPromise(closing));
    for (const task of running) task.cancel('the worker ends');
    await fromPromise(closing);
  }
}
