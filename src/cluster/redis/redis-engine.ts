/**
 * The engine on Redis, or Valkey. BullMQ keeps the jobs: it lets them wait, gives each to one server, and notices servers that are gone.
 * Nothing else of it is used. Outcomes, replies and requests to stop are keys of our own beside it: see scripts.ts.
 */
import type { ClusterConnection } from '../cluster-options.ts';
import type { Engine } from '../engine.ts';
import { loadPeers } from './connection.ts';
import { RedisExecutorEnd } from './redis-executor-end.ts';
import { openRedisServerEnd } from './redis-server-end.ts';
import { Keys } from './scripts.ts';

export async function openRedisEngine(
  connection: ClusterConnection,
  queue: string,
): Promise<Engine> {
  const peers = await loadPeers();
  const keys = new Keys(queue);
  return {
    openExecutorEnd: (address, events, keep) =>
      new RedisExecutorEnd(peers, connection, keys, address, events, keep),
    openServerEnd: (lock) => openRedisServerEnd(peers, connection, keys, lock),
  };
}
