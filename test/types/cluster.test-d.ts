import { type EventLoop, type Future, gather } from 'skein';
import {
  ClusterExecutor,
  type ClusterFuture,
  type ClusterStatistics,
  type Server,
  type ServerStatistics,
  serveCluster,
} from 'skein/cluster';
import { declareFunctions, type Indexed, type MapResults } from 'skein/executors';
import { expectType } from './expect-type.ts';

declare const cluster: ClusterExecutor;
declare const loop: EventLoop;

const work = declareFunctions('file:///work.js', {
  hash: (text: string, rounds: number): Uint8Array => new Uint8Array(text.length + rounds),
  fetchText: async (url: string): Promise<string> => url,
});

/** Functions in another language are named by their types. */
const elsewhere = declareFunctions<{ mean(numbers: readonly number[]): number }>('python:work.py');

async function submits() {
  expectType<ClusterFuture<Uint8Array>>()(cluster.submit(work.hash, 'text', 2));
  expectType<Uint8Array>()(await cluster.submit(work.hash, 'text', 2));
  // What an async function returns is awaited over there.
  expectType<string>()(await cluster.submit(work.fetchText, 'https://example.org'));
  expectType<number>()(await cluster.submit(elsewhere.mean, [1, 2]));
  expectType<string>()(cluster.submit(work.hash, 'text', 2).id);
  expectType<[Uint8Array, string]>()(
    await gather([cluster.submit(work.hash, 'a', 2), cluster.submit(work.fetchText, 'b')]),
  );
}

async function submitsWithOptions() {
  const retry = { attempts: 3, delay: 100, factor: 2 };
  const options = { id: 'one', delay: 5, retry, idempotent: true, retries: 2, timeout: 1000 };
  expectType<ClusterFuture<string>>()(cluster.submitWith(options, work.fetchText, 'a'));
  expectType<string>()(
    await cluster.submitWith(
      {
        onProgress: (percent: number) => {
          expectType<number>()(percent);
        },
      },
      work.fetchText,
      'a',
    ),
  );
  expectType<ClusterFuture<string>>()(cluster.attach<string>('one'));
  expectType<ClusterFuture<unknown>>()(cluster.attach('one'));
}

function* runsInExecutor() {
  expectType<Uint8Array>()(yield* loop.runInExecutor(cluster, work.hash, 'text', 2));
}

async function maps() {
  for await (const bytes of cluster.map(work.hash, ['a', 'b'], [1, 2]))
    expectType<Uint8Array>()(bytes);
  expectType<MapResults<Indexed<string>>>()(
    cluster.map(work.fetchText, ['a'], { indexed: true, chunkSize: 10 }),
  );
}

async function serves() {
  const where = { connection: 'memory:', queue: 'a' };
  expectType<Server>()(await serveCluster(work, where));
  expectType<Server>()(
    await serveCluster([work, { twice: (n: number) => 2 * n }], { ...where, executor: 'inline' }),
  );
  const server = await serveCluster(work, { ...where, concurrency: 4, executor: 'processes' });
  expectType<ServerStatistics>()(server.statistics());
  expectType<ClusterStatistics>()(cluster.statistics());
  expectType<Future<void>>()(server.close({ grace: 100 }));
  expectType<Future<void>>()(cluster.shutdown({ leave: true, cancelFutures: true }));
  await using same = server;
  return same;
}

async function refuses() {
  // @ts-expect-error: the first argument is a text
  cluster.submit(work.hash, 5, 2);
  // @ts-expect-error: an argument is missing
  cluster.submit(work.fetchText);
  // @ts-expect-error: there is one argument too many
  cluster.submit(work.fetchText, 'a', 'b');
  // @ts-expect-error: no function of this name is served
  cluster.submit(work.unknown, 'a');
  // @ts-expect-error: nothing can be moved to another machine
  cluster.submitWith({ transfer: [] }, work.hash, 'a', 2);
  // @ts-expect-error: the option is `attempts`
  cluster.submitWith({ retry: { times: 2 } }, work.hash, 'a', 2);
  // @ts-expect-error: the result is no text
  expectType<string>()(await cluster.submit(work.hash, 'a', 2));
  // @ts-expect-error: a queue is needed
  new ClusterExecutor({ connection: 'memory:' });
  // @ts-expect-error: it is not known
  new ClusterExecutor({ connection: 'memory:', queue: 'a', prefix: 'b' });
  // @ts-expect-error: it is one of three
  serveCluster(work, { connection: 'memory:', queue: 'a', executor: 'fibres' });
  // @ts-expect-error: modules are objects
  serveCluster('./work.js', { connection: 'memory:', queue: 'a' });
}

void [submits, submitsWithOptions, runsInExecutor, maps, serves, refuses];
