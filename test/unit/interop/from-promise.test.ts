import {
  CancelledError,
  createTask,
  Future,
  fromPromise,
  sleep,
  TimeoutError,
  timeout,
} from 'skein';
import { DeadlockError } from 'skein/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { caught, thrownBy } from '../combinators/helpers.ts';
import { hostTurn, onUnhandledRejection } from '../hosts.ts';
import { inLoop, recordReports, virtualLoop } from '../loops.ts';

const unhandled: unknown[] = [];
let stopListening = (): void => {};

beforeEach(() => {
  unhandled.length = 0;
  stopListening = onUnhandledRejection((reason) => unhandled.push(reason));
});

afterEach(() => stopListening());

/** A promise that is settled by hand. */
function deferred<T>() {
  let resolve!: (value: T) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<T>((...functions) => {
    [resolve, reject] = functions;
  });
  return { promise, resolve, reject };
}

describe('fromPromise', () => {
  test('has the result of the promise', () =>
    inLoop(function* (loop) {
      const future = fromPromise(Promise.resolve('done'));
      expect(future).toBeInstanceOf(Future);
      expect(future.getLoop() === loop).toBe(true);
      expect(future.done()).toBe(false);
      expect(yield* future).toBe('done');
    }));

  test('fails with the very reason of a rejection', () =>
    inLoop(function* () {
      const error = new RangeError('outside');
      expect(yield* caught(fromPromise(Promise.reject(error)))).toBe(error);
      const future = fromPromise(Promise.reject(undefined));
      expect(yield* caught(future)).toBeUndefined();
      expect(future.cancelled()).toBe(false);
    }));

  test('takes anything with a `then`', () =>
    inLoop(function* () {
      const thenable: PromiseLike<string> = {
        then: (onFulfilled) => Promise.resolve('thenable').then(onFulfilled),
      };
      expect(yield* fromPromise(thenable)).toBe('thenable');
    }));

  test('answers a future as it is', () => {
    const loop = virtualLoop();
    const future = loop.createFuture<string>();
    expect(fromPromise(future) === (future as unknown)).toBe(true);
  });

  test('calls a function at once, with a signal', () =>
    inLoop(function* () {
      const signals: AbortSignal[] = [];
      const future = fromPromise(async (signal) => {
        signals.push(signal);
        return 'called';
      });
      expect(signals).toHaveLength(1);
      expect(signals[0]).toBeInstanceOf(AbortSignal);
      expect(yield* future).toBe('called');
      expect(signals[0]?.aborted).toBe(false);
    }));

  test('aborts the signal when it is cancelled, with the reason', () =>
    inLoop(function* () {
      let signal: AbortSignal | undefined;
      const future = fromPromise((given) => {
        signal = given;
        return new Promise(() => {});
      });
      expect(future.cancel('not needed')).toBe(true);
      expect(signal?.aborted).toBe(true);
      expect(signal?.reason).toBeInstanceOf(CancelledError);
      expect(signal?.reason.reason).toBe('not needed');
      expect(future.cancelled()).toBe(true);
      expect(future.cancel()).toBe(false);
    }));

  test('aborts the signal when the task that awaits it is cancelled or timed out', () =>
    inLoop(function* (loop) {
      const signals: AbortSignal[] = [];
      const hang = (signal: AbortSignal) => {
        signals.push(signal);
        return new Promise<void>((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason));
        });
      };
      const task = createTask(function* () {
        yield* fromPromise(hang);
      });
      yield* sleep(1);
      task.cancel('stop');
      expect(yield* caught(task)).toMatchObject({ name: 'CancelledError', reason: 'stop' });
      const error = yield* caught(timeout(5, () => fromPromise(hang)));
      expect(error).toBeInstanceOf(TimeoutError);
      expect(signals.map((signal) => signal.aborted)).toEqual([true, true]);
      expect(loop.time()).toBe(6);
    }));

  test('leaves a plain promise alone when it is cancelled', () =>
    inLoop(function* () {
      const { promise, resolve } = deferred<string>();
      const future = fromPromise(promise);
      future.cancel('enough');
      expect(yield* caught(future)).toMatchObject({ reason: 'enough' });
      resolve('late');
      yield* sleep(1);
      expect(future.cancelled()).toBe(true);
    }));

  test('says nothing of a rejection that comes after it was cancelled', async () => {
    const loop = virtualLoop();
    const reports = recordReports(loop);
    const { promise, reject } = deferred<string>();
    await loop.runUntilComplete(
      (function* () {
        const future = fromPromise(promise);
        yield;
        future.cancel();
        reject(new RangeError('late'));
        yield* sleep(1);
      })(),
    );
    await hostTurn();
    loop.close();
    expect(reports).toEqual([]);
    expect(unhandled).toEqual([]);
  });

  test('reports a rejection that nobody looks at through the loop, not through the host', async () => {
    const loop = virtualLoop();
    const reports = recordReports(loop);
    await loop.runUntilComplete(
      (function* () {
        fromPromise(Promise.reject(new RangeError('nobody looks')));
        yield* sleep(1);
      })(),
    );
    await hostTurn();
    expect(unhandled).toEqual([]);
    loop.close();
    expect(reports.map(({ exception }) => exception)).toEqual([new RangeError('nobody looks')]);
  });

  test('fails with what the function throws before it returns a promise', () =>
    inLoop(function* () {
      const error = new RangeError('at once');
      const future = fromPromise(() => {
        throw error;
      });
      expect(future.done()).toBe(true);
      expect(yield* caught(future)).toBe(error);
    }));

  test('is cancelled when the promise rejects with a CancelledError', () =>
    inLoop(function* () {
      const future = fromPromise(Promise.reject(new CancelledError('from there')));
      expect(yield* caught(future)).toMatchObject({ name: 'CancelledError', reason: 'from there' });
      expect(future.cancelled()).toBe(true);
    }));

  test('keeps the first outcome of a thenable that settles twice, and keeps count', async () => {
    const loop = virtualLoop();
    function* main() {
      const twice = {
        then(onFulfilled: (value: string) => void, onRejected: (reason: unknown) => void) {
          setTimeout(() => {
            onFulfilled('first');
            onFulfilled('second');
            onRejected(new Error('third'));
          }, 0);
        },
      } as PromiseLike<string>;
      expect(yield* fromPromise(twice)).toBe('first');
    }
    await loop.runUntilComplete(main());
    await hostTurn();
    await expect(loop.runUntilComplete(loop.createFuture())).rejects.toThrow(DeadlockError);
  }, 3000);

  test('takes a thenable whose `then` throws for a failed one, and keeps count', async () => {
    const loop = virtualLoop();
    function* main() {
      const broken = {
        then() {
          throw new RangeError('broken then');
        },
      } as PromiseLike<string>;
      expect(yield* caught(fromPromise(broken))).toEqual(new RangeError('broken then'));
    }
    await loop.runUntilComplete(main());
    await expect(loop.runUntilComplete(loop.createFuture())).rejects.toThrow(DeadlockError);
  }, 3000);

  test('refuses what is neither a promise nor a function that returns one', () => {
    expect(() => fromPromise(5 as never)).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: \`fromPromise()\` expected a promise, or a function that returns one, but got 5 (number).]`,
    );
    expect(() => fromPromise((() => 5) as never)).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: \`fromPromise()\` expected a promise, or a function that returns one, but got 5 (number).]`,
    );
    for (const wrong of [undefined, null, {}, 'promise']) {
      expect(thrownBy(() => fromPromise(wrong as never))).toBeInstanceOf(TypeError);
    }
  });
});
