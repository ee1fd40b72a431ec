/** An option that is undefined counts as not given: programs hand options on. */
import {
  all,
  ContextVar,
  createTask,
  ensureFuture,
  Future,
  gather,
  mapConcurrent,
  PriorityQueue,
  run,
  sleep,
  taskGroup,
  wait,
} from 'skein';
import { ProcessPoolExecutor, ThreadPoolExecutor } from 'skein/executors';
import { expect, test } from 'vitest';

/** The options by these names, each undefined. */
function undefinedOptions<Name extends string>(...names: Name[]): Record<Name, undefined> {
  return Object.fromEntries(names.map((name) => [name, undefined])) as Record<Name, undefined>;
}

test('tasks, futures and combinators take options that are undefined', async () => {
  const options = undefinedOptions('loop', 'debug', 'signal', 'interrupts', 'unretrieved');
  const log = await run(async () => {
    const future = new Future<number>(undefinedOptions('loop'));
    future.addDoneCallback(() => {}, undefinedOptions('context'));
    future.setResult(1);
    new ContextVar('level', undefinedOptions('shippable'));
    new PriorityQueue(0, undefinedOptions('name', 'compare'));
    const work = async (): Promise<string> => await sleep(0, 'done');
    const task = createTask(
      work,
      undefinedOptions('name', 'context', 'signal', 'eagerStart', 'level'),
    );
    task.getStack(undefinedOptions('limit'));
    const group = async (tg: { createTask(fn: typeof work, given: object): unknown }) =>
      void tg.createTask(work, undefinedOptions('name'));
    await taskGroup(group);
    const { done } = await wait([task], undefinedOptions('timeout', 'returnWhen'));
    const names = ['concurrency', 'bufferSize', 'ordered', 'onError', 'indexed'] as const;
    return [
      done.size,
      await gather([task], undefinedOptions('returnExceptions')),
      await all([work], undefinedOptions('concurrency')),
      await mapConcurrent([1, 2], async (n) => n, undefinedOptions(...names)).toArray(),
      await ensureFuture(future, undefinedOptions('loop')),
    ];
  }, options);
  expect(log).toEqual([1, ['done'], ['done'], [1, 2], 1]);
});

test.each([
  ['ThreadPoolExecutor', ThreadPoolExecutor, ['threadNamePrefix', 'worker', 'stackSizeMb']],
  ['ProcessPoolExecutor', ProcessPoolExecutor, ['worker']],
] as const)('a %s takes options that are undefined', async (_, Pool, own) => {
  const pool = new Pool({
    ...undefinedOptions('maxWorkers', 'minWorkers', 'idleTimeout', 'initializer', 'initArgs'),
    ...undefinedOptions('teardown', 'maxTasksPerWorker', 'maxQueue', 'grace', 'maxHeapMb'),
    ...undefinedOptions('unresponsiveTimeout', 'env', 'argv', 'execArgv', 'stdout', 'stderr'),
    ...undefinedOptions(...own),
  });
  const job = pool.submitWith(
    {
      ...undefinedOptions('timeout', 'queueTimeout', 'priority', 'name', 'grace', 'transfer'),
      ...undefinedOptions('idempotent', 'retries', 'onProgress'),
    },
    (n: number) => n,
    3,
  );
  expect(await job).toBe(3);
  const names = ['bufferSize', 'timeout', 'ordered', 'chunkSize', 'indexed', 'settled'] as const;
  const results: number[] = [];
  for await (const n of pool.map((n: number) => n, [1, 2], undefinedOptions(...names)))
    results.push(n as number);
  expect(results).toEqual([1, 2]);
  await pool.shutdown(undefinedOptions('wait', 'cancelFutures', 'cancelRunning'));
});
