/// <reference lib="esnext.disposable" preserve="true" />

import { checkOptions } from '../core/checks.ts';
import { asExit } from '../core/exits.ts';
import type { Future } from '../core/future.ts';
import { describe } from '../core/text.ts';
import { availableParallelism } from '../executors/crossing/node.ts';
import { checkDuration } from '../executors/crossing/submit-options.ts';
import { ProcessPoolExecutor } from '../executors/process-pool-executor.ts';
import { ThreadPoolExecutor } from '../executors/thread-pool-executor.ts';
import { ensureFuture } from '../interop/ensure-future.ts';
import { checkQueueOptions, checkWhole, type QueueOptions } from './cluster-options.ts';
import { ClusterServer, type ServerStatistics } from './cluster-server.ts';
import { connect } from './connect.ts';
import { InlinePool, type ServerPool } from './inline-pool.ts';
import { ServedTable } from './served-table.ts';
import { Wire } from './wire.ts';

/** Options of {@link serveCluster}: its queue, and how it runs jobs. */
export interface ServeOptions extends QueueOptions {
  /** How many jobs run at a time. Default: as many as can run at once here (`os.availableParallelism()`). */
  concurrency?: number | undefined;
  /**
   * Where the functions run: in threads, in processes, or on the loop of this program, for functions that only wait. Default:
   * `'threads'`.
   */
  executor?: 'threads' | 'processes' | 'inline' | undefined;
  /** How long a job may go on after it was asked to stop, in ms. Then its thread or process is ended. Default: 1000. */
  grace?: number | undefined;
  /** After how many ms of silence this server counts as lost. Default: 30,000. */
  lock?: number | undefined;
}

/** A server of a queue: see {@link serveCluster}. */
export interface Server extends AsyncDisposable {
  /**
   * Takes no more jobs, and waits for those that run. After `grace` ms (default: never) these are ended: an idempotent job goes to another
   * server, and the future of an ordinary one fails with a `WorkerLostError`.
   */
  close(options?: { grace?: number | undefined }): Future<void>;
  /** Returns what the server is doing at this moment. */
  statistics(): ServerStatistics;
}

const defaultGraceMs = 1000;
const defaultLockMs = 30_000;

/**
 * Serves functions to the executors of a queue: see {@link ClusterExecutor}. They run in threads or processes of this program. Resolves
 * once the server takes jobs.
 *
 * @param work - Modules of declared functions, or objects of them: `import * as work from './work.js'`.
 * @throws TypeError or RangeError for a wrong option, for what is no module, and if two functions have one name; an error of the
 *   connection.
 *
 * @example
 * ```ts fragment
 * import { serveCluster } from 'skein/cluster';
 * import * as work from './work.js';
 *
 * const server = await serveCluster(work, { connection: 'redis://localhost:6379', queue: 'images', concurrency: 4 });
 * process.once('SIGTERM', () => void server.close());
 * ```
 */
export async function serveCluster(
  work: object | readonly object[],
  options: ServeOptions,
): Promise<Server> {
  const caller = 'serveCluster';
  const own = ['concurrency', 'executor', 'grace', 'lock'];
  const { connection, queue, ...wire } = checkQueueOptions(caller, options, own);
  const { concurrency = availableParallelism(), executor = 'threads' } = options;
  const { grace = defaultGraceMs, lock = defaultLockMs } = options;
  checkWhole(`\`${caller}()\``, 'concurrency', concurrency, 1);
  checkDuration(`\`${caller}()\``, 'grace', grace);
  checkWhole(`\`${caller}()\``, 'lock', lock, 100);
  const table = new ServedTable(work, executor !== 'inline');
  const pool = openPool(executor, concurrency, grace);
  const engine = await connect(connection, queue);
  const end = await engine.openServerEnd(lock);
  const server = new ClusterServer(end, new Wire(wire), table, pool, concurrency);
  await server.start();
  const close: Server['close'] = (given = {}) => {
    checkOptions('close', given, ['grace']);
    const { grace: patience = Number.POSITIVE_INFINITY } = given;
    checkDuration('`close()`', 'grace', patience);
    return ensureFuture(server.close(patience)) as Future<void>;
  };
  return {
    close,
    statistics: () => server.statistics(),
    [Symbol.asyncDispose]: () => asExit(close()),
  };
}

function openPool(kind: unknown, maxWorkers: number, grace: number): ServerPool {
  switch (kind) {
    case 'threads':
      return new ThreadPoolExecutor({ maxWorkers, grace });
    case 'processes':
      return new ProcessPoolExecutor({ maxWorkers, grace });
    case 'inline':
      return new InlinePool();
    default:
      throw new TypeError(
        `\`serveCluster()\` expected \`executor\` to be 'threads', 'processes' or 'inline', but got ${describe(kind)}.`,
      );
  }
}
