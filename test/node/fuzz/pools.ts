/** One executor with workers of each kind serves all calls, as starting workers takes long. Each call has an InlineExecutor of its own. */
import { Future } from 'skein';
import { InlineExecutor, type ProcessPoolExecutor, type ThreadPoolExecutor } from 'skein/executors';

export type PoolClass =
  | typeof InlineExecutor
  | typeof ThreadPoolExecutor
  | typeof ProcessPoolExecutor;
export type Pool = InlineExecutor | ThreadPoolExecutor | ProcessPoolExecutor;

const pools = new Map<PoolClass, Pool>();

/** How long a worker may take for a job of the probe. */
const patienceMs = 60_000;

export function sharedPool(kind: PoolClass): Pool {
  const pool = pools.get(kind) ?? openPool(kind);
  pools.set(kind, pool);
  return pool;
}

export function openPool(kind: PoolClass): Pool {
  return kind === InlineExecutor
    ? new InlineExecutor()
    : new (kind as typeof ThreadPoolExecutor)({ maxWorkers: 1, grace: 50 });
}

/** Runs a job on the executor of this kind, if there is one. Returns what is wrong. */
export async function probePool(kind: PoolClass): Promise<string | undefined> {
  const pool = pools.get(kind);
  if (pool === undefined) return undefined;
  let future: Future<number>;
  try {
    future = pool.submit((x: number) => x + 1, 1);
  } catch {
    // The call shut it down.
    await closePool(kind);
    return undefined;
  }
  if ((await within(patienceMs, future)) === 'late') {
    await closePool(kind);
    return 'The executor runs no job any more';
  }
  if (future.cancelled() || future.exception() === undefined) return undefined;
  return 'The executor failed a job of the probe';
}

export async function closePool(kind: PoolClass): Promise<void> {
  const pool = pools.get(kind);
  pools.delete(kind);
  if (pool === undefined) return;
  await within(patienceMs, pool.shutdown({ cancelFutures: true, cancelRunning: true }));
}

export async function closePools(): Promise<void> {
  for (const kind of pools.keys()) await closePool(kind);
}

/** Waits until a future is done, on the clock of the host. */
export function within(
  ms: number,
  future: Future<unknown> | PromiseLike<unknown>,
): Promise<'done' | 'late'> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve('late'), ms);
    const done = (): void => {
      clearTimeout(timer);
      resolve('done');
    };
    if (future instanceof Future) future.addDoneCallback(done);
    else future.then(done, done);
  });
}
