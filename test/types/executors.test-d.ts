import { Worker as NodeWorker } from 'node:worker_threads';
import { type EventLoop, type Future, toThread } from 'skein';
import {
  declareFunctions,
  Executor,
  type Indexed,
  type MapOptions,
  type MapOutcome,
  type MapResults,
  type PoolFuture,
  ThreadPoolExecutor,
  type Work,
} from 'skein/executors';
import { declareFunctions as declareInWorker, serve } from 'skein/executors/worker';
import { expectType } from './expect-type.ts';

declare const pool: ThreadPoolExecutor;
declare const loop: EventLoop;
declare function hash(text: string, rounds: number): Uint8Array;
declare function fetchText(url: string): Promise<string>;
declare function sorted<T>(items: T[]): T[];
declare const anything: ReturnType<typeof JSON.parse>;
declare function optional(text: string, rounds?: number): number;

async function submits() {
  expectType<Uint8Array>()(await pool.submit(hash, 'text', 2));
  // What an async function answers is awaited over there.
  expectType<string>()(await pool.submit(fetchText, 'https://example.org'));
  expectType<number>()(await pool.submit(optional, 'text'));
  expectType<number>()(await pool.submit(optional, 'text', 2));
  expectType<number>()(await pool.submit((a: number, b: number) => a + b, 1, 2));
  expectType<number>()(await pool.submit((a, b) => a + b, 1, 2));
  expectType<number[]>()(await pool.submit(sorted, [2, 1]));
  expectType<never>()(
    await pool.submit(() => {
      throw new Error();
    }),
  );
  expectType<unknown>()(await pool.submit(anything, 1));
  expectType<number[]>()(await pool.submitWith({ timeout: 5 }, sorted, [2, 1]));
  expectType<string>()(
    await pool.submitWith(
      { timeout: 5 },
      function (a) {
        this.progress(1);
        return a;
      },
      'a',
    ),
  );
}

function* runsInExecutor() {
  expectType<Uint8Array>()(yield* loop.runInExecutor(pool, hash, 'text', 2));
  expectType<string>()(yield* loop.runInExecutor(undefined, fetchText, 'https://example.org'));
  expectType<Future<Uint8Array>>()(toThread(hash, 'text', 2));
  expectType<number[]>()(yield* loop.runInExecutor(pool, sorted, [2, 1]));
  expectType<Future<number[]>>()(toThread(sorted, [2, 1]));
  expectType<Future<string>>()(toThread((text) => text, 'text'));
}

async function maps() {
  for await (const length of pool.map((text: string) => text.length, ['a', 'b'])) {
    expectType<number>()(length);
  }
  const size = (text: string): number => text.length;
  const texts = ['a', 'b'];
  const unordered = { ordered: false, indexed: true, settled: true } as const;
  expectType<MapResults<number>>()(pool.map(size, texts, { bufferSize: 2, ordered: false }));
  expectType<MapResults<number | Error>>()(pool.map(size, texts, { returnExceptions: true }));
  expectType<MapResults<Indexed<number>>>()(pool.map(size, texts, { indexed: true }));
  expectType<MapResults<Indexed<number | Error>>>()(
    pool.map(size, texts, { indexed: true, returnExceptions: true }),
  );
  expectType<MapResults<MapOutcome<number>>>()(pool.map(size, texts, { settled: true }));
  for await (const result of pool.map(size, texts, unordered)) {
    expectType<number>()(result.index);
    if (result.status === 'fulfilled') expectType<number>()(result.value);
    else expectType<unknown>()(result.reason);
  }
  for (const next of pool.map(size, texts, { indexed: true })) {
    expectType<Future<Indexed<number>>>()(next);
  }
  const add = (a: number, b: number): number => a + b;
  expectType<MapResults<Indexed<number>>>()(pool.map(add, [1], [2], { indexed: true }));
  expectType<MapResults<number>>()(pool.map<string, number>(size, texts));
}

// ── What the function says of its inputs, and the inputs of the function ──────────────────────────────────────────────

function infersForMap(maybe: MapOptions | undefined) {
  const kinds = (page: { kind: 'a' | 'b'; note?: string }): number => page.kind.length;
  expectType<MapResults<number>>()(pool.map((n) => n, [1, 2]));
  expectType<MapResults<string>>()(
    pool.map(
      (n) => n,
      (async function* () {
        yield 'a';
      })(),
    ),
  );
  expectType<MapResults<Indexed<readonly [number, string, boolean]>>>()(
    pool.map((a, b, c) => [a, b, c] as const, [1], ['b'], new Set([true]), { indexed: true }),
  );
  expectType<MapResults<number[]>>()(pool.map(sorted, [[1]]));
  expectType<MapResults<number>>()(pool.map(optional, ['1']));
  expectType<MapResults<number>>()(pool.map(optional, ['1'], [2]));
  expectType<MapResults<number>>()(pool.map(Math.max, [1], [2], [3]));
  expectType<MapResults<number>>()(pool.map(() => 1, [1]));
  expectType<MapResults<number>>()(pool.map(async (n: number) => n, [1]));
  // Literals in the call are as the function wants them.
  expectType<MapResults<number>>()(pool.map((kind: 'a' | 'b') => kind.length, ['a', 'b']));
  expectType<MapResults<number>>()(pool.map(kinds, [{ kind: 'a', note: 'n' }, { kind: 'b' }]));
  expectType<MapResults<string>>()(
    pool.map(([key, n]: [string, number]) => key.repeat(n), [['a', 1]]),
  );
  expectType<MapResults<string>>()(pool.map(([key, n]) => key.repeat(n), new Map([['a', 1]])));
  expectType<MapResults<number>>()(pool.map((n: number | undefined) => n ?? 1, [1, undefined]));
  expectType<MapResults<number>>()(pool.map(optional, []));
  expectType<MapResults<number>>()(pool.map(optional, anything));
  expectType<MapResults<number>>()(pool.map(optional, anything, anything));
  expectType<MapResults<number>>()(pool.map(optional, ['1'], maybe));
}

const mapsType = <T>(items: T[], fn: (item: T) => boolean): MapResults<boolean> =>
  pool.map(fn, items, { bufferSize: 5 });
const mapsTypes = <A, B, R>(fn: (a: A, b: B) => R, as: A[], bs: B[]): MapResults<R> =>
  pool.map(fn, as, bs);
const mapsConstrained = <T extends { size: number }>(items: T[]): MapResults<number> =>
  pool.map((item: { size: number }) => item.size, items);
const submitsType = <Args extends unknown[], R>(
  fn: (...args: Args) => R,
  ...args: Args
): PoolFuture<R> => pool.submit(fn, ...args);
const submitsFunctionType = <F extends () => number>(fn: F): Future<number> => pool.submit(fn);

// An executor of one's own, and one that extends a pool, say nothing of texts.
class Own extends Executor {
  submit<Args extends unknown[], R>(fn: Work<Args, R>, ...args: Args): Future<R> {
    return pool.submit(fn, ...args);
  }
  shutdown(): Future<void> {
    return pool.shutdown();
  }
}
class Counted extends ThreadPoolExecutor {
  override submit<Args extends unknown[], R>(fn: Work<Args, R>, ...args: Args): PoolFuture<R> {
    return super.submit(fn, ...args);
  }
}
const executors: Executor[] = [new Own(), new Counted()];

const elsewhere = declareFunctions<typeof import('../node/executors/fixtures/plain.mjs')>(
  new URL('../node/executors/fixtures/plain.mjs', import.meta.url),
);

async function submitsFromElsewhere() {
  expectType<number>()(await pool.submit(elsewhere.fib, 20));
  expectType<string>()(await pool.submit(elsewhere.greet, 'Ada'));
  expectType<number>()(await pool.submit(elsewhere.default, 'text'));
}

// ── What must not compile ─────────────────────────────────────────────────────────────────────────────────────────

// @ts-expect-error the second argument is a number
pool.submit(hash, 'text', '2');
// @ts-expect-error the second argument is missing
pool.submit(hash, 'text');
// @ts-expect-error there is no third argument
pool.submit(hash, 'text', 2, 3);
// @ts-expect-error the first argument is a string
pool.submit(fetchText, 5);
// @ts-expect-error a function is expected
pool.submit('hash', 'text');
// @ts-expect-error a call is not a function
pool.submit(hash('text', 2));
// @ts-expect-error the second argument is a number
loop.runInExecutor(pool, hash, 'text', '2');
// @ts-expect-error the executor comes first
loop.runInExecutor(hash, 'text', 2);
// @ts-expect-error the first argument is a string
toThread(fetchText, 5);
// @ts-expect-error a promise is no function
pool.submit(fetchText('https://example.org'));
// @ts-expect-error there are no inputs for the second parameter
pool.map((a: number, b: number) => a + b, [1]);
// @ts-expect-error the second inputs are numbers
pool.map((a: number, b: number) => a + b, [1], ['2']);
// @ts-expect-error a property is missing
pool.map((page: { url: string; text: string }) => page.text, [{ url: 'a' }]);
// @ts-expect-error the inputs are strings
pool.map((text: string) => text.length, [1, 2]);
// @ts-expect-error there is no such option
pool.map((text: string) => text.length, ['a'], { bufferSize: 1, bufersize: 2 });
// @ts-expect-error the size is a number
pool.map((text: string) => text.length, ['a'], { bufferSize: '1' });

// @ts-expect-error the module has no such function
pool.submit(elsewhere.fob, 20);
// @ts-expect-error the module exports no function of that name
pool.submit(elsewhere.loadedIn);
// @ts-expect-error its argument is a number
pool.submit(elsewhere.fib, '20');
// @ts-expect-error what the module exports must be said
pool.submit(declareFunctions(new URL('./work.js', import.meta.url)).fib, 20);

void [submitsFromElsewhere, submits, runsInExecutor, maps, infersForMap, startsWorkers];
void [mapsType, mapsTypes, mapsConstrained, submitsType, submitsFunctionType, executors];

function startsWorkers(url: URL) {
  // Those of the browser and those of Node.
  void new ThreadPoolExecutor({ worker: () => new Worker(url, { type: 'module' }) });
  void new ThreadPoolExecutor({ worker: () => new NodeWorker(url) });
  // @ts-expect-error a worker for each call
  void new ThreadPoolExecutor({ worker: new NodeWorker(url) });
  // @ts-expect-error a URL is no worker
  void new ThreadPoolExecutor({ worker: () => url });
  serve({ hash }, { fetchText });
  serve(declareInWorker(url, { hash }));
  // @ts-expect-error functions come in modules
  serve('./work.js');
}
