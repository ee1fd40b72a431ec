/** A cluster in this process for each call that needs one: an executor, and a server on the loop of the program. */
import { ClusterExecutor, serveCluster } from 'skein/cluster';
import { declareFunctions } from 'skein/executors';
import type { World } from './world.ts';

export const { clusterSame } = declareFunctions('file:///nowhere/fuzz-cluster.js', {
  clusterSame: (x: unknown): unknown => x,
});

let queues = 0;

export async function openCluster(world: World): Promise<ClusterExecutor> {
  const place = { connection: 'memory:', queue: `fuzz-${++queues}` };
  const executor = new ClusterExecutor({ ...place, maxQueue: 100 });
  const server = await serveCluster({ clusterSame }, { ...place, executor: 'inline' });
  world.left.push(() => {
    void server.close({ grace: 0 });
    void executor.shutdown({ cancelFutures: true, cancelRunning: true });
  });
  return executor;
}
