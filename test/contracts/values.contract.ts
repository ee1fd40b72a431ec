/** Values that cannot cross fail their own job, with the path of the part at fault, and harm no other. Run over each executor. */
import type { InlineExecutor } from 'skein/executors';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** What all executors have that keep workers. */
type Pool = InlineExecutor;

interface Values {
  /** True where values are copied such that another process can read them. */
  readonly toProcesses?: boolean;
}

async function thrownBy(outcome: PromiseLike<unknown>): Promise<unknown> {
  try {
    await outcome;
  } catch (error) {
    return error;
  }
  throw new Error('Nothing was thrown.');
}

async function drained(items: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of items);
}

const emptyModule = [0, 97, 115, 109, 1, 0, 0, 0];

function nested(depth: number): unknown {
  let value: unknown = null;
  for (let at = 0; at < depth; at++) value = { next: value };
  return value;
}

function sparse(item?: unknown): unknown[] {
  const list: unknown[] = [];
  list.length = 2 ** 32 - 1;
  if (item !== undefined) list[2 ** 32 - 2] = item;
  return list;
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

/** A proxy that throws whatever it is asked. */
function hostile(): object {
  const throwing = new Proxy(
    {},
    {
      get() {
        throw new Error('asked');
      },
    },
  );
  return new Proxy({ a: 1 }, throwing);
}

function withSelf(): unknown {
  const value: Record<string, unknown> = { call: () => 1 };
  value['self'] = value;
  value['list'] = [value, value];
  return { value };
}

/** With the path of the part at fault, if there is an argument like it. */
const refused: readonly (readonly [string, () => unknown, RegExp])[] = [
  [
    'a list of 4,000 links',
    () => nested(4000),
    /args\[0\]\.next.* … \d+ steps … .*nested more than 1000 deep/,
  ],
  [
    '5,000 lists in one another',
    () => JSON.parse('['.repeat(5000) + ']'.repeat(5000)),
    /args\[0\]\[0\].*nested more than 1000 deep/,
  ],
  [
    'a function far down',
    () => ({ deep: [nested(500), { call: () => 1 }] }),
    /args\[0\]\.deep\[1\]\.call is a function/,
  ],
  [
    'a Map with an object without a prototype as a key',
    () => new Map([[Object.create(null), () => 1]]),
    /args\[0\]\.get\(an object\) is a function/,
  ],
  [
    'a Map with a symbol as a key',
    () => new Map([[Symbol('key'), 1]]),
    /args\[0\] \(a key\) is a symbol/,
  ],
  ['a revoked proxy', () => ({ list: [revoked()] }), /args\[0\]\.list\[0\] is /],
  ['a proxy whose traps throw', () => ({ list: [hostile()] }), /args\[0\]\.list\[0\] is /],
  ['a proxy', () => ({ list: [1, new Proxy({ a: 1 }, {})] }), /args\[0\]\.list\[1\] is /],
  [
    'a getter that throws',
    () => ({
      a: {
        get b(): never {
          throw new Error('Not now.');
        },
      },
    }),
    /args\[0\]\.a\.b cannot be read: Error: Not now\. Pass /,
  ],
  [
    'a function at the end of a sparse array',
    () => sparse(() => 1),
    /args\[0\]\[4294967294\] is a function/,
  ],
  ['a circle with a function', withSelf, /args\[0\]\.value\.call is a function/],
  [
    'a promise with properties',
    () => [Object.assign(Promise.resolve(), { a: 1 })],
    /args\[0\]\[0\] is a promise/,
  ],
  [
    'a function without a name in a Set',
    () => new Set([1, () => 2]),
    /args\[0\] \(a member\) is a function/,
  ],
];

/** What a worker returns that cannot cross. Each crosses by source. */
const refusedResults: readonly (readonly [string, () => unknown, RegExp])[] = [
  [
    'a Map with an odd key',
    () => new Map([[Object.create(null), () => 1]]),
    /result\.get\(an object\) is a function/,
  ],
  [
    '20,000 objects in one another',
    () => {
      let value: unknown = null;
      for (let at = 0; at < 20_000; at++) value = { next: value };
      return value;
    },
    /result\.next.*nested more than 1000 deep/,
  ],
  [
    '2,000 objects in one another',
    () => {
      let value: unknown = null;
      for (let at = 0; at < 2000; at++) value = { next: value };
      return value;
    },
    /result\.next.*nested more than 1000 deep/,
  ],
  [
    'a revoked proxy',
    () => {
      const { proxy, revoke } = Proxy.revocable({}, {});
      revoke();
      return [proxy];
    },
    /result\[0\] is /,
  ],
  [
    'a function beside a `Symbol.toStringTag` that throws',
    () => ({
      call: () => 1,
      get [Symbol.toStringTag](): string {
        throw new Error('asked');
      },
    }),
    /result\.call is a function/,
  ],
];

/** What processes could be sent and could not read, or read as an empty object. Each crosses by source. */
const threadsOnly: readonly (readonly [string, () => unknown])[] = [
  [
    'a WebAssembly.Module',
    () => new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])),
  ],
  ['a SharedArrayBuffer', () => new SharedArrayBuffer(8)],
  ['a view of shared memory', () => new Uint16Array(new SharedArrayBuffer(8))],
  ['a Blob', () => new Blob(['text'])],
  ['a MessagePort', () => new MessageChannel().port1],
  ['a ReadableStream', () => new ReadableStream()],
  ['a URL', () => new URL('https://example.org/')],
  ['Headers', () => new Headers()],
  [
    'a KeyObject',
    () => process.getBuiltinModule('node:crypto').createSecretKey(new Uint8Array(16)),
  ],
  ['a BlockList', () => new (process.getBuiltinModule('node:net').BlockList)()],
];

export function valuesContract(
  name: string,
  create: () => Pool,
  { toProcesses = false }: Values = {},
): void {
  describe(`Values that cannot cross to a ${name}:`, () => {
    // One for all: none of these jobs may cost it its worker.
    let pool: Pool;
    beforeAll(() => {
      pool = create();
    });
    afterAll(async () => {
      await pool.shutdown({ cancelRunning: true });
    });

    const echo = (value: unknown) => value;

    describe('an argument with', () => {
      test.each(refused)('%s fails its job alone, and says where it is', async (_, make, path) => {
        await pool.submit(echo, 0);
        const outcomes = [1, make(), 3].map((value) => pool.submit(echo, value));
        const error = await thrownBy(outcomes[1] as PromiseLike<unknown>);
        expect(error).toBeInstanceOf(TypeError);
        expect(String(error)).toMatch(path);
        expect([await outcomes[0], await outcomes[2]]).toEqual([1, 3]);
        expect(await pool.submit(echo, 4)).toBe(4);
      });

      test('900 links crosses, and so does a sparse array without an end', async () => {
        const depth = (list: unknown) => {
          let count = 0;
          for (let at = list; at !== null; at = (at as { next: unknown }).next) count++;
          return count;
        };
        expect(await pool.submit(depth, nested(900))).toBe(900);
        expect(await pool.submit((list) => list.length, sparse())).toBe(2 ** 32 - 1);
      });
    });

    describe('a result with', () => {
      test.each(refusedResults)(
        '%s fails its job alone, and says where it is',
        async (_, fn, path) => {
          const error = (await Promise.allSettled([
            pool.submit(echo, 1),
            pool.submit(fn),
            pool.submit(echo, 3),
          ])) as [
            PromiseFulfilledResult<unknown>,
            PromiseRejectedResult,
            PromiseFulfilledResult<unknown>,
          ];
          expect(error[1].reason).toBeInstanceOf(TypeError);
          expect(String(error[1].reason)).toMatch(path);
          expect([error[0].value, error[2].value]).toEqual([1, 3]);
        },
      );
    });

    describe('an error', () => {
      test('with endless members comes back at once, with some of them', async () => {
        const endless = (): never => {
          const members: unknown[] = [];
          members.length = 2 ** 32 - 1;
          members[5] = new RangeError('five');
          throw Object.assign(new Error('all of them'), { errors: members });
        };
        const dense = (): never => {
          throw new AggregateError(
            Array.from({ length: 20_000 }, (_, at) => at),
            'many',
          );
        };
        const [one, many] = (await Promise.all(
          [endless, dense].map((fn) => thrownBy(pool.submit(fn))),
        )) as [AggregateError, AggregateError];
        expect(one.errors).toEqual([expect.any(RangeError)]);
        expect(many.errors.at(-1)).toMatch(/^… and \d+ more, which were left out$/);
      });

      test('with 20,000 causes comes back with the first of them', async () => {
        const chain = (): never => {
          Error.stackTraceLimit = 0;
          let error = new Error('last');
          for (let at = 0; at < 20_000; at++) error = new Error('middle', { cause: error });
          throw new RangeError('first', { cause: error });
        };
        const error = (await thrownBy(pool.submit(chain))) as Error;
        expect([error.name, (error.cause as Error).message]).toEqual(['RangeError', 'middle']);
        expect(await pool.submit(echo, 1)).toBe(1);
      });

      test('that is a part of its own cause harms no other job, where the host cannot copy it', async () => {
        const knot = (): Error[] => {
          const [first, second] = [new Error('first'), new Error('second')];
          first.cause = { errors: new Map([[1, second]]) };
          second.cause = first;
          return [first];
        };
        const canCopy = (() => {
          try {
            return structuredClone(knot()).length === 1;
          } catch {
            return false;
          }
        })();
        const place = (path: RegExp) =>
          canCopy
            ? { status: 'fulfilled', value: [expect.objectContaining({ message: 'first' })] }
            : {
                status: 'rejected',
                reason: { name: 'TypeError', message: expect.stringMatching(path) },
              };
        const outcomes = await Promise.allSettled([
          pool.submit(echo, 1),
          pool.submit(echo, knot()),
          pool.submit(knot),
          pool.submit(echo, 4),
        ]);
        // The list is whole when the error is read.
        const list: unknown[] = [new Error('in its list')];
        (list[0] as Error).cause = list;
        expect(await pool.submit((errors) => errors.length, list)).toBe(1);
        expect(outcomes).toMatchObject([
          { value: 1 },
          place(/ args\[0\]\[0\] is an error that is a part of its own `cause`\. /),
          place(/ result\[0\] is an error that is a part of its own `cause`\. /),
          { value: 4 },
        ]);
        const alone = await thrownBy(
          pool.submit(() => {
            const error = new RangeError('alone');
            throw Object.assign(error, { cause: error });
          }),
        );
        expect(String(alone)).toBe('RangeError: alone');
      });

      test('with properties that cannot cross comes back with their text', async () => {
        const odd = (): never => {
          let deep: unknown = null;
          for (let at = 0; at < 3000; at++) deep = [deep];
          const { proxy, revoke } = Proxy.revocable({}, {});
          revoke();
          throw Object.assign(new RangeError('odd'), {
            deep,
            proxy,
            call: () => 1,
            fine: { a: 1 },
          });
        };
        const error = await thrownBy(pool.submit(odd));
        expect(error).toBeInstanceOf(RangeError);
        expect(error).toMatchObject({
          deep: 'Array(1)',
          call: '`call`, a function',
          fine: { a: 1 },
        });
      });
    });

    if (!toProcesses) return;

    describe('what only threads can be given:', () => {
      test.each(threadsOnly)(
        '%s as a result, also within another, fails its job alone',
        async (_, make) => {
          const text = String(make);
          const results = [`return ${text}`, `return () => ({ list: [(${text})()] })`];
          for (const body of results) {
            const fn = new Function(body)() as () => unknown;
            const outcomes = await Promise.allSettled([pool.submit(fn), pool.submit(echo, 1)]);
            expect(outcomes).toMatchObject([
              { reason: { message: expect.stringMatching(/ result(?:\.list\[0\])? is /) } },
              { value: 1 },
            ]);
          }
        },
      );

      test.each(threadsOnly)(
        '%s as an argument, also within another, fails its job alone',
        async (_, make) => {
          for (const value of [make(), new Map([['key', [make()]]])]) {
            const outcomes = await Promise.allSettled([
              pool.submit(echo, value),
              pool.submit(echo, 1),
            ]);
            expect(outcomes).toMatchObject([
              {
                reason: {
                  message: expect.stringMatching(/ args\[0\](?:\.get\("key"\)\[0\])? is /),
                },
              },
              { value: 1 },
            ]);
          }
        },
      );

      test('a WebAssembly.Module as an item, a report or a property of an error harms nothing', async () => {
        const report = function (this: { progress(value: unknown): void }, bytes: number[]) {
          this.progress({ module: new WebAssembly.Module(new Uint8Array(bytes)) });
        };
        const fail = (bytes: number[]): never => {
          const module = new WebAssembly.Module(new Uint8Array(bytes));
          throw Object.assign(new RangeError('no'), { module });
        };
        const items = function* (bytes: number[]) {
          yield 1;
          yield [new WebAssembly.Module(new Uint8Array(bytes))];
        };
        const onProgress = () => {};
        const errors = [
          await thrownBy(pool.submitWith({ onProgress }, report, emptyModule)),
          await thrownBy(pool.submit(fail, emptyModule)),
          await thrownBy(drained(pool.stream(items, emptyModule))),
        ];
        expect(errors.map(String)).toEqual([
          expect.stringMatching(
            /^TypeError: `?progress\(\)`? expected .* value\.module is a WebAssembly/,
          ),
          'RangeError: no',
          expect.stringMatching(/^TypeError: .* items\[1\]\[0\] is a WebAssembly/),
        ]);
        expect(await pool.submit(echo, 1)).toBe(1);
      });
    });
  });
}
