import {
  CancelledError,
  createTask,
  currentTask,
  EventLoop,
  Future,
  fromPromise,
  getEventLoop,
  InvalidStateError,
  isFuture,
  sleep,
} from 'skein';
import { describe, expect, test } from 'vitest';
import { thrownBy } from '../combinators/helpers.ts';
import { inLoop, virtualLoop } from '../loops.ts';

describe('a new future', () => {
  test('is neither done nor cancelled, and can be cancelled [fut.initial_pending]', () => {
    const future = new Future();
    expect([future.done(), future.cancelled()]).toEqual([false, false]);
    expect(future.cancel()).toBe(true);
    expect([future.done(), future.cancelled()]).toEqual([true, true]);
  });

  test('belongs to the loop that is running [fut.ctor.uses_running_loop]', async () => {
    const loop = virtualLoop();
    await loop.runUntilComplete(
      (function* () {
        expect(new Future().getLoop()).toBe(loop);
        yield;
        expect(new Future().getLoop()).toBe(loop);
      })(),
    );
  });

  test('belongs to the loop of getEventLoop() outside of any [fut.ctor.uses_current_loop]', () => {
    expect(new Future().getLoop()).toBe(getEventLoop());
  });

  test('belongs to the loop that it is given, or that makes it', () => {
    const loop = new EventLoop();
    expect(new Future({ loop }).getLoop()).toBe(loop);
    expect(loop.createFuture().getLoop()).toBe(loop);
    loop.close();
  });
});

describe('a future with a result', () => {
  test('has no result while pending [fut.result.lifecycle]', () => {
    const future = new Future<number>();
    expect(() => future.result()).toThrow(InvalidStateError);
    expect(() => future.exception()).toThrow(InvalidStateError);
  });

  test('is done, and answers its result as often as it is asked [fut.result.lifecycle]', () => {
    const future = new Future<number>();
    future.setResult(42);
    expect([future.done(), future.cancelled()]).toEqual([true, false]);
    expect([future.result(), future.result()]).toEqual([42, 42]);
    expect(future.exception()).toBeUndefined();
  });

  test('cannot be settled again, nor cancelled [fut.result.lifecycle]', () => {
    const future = new Future<number>();
    future.setResult(42);
    expect(() => future.setResult(43)).toThrow(InvalidStateError);
    expect(() => future.setException(new Error('late'))).toThrow(InvalidStateError);
    expect(future.cancel()).toBe(false);
    expect(future.result()).toBe(42);
  });

  test('may have undefined as its result', () => {
    const future = new Future<void>();
    future.setResult();
    expect(future.done()).toBe(true);
    expect(future.result()).toBeUndefined();
  });
});

describe('a future with an exception', () => {
  test('throws that very object, and answers it as its exception [fut.exception.lifecycle]', () => {
    const future = new Future();
    expect(() => future.exception()).toThrow(InvalidStateError);
    const error = new RangeError('boom');
    future.setException(error);
    expect([future.done(), future.cancelled()]).toEqual([true, false]);
    expect(() => future.result()).toThrow(error);
    expect(future.exception()).toBe(error);
  });

  test('cannot be settled again, nor cancelled [fut.exception.lifecycle]', () => {
    const future = new Future<number>();
    const error = new RangeError('boom');
    future.setException(error);
    expect(() => future.setResult(43)).toThrow(InvalidStateError);
    expect(() => future.setException(new Error('late'))).toThrow(InvalidStateError);
    expect(future.cancel()).toBe(false);
    expect(future.exception()).toBe(error);
  });

  test('makes an instance of an error class [fut.exception.class_is_instantiated]', () => {
    class Refused extends Error {}
    for (const errorClass of [Error, TypeError, Refused]) {
      const future = new Future();
      future.setException(errorClass);
      expect(future.exception()).toBeInstanceOf(errorClass);
    }
  });

  test('keeps a function or a class that is no error class as it is', () => {
    const fn = (): void => {};
    class Plain {}
    for (const thrown of [fn, Plain]) {
      const future = new Future();
      future.setException(thrown);
      expect(future.exception()).toBe(thrown);
    }
  });
});

describe('a cancelled future', () => {
  test('is so at once, and throws when asked for its outcome [fut.cancel.lifecycle]', () => {
    const future = new Future<number>();
    expect(future.cancel()).toBe(true);
    expect([future.done(), future.cancelled()]).toEqual([true, true]);
    expect(() => future.result()).toThrow(CancelledError);
    expect(() => future.exception()).toThrow(CancelledError);
  });

  test('cannot be settled, nor cancelled again [fut.cancel.lifecycle]', () => {
    const future = new Future<number>();
    future.cancel();
    expect(() => future.setResult(1)).toThrow(InvalidStateError);
    expect(() => future.setException(new Error('late'))).toThrow(InvalidStateError);
    expect(future.cancel()).toBe(false);
    expect(future.cancelled()).toBe(true);
  });

  test('keeps the reason, however often it is asked [fut.cancel.message_kept]', async () => {
    await inLoop(function* () {
      const future = new Future();
      createTask(function* () {
        future.cancel('my message');
      });
      const seen: unknown[] = [];
      for (const ask of [() => future, () => future]) {
        try {
          yield* ask();
        } catch (error) {
          seen.push((error as CancelledError).message, (error as CancelledError).reason);
        }
      }
      expect(seen).toEqual(['my message', 'my message', 'my message', 'my message']);
    });
  });

  test('has an error as its reason and as the cause of the CancelledError', () => {
    const future = new Future();
    const why = new Error('the user left');
    future.cancel(why);
    try {
      future.result();
    } catch (error) {
      expect(error).toMatchObject({ message: 'the user left', cause: why, reason: why });
    }
    expect.assertions(1);
  });
});

describe('awaiting a future', () => {
  test('gives its result once it has one', async () => {
    await inLoop(function* (loop) {
      const future = new Future<string>();
      loop.callLater(5, () => future.setResult('there'));
      expect(yield* future).toBe('there');
      expect(loop.time()).toBe(5);
    });
  });

  test('goes on in the same step when it is done [fut.await.done_does_not_suspend]', async () => {
    await inLoop(function* (loop) {
      const future = new Future<number>();
      future.setResult(1);
      const log: string[] = [];
      loop.callSoon(() => log.push('the next iteration'));
      expect([yield* future, yield* future]).toEqual([1, 1]);
      expect(log).toEqual([]);
      yield;
      expect(log).toEqual(['the next iteration']);
    });
  });

  test('suspends once while it is pending [fut.await.done_does_not_suspend]', async () => {
    await inLoop(function* (loop) {
      const future = new Future<number>();
      const log: string[] = [];
      loop.callSoon(() => {
        log.push('settled');
        future.setResult(1);
      });
      log.push(`got ${yield* future}`, `got ${yield* future}`);
      expect(log).toEqual(['settled', 'got 1', 'got 1']);
    });
  });

  test('throws the same error each time, and its stack does not grow [fut.error.repeat_await_no_trace_growth]', async () => {
    await inLoop(function* () {
      const future = new Future();
      const error = new Error('boom');
      const stack = error.stack;
      future.setException(error);
      for (let round = 0; round < 5; round++) {
        let caught: unknown;
        try {
          yield* future;
        } catch (thrown) {
          caught = thrown;
        }
        expect(caught).toBe(error);
        expect(error.stack).toBe(stack);
      }
    });
  });

  test('wakes all of many awaiters, in the order in which they came', async () => {
    await inLoop(function* () {
      const future = new Future<number>();
      const log: string[] = [];
      const tasks = ['a', 'b', 'c'].map((name) =>
        createTask(function* () {
          log.push(`${name} got ${yield* future}`);
        }),
      );
      yield;
      yield;
      future.setResult(7);
      expect(log).toEqual([]);
      for (const task of tasks) yield* task;
      expect(log).toEqual(['a got 7', 'b got 7', 'c got 7']);
    });
  });

  test('leaves a result that is a future alone [task.result.future_returned_not_flattened]', async () => {
    await inLoop(function* () {
      const inner = new Future<number>();
      const outer = new Future<Future<number>>();
      outer.setResult(inner);
      expect(yield* outer).toBe(inner);
      expect(outer.result()).toBe(inner);
    });
  });
});

describe('awaiting a future with `await`', () => {
  test('gives the result, or throws the exception', async () => {
    const good = new Future<number>();
    const bad = new Future<number>();
    const error = new Error('boom');
    getEventLoop().callSoon(() => {
      good.setResult(1);
      bad.setException(error);
    });
    await expect(good).resolves.toBe(1);
    await expect(bad).rejects.toBe(error);
  });

  test('throws a CancelledError with the reason when it is cancelled', async () => {
    const future = new Future<number>();
    getEventLoop().callSoon(() => future.cancel('not needed'));
    await expect(future).rejects.toThrow(CancelledError);
    await expect(future).rejects.toThrow('not needed');
  });

  test('works with Promise.all and with then()', async () => {
    const future = new Future<number>();
    getEventLoop().callSoon(() => future.setResult(20));
    expect(await Promise.all([future, future.then((value) => value + 1)])).toEqual([20, 21]);
  });

  test('answers a promise to who hands in the functions of another promise, too', async () => {
    const future = new Future<number>();
    const log: unknown[] = [];
    const all: PromiseLike<unknown>[] = [];
    const other = new Promise<number>((resolve, reject) => {
      const answer = future.then(resolve, reject);
      expect(answer).toBeInstanceOf(Promise);
      all.push(
        answer.then((value) => log.push('then', value)),
        answer.catch(() => log.push('catch')),
        answer.finally(() => log.push('finally')),
        Promise.all([answer]).then((values) => log.push(values)),
      );
    });
    getEventLoop().callSoon(() => future.setResult(42));
    expect(await other).toBe(42);
    await Promise.all(all);
    expect(log).toContain('finally');
    expect(log).not.toContain('catch');
    expect(log.indexOf('then')).toBe(log.indexOf(undefined) - 1);
    expect(log).toContainEqual([undefined]);
  });

  test('calls a handler of failures that comes with the resolving function of a promise outside of the loop', async () => {
    const future = new Future<number>();
    const error = new Error('boom');
    const where: unknown[] = [];
    const handled = new Promise<unknown>((resolve) => {
      const answer = future.then(resolve, (reason) => {
        where.push(reason, currentTask());
        throw new Error('and again');
      });
      answer.catch((again: Error) => resolve(again.message));
    });
    getEventLoop().callSoon(() => future.setException(error));
    expect(await handled).toBe('and again');
    expect(where).toEqual([error, undefined]);
  });

  test('answers what a callback answers, or throws, that looks like the function of a promise', async () => {
    // The mocks of test runners are such proxies; their text is that of a native function.
    const proxy = <Fn extends (value: never) => unknown>(fn: Fn) => new Proxy(fn, {});
    const unused = proxy(() => 'unused');
    const failing = proxy(() => {
      throw new Error('boom');
    });
    const future = new Future<number>();
    const outcomes = Promise.allSettled([
      future.then(
        proxy((n: number) => n + 1),
        unused,
      ),
      future.then(
        proxy(async (n: number) => n + 2),
        unused,
      ),
      future.then(failing, unused),
      future.then(failing, unused).then(undefined, (error: Error) => error.message),
    ]);
    getEventLoop().callSoon(() => future.setResult(1));
    expect(await outcomes).toMatchObject([
      { value: 2 },
      { value: 3 },
      { reason: new Error('boom') },
      { value: 'boom' },
    ]);
    await expect(future.then(failing, unused)).rejects.toThrow('boom');
  });

  test('wakes promises and coroutines in the order in which they came', async () => {
    const future = new Future<void>();
    const log: string[] = [];
    const first = future.then(() => log.push('promise'));
    const task = createTask(function* () {
      yield* future;
      log.push('task');
    });
    await createTask(sleep(0));
    future.setResult();
    await first;
    await task;
    expect(log.sort()).toEqual(['promise', 'task']);
  });
});

describe('isFuture()', () => {
  test('tells futures and tasks from anything else [fut.duck.isfuture]', async () => {
    expect(isFuture(new Future())).toBe(true);
    await inLoop(function* () {
      expect(isFuture(createTask(sleep(0)))).toBe(true);
    });
    const others = [Future, 42, null, undefined, 'future', {}, Promise.resolve(), sleep(0)];
    expect(others.map((other) => isFuture(other))).toEqual(others.map(() => false));
  });

  test('goes by the marker, so that futures of another make count [fut.duck.isfuture]', () => {
    const marker = Symbol.for('skein.future');
    expect(isFuture({ [marker]: true })).toBe(true);
    expect(isFuture({ [marker]: undefined })).toBe(false);
    expect(isFuture({ [marker]: null })).toBe(false);
  });
});

test('fromPromise() answers a future as it is [fut.wrap.identity]', () => {
  const future = new Future<number>();
  expect(fromPromise(future)).toBe(future);
});

describe('the text form', () => {
  test('tells the state, and the outcome in brief', () => {
    const texts = [
      (future: Future<unknown>) => void future,
      (future: Future<unknown>) => future.setResult([1, 2]),
      (future: Future<unknown>) => future.setException(new RangeError('boom')),
      (future: Future<unknown>) => void future.cancel(),
    ].map((settle) => {
      const future = new Future();
      settle(future);
      if (future.done() && !future.cancelled()) future.exception();
      return String(future);
    });
    expect(texts).toMatchInlineSnapshot(`
      [
        "<Future pending>",
        "<Future finished result=Array(2)>",
        "<Future failed exception=RangeError(boom)>",
        "<Future cancelled>",
      ]
    `);
  });

  test('exists whatever the future holds', () => {
    const unprintable = [
      Object.create(null),
      Object.assign(new Error('x'), { message: null }),
      { toString: () => Symbol('no text') },
      {
        toString: () => {
          throw new Error('no text');
        },
      },
      {
        get constructor() {
          throw new Error('no constructor');
        },
      },
      Symbol('a symbol'),
      10n,
      undefined,
    ];
    for (const value of unprintable) {
      const future = new Future();
      future.setResult(value);
      expect(String(future)).toMatch(/^<Future finished result=/);
    }
  });

  test('ends, though the result contains the future [fut.debug.self_referential_repr]', () => {
    const future = new Future<unknown[]>();
    future.setResult([future]);
    expect(String(future)).toMatchInlineSnapshot(`"<Future finished result=Array(1)>"`);
    const own = new Future<unknown>();
    own.setResult(own);
    expect(String(own).length).toBeLessThan(200);
  });
});

test('an error class whose constructor settles the future leaves it settled as that did', () => {
  const future = new Future<number>();
  class Settles extends Error {
    constructor() {
      super();
      future.setResult(1);
    }
  }
  expect(thrownBy(() => future.setException(Settles))).toBeInstanceOf(InvalidStateError);
  expect(future.result()).toBe(1);
});
