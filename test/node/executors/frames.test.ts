/** A job that sends messages over the line of its worker, as if they were ours, ends that worker and harms no other job. */
import { ProcessPoolExecutor, ThreadPoolExecutor, WorkerLostError } from 'skein/executors';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const mark = 0x5ce1;

/** Sends the frames as the worker does. Crosses by source. */
function forge(...frames: unknown[]): string {
  for (const frame of frames) process.send?.(frame);
  return 'sent';
}

const add = (a: number, b: number): number => a + b;

/** With what is said of them. */
const forgeries: readonly (readonly [string, unknown, string])[] = [
  ['that claims jobs which are not there', [mark, -1, 0, 1e10], 'wrong value: claimed'],
  ['with endless outcomes', [mark, -1, 0, -1, 0, Number.POSITIVE_INFINITY], 'a count of outcomes'],
  ['with a duration that is no number', [mark, -1, Number.NaN, -1], 'wrong value: busy'],
  [
    'with the outcome of a job that was never given',
    [mark, -1, 0, -1, 1e6, 1, 'x'],
    'the number of a job',
  ],
  ['with a failure that was not taken apart', [mark, -1, 0, -1, 1, -1, 'x'], 'a failure'],
  ['`uncaught` without an error', { mark, type: 'uncaught' }, 'uncaught.failure'],
  ['`untidy` without an error', { mark, type: 'untidy' }, 'untidy.failure'],
  ['`withdrawn` without jobs', { mark, type: 'withdrawn' }, 'withdrawn.seqs'],
  [
    '`withdrawn` of a job that was not asked for',
    { mark, type: 'withdrawn', seqs: [1] },
    'gives back',
  ],
  ['`items` without items', { mark, type: 'items', seq: 1 }, 'items.after'],
  [
    '`items` of a job that is no stream',
    { mark, type: 'items', seq: 1, after: 0, items: [1] },
    'no stream',
  ],
  ['with an outcome that was told', [mark, -1, 0, -1, 0, 1, 'x'], 'tells an outcome twice'],
  ['that has told its own outcome', [mark, 1, 0, -1], 'the outcome of a job out'],
  ['with a negative number of a job', [mark, -1, 0, -1, -5, 1, 'x'], 'the number of a job'],
  ['with a length beyond the message', [mark, -1, 0, -1, 1, 1000, 'x'], 'a count of outcomes'],
  [
    '`unreadable`, which takes jobs away',
    { mark, type: 'unreadable', reason: '', after: -1 },
    'cannot be from',
  ],
  ['`ready` once more', { mark, type: 'ready' }, 'comes at a time'],
  [
    '`broken` of a worker that runs',
    { mark, type: 'broken', failure: { root: { value: 1 }, errors: [] } },
    'comes at a time',
  ],
  [
    '`untidy` of a worker that runs',
    { mark, type: 'untidy', failure: { root: { value: 1 }, errors: [] } },
    'comes at a time',
  ],
  ['with a sign that is none', { mark, sign: 'output', stream: 'exit', chunk: 1 }, 'unknown type'],
  ['`progress` of no job', { mark, type: 'progress', seq: -1 }, 'progress.seq'],
  ['`closing` though nobody closed it', { mark, type: 'closing' }, 'comes at a time'],
  ['of no known type', { mark, type: 'other' }, 'unknown type'],
];

describe('a job of a ThreadPoolExecutor', () => {
  test('cannot reach the line of its worker', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const forgeByPort = (...frames: unknown[]): string => {
      for (const frame of frames) {
        process.getBuiltinModule('node:worker_threads').parentPort?.postMessage(frame);
      }
      return 'sent';
    };
    const frames = forgeries.map(([, frame]) => frame);
    const jobs = [pool.submit(forgeByPort, ...frames), pool.submit(add, 1, 2)];
    expect(await Promise.all(jobs)).toEqual(['sent', 3]);
  });
});

describe('a job of a ProcessPoolExecutor', () => {
  let pool: ProcessPoolExecutor;
  beforeEach(() => {
    pool = new ProcessPoolExecutor({ maxWorkers: 1, grace: 20 });
  });
  afterEach(() => pool.shutdown({ cancelRunning: true }));

  test.each(forgeries)(
    'that sends a frame %s is lost with its worker, and no other is',
    async (_title, frame, why) => {
      expect(await pool.submit(add, 1, 1)).toBe(2);
      const [lost, ...others] = await Promise.allSettled([
        pool.submit(forge, frame),
        ...[1, 2, 3].map((n) => pool.submit(add, n, n)),
      ]);
      const error = (lost as PromiseRejectedResult).reason as WorkerLostError;
      expect(error).toBeInstanceOf(WorkerLostError);
      expect(error.message).toContain('it sent a message that is not of the protocol');
      expect(error.message).toContain(why);
      expect(others.map((other) => 'value' in other && other.value)).toEqual([2, 4, 6]);
      expect(await pool.submit(add, 4, 4)).toBe(8);
    },
  );

  test('that sends more items than were granted is lost with its worker', async () => {
    const flood = function* (mark: number) {
      const frame = {
        mark,
        type: 'items',
        seq: 0,
        after: 0,
        items: new Array(1000).fill(0),
        refused: undefined,
      };
      process.send?.(frame);
      yield 1;
    };
    const stream = pool.streamWith({ bufferSize: 4 }, flood, mark);
    await expect(
      (async () => {
        for await (const _item of stream);
      })(),
    ).rejects.toThrow('more items than were granted');
    expect(await pool.submit(add, 1, 1)).toBe(2);
  });

  test('may send messages without the mark', async () => {
    expect(await pool.submit(forge, 'hello', [1, 2], { type: 'items' }, null)).toBe('sent');
  });

  const closings: [name: string, job: () => unknown, isLost: boolean][] = [
    ['overwrites `process.connected`', () => Reflect.set(process, 'connected', false), false],
    [
      'replaces `process.connected` by a getter that throws',
      () =>
        Object.defineProperty(process, 'connected', {
          get() {
            throw new Error('no');
          },
        }),
      true,
    ],
    ['overwrites `process.channel`', () => void Reflect.set(process, 'channel', undefined), false],
    [
      'overwrites `process.channel`, and waits then',
      async () => {
        Reflect.set(process, 'channel', null);
        await new Promise((resolve) => setTimeout(resolve, 50));
      },
      false,
    ],
    ['deletes `process.channel`', () => void Reflect.deleteProperty(process, 'channel'), false],
    [
      'replaces `process.channel` by a getter',
      () => void Reflect.defineProperty(process, 'channel', { get: () => undefined }),
      false,
    ],
    ['replaces `process.emit()`', () => void Reflect.set(process, 'emit', () => true), false],
    [
      'wraps `process.emit()`, and takes the wrapper away',
      () => {
        const { emit } = process;
        const wrapper = (...args: never): unknown => Reflect.apply(emit, process, args);
        Reflect.set(process, 'emit', wrapper);
        if (!process.emit('exit-of-mine' as never)) Reflect.set(process, 'emit', emit);
      },
      false,
    ],
    [
      'sets the queue of messages of Node',
      () => void Reflect.set(process, '_handleQueue', []),
      false,
    ],
    ['calls `process.disconnect()`', () => process.disconnect?.(), true],
    [
      'calls `process.disconnect()`, and waits then',
      async () => {
        process.disconnect?.();
        await new Promise((resolve) => setTimeout(resolve, 50));
      },
      true,
    ],
  ];
  // Less than the 5 s after which a worker counts as one that does not answer.
  test.each(closings)(
    'that %s harms no other job',
    { timeout: 4500 },
    async (_title, job, isLost) => {
      expect(await pool.submit(add, 1, 1)).toBe(2);
      const closing = pool.submit(job).then(
        () => false,
        (error) => error instanceof WorkerLostError,
      );
      const other = pool.submit(add, 1, 2);
      expect([await closing, await other, await pool.submit(add, 2, 2)]).toEqual([isLost, 3, 4]);
    },
  );

  test('that sends ever other frames harms no other job', async () => {
    const parts: unknown[] = [
      undefined,
      null,
      Number.NaN,
      -1,
      0,
      1,
      3,
      1e10,
      '',
      'x',
      [],
      {},
      [1],
      mark,
    ];
    const types = [
      'ready',
      'broken',
      'items',
      'progress',
      'withdrawn',
      'unreadable',
      'uncaught',
      'closing',
      'untidy',
    ];
    const total = Number(process.env['SKEIN_FRAMES'] ?? 300);
    let seed = 1;
    const random = (below: number): number => {
      seed = (seed * 48_271) % (2 ** 31 - 1);
      return seed % below;
    };
    const part = () => parts[random(parts.length)];
    const frame = () =>
      random(2) === 0
        ? [mark, ...Array.from({ length: random(9) }, part)]
        : {
            mark,
            type: types[random(types.length)],
            seq: part(),
            seqs: part(),
            after: part(),
            items: part(),
            value: part(),
            failure: part(),
            reason: part(),
          };
    for (let sent = 0; sent < total; sent += 30) {
      const frames = Array.from({ length: 30 }, frame);
      const outcomes = [pool.submit(forge, ...frames), pool.submit(add, sent, 1)];
      const [forged, other] = await Promise.allSettled(outcomes);
      expect(other).toEqual({ status: 'fulfilled', value: sent + 1 });
      expect(forged).toMatchObject({ status: 'rejected', reason: { name: 'WorkerLostError' } });
    }
  });
});

test('a job cannot send to the program what that could not read', async () => {
  await using pool = new ProcessPoolExecutor({ maxWorkers: 1 });
  const send = (bytes: number[]): void => {
    process.send?.({ module: new WebAssembly.Module(new Uint8Array(bytes)) });
  };
  await expect(pool.submit(send, [0, 97, 115, 109, 1, 0, 0, 0])).rejects.toThrow(TypeError);
  expect(await pool.submit(add, 1, 1)).toBe(2);
});

describe('what a process writes that the program cannot read', () => {
  const empty = '[0, 97, 115, 109, 1, 0, 0, 0]';
  const jobs: readonly (readonly [string, string])[] = [
    [
      'bytes that are no message',
      'require("node:fs").writeSync(3, Buffer.from([0, 0, 0, 4, 1, 2, 3, 4]));',
    ],
    ['bytes of which some are zero', 'require("node:fs").writeSync(3, Buffer.alloc(64));'],
    [
      'the length of a message, and no body',
      'require("node:fs").writeSync(3, Buffer.from([0x10, 0, 0, 0])); return 1;',
    ],
    ['a part of a length', 'require("node:fs").writeSync(3, Buffer.from([0x10])); return 1;'],
    [
      'what is nested too deep',
      `let l = null;
       for (let i = 0; i < 3000; i++) l = { l };
       const bytes = require("node:v8").serialize(l);
       const head = Buffer.alloc(4);
       head.writeUInt32BE(bytes.length);
       require("node:fs").writeSync(3, Buffer.concat([head, bytes]));`,
    ],
    [
      "a message of Node's own that comes at the wrong time",
      'process.send({ cmd: "NODE_HANDLE_ACK" });',
    ],
    [
      'a result with a module that is there at the second look only',
      `let looks = 0;
       return { get at() { return looks++ % 2 ? new WebAssembly.Module(new Uint8Array(${empty})) : 1; } };`,
    ],
    [
      'a module of another class',
      `return Object.setPrototypeOf(new WebAssembly.Module(new Uint8Array(${empty})), null);`,
    ],
  ];

  test.each(jobs)('%s: the worker is told lost, and no other job is harmed', async (_, code) => {
    await using pool = new ProcessPoolExecutor({ maxWorkers: 1 });
    const run = async (code: string): Promise<unknown> => {
      const { createRequire } = await import('node:module');
      const result = new Function('require', code)(createRequire(`${process.cwd()}/x.js`));
      if (result === undefined) await new Promise(() => {});
      return result;
    };
    const failure = await pool.submit(run, code).then(String, (error: unknown) => error);
    expect(failure).toBeInstanceOf(WorkerLostError);
    expect(String(failure)).toContain('which cannot be read (');
    expect(await pool.submit(add, 1, 1)).toBe(2);
  });

  test.each([{}, { stdout: 'ignore' as const }])(
    'results that come before and behind it with %o are told, and no job waits for ever',
    async (options) => {
      await using pool = new ProcessPoolExecutor({ maxWorkers: 1, ...options });
      const run = (n: number): unknown => {
        // The outcome of the job before gets a message of its own.
        process.send?.({});
        const bytes = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);
        return n === 50 ? Object.setPrototypeOf(new WebAssembly.Module(bytes), null) : n;
      };
      await pool.submit(run, 0);
      const jobs = Array.from({ length: 100 }, (_, n) => pool.submit(run, n));
      const outcomes = await Promise.allSettled(jobs);
      const lost = outcomes.flatMap(({ status }, n) => (status === 'rejected' ? [n] : []));
      expect(lost).toEqual([50]);
    },
  );

  test('a server that a job sends is closed, and keeps nothing alive', async () => {
    await using pool = new ProcessPoolExecutor({ maxWorkers: 1 });
    const port = await pool.submit(async (): Promise<number> => {
      const { createServer } = await import('node:net');
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, resolve));
      process.send?.('a server', server);
      return (server.address() as { readonly port: number }).port;
    });
    expect(port).toBeGreaterThan(0);
    await pool.shutdown();
    expect(process.getActiveResourcesInfo().filter((name) => name === 'TCPServerWrap')).toEqual([]);
  });
});
