import {
  attemptsOf,
  CancelledError,
  type Coroutine,
  createTask,
  Future,
  gather,
  getEventLoop,
  type RetryAttempt,
  type RetryOptions,
  retry,
  shield,
  sleep,
  TimeoutError,
  timeout,
} from 'skein';
import { describe, expect, test } from 'vitest';
import { inNode } from '../hosts.ts';
import { inLoop } from '../loops.ts';
import { caught, iterations, thrownBy } from './helpers.ts';

class Busy extends Error {}

/** Fails until the call of this number, and notes the time of each call. */
function server(succeedsAt: number) {
  const calls: number[] = [];
  const errors: Busy[] = [];
  const call = (): string => {
    calls.push(getEventLoop().time());
    if (calls.length >= succeedsAt) return `call ${calls.length}`;
    errors.push(new Busy(`busy ${calls.length}`));
    throw errors.at(-1);
  };
  return {
    calls,
    errors,
    async load(): Promise<string> {
      return call();
    },
    *loadSlowly(): Coroutine<string> {
      yield* sleep(5);
      return call();
    },
  };
}

const never = (): Coroutine<void> => sleep(1e9);

describe('retry', () => {
  test('calls an async function until it succeeds, and waits longer each time', () =>
    inLoop(function* (loop) {
      const { load, calls } = server(5);
      const start = loop.time();
      expect(yield* retry(load, { attempts: 5 })).toBe('call 5');
      expect(calls.map((time) => time - start)).toEqual([0, 1000, 3000, 7000, 15_000]);
    }));

  test('calls a generator function, whose time is not part of the waits', () =>
    inLoop(function* (loop) {
      const { loadSlowly, calls } = server(4);
      const start = loop.time();
      const result = yield* retry(loadSlowly, { attempts: 9, delay: 100, factor: 3 });
      expect(result).toBe('call 4');
      expect(calls.map((time) => time - start)).toEqual([5, 110, 415, 1320]);
    }));

  test('is awaited by an async function', () =>
    inLoop(function* () {
      const { load } = server(2);
      expect(yield* createTask(async () => await retry(load, { attempts: 2 }))).toBe('call 2');
    }));

  test('makes no wait longer than `maxDelay`, and none endless', () =>
    inLoop(function* () {
      const delays: number[] = [];
      const onRetry: RetryOptions['onRetry'] = (_error, _attempt, delay) => delays.push(delay);
      const given = { attempts: 5, delay: 100, factor: 10, onRetry };
      yield* caught(retry(server(9).load, { ...given, maxDelay: 5000 }));
      expect(delays).toEqual([100, 1000, 5000, 5000]);
      delays.length = 0;
      yield* caught(retry(server(9).load, { ...given, factor: 1e300 }));
      expect(delays).toEqual([100, 86_400_000, 86_400_000, 86_400_000]);
    }));

  test('goes on with a delay of 0 for ever, and lets others run between', () =>
    inLoop(function* (loop) {
      const { load, calls } = server(2000);
      let others = 0;
      const other = createTask(function* () {
        while (calls.length < 2000) {
          others++;
          yield;
        }
      });
      const start = loop.time();
      yield* retry(load, { attempts: Number.POSITIVE_INFINITY, delay: 0 });
      yield* other;
      expect(loop.time() - start).toBe(0);
      expect(others).toBeGreaterThan(1990);
    }));

  test('throws what the last attempt threw, which tells of those before', () =>
    inLoop(function* () {
      const { load, errors } = server(9);
      const error = yield* caught(retry(load, { attempts: 3 }));
      expect(error).toBe(errors[2]);
      expect(error).toBeInstanceOf(Busy);
      expect(attemptsOf(error)).toEqual({ count: 3, errors });
      expect(attemptsOf(errors[0])).toBeUndefined();
    }));

  test('tells of attempts also in an error that is frozen; a thrown text comes out as it is', () =>
    inLoop(function* () {
      const frozen = Object.freeze(new Busy('frozen'));
      const failing = async (): Promise<never> => {
        throw frozen;
      };
      expect(yield* caught(retry(failing, { attempts: 2 }))).toBe(frozen);
      expect(attemptsOf(frozen)).toEqual({ count: 2, errors: [frozen, frozen] });
      for (const thrown of ['a text', undefined, null]) {
        const failure = function* (): Coroutine<void> {
          throw thrown;
        };
        expect(yield* caught(retry(failure, { attempts: 2 }))).toBe(thrown);
        expect(attemptsOf(thrown)).toBeUndefined();
      }
    }));

  test('keeps the last 100 errors of more attempts, and their number', () =>
    inLoop(function* () {
      const { load, errors } = server(2000);
      const error = yield* caught(retry(load, { attempts: 1000, delay: 0 }));
      expect(attemptsOf(error)).toEqual({ count: 1000, errors: errors.slice(-100) });
    }));

  test('gives up at an error that `retryIf` has nothing for', () =>
    inLoop(function* () {
      const { load, errors } = server(9);
      const asked: unknown[] = [];
      const retryIf = (error: unknown, attempt: number): boolean => {
        asked.push([error, attempt]);
        return attempt < 2;
      };
      const error = yield* caught(retry(load, { attempts: 5, retryIf }));
      expect(error).toBe(errors[1]);
      expect(asked).toEqual([
        [errors[0], 1],
        [errors[1], 2],
      ]);
    }));

  test('does not ask about the last attempt, and tells of each wait before it', () =>
    inLoop(function* () {
      const { load, errors } = server(9);
      const told: unknown[] = [];
      yield* caught(
        retry(load, {
          attempts: 3,
          delay: 10,
          retryIf: () => told.push('asked') > 0,
          onRetry: (...all) => told.push(all),
        }),
      );
      expect(told).toEqual(['asked', [errors[0], 1, 10], 'asked', [errors[1], 2, 20]]);
    }));

  test('throws what `retryIf`, `jitter` and `onRetry` throw; the error tells of the attempts', () =>
    inLoop(function* () {
      for (const name of ['retryIf', 'jitter', 'onRetry']) {
        const { load, errors, calls } = server(9);
        const bug = new TypeError('a bug');
        const failing = (): never => {
          throw bug;
        };
        expect(yield* caught(retry(load, { attempts: 3, [name]: failing }))).toBe(bug);
        expect(calls).toHaveLength(1);
        expect(attemptsOf(bug)).toEqual({ count: 1, errors });
      }
    }));

  test('spreads the waits as a function of the program says', () =>
    inLoop(function* (loop) {
      const { load, calls } = server(4);
      const start = loop.time();
      const seen: number[] = [];
      const jitter = (delay: number): number => {
        seen.push(delay);
        return delay * 0.5;
      };
      yield* retry(load, { attempts: 4, delay: 100, maxDelay: 300, jitter });
      expect(seen).toEqual([100, 200, 300]);
      expect(calls.map((time) => time - start)).toEqual([0, 50, 150, 300]);
    }));

  test('spreads the waits by chance, and makes none longer', () =>
    inLoop(function* () {
      const delays: number[] = [];
      const { load } = server(200);
      yield* retry(load, {
        attempts: 200,
        delay: 100,
        factor: 1,
        jitter: true,
        onRetry: (_error, _attempt, delay) => delays.push(delay),
      });
      expect(Math.max(...delays)).toBeLessThan(100);
      expect(Math.min(...delays)).toBeGreaterThanOrEqual(0);
      expect(new Set(delays).size).toBeGreaterThan(100);
    }));

  test('gives each attempt its number and a signal', () =>
    inLoop(function* () {
      const seen: [number, boolean][] = [];
      const load = async ({ number, signal }: RetryAttempt): Promise<number> => {
        seen.push([number, signal.aborted]);
        if (number < 3) throw new Busy();
        return number;
      };
      expect(yield* retry(load, { attempts: 3 })).toBe(3);
      expect(seen).toEqual([
        [1, false],
        [2, false],
        [3, false],
      ]);
    }));

  test('starts when it is awaited', () =>
    inLoop(function* () {
      const { load, calls } = server(1);
      const loading = retry(load, { attempts: 2 });
      yield* iterations(3);
      expect(calls).toEqual([]);
      expect(yield* loading).toBe('call 1');
    }));

  test('takes a declared coroutine, and what returns a future', () =>
    inLoop(function* () {
      let calls = 0;
      const failing = (): Future<string> => {
        const future = new Future<string>();
        if (++calls < 2) future.setException(new Busy());
        else future.setResult('done');
        return future;
      };
      expect(yield* retry(failing, { attempts: 2 })).toBe('done');
      expect(yield* retry(() => sleep(1, 'slept'), { attempts: 2 })).toBe('slept');
    }));
});

describe('retry with `within`', () => {
  test('cancels the attempt under way, and its TimeoutError tells of those before', () =>
    inLoop(function* (loop) {
      const seen: string[] = [];
      const start = loop.time();
      const first = new Busy();
      const load = function* ({ number }: RetryAttempt): Coroutine<void> {
        if (number === 1) throw first;
        try {
          yield* never();
        } finally {
          seen.push('cleaned up');
        }
      };
      const error = yield* caught(retry(load, { attempts: 9, delay: 10, within: 500 }));
      expect(error).toBeInstanceOf(TimeoutError);
      expect((error as Error).message).toMatch(/^The deadline of 500 ms passed before `load\(\)`/);
      expect((error as Error).cause).toBeInstanceOf(CancelledError);
      expect(attemptsOf(error)).toEqual({ count: 2, errors: [first, error] });
      expect(loop.time() - start).toBe(500);
      expect(seen).toEqual(['cleaned up']);
    }));

  test('is what its TimeoutError names, if the function has no name', () =>
    inLoop(function* () {
      const error = yield* caught(retry(() => never(), { attempts: 9, within: 5 }));
      expect((error as Error).message).toMatch(
        /^The deadline of 5 ms passed before `retry\(\)` was done/,
      );
    }));

  test('begins no wait that would last until then: the last error comes out', () =>
    inLoop(function* (loop) {
      const { load, errors } = server(9);
      const start = loop.time();
      const error = yield* caught(retry(load, { attempts: 9, delay: 10, within: 70 }));
      expect(error).toBe(errors[2]);
      expect(loop.time() - start).toBe(30);
    }));

  test('counts from when it is awaited', () =>
    inLoop(function* () {
      const loading = retry(() => sleep(50, 'in time'), { attempts: 1, within: 60 });
      yield* sleep(40);
      expect(yield* loading).toBe('in time');
    }));

  test('has no say over a result that came, and leaves no timer', () =>
    inLoop(function* (loop) {
      const start = loop.time();
      expect(yield* retry(server(2).load, { attempts: 2, delay: 5, within: 1e6 })).toBe('call 2');
      expect(loop.time() - start).toBe(5);
    }));

  test('a cleanup that fails with an error of its own is not tried again', () =>
    inLoop(function* () {
      const broken = new Busy('cleanup');
      let calls = 0;
      const load = function* (): Coroutine<void> {
        calls++;
        try {
          yield* never();
        } finally {
          yield* iterations(1);
          // biome-ignore lint/correctness/noUnsafeFinally: the cleanup fails.
          throw broken;
        }
      };
      const error = yield* caught(retry(load, { attempts: 9, within: 10 }));
      expect([error, calls]).toEqual([broken, 1]);
      expect(attemptsOf(error)?.count).toBe(1);
    }));

  test('an attempt with a limit of its own fails as any other', () =>
    inLoop(function* (loop) {
      const start = loop.time();
      const error = yield* caught(
        retry(() => timeout(10, never), { attempts: 3, delay: 100, within: 5000 }),
      );
      expect(error).toBeInstanceOf(TimeoutError);
      expect(attemptsOf(error)?.count).toBe(3);
      expect(loop.time() - start).toBe(330);
    }));
});

describe('a retry that is cancelled', () => {
  test('in an attempt ends, and nothing is tried again', () =>
    inLoop(function* () {
      let calls = 0;
      const load = function* (): Coroutine<void> {
        calls++;
        yield* never();
      };
      const task = createTask(retry(load, { attempts: 9, delay: 1 }));
      yield* iterations(2);
      task.cancel('enough');
      const error = (yield* caught(task)) as CancelledError;
      expect(error).toBeInstanceOf(CancelledError);
      expect(error.reason).toBe('enough');
      yield* sleep(100);
      expect(calls).toBe(1);
    }));

  test('in a wait ends at once, and leaves no timer', () =>
    inLoop(function* (loop) {
      const { load, calls, errors } = server(9);
      const start = loop.time();
      const task = createTask(retry(load, { attempts: 9, delay: 10_000 }));
      yield* sleep(1);
      task.cancel();
      const error = yield* caught(task);
      expect(error).toBeInstanceOf(CancelledError);
      expect(attemptsOf(error)).toEqual({ count: 1, errors });
      expect(loop.time() - start).toBe(1);
      expect(calls).toHaveLength(1);
    }));

  test('ends too if the attempt made another error of it', () =>
    inLoop(function* () {
      let calls = 0;
      const load = function* (): Coroutine<void> {
        calls++;
        try {
          yield* never();
        } catch {
          throw new Busy('hidden');
        }
      };
      const task = createTask(retry(load, { attempts: 9, delay: 0 }));
      yield* iterations(2);
      task.cancel();
      expect(yield* caught(task)).toBeInstanceOf(Busy);
      expect(calls).toBe(1);
    }));

  test('by something that the attempt awaited, and that was cancelled alone, is not tried again', () =>
    inLoop(function* () {
      const awaited = new Future<void>();
      let calls = 0;
      const load = function* (): Coroutine<void> {
        calls++;
        yield* shield(awaited);
      };
      const task = createTask(retry(load, { attempts: 9 }));
      yield* iterations(2);
      awaited.cancel();
      expect(yield* caught(task)).toBeInstanceOf(CancelledError);
      expect([calls, task.cancelled()]).toEqual([1, true]);
    }));

  test.runIf(inNode)('stops async functions at their await', () =>
    inLoop(function* () {
      const seen: string[] = [];
      const load = async ({ signal }: RetryAttempt): Promise<void> => {
        try {
          await sleep(1e9);
        } catch (error) {
          seen.push(`aborted: ${signal.aborted}`);
          throw error;
        }
      };
      const task = createTask(async () => await retry(load, { attempts: 9 }));
      yield* sleep(1);
      task.cancel();
      expect(yield* caught(task)).toBeInstanceOf(CancelledError);
      expect(seen).toEqual(['aborted: true']);
    }),
  );

  test('as one of many, leaves the others to theirs', () =>
    inLoop(function* () {
      const servers = [server(3), server(9), server(3)];
      const tasks = servers.map(({ load }) => createTask(retry(load, { attempts: 3, delay: 10 })));
      yield* sleep(5);
      tasks[1]?.cancel();
      const [a, b, c] = yield* gather(tasks, { returnExceptions: true });
      expect([a, c]).toEqual(['call 3', 'call 3']);
      expect(b).toBeInstanceOf(CancelledError);
    }));
});

describe('what `retry()` refuses', () => {
  const load = server(1).load;
  const options = (more: object): RetryOptions => ({ attempts: 2, ...more });

  test.each([
    [undefined, '`retry()` expected an options object, but got undefined'],
    [3, '`retry()` expected an options object, but got 3'],
    [{}, 'expected `attempts` to be a whole number of at least 1, but got undefined'],
    [options({ attempts: 0 }), '`attempts` to be a whole number of at least 1, but got 0'],
    [options({ attempts: 1.5 }), '`attempts` to be a whole number of at least 1, but got 1.5'],
    [options({ attempts: Number.NaN }), '`attempts` to be a whole number'],
    [options({ attempts: -Infinity }), '`attempts` to be a whole number'],
    [options({ attempts: '3' }), '`attempts` to be a whole number'],
    [options({ delay: -1 }), '`delay` to be a time in ms of at least 0, but got -1'],
    [options({ delay: Infinity }), '`delay` to end, but got Infinity'],
    [options({ delay: Number.NaN }), '`delay` to be a time in ms'],
    [options({ factor: 0.5 }), '`factor` to be a number of at least 1, but got 0.5'],
    [options({ factor: Infinity }), '`factor` to be a number of at least 1'],
    [options({ maxDelay: -1 }), '`maxDelay` to be a time in ms of at least 0, but got -1'],
    [options({ within: Number.NaN }), '`within` to be a time in ms of at least 0'],
    [options({ within: '5' }), '`within` to be a time in ms of at least 0'],
    [options({ jitter: 0.5 }), '`jitter` to be true, false or a function, but got 0.5'],
    [options({ retryIf: true }), 'expected a function to call, but got true'],
    [options({ onRetry: 1 }), 'expected a function to call, but got 1'],
    [options({ retryIf: async () => true }), 'expected a plain function to call'],
    [
      options({ retries: 3 }),
      'but got `retries`. Write `attempts`, which counts the first one too',
    ],
    [options({ minTimeout: 3 }), 'but got `minTimeout`. Write `delay`.'],
    [options({ shouldRetry: () => true }), 'but got `shouldRetry`. Write `retryIf`.'],
  ])('the options %o', (given, text) => {
    const error = thrownBy(() => retry(load, given as RetryOptions)) as Error;
    expect([TypeError, RangeError]).toContain(error.constructor);
    expect(error.message).toContain(text);
  });

  test('anything but a function: a promise has begun already', () => {
    const error = thrownBy(() => retry(load() as never, { attempts: 2 })) as Error;
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toMatch(
      /^`retry\(\)` expected a generator function or an async function/,
    );
  });

  test('a `retryIf` that returns a promise, which would be taken for true', () =>
    inLoop(function* () {
      const retryIf = (() => Promise.resolve(false)) as never;
      const error = (yield* caught(retry(server(9).load, { attempts: 3, retryIf }))) as Error;
      expect(error.message).toMatch(
        /expected `retryIf` to return true or false, but got a promise/i,
      );
    }));

  test.each([-1, Number.NaN, 'soon'])('a `jitter` that returns %s', (delay) =>
    inLoop(function* () {
      const jitter = (() => delay) as never;
      const error = yield* caught(retry(server(9).load, { attempts: 3, jitter }));
      expect(error).toBeInstanceOf(RangeError);
      expect((error as Error).message).toContain('`jitter` to return a time in ms of at least 0');
    }),
  );
});
