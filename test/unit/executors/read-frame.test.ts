import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mark } from '../../../src/executors/crossing/protocol.ts';
import {
  FrameError,
  readFrame,
  readFrameToWorker,
} from '../../../src/executors/crossing/read-frame.ts';

const next = 100;
/** So many changed frames are read in each direction. */
const count = 50_000;
const thrown = {
  root: { error: 0 },
  errors: [
    {
      known: 'Error',
      name: 'Error',
      message: 'no',
      stack: 'Error: no',
      cause: { value: 1 },
      members: [{ error: 0 }, { value: 'x' }],
      properties: [['code', { value: 7 }]],
    },
  ],
};

/** One of each message of a worker. */
const frames: readonly unknown[] = [
  [mark, 9, 250, -1, 7, 3, 'a', 'b', 'c'],
  [mark, 12, 0, 20, 3, 1, 'a', 4, -2, thrown, thrown, 9, 2, undefined, {}],
  [mark, -1, 0, 5],
  { mark, type: 'ready' },
  { mark, type: 'broken', failure: thrown },
  { mark, type: 'items', seq: 3, after: 0, items: [1, 2], refused: undefined },
  { mark, type: 'items', seq: 3, after: 2, items: [], refused: thrown },
  { mark, type: 'progress', seq: 3, value: 0.5 },
  { mark, type: 'withdrawn', seqs: [4, 5] },
  { mark, type: 'unreadable', reason: 'why', after: 3 },
  { mark, type: 'uncaught', failure: thrown },
  { mark, type: 'closing' },
  { mark, type: 'pong' },
  { mark, type: 'untidy', failure: thrown },
  { mark, type: 'lost', count: 2 },
];

const code = { kind: 'source', name: 'add', text: '(a, b) => a + b' };

/** One of each message to a worker. */
const orders: readonly unknown[] = [
  [7, -1, { ...code, number: 2 }, 8, 2, 1, 2, 3, 4, 2, 6, 1, ['name', 1], 5],
  [7, 7, 1, 5, 1, 'argument'],
  {
    type: 'start',
    initializer: { code, args: [1] },
    teardown: undefined,
    tsx: 'tsx',
    claims: undefined,
  },
  { type: 'withdraw', seqs: [4] },
  { type: 'abort', seq: 4, reason: { timeout: false, text: 'why' } },
  { type: 'grant', seq: 4, count: 2 },
  { type: 'report' },
  { type: 'ping' },
  { type: 'close' },
];
const known = { last: 6, knows: (number: number) => number === 1 };

const sparse: unknown[] = [];
sparse.length = 2 ** 32 - 1;

/** Values that take the place of a part. */
const odd = fc.oneof(
  fc.constantFrom<unknown>(
    ...[
      undefined,
      null,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      -1,
      0,
      0.5,
      99,
      100,
      1e10,
      2 ** 53,
      -(2 ** 31),
    ],
    ...['', 'ready', 'items', mark, [], {}, sparse, thrown, new Map(), true, 1n],
  ),
  fc.integer(),
  fc.string(),
  fc.double(),
);

/** Replaces, removes or adds one part somewhere in a frame, up to three times. */
const mutated = (of: readonly unknown[]) =>
  fc
    .tuple(
      fc.constantFrom(...of),
      fc.array(fc.tuple(fc.nat(), fc.constantFrom('set', 'remove', 'add'), odd), {
        minLength: 1,
        maxLength: 3,
      }),
    )
    .map(([frame, changes]) =>
      changes.reduce<unknown>((changed, change) => change1(changed, ...change), frame),
    );

function change1(frame: unknown, where: number, how: string, value: unknown): unknown {
  if (frame === sparse || typeof frame !== 'object' || frame === null || frame instanceof Map)
    return value;
  const copy = (Array.isArray(frame) ? [...frame] : { ...frame }) as Record<string, unknown>;
  const keys = Object.keys(copy);
  const key = keys[where % Math.max(keys.length, 1)];
  if (key === undefined || how === 'add') {
    if (Array.isArray(copy)) copy.splice(where % (copy.length + 1), 0, value);
    else copy[`x${where % 3}`] = value;
  } else if (where % 3 === 0) {
    copy[key] = change1(copy[key], Math.floor(where / 3), how, value);
  } else if (how === 'remove') {
    if (Array.isArray(copy)) copy.splice(Number(key), 1);
    else delete copy[key];
  } else {
    copy[key] = value;
  }
  return copy;
}

describe('a message of a worker', () => {
  test.each(frames)('is read as it is: %j', (frame) => {
    expect(readFrame(frame, next)).toBe(frame);
  });

  test.each<[unknown, string]>([
    [[mark, -1, 0, 1e10], 'claimed'],
    [[mark, -1, 0, -1, 0, Number.POSITIVE_INFINITY], 'a count of outcomes'],
    [[mark, -1, Number.NaN, -1], 'busy'],
    [[mark, -1, -1, -1], 'busy'],
    [[mark, 100, 0, -1], 'upTo'],
    [[mark, -1, 0, -1, 100, 1, 'x'], 'the number of a job'],
    [[mark, -1, 0, -1, 99, 2, 'x', 'y'], 'a count of outcomes'],
    [[mark, -1, 0, -1, 5, 1, 'x', 4, 1, 'y'], 'the number of a job'],
    [[mark, -1, 0, -1, 5, 0], 'a count of outcomes'],
    [[mark, -1, 0, -1, 5, 2, 'x'], 'a count of outcomes'],
    [[mark, -1, 0, -1, 5, -1, 'not taken apart'], 'a failure'],
    [{ mark, type: 'uncaught' }, 'uncaught.failure'],
    [{ mark, type: 'untidy' }, 'untidy.failure'],
    [{ mark, type: 'lost' }, 'lost.count'],
    [{ mark, type: 'lost', count: -1 }, 'lost.count'],
    [{ mark, type: 'broken', failure: { root: { error: 1 }, errors: [] } }, 'broken.failure'],
    [{ mark, type: 'withdrawn' }, 'withdrawn.seqs'],
    [{ mark, type: 'withdrawn', seqs: [100] }, 'withdrawn.seqs'],
    [{ mark, type: 'items', seq: 3 }, 'items.after'],
    [{ mark, type: 'items', seq: 3, after: 0, items: 5 }, 'items.items'],
    [{ mark, type: 'progress', seq: 1e9, value: 1 }, 'progress.seq'],
    [{ mark, type: 'unreadable', after: 0 }, 'unreadable.reason'],
    [{ mark, type: 'of another kind' }, 'unknown type'],
    [{ mark }, 'unknown type'],
  ])('is refused, with what is wrong: %j', (frame, what) => {
    expect(() => readFrame(frame, next)).toThrow(FrameError);
    expect(() => readFrame(frame, next)).toThrow(what);
  });

  test('is refused at once if a list in it is sparse and without an end', () => {
    const failure = { root: { value: 1 }, errors: sparse };
    expect(() => readFrame({ mark, type: 'uncaught', failure }, next)).toThrow('uncaught.failure');
    expect(() => readFrame({ mark, type: 'withdrawn', seqs: sparse }, next)).toThrow('seqs');
    expect(readFrameToWorker({ type: 'withdraw', seqs: sparse }, known)).toBeUndefined();
  });

  test('is read or refused, at once, however it is changed', () => {
    let refused = 0;
    for (const frame of fc.sample(mutated(frames), { seed: 1, numRuns: count })) {
      try {
        if (readFrame(frame, next) !== frame) throw new Error('Another frame was returned.');
      } catch (error) {
        if (!(error instanceof FrameError)) throw error;
        refused++;
      }
    }
    // Most changes matter, and not all do.
    expect(refused).toBeGreaterThan(count / 3);
    expect(refused).toBeLessThan(count);
  });
});

describe('a message to a worker', () => {
  test.each(orders)('is read as it is: %j', (order) => {
    expect(readFrameToWorker(order, known)).toBe(order);
  });

  test.each([
    'hello',
    undefined,
    ['config', 1],
    { type: 'config' },
    [7, -1, 5, 8, 1, 1, 2],
    [6, -1, 1, 4, 1, 1],
    [7, -1, 1, 4, 1e10, 1],
    [7, 9, 1, 4, 1, 1],
    { type: 'start', initializer: 5 },
  ])('is no message of ours: %j', (order) => {
    expect(readFrameToWorker(order, known)).toBeUndefined();
  });

  test('is read or not, at once, however it is changed', () => {
    let foreign = 0;
    for (const order of fc.sample(mutated(orders), { seed: 1, numRuns: count })) {
      if (readFrameToWorker(order, known) === undefined) foreign++;
    }
    expect(foreign).toBeGreaterThan(count / 4);
    expect(foreign).toBeLessThan(count);
  });
});
