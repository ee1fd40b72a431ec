/** A job may replace what the language has, for its own use or by mistake: other jobs of its worker settle as ever. */
import { isDeepStrictEqual } from 'node:util';
import { ProcessPoolExecutor, ThreadPoolExecutor } from 'skein/executors';
import { afterAll, describe, expect, test } from 'vitest';

type Pool = ThreadPoolExecutor | ProcessPoolExecutor;

/** What a job replaces, first by `() => NaN`, then by a function that throws. */
const replaced: Readonly<Record<string, string>> = {
  'Array.prototype':
    'at concat entries every filter find flat flatMap forEach includes indexOf join keys map pop push reduce reverse shift slice some sort splice unshift values @@iterator',
  'Map.prototype': 'get set has delete clear forEach keys values entries @@iterator',
  'Set.prototype': 'add has delete forEach values @@iterator',
  'WeakMap.prototype': 'get set has delete',
  'WeakSet.prototype': 'has add',
  'Promise.prototype': 'then catch finally',
  Promise: 'resolve reject all race',
  Math: 'abs ceil floor max min round trunc random',
  Number: 'isInteger isSafeInteger isFinite isNaN',
  Array: 'isArray from',
  ArrayBuffer: 'isView',
  Object:
    'assign create defineProperties defineProperty entries freeze getOwnPropertyDescriptor getOwnPropertyNames getPrototypeOf hasOwn keys setPrototypeOf values',
  'Object.prototype': 'hasOwnProperty toString valueOf',
  'Function.prototype': 'apply bind call',
  Reflect: 'apply construct deleteProperty get getOwnPropertyDescriptor getPrototypeOf ownKeys set',
  'RegExp.prototype': 'exec test @@match @@replace',
  'String.prototype': 'endsWith includes indexOf match replace slice split startsWith @@iterator',
  Atomics: 'add compareExchange exchange load notify store wait',
  JSON: 'parse stringify',
  Date: 'now',
  performance: 'now',
  process: 'send emit',
  globalThis:
    'queueMicrotask setImmediate setTimeout clearTimeout setInterval structuredClone Array Map Set WeakMap WeakSet Promise Error TypeError Function String Number Symbol Int32Array Uint8Array AbortController MessageChannel Proxy Object Reflect Math Atomics Buffer',
};
const names = Object.entries(replaced).flatMap(([holder, list]) =>
  list.split(' ').map((name) => `${holder}.${name}`),
);

/** Replaces what the path names. `undo()` of the worker puts it back. */
function replace(path: string[], throws: boolean): string {
  let holder = globalThis as unknown as Record<PropertyKey, unknown>;
  for (let at = 0; at < path.length - 1; at++) holder = holder[path[at] as string] as typeof holder;
  const name = path[path.length - 1] as string;
  const key =
    name === '@@iterator'
      ? Symbol.iterator
      : name === '@@match'
        ? Symbol.match
        : name === '@@replace'
          ? Symbol.replace
          : name;
  const before = holder[key];
  (globalThis as { undo?: unknown }).undo = () => {
    holder[key] = before;
    return 'undone';
  };
  holder[key] = throws
    ? () => {
        throw 'replaced';
      }
    : () => Number.NaN;
  return 'replaced';
}

async function chunks(pool: Pool): Promise<unknown[]> {
  const results: unknown[] = [];
  const options = { chunkSize: 2 };
  for await (const result of pool.map((n: number) => n * 10, [1, 2, 3], options))
    results.push(result);
  return results;
}

/** What other jobs do, and what comes of it. */
async function otherJobs(pool: Pool): Promise<unknown[]> {
  const items: unknown[] = [];
  const stream = async (): Promise<unknown[]> => {
    for await (const item of pool.stream(function* () {
      yield 1;
      yield 2;
      yield 3;
    })) {
      items.push(item);
    }
    return items;
  };
  const reports: unknown[] = [];
  const outcomes = await Promise.allSettled([
    pool.submit((a: number, b: number) => a + b, 1, 2),
    pool.submit(async (a: number) => a, 3),
    pool.submit((cause: string) => {
      throw new RangeError('no', { cause });
    }, 'why'),
    pool.submit((list: number[]) => ({ list, nested: { deep: [null] } }), [1, 2]),
    pool.submitWith({ onProgress: (value) => void reports.push(value) }, function () {
      this.progress(0.5);
      return 'reported';
    }),
    stream(),
    chunks(pool),
    pool.submit(() => {
      console.log('printed');
      return 'printed';
    }),
  ]);
  return [
    ...outcomes.map((each) =>
      each.status === 'fulfilled' ? each.value : `${each.reason}, ${each.reason?.cause}`,
    ),
    reports,
  ];
}

const expected = [
  3,
  3,
  'RangeError: no, why',
  { list: [1, 2], nested: { deep: [null] } },
  'reported',
  [1, 2, 3],
  [10, 20, 30],
  'printed',
  [0.5],
];

/** What Node itself uses of it, so that its event loop or its line to the program breaks. The library cannot prevent that. */
const ofNode: Readonly<Record<string, readonly string[]>> = {
  ThreadPoolExecutor: ['Array.prototype.pop'],
  ProcessPoolExecutor: [
    'Array.prototype.pop',
    'Array.prototype.@@iterator',
    'Function.prototype.apply',
    'process.emit',
  ],
};

/** The test runner loads a module into Node that wraps `process.emit` by means of `Reflect.apply`. */
const options = { maxWorkers: 1, stdout: 'ignore', execArgv: [] } as const;

const kinds = [ThreadPoolExecutor, ProcessPoolExecutor] as const;

describe.each(kinds.map((Pool) => [Pool.name, Pool] as const))('jobs of a %s', (_, Pool) => {
  const breaksNode = ofNode[Pool.name] ?? [];
  let pool = new Pool(options);
  afterAll(() => pool.shutdown({ cancelRunning: true }));

  test.each(names.filter((name) => !breaksNode.includes(name)))(
    'settle as ever after one has replaced %s',
    async (name) => {
      for (const throws of [false, true]) {
        const late = new Promise<string>((resolve) => setTimeout(resolve, 10_000, 'late'));
        const replaced = pool.submit(replace, name.split('.'), throws);
        const run = async () => {
          const neighbours = await otherJobs(pool);
          const first = await replaced.then(String, String);
          const later = await otherJobs(pool);
          const undone = await pool.submit(() =>
            (globalThis as unknown as { undo: () => string }).undo(),
          );
          return { neighbours, first, later, undone };
        };
        const outcome = await Promise.race([run().catch(String), late]);
        const right = {
          neighbours: expected,
          first: 'replaced',
          later: expected,
          undone: 'undone',
        };
        if (!isDeepStrictEqual(outcome, right)) {
          void pool.shutdown({ cancelRunning: true, wait: false });
          pool = new Pool(options);
        }
        expect(outcome).toEqual(right);
      }
    },
  );

  test.each(
    [
      'AbortController.prototype.abort',
      'globalThis.AbortController',
      'Array.prototype.@@iterator',
    ].filter((name) => !breaksNode.includes(name)),
  )('are asked to stop as ever after one has replaced %s', async (name) => {
    await using pool = new Pool({ ...options, grace: 60_000 });
    await pool.submit(replace, name.split('.'), true);
    const job = pool.submitWith({ onProgress: () => void job.cancel() }, async function () {
      const signal = this.signal;
      const stopped = new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => resolve());
      });
      this.progress('begun');
      await stopped;
      (globalThis as { wasStopped?: boolean }).wasStopped = true;
    });
    await expect(job).rejects.toThrow();
    const wasStopped = pool.submit(() => (globalThis as { wasStopped?: boolean }).wasStopped);
    expect(await wasStopped).toBe(true);
  });

  test.each(breaksNode)(
    'are right or told lost after one has replaced %s, which Node needs; those after them are right',
    async (name) => {
      for (const throws of [false, true]) {
        await using pool = new Pool({ ...options, unresponsiveTimeout: 500 });
        await pool.submit(() => 1);
        const replaced = pool.submit(replace, name.split('.'), throws).then(String, String);
        const neighbours = await otherJobs(pool);
        expect(await replaced).toMatch(/^(?:replaced$|WorkerLostError: )/);
        for (const [at, outcome] of neighbours.entries()) {
          if (!String(outcome).startsWith('WorkerLostError: '))
            expect(outcome).toEqual(expected[at]);
        }
        expect(await otherJobs(pool)).toEqual(expected);
      }
    },
  );

  const additions: readonly (readonly [string, string])[] = [
    [
      'Array.prototype a setter for the first places',
      'for (const at of [0, 1, 4]) Object.defineProperty(Array.prototype, at, { set() {}, get: () => "x" });',
    ],
    [
      'Array.prototype a place that is read-only',
      'Object.defineProperty(Array.prototype, 0, { value: "x" });',
    ],
    [
      'Object.prototype what messages of the library have',
      'Object.assign(Object.prototype, { 0: "x", sign: "listening", mark: 0x5ce1, type: "uncaught" });',
    ],
  ];
  test.each(additions)(
    'are right or told lost after one has given %s; those after them are right',
    async (_, code) => {
      await using pool = new Pool({ ...options, unresponsiveTimeout: 500 });
      await pool.submit(() => 1);
      const given = pool.submit((code: string) => `${new Function(code)() ?? 'given'}`, code);
      const neighbours = await otherJobs(pool);
      expect(await given.then(String, String)).toMatch(/^(?:given$|WorkerLostError: )/);
      for (const [at, outcome] of neighbours.entries()) {
        if (`${outcome}`.startsWith('WorkerLostError: ')) continue;
        // What is lost of the worker's reports, and no more.
        if (!isDeepStrictEqual(outcome, [])) expect(outcome).toEqual(expected[at]);
      }
    },
  );

  test('do not keep the executor from its end, though one has replaced what ends the worker', async () => {
    const pool = new Pool(options);
    await pool.submit(() => {
      Object.assign(process, { exit: () => {}, reallyExit: () => {} });
    });
    await pool.shutdown();
    expect(pool.statistics().workers).toEqual([]);
  });
});
