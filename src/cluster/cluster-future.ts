import { PoolFuture } from '../executors/pool/job/pool-future.ts';
import type { ClusterJob } from './cluster-job.ts';

/**
 * The future of a job that runs on another machine. Everything is as with the future of a pool: `cancel()` cancels it at once; a
 * job that has not begun never begins, and one that runs is asked to stop. `running()` knows of a begin after some 50 ms.
 */
export class ClusterFuture<T> extends PoolFuture<T> {
  /** The id that the job was submitted with, or the one that it was given. `currentJob()` tells the function the same. */
  get id(): string {
    return (this._owner as ClusterJob).publicId;
  }
}
