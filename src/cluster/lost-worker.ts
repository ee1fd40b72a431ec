import { WorkerLostError } from '../executors/crossing/errors.ts';

/** Returns the name of this process among the servers of a cluster. Another process never has it. */
export function ownerName(host: string, pid: number, startedAt: number): string {
  return `${host}:${pid}:${Math.trunc(startedAt).toString(36)}`;
}

/**
 * Returns the error of a job whose server is gone.
 *
 * @param owner - As `ownerName()` returns it. Anyone may have written it.
 */
export function lostWorker(
  name: string,
  owner: string | undefined,
  reason: string,
  runs: number,
): WorkerLostError {
  const [, host, pid] = /^(.+):(\d+):\w+$/.exec(owner ?? '') ?? [];
  const place = host === undefined ? 'a worker of the cluster' : `process ${pid} on ${host}`;
  const worker = {
    place,
    threadId: undefined,
    pid: pid === undefined ? undefined : Number(pid),
    ...(host === undefined ? {} : { host }),
  };
  const end = {
    exitCode: undefined,
    signal: undefined,
    uncaught: undefined,
    heapLimit: false,
    reason,
  };
  return new WorkerLostError(name, worker, end, runs);
}
