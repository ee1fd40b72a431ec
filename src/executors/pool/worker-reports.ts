/** What workers report beside the outcomes of jobs: a teardown that failed, and failures that are lost in tasks of jobs. */
import { getEventLoop } from '../../core/current.ts';
import { seams } from '../../core/seams.ts';
import { decodeThrown } from '../crossing/error-codec.ts';
import type { FromWorker } from '../crossing/protocol.ts';
import type { PoolWorker } from './pool-worker.ts';

export type WorkerReport = Extract<FromWorker, { readonly type: 'untidy' | 'lost' }>;

/** How many failures were lost in each worker by its last report. */
const lost = new WeakMap<PoolWorker, number>();

export function hearReport(worker: PoolWorker, report: WorkerReport): void {
  const loop = getEventLoop();
  if (report.type === 'untidy') {
    const message = `The teardown of the worker ${worker.name} failed`;
    loop._report({ message, exception: decodeThrown(report.failure) });
    return;
  }
  const more = report.count - (lost.get(worker) ?? 0);
  lost.set(worker, report.count);
  // The worker has told of them already. The exit code is that of the program.
  const { unretrieved } = loop;
  if (unretrieved === 'exit-code' || unretrieved === 'throw') seams.process?.countLost(more);
}
