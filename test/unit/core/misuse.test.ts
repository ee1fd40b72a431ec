/** Errors that teach: each sentence once, whole. */
import {
  allTasks,
  asCompleted,
  ContextVar,
  type Coroutine,
  createTask,
  currentTask,
  EventLoop,
  ensureFuture,
  Future,
  gather,
  getEventLoop,
  InvalidStateError,
  Queue,
  type Suspension,
  shield,
  sleep,
  Task,
  waitFor,
} from 'skein';
import type { VirtualEventLoop } from 'skein/testing';
import { describe, expect, test } from 'vitest';
import { inLoop, virtualLoop } from '../loops.ts';

function* work(): Coroutine<string> {
  yield;
  return 'worked';
}

/** The message that a task called 'main' gets for yielding `value`. */
function messageFor(value: (loop: VirtualEventLoop) => unknown): Promise<string> {
  const loop = virtualLoop();
  const task = loop.createTask(
    (function* () {
      try {
        yield value(loop) as never;
      } catch (error) {
        return `${(error as Error).name}: ${(error as Error).message}`;
      }
      return 'nothing was thrown';
    })(),
    { name: 'main' },
  );
  return loop.runUntilComplete(task);
}

describe('forgetting the star', () => {
  test('before a future', async () => {
    expect(await messageFor(() => new Future())).toMatchInlineSnapshot(
      `"TypeError: Task 'main' yielded <Future pending>. Write \`yield*\`, with the star, and only on coroutines, futures and tasks."`,
    );
  });

  test('before a future that is done', async () => {
    const done = (): Future<number> => {
      const future = new Future<number>();
      future.setResult(1);
      return future;
    };
    expect(await messageFor(done)).toMatchInlineSnapshot(
      `"TypeError: Task 'main' yielded <Future finished result=1>. Write \`yield*\`, with the star, and only on coroutines, futures and tasks."`,
    );
  });

  test('before a task', async () => {
    expect(await messageFor(() => createTask(work(), { name: 'child' }))).toMatchInlineSnapshot(
      `"TypeError: Task 'main' yielded <Task 'child' pending>. Write \`yield*\`, with the star, and only on coroutines, futures and tasks."`,
    );
  });

  test('before a coroutine', async () => {
    expect(await messageFor(() => work())).toMatchInlineSnapshot(
      `"TypeError: Task 'main' yielded a coroutine (a started generator function). Write \`yield*\`, with the star, and only on coroutines, futures and tasks."`,
    );
    expect(await messageFor(() => sleep(1))).toBe(await messageFor(() => work()));
  });

  test('before a future that another task awaits already', async () => {
    const future = (loop: VirtualEventLoop): Future<unknown> => {
      const shared = loop.createFuture();
      createTask(function* () {
        yield* shared;
      });
      loop.callLater(1, () => shared.setResult('there'));
      return shared;
    };
    expect(await messageFor(future)).toContain('Write `yield*`, with the star');
  });
});

describe('yielding', () => {
  test('a promise', async () => {
    expect(await messageFor(() => Promise.resolve(1))).toMatchInlineSnapshot(
      `"TypeError: Task 'main' yielded a promise. Write \`yield* fromPromise(promise)\` to await it."`,
    );
  });

  test('a value', async () => {
    expect(await messageFor(() => 42)).toMatchInlineSnapshot(
      `"TypeError: Task 'main' yielded 42 (number). Write \`yield*\`, with the star, and only on coroutines, futures and tasks."`,
    );
    expect(await messageFor(() => null)).toMatchInlineSnapshot(
      `"TypeError: Task 'main' yielded null. Write \`yield*\`, with the star, and only on coroutines, futures and tasks."`,
    );
    expect(await messageFor(() => work)).toMatchInlineSnapshot(
      `"TypeError: Task 'main' yielded \`work\`, a generator function. Write \`yield*\`, with the star, and only on coroutines, futures and tasks."`,
    );
  });

  test('what is in a list, by a star before the list, for want of gather()', async () => {
    await inLoop(function* () {
      const children = [createTask(work(), { name: 'child' })];
      const task = createTask(
        function* () {
          yield* children as Iterable<unknown> as Coroutine<unknown>;
        },
        { name: 'main' },
      );
      yield* sleep(1);
      expect(`${task.exception()}`).toMatchInlineSnapshot(
        `"TypeError: Task 'main' yielded <Task 'child' pending>. Write \`yield*\`, with the star, and only on coroutines, futures and tasks."`,
      );
    });
  });

  test('is an error at that very place, after which the task may go on', async () => {
    await inLoop(function* () {
      const log: string[] = [];
      const task = createTask(function* () {
        for (let round = 0; round < 2; round++) {
          try {
            yield 42 as never;
          } catch {
            log.push('caught');
          }
        }
        return yield* work();
      });
      expect(yield* task).toBe('worked');
      expect(log).toEqual(['caught', 'caught']);
    });
  });
});

describe('giving createTask()', () => {
  const refuses = (value: unknown): string => {
    try {
      createTask(value as never);
    } catch (error) {
      return `${(error as Error).name}: ${(error as Error).message}`;
    }
    return 'nothing was thrown';
  };

  test('a generator function with parameters, instead of its call', () => {
    function* fetchUser(id: number): Coroutine<number> {
      yield;
      return id;
    }
    expect(refuses(fetchUser)).toMatchInlineSnapshot(
      `"TypeError: \`createTask()\` expected a coroutine, but got \`fetchUser\`, a generator function that takes arguments. Call it: \`createTask(fetchUser(…))\`."`,
    );
    const anonymous = (() => function* (_id: number) {})();
    expect(refuses(anonymous)).toMatchInlineSnapshot(
      `"TypeError: \`createTask()\` expected a coroutine, but got a generator function that takes arguments. Call it: \`createTask(fn(…))\`."`,
    );
  });

  test('a generator function without parameters, which is harmless', async () => {
    await inLoop(function* () {
      expect(yield* createTask(work)).toBe('worked');
      const bound = function* (word: string): Coroutine<string> {
        yield;
        return word;
      }.bind(null, 'bound') as () => Coroutine<string>;
      expect(yield* createTask(bound)).toBe('bound');
    });
  });

  test('a promise', async () => {
    expect(refuses(Promise.resolve(1))).toMatchInlineSnapshot(
      `"TypeError: \`createTask()\` expected a coroutine, a generator function or an async function, but got a promise. A promise cannot be cancelled: pass the async function itself, \`createTask(async () => …)\`, or wrap it with \`fromPromise()\`."`,
    );
  });

  test('a future', () => {
    expect(refuses(new Future())).toMatchInlineSnapshot(
      `"TypeError: \`createTask()\` expected a coroutine, a generator function or an async function, but got <Future pending>. It is under way already: await it, or use \`ensureFuture()\`."`,
    );
  });

  test('a task', async () => {
    await inLoop(function* () {
      const task = createTask(work(), { name: 'child' });
      expect(refuses(task)).toMatchInlineSnapshot(
        `"TypeError: \`createTask()\` expected a coroutine, a generator function or an async function, but got <Task 'child' pending>. It is under way already: await it, or use \`ensureFuture()\`."`,
      );
      yield* task;
    });
  });

  test('a value', () => {
    expect(refuses(42)).toMatchInlineSnapshot(
      `"TypeError: \`createTask()\` expected a coroutine, a generator function or an async function, but got 42 (number). Write \`createTask(work())\` or \`createTask(work)\`."`,
    );
    expect(refuses(undefined)).toMatchInlineSnapshot(
      `"TypeError: \`createTask()\` expected a coroutine, a generator function or an async function, but got undefined. Write \`createTask(work())\` or \`createTask(work)\`."`,
    );
    expect(refuses(['work'])).toMatchInlineSnapshot(
      `"TypeError: \`createTask()\` expected a coroutine, a generator function or an async function, but got an array. Write \`createTask(work())\` or \`createTask(work)\`."`,
    );
    expect(refuses((async function* () {})())).toMatchInlineSnapshot(
      `"TypeError: \`createTask()\` expected a coroutine, a generator function or an async function, but got an async generator. Write \`createTask(work())\` or \`createTask(work)\`."`,
    );
  });

  test('a coroutine that a task made of a function, and handed out', async () => {
    await inLoop(function* () {
      const task = createTask(work);
      const handed = task.getCoro();
      expect(refuses(handed)).toMatch(/^Error: This coroutine is run by a task already\./);
      expect(yield* task).toBe('worked');
      expect(refuses(handed)).toMatch(/^Error: This coroutine is run by a task already\./);
    });
  });

  test('a coroutine that another task runs [loop.coro.double_await]', async () => {
    await inLoop(function* () {
      const coroutine = work();
      const task = createTask(coroutine);
      expect(refuses(coroutine)).toMatchInlineSnapshot(
        `"Error: This coroutine is run by a task already. Await that task, or call the generator function again for a new coroutine."`,
      );
      expect(yield* task).toBe('worked');
      expect(refuses(coroutine)).toBe(refuses(coroutine));
    });
  });

  test('a function that returns no promise, which fails when it is called', async () => {
    await inLoop(function* () {
      const task = createTask(function notAsync() {
        return 42;
      } as never);
      yield* sleep(1);
      expect(`${task.exception()}`).toMatchInlineSnapshot(
        `"TypeError: notAsync() was expected to be a generator function (\`function*\`) or an async function, but it returned 42 (number)."`,
      );
    });
  });
});

test('a generator function in the place of its call is refused by the name of who was called', () => {
  const given = work as never;
  const messages = [() => gather([given]), () => asCompleted([given]), () => shield(given)]
    .concat([() => waitFor(given, 5), () => ensureFuture(given)] as never[])
    .map((call) => {
      try {
        call();
      } catch (error) {
        return (error as Error).message;
      }
      return 'nothing was thrown';
    });
  expect(messages).toMatchInlineSnapshot(`
    [
      "\`gather()\` expected a coroutine, a future or a promise, but got \`work\`, a generator function. Give it to \`createTask()\`, or call it: what that returns can be awaited.",
      "\`asCompleted()\` expected a coroutine, a future or a promise, but got \`work\`, a generator function. Give it to \`createTask()\`, or call it: what that returns can be awaited.",
      "\`shield()\` expected a coroutine, a future or a promise, but got \`work\`, a generator function. Give it to \`createTask()\`, or call it: what that returns can be awaited.",
      "\`waitFor()\` expected a coroutine, a future or a promise, but got \`work\`, a generator function. Give it to \`createTask()\`, or call it: what that returns can be awaited.",
      "\`ensureFuture()\` expected a coroutine, a future or a promise, but got \`work\`, a generator function. Give it to \`createTask()\`, or call it: what that returns can be awaited.",
    ]
  `);
});

describe('an option of createTask()', () => {
  const refuses = (options: object): string => {
    try {
      createTask(work(), options);
    } catch (error) {
      return `${(error as Error).name}: ${(error as Error).message}`;
    }
    return 'nothing was thrown';
  };

  test('`signal` that is a controller, or no signal at all', () => {
    expect(refuses({ signal: new AbortController() })).toMatchInlineSnapshot(
      `"TypeError: \`createTask()\` expected \`signal\` to be an AbortSignal, but got a value of class AbortController. Pass \`controller.signal\`."`,
    );
    expect(refuses({ signal: true })).toMatchInlineSnapshot(
      `"TypeError: \`createTask()\` expected \`signal\` to be an AbortSignal, but got true (boolean)."`,
    );
    expect(refuses({ signal: null })).toMatchInlineSnapshot(
      `"TypeError: \`createTask()\` expected \`signal\` to be an AbortSignal, but got null."`,
    );
    expect(refuses({ signal: {} })).toMatchInlineSnapshot(
      `"TypeError: \`createTask()\` expected \`signal\` to be an AbortSignal, but got an object."`,
    );
  });

  test('`context` that is no context', () => {
    expect(refuses({ context: new Map() })).toMatchInlineSnapshot(
      `"TypeError: \`createTask()\` expected \`context\` to be a Context, but got a value of class Map. Make one with \`copyContext()\`."`,
    );
    expect(refuses({ context: new ContextVar('user') })).toMatchInlineSnapshot(
      `"TypeError: \`createTask()\` expected \`context\` to be a Context, but got <ContextVar 'user'>. Make one with \`copyContext()\`."`,
    );
    expect(refuses({ context: null })).toMatchInlineSnapshot(
      `"TypeError: \`createTask()\` expected \`context\` to be a Context, but got null. Make one with \`copyContext()\`."`,
    );
  });

  test('that is refused leaves no task behind, and the coroutine as it was', async () => {
    for (const eagerStart of [false, true]) {
      await inLoop(function* () {
        const log: string[] = [];
        const coroutine = (function* () {
          log.push('ran');
        })();
        const options = { eagerStart, signal: new AbortController() as never };
        expect(() => createTask(coroutine, options)).toThrow(TypeError);
        expect(allTasks().size).toBe(1);
        yield* sleep(1);
        expect(log).toEqual([]);
        yield* createTask(coroutine);
        expect(log).toEqual(['ran']);
      });
    }
  });
});

test('giving `new Task()` something else than a coroutine', () => {
  expect(() => new Task(work as never)).toThrowErrorMatchingInlineSnapshot(
    `[TypeError: \`new Task()\` expected a coroutine, but got \`work\`, a generator function.]`,
  );
});

describe('a task that awaits', () => {
  test('itself [task.await.self_rejected]', async () => {
    await inLoop(function* () {
      let self: Task<void> | undefined;
      const task = createTask(
        (function* (): Coroutine<void> {
          yield;
          yield* self as Task<void>;
        })(),
        { name: 'narcissus' },
      );
      self = task;
      yield* sleep(1);
      expect(`${task.exception()}`).toMatchInlineSnapshot(
        `"Error: Task 'narcissus' cannot await itself: it would wait for ever."`,
      );
    });
  });

  test('a future of another loop [task.await.foreign_loop_future_rejected]', async () => {
    await inLoop(function* () {
      const future = virtualLoop().createFuture();
      const task = createTask(
        (function* () {
          yield* future;
        })(),
        { name: 'stranger' },
      );
      yield* sleep(1);
      expect(`${task.exception()}`).toMatchInlineSnapshot(
        `"Error: Task 'stranger' cannot wait for <Future pending>: it belongs to another event loop. Create it on the loop that awaits it."`,
      );
      expect(future.done()).toBe(false);
    });
  });

  test('a done future of another loop, which needs no waiting', async () => {
    await inLoop(function* () {
      const future = virtualLoop().createFuture<string>();
      future.setResult('there');
      expect(yield* future).toBe('there');
    });
  });
});

describe('a future that is asked for what its state does not allow', () => {
  const refusal = (fn: () => unknown): unknown => {
    try {
      fn();
    } catch (error) {
      expect(error).toBeInstanceOf(InvalidStateError);
      expect((error as InvalidStateError).code).toBe('invalid-state');
      return (error as Error).message;
    }
    return 'nothing was thrown';
  };

  test('its result or exception while it is pending', () => {
    const future = new Future();
    expect(refusal(() => future.result())).toMatchInlineSnapshot(
      `"This Future has no result yet. Await it, or ask \`done()\` first."`,
    );
    expect(refusal(() => future.exception())).toMatchInlineSnapshot(
      `"This Future has no exception yet. Await it, or ask \`done()\` first."`,
    );
  });

  test('the result of a pending task', async () => {
    await inLoop(function* () {
      const task = createTask(work(), { name: 'under way' });
      expect(refusal(() => task.result())).toMatchInlineSnapshot(
        `"Task 'under way' has no result yet. Await it, or ask \`done()\` first."`,
      );
      yield* task;
    });
  });

  test('a second outcome', () => {
    const finished = new Future<number>();
    finished.setResult(1);
    expect(refusal(() => finished.setResult(2))).toMatchInlineSnapshot(
      `"Cannot set the result of this Future: it has finished already. A future is settled once; ask \`done()\` first."`,
    );
    const failed = new Future<number>();
    failed.setException(new Error('boom'));
    failed.exception();
    expect(refusal(() => failed.setException(new Error('again')))).toMatchInlineSnapshot(
      `"Cannot set the exception of this Future: it has failed already. A future is settled once; ask \`done()\` first."`,
    );
    const cancelled = new Future<number>();
    cancelled.cancel();
    expect(refusal(() => cancelled.setResult(1))).toMatchInlineSnapshot(
      `"Cannot set the result of this Future: it was cancelled already. A future is settled once; ask \`done()\` first."`,
    );
  });
});

describe('a delay', () => {
  test('that is NaN, or no number', () => {
    const loop = new EventLoop();
    expect(() => sleep(Number.NaN)).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: \`sleep()\` expected a delay in milliseconds, but got NaN (number).]`,
    );
    expect(() => sleep('5' as never)).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: \`sleep()\` expected a delay in milliseconds, but got "5" (string).]`,
    );
    expect(() => loop.callLater(Number.NaN, () => {})).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: \`callLater()\` expected a delay in milliseconds, but got NaN (number).]`,
    );
    expect(() => loop.callAt(Number.NaN, () => {})).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: \`callAt()\` expected a time in milliseconds, but got NaN (number).]`,
    );
    loop.close();
  });
});

describe('a callback', () => {
  test('that is no function', () => {
    const loop = new EventLoop();
    const future = loop.createFuture();
    expect(() => future.addDoneCallback(42 as never)).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: \`addDoneCallback()\` expected a function to call, but got 42 (number).]`,
    );
    expect(() => loop.callSoon(undefined as never)).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: \`callSoon()\` expected a function to call, but got undefined.]`,
    );
    expect(() => loop.callSoon(work() as never)).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: \`callSoon()\` expected a function to call, but got a coroutine (a started generator function).]`,
    );
    expect(() => loop.callLater(1, 'fn' as never)).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: \`callLater()\` expected a function to call, but got "fn" (string).]`,
    );
    loop.close();
  });
});

test('an executor function given to `new Future()`, as to a promise', () => {
  const executor = (resolve: (value: number) => void): void => resolve(1);
  expect(() => new Future(executor as never)).toThrowErrorMatchingInlineSnapshot(
    `[TypeError: \`new Future()\` expected an options object, but got \`executor\`, a function. A future has no executor function: call \`setResult()\` on it.]`,
  );
  expect(() => new Future(null as never)).toThrowErrorMatchingInlineSnapshot(
    `[TypeError: \`new Future()\` expected an options object, but got null. A future has no executor function: call \`setResult()\` on it.]`,
  );
});

test('spreading a pending future, instead of awaiting it, does not go on for ever', async () => {
  await inLoop(function* () {
    const future = new Future<number>();
    let steps = 0;
    const spread = (): void => {
      for (const _ of future as unknown as Iterable<unknown>) if (++steps > 1000) break;
    };
    expect(spread).toThrow();
    expect(steps).toBeLessThan(1000);
    future.setResult(1);
    expect(yield* future).toBe(1);
  });
});

test('a task that has not yet run is not the current one of who made it', async () => {
  await inLoop(function* () {
    const task = createTask(work());
    expect(currentTask() === task).toBe(false);
    yield* task;
  });
});

test('a coroutine of the library, in two tasks, is refused in debug mode too', async () => {
  const again = await inLoop(function* (loop) {
    loop.setDebug(true);
    const coroutine = new Queue().join();
    yield* createTask(coroutine);
    try {
      createTask(coroutine);
    } catch (error) {
      return (error as Error).message;
    }
    return '';
  });
  expect(again).toMatch(/^This coroutine is run by a task already\./);
});

test('coroutines that are stepped by hand may be several at a time', async () => {
  const results = await inLoop(function* () {
    const futures = [new Future<string>(), new Future<string>()] as const;
    function* wait(future: Future<string>): Coroutine<string> {
      return yield* future;
    }
    const coroutines = futures.map(wait);
    const yielded = coroutines.map((coroutine) => coroutine.next().value);
    createTask(sleep(1), { eagerStart: true });
    getEventLoop().callSoon(() => {
      for (const [i, future] of futures.entries()) future.setResult(`${i}`);
    });
    for (const suspension of yielded) yield suspension as Suspension;
    return coroutines.map((coroutine) => coroutine.next().value);
  });
  expect(results).toEqual(['0', '1']);
});
