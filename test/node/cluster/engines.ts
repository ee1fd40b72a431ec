/** The engines that the tests run over. */
import {
  type ClusterConnection,
  ClusterExecutor,
  type ServeOptions,
  type Server,
  serveCluster,
} from 'skein/cluster';
import { declareFunctions } from 'skein/executors';
import { afterAll, beforeAll, describe } from 'vitest';
import { hasRedis, RedisServer } from './redis.ts';

let queues = 0;

/** Returns the name of a queue that no other test uses. */
function newQueue(): string {
  return `test-${process.pid}-${++queues}`;
}

/** Makes executors of a queue each, with a server in this process. */
export class Clusters {
  readonly #connection: () => ClusterConnection;
  readonly #servers: Promise<Server>[] = [];

  constructor(connection: () => ClusterConnection) {
    this.#connection = connection;
  }

  create(work: object | readonly object[], options: Partial<ServeOptions> = {}): ClusterExecutor {
    const where = { connection: this.#connection(), queue: newQueue() };
    const serving = { ...where, executor: 'inline', concurrency: 1, ...options } as const;
    this.#servers.push(serveCluster(work, serving));
    return new ClusterExecutor(where);
  }

  async close(): Promise<void> {
    await Promise.all(
      this.#servers.splice(0).map(async (server) => (await server).close({ grace: 0 })),
    );
  }
}

/** Runs the tests over `memory:` and over Redis, if that is there. */
export function overEachEngine(tests: (name: string, clusters: Clusters) => void): void {
  const memory = new Clusters(() => 'memory:');
  afterAll(() => memory.close());
  tests('a ClusterExecutor in memory', memory);

  describe.runIf(hasRedis)('with a server', () => {
    let redis: RedisServer | undefined;
    beforeAll(async () => {
      redis = await RedisServer.start({ appendfsync: 'none' });
    });
    const clusters = new Clusters(() => (redis as RedisServer).url);
    afterAll(async () => {
      await clusters.close();
      await redis?.stop();
    });
    tests('a ClusterExecutor on Redis', clusters);
  });
}

/** Functions of a test, with names of their own. */
export function declared<Functions extends Record<string, (...args: never[]) => unknown>>(
  functions: Functions,
): Functions {
  return declareFunctions(import.meta.url, functions);
}
