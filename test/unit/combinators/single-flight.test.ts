import {
  CancelledError,
  type Coroutine,
  coroutine,
  createTask,
  type Future,
  gather,
  isFuture,
  singleFlight,
  sleep,
  timeout,
} from 'skein';
import { describe, expect, test } from 'vitest';
import { inNode } from '../hosts.ts';
import { inLoop, recordReports } from '../loops.ts';
import { caught, iterations, thrownBy } from './helpers.ts';

/** A load that takes 10 ms, and notes how it goes. */
function loader() {
  const log: string[] = [];
  let count = 0;
  const load = singleFlight(function* load(id: string): Coroutine<string> {
    const text = `${id} ${++count}`;
    log.push(`${text} begins`);
    try {
      return yield* sleep(10, text);
    } finally {
      log.push(`${text} ends`);
    }
  });
  return { load, log };
}

describe('singleFlight', () => {
  test('calls with the same argument join the one that runs', () =>
    inLoop(function* () {
      const { load, log } = loader();
      const first = createTask(load('a'));
      yield* sleep(5);
      const others = gather([load('a'), load('b'), load('a')]);
      expect(yield* first).toBe('a 1');
      expect(yield* others).toEqual(['a 1', 'b 2', 'a 1']);
      expect(log).toEqual(['a 1 begins', 'b 2 begins', 'a 1 ends', 'b 2 ends']);
    }));

  test('a call after the end runs anew, also in the iteration of the end', () =>
    inLoop(function* () {
      const { load } = loader();
      expect(yield* load('a')).toBe('a 1');
      expect(yield* load('a')).toBe('a 2');
      const again = createTask(function* () {
        return [yield* load('a'), yield* load('a')];
      });
      expect(yield* again).toEqual(['a 3', 'a 4']);
    }));

  test('an async function begins with the call, and each caller gets a future', () =>
    inLoop(function* () {
      let calls = 0;
      const load = singleFlight(async () => {
        calls++;
        return await sleep(10, calls);
      });
      const futures = [load(), load(), load()];
      expect(futures.every(isFuture)).toBe(true);
      expect(new Set(futures).size).toBe(3);
      yield* sleep(15);
      expect(futures.map((future) => future.result())).toEqual([1, 1, 1]);
    }));

  test('all callers get the same error', () =>
    inLoop(function* (loop) {
      const reports = recordReports(loop);
      const failing = singleFlight(async (id: number) => {
        await sleep(1);
        throw new RangeError(`no ${id}`);
      });
      const [a, b] = yield* gather([failing(1), failing(1)], { returnExceptions: true });
      expect(a).toBeInstanceOf(RangeError);
      expect(a).toBe(b);
      yield* sleep(10);
      expect(reports).toEqual([]);
    }));

  test('a cancelled caller leaves the work to the others', () =>
    inLoop(function* () {
      const { load, log } = loader();
      const [a, b] = [createTask(load('a')), createTask(load('a'))];
      yield* sleep(5);
      a.cancel();
      expect(yield* caught(a)).toBeInstanceOf(CancelledError);
      expect(log).toEqual(['a 1 begins']);
      expect(yield* b).toBe('a 1');
    }));

  test('a caller that joined and left is not counted: the work is cancelled with the last one', () =>
    inLoop(function* () {
      const log: string[] = [];
      const load = singleFlight(function* () {
        try {
          yield* sleep(60_000);
        } finally {
          log.push('the work is over');
        }
      });
      const first = createTask(load());
      yield* sleep(1);
      const names = ['joined', 'joined again', 'stayed'];
      const callers = names.map(() => createTask(load()));
      yield* sleep(1);
      for (const [at, caller] of [callers[0], callers[1], first].entries()) {
        caller?.cancel();
        yield* caught(caller as Future<void>);
        log.push(`${at} left`);
      }
      callers[2]?.cancel();
      yield* caught(callers[2] as Future<void>);
      log.push('the last one left');
      expect(log).toEqual(['0 left', '1 left', '2 left', 'the work is over', 'the last one left']);
    }));

  test('the last caller that is cancelled cancels the work, and waits for its cleanup', () =>
    inLoop(function* (loop) {
      const log: string[] = [];
      const load = singleFlight(function* (): Coroutine<void> {
        try {
          yield* sleep(1000);
        } catch (error) {
          log.push(`${(error as CancelledError).reason}`);
          yield* sleep(20);
          throw error;
        }
      });
      const start = loop.time();
      const [a, b] = [createTask(load()), createTask(load())];
      yield* sleep(5);
      a.cancel('a leaves');
      b.cancel('b leaves');
      yield* iterations(3);
      expect([a.done(), b.done()]).toEqual([true, false]);
      b.cancel('once more');
      const error = (yield* caught(b)) as CancelledError;
      expect(error.reason).toBe('b leaves');
      expect([log, loop.time() - start]).toEqual([['b leaves'], 25]);
    }));

  test('a call while an abandoned one cleans up runs anew, after it', () =>
    inLoop(function* () {
      const log: string[] = [];
      let count = 0;
      const load = singleFlight(function* (): Coroutine<number> {
        const number = ++count;
        log.push(`${number} in`);
        try {
          return yield* sleep(100, number);
        } finally {
          yield* sleep(20);
          log.push(`${number} out`);
        }
      });
      const first = createTask(load());
      yield* sleep(5);
      first.cancel();
      yield* iterations(2);
      const second = createTask(load());
      const third = createTask(load());
      yield* sleep(1);
      third.cancel();
      expect(yield* second).toBe(2);
      expect(log).toEqual(['1 in', '1 out', '2 in', '2 out']);
      expect(first.cancelled()).toBe(true);
    }));

  test.runIf(inNode)('async callers that are cancelled at their await leave it too', () =>
    inLoop(function* () {
      const log: string[] = [];
      const load = singleFlight(async (id: string) => {
        try {
          return await sleep(100, id);
        } finally {
          log.push('ends');
        }
      });
      const [a, b] = [1, 2].map(() => createTask(async () => await load('a')));
      yield* sleep(5);
      a?.cancel();
      yield* sleep(1);
      expect(log).toEqual([]);
      b?.cancel();
      expect(yield* caught(b!)).toBeInstanceOf(CancelledError);
      expect(log).toEqual(['ends']);
    }),
  );

  test('joins by what `key` returns', () =>
    inLoop(function* () {
      let calls = 0;
      const load = singleFlight(
        async (path: string, _options: { fresh: boolean }) => {
          await sleep(1);
          return `${path} ${++calls}`;
        },
        { key: (path) => path.toLowerCase() },
      );
      const options = { fresh: true };
      const all = gather([load('A', options), load('a', { fresh: false }), load('b', options)]);
      expect(yield* all).toEqual(['A 1', 'A 1', 'b 2']);
    }));

  test('compares keys as a Map does', () =>
    inLoop(function* () {
      let calls = 0;
      const load = singleFlight(async (_key: unknown) => await sleep(1, ++calls));
      const object = {};
      const all = gather([
        load(Number.NaN),
        load(Number.NaN),
        load(object),
        load({}),
        load(object),
      ]);
      expect(yield* all).toEqual([1, 1, 2, 3, 2]);
    }));

  test('several arguments want a `key`, as another result would be taken', () => {
    const load = singleFlight(async (a: number, b: number) => a + b);
    const error = thrownBy(() => load(1, 2)) as Error;
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toMatch(/expected one argument at most, but got 2\. Say which calls/);
  });

  test('keeps name, length and `this`; takes a declared coroutine', () =>
    inLoop(function* () {
      class Store {
        readonly name = 'store';
        readonly load = singleFlight(async function load(this: Store, id: number) {
          await sleep(1);
          return `${this.name} ${id}`;
        });
      }
      const store = new Store();
      expect(yield* store.load(1)).toBe('store 1');
      expect([store.load.name, store.load.length]).toEqual(['load', 1]);
      const declared = singleFlight(
        coroutine(function* () {
          return yield* sleep(1, 'declared');
        }),
      );
      expect(yield* createTask(declared())).toBe('declared');
    }));

  test('work that calls itself with the same key is refused, as it would wait for itself', () =>
    inLoop(function* () {
      const load: (id: number) => Future<unknown> = singleFlight(async (id: number) => {
        return id > 5 ? 'end' : await load.call(undefined, id === 1 ? 1 : id + 1);
      });
      expect(yield* load(2)).toBe('end');
      const coroutineOf: (id: number) => Coroutine<unknown> = singleFlight(function* (
        id: number,
      ): Coroutine<unknown> {
        return yield* coroutineOf(id);
      });
      const error = (yield* caught(coroutineOf(1))) as Error;
      expect(error.message).toMatch(/was called with the same key by its own work/);
    }));

  test('an async function that calls itself with the same key is refused too', () =>
    inLoop(function* () {
      const load: (id: number) => Future<unknown> = singleFlight(async (id: number) => {
        await sleep(1);
        return await load(id);
      });
      const error = (yield* caught(timeout(60_000, () => load(1)))) as Error;
      expect(error.message).toBe(
        '`the function of singleFlight()` was called with the same key by its own work, which would wait for itself. Call the function that `singleFlight()` was given.',
      );
    }));

  test('keeps no key once the work is done', () =>
    inLoop(function* () {
      const { load } = loader();
      const held: object[] = [];
      const ofObjects = singleFlight(async (key: object) => {
        held.push(key);
        return await sleep(1);
      });
      yield* gather(Array.from({ length: 100 }, () => ofObjects({})));
      expect(held).toHaveLength(100);
      const cancelled = createTask(load('x'));
      cancelled.cancel();
      expect(yield* caught(cancelled)).toBeInstanceOf(CancelledError);
      expect(yield* load('x')).toMatch(/^x /);
    }));

  test('has calls of its own in each loop', async () => {
    const { load } = loader();
    const [a, b] = await Promise.all([inLoop(() => load('a')), inLoop(() => load('a'))]);
    expect([a, b].sort()).toEqual(['a 1', 'a 2']);
  });

  test.each([
    [undefined, undefined, /^`singleFlight\(\)` expected a generator function or an async/],
    [async () => {}, 5, /^`singleFlight\(\)` expected an options object, but got 5/],
    [async () => {}, { key: 'id' }, /expected a function to call, but got "id"/],
    [async () => {}, { key: async () => 1 }, /expected a plain function to call/],
    [async () => {}, { keys: () => 1 }, /expected options that it knows, but got `keys`/],
  ])('refuses %s with %o', (fn, options, text) => {
    const error = thrownBy(() => singleFlight(fn as never, options as never)) as Error;
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toMatch(text);
  });

  test('refuses a `key` that returns a promise', () => {
    const load = singleFlight(async (_id: number) => 1, { key: () => Promise.resolve(1) });
    expect((thrownBy(() => load(1)) as Error).message).toMatch(/expected `key` to return a key/);
  });
});
