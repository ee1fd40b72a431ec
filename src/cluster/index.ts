/** Running work on other machines, with the futures of the loop: everything here is public. */

// A program may use nothing but these: their futures must have a loop all the same.
import '../core/event-loop.ts';

export { ClusterExecutor } from './cluster-executor.ts';
export { ClusterFuture } from './cluster-future.ts';
export type {
  ClusterConnection,
  ClusterOptions,
  ClusterSubmitOptions,
  QueueOptions,
} from './cluster-options.ts';
export type { ServerStatistics } from './cluster-server.ts';
export type { ClusterStatistics } from './cluster-statistics.ts';
export { JobLostError } from './job-lost-error.ts';
export type { ServeOptions, Server } from './serve-cluster.ts';
export { serveCluster } from './serve-cluster.ts';
