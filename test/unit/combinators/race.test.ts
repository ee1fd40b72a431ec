import {
  allSettled,
  any,
  CancelledError,
  type Coroutine,
  createTask,
  Future,
  race,
  sleep,
  wait,
} from 'skein';
import { describe, expect, test } from 'vitest';
import { inLoop, recordReports } from '../loops.ts';
import { caught, thrownBy } from './helpers.ts';

function* failing(ms: number, error: unknown): Coroutine<never> {
  yield* sleep(ms);
  throw error;
}

function* losing(log: string[], name: string, cleanupMs: number): Coroutine<string> {
  try {
    return yield* sleep(60_000, name);
  } finally {
    yield* sleep(cleanupMs);
    log.push(`${name} is over`);
  }
}

describe('race', () => {
  test('returns the result of the first, when the others were cancelled and have ended', () =>
    inLoop(function* (loop) {
      const log: string[] = [];
      const coroutines = yield* race([losing(log, 'a', 10), sleep(5, 'first')]);
      expect([coroutines, log, loop.time()]).toEqual(['first', ['a is over'], 15]);
      const functions = yield* createTask(async () =>
        race([
          async () => {
            await sleep(5);
            return 'first';
          },
          () => losing(log, 'b', 10),
        ]),
      );
      expect([functions, log, loop.time()]).toEqual(['first', ['a is over', 'b is over'], 30]);
    }));

  test('throws the error of the first', () =>
    inLoop(function* () {
      const log: string[] = [];
      expect(yield* caught(race([losing(log, 'a', 1), failing(5, 'no')]))).toBe('no');
      expect(log).toEqual(['a is over']);
    }));

  test('returns what is done already, and starts nothing after it', () =>
    inLoop(function* () {
      const done = new Future<string>();
      done.setResult('done');
      let calls = 0;
      expect(yield* race([done, async () => String(calls++)])).toBe('done');
      expect(calls).toBe(0);
    }));

  test('cancels and awaits the tasks that stand behind what is done already', () =>
    inLoop(function* () {
      for (const call of [race, any]) {
        const log: string[] = [];
        const done = new Future<string>();
        done.setResult('done');
        const task = createTask(losing(log, 'a', 1));
        yield* sleep(0);
        expect(yield* call([done, task])).toBe('done');
        expect(log).toEqual(['a is over']);
      }
    }));

  test('reports what fails while it is stopped', () =>
    inLoop(function* (loop) {
      const reports = recordReports(loop);
      const winner = yield* race([
        sleep(5, 'first'),
        function* () {
          try {
            yield* sleep(60_000);
          } finally {
            yield* failing(1, 'in cleanup');
          }
        },
      ]);
      expect([winner, reports.map(({ exception }) => exception)]).toEqual([
        'first',
        ['in cleanup'],
      ]);
    }));

  test('cancels all when the caller is cancelled', () =>
    inLoop(function* () {
      const log: string[] = [];
      const call = createTask(async () => race([losing(log, 'a', 1), losing(log, 'b', 2)]));
      yield* sleep(1);
      call.cancel();
      yield* wait([call]);
      expect([call.cancelled(), log]).toEqual([true, ['a is over', 'b is over']]);
    }));
});

describe('any', () => {
  test('returns the first result, and passes over those that fail before', () =>
    inLoop(function* () {
      const log: string[] = [];
      const coroutines = yield* any([failing(1, 'no'), losing(log, 'a', 1), sleep(5, 'first')]);
      expect([coroutines, log]).toEqual(['first', ['a is over']]);
      const functions = createTask(async () =>
        any([
          async () => {
            throw new Error('no');
          },
          async () => await sleep(5, 'first'),
        ]),
      );
      expect(yield* functions).toBe('first');
    }));

  test('throws all errors in the order given, when all fail', () =>
    inLoop(function* () {
      const cancelled = createTask(sleep(60_000));
      cancelled.cancel();
      const error = yield* caught(any([failing(5, 'late'), failing(1, 'soon'), cancelled]));
      expect(error).toBeInstanceOf(AggregateError);
      const { message, errors } = error as AggregateError;
      expect([message, errors.slice(0, 2)]).toEqual([
        'All 3 inputs of `any()` failed.',
        ['late', 'soon'],
      ]);
      expect(errors[2]).toBeInstanceOf(CancelledError);
    }));
});

describe('allSettled', () => {
  test('returns the outcome of each, for a list and for a record', () =>
    inLoop(function* () {
      const cancelled = createTask(sleep(60_000));
      cancelled.cancel('by hand');
      const list = yield* allSettled([sleep(5, 'a'), failing(1, 'no'), cancelled]);
      expect(list).toEqual([
        { status: 'fulfilled', value: 'a' },
        { status: 'rejected', reason: 'no' },
        { status: 'rejected', reason: expect.any(CancelledError) },
      ]);
      const record = createTask(async () =>
        allSettled({ a: async () => 1, b: () => failing(1, 'no') }, { concurrency: 1 }),
      );
      expect(yield* record).toEqual({
        a: { status: 'fulfilled', value: 1 },
        b: { status: 'rejected', reason: 'no' },
      });
      expect(yield* allSettled([])).toEqual([]);
    }));

  test('does not take the cancellation of the caller for an outcome', () =>
    inLoop(function* (loop) {
      const log: string[] = [];
      const call = createTask(function* () {
        return yield* allSettled([losing(log, 'a', 10), losing(log, 'b', 5)]);
      });
      yield* sleep(1);
      call.cancel('enough');
      const error = yield* caught(call);
      expect([(error as CancelledError).message, log, loop.time()]).toEqual([
        'enough',
        ['b is over', 'a is over'],
        11,
      ]);
    }));

  test('does not take it for one if all are done in the same iteration', () =>
    inLoop(function* () {
      const call = createTask(function* () {
        const outcomes = yield* allSettled([
          function* () {
            yield* sleep(1);
            call.cancel();
          },
        ]);
        return outcomes;
      });
      yield* wait([call]);
      expect(call.cancelled()).toBe(true);
    }));
});

describe('what they refuse', () => {
  test('an empty list, and what is no list', () => {
    const refuses = (fn: unknown) => fn as (inputs: unknown, options?: unknown) => unknown;
    const messageOf = (fn: () => unknown) => String(thrownBy(fn));
    expect([
      messageOf(() => race([])),
      messageOf(() => any([])),
      messageOf(() => refuses(any)([true, false])),
      messageOf(() => refuses(race)({ a: sleep(1) })),
      messageOf(() => refuses(race)(sleep(1), sleep(1))),
      messageOf(() => refuses(allSettled)([5])),
      messageOf(() => allSettled([], { concurrency: Number.NaN })),
    ]).toMatchInlineSnapshot(`
      [
        "TypeError: \`race()\` expected at least one input, but got none.",
        "TypeError: \`any()\` expected at least one input, but got none.",
        "TypeError: \`any()\` expected coroutines, functions, futures or promises, but got true (boolean). Python's \`any(values)\` is \`values.some(Boolean)\` in JavaScript.",
        "TypeError: \`race()\` expected a list of awaitables, but got an object. Write \`race([task])\`.",
        "TypeError: \`race()\` expected one list, but got the inputs one by one. Write \`race([a, b])\`.",
        "TypeError: \`allSettled()\` expected coroutines, functions, futures or promises, but got 5 (number).",
        "RangeError: \`allSettled()\` expected \`concurrency\` to be a whole number of at least 1, but got NaN (number).",
      ]
    `);
  });
});
