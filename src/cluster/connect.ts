import type { ClusterConnection } from './cluster-options.ts';
import type { Engine } from './engine.ts';
import { memoryQueue } from './memory-engine.ts';

/** Opens the engine of a queue. Only the engine that is asked for is loaded. */
export function connect(connection: ClusterConnection, queue: string): Engine | Promise<Engine> {
  if (connection === 'memory:') return memoryQueue(queue);
  return import('./redis/redis-engine.ts').then(({ openRedisEngine }) =>
    openRedisEngine(connection, queue),
  );
}
