/** What an executor is doing, at one moment. */
export interface ClusterStatistics {
  /** The jobs that are not over. */
  readonly pending: number;
  /** The jobs that have not begun, as far as this executor knows. */
  readonly queued: number;
  /** The jobs that run now, as far as this executor knows. */
  readonly running: number;
  /** The server can be reached. */
  readonly connected: boolean;
  /** How far the clock of this machine is ahead of the server's, in ms. */
  readonly clockSkew: number;
  /** When this executor last looked after all jobs, in ms of `performance.now()`; undefined before it did. */
  readonly lastSweep: number | undefined;
}
