/** Futures of another make: all we know of them is the protocol. */
import {
  asCompleted,
  CancelledError,
  type Coroutine,
  createTask,
  type EventLoop,
  ensureFuture,
  FIRST_EXCEPTION,
  type Future,
  fromPromise,
  gather,
  getEventLoop,
  shield,
  sleep,
  staggeredRace,
  type Task,
  type TaskFactory,
  taskGroup,
  timeout,
  wait,
  waitFor,
} from 'skein';
import { describe, expect, test } from 'vitest';
import { inLoop, virtualLoop } from '../loops.ts';

const marker: unique symbol = Symbol.for('skein.future');

class Duck {
  readonly [marker] = true;
  loop: EventLoop | undefined = getEventLoop();
  cancelRequests: unknown[] = [];
  #callbacks: ((duck: this) => void)[] = [];
  #outcome: (() => unknown) | undefined;

  getLoop(): EventLoop | undefined {
    return this.loop;
  }

  done(): boolean {
    return this.#outcome !== undefined;
  }

  cancelled(): boolean {
    return false;
  }

  cancel(reason?: unknown): boolean {
    this.cancelRequests.push(reason);
    return false;
  }

  result(): unknown {
    return this.#outcome?.();
  }

  addDoneCallback(callback: (duck: this) => void): void {
    this.#callbacks.push(callback);
    if (this.done()) this.#flush();
  }

  settle(outcome: () => unknown): void {
    this.#outcome = outcome;
    this.#flush();
  }

  get callbacks(): number {
    return this.#callbacks.length;
  }

  *[Symbol.iterator](): Generator<never, unknown, unknown> {
    if (!this.done()) yield this as never;
    return this.result();
  }

  #flush(): void {
    for (const callback of this.#callbacks.splice(0)) getEventLoop().callSoon(callback, this);
  }
}

const asFuture = (duck: Duck) => duck as unknown as Future<unknown>;

describe('a future of another make', () => {
  test('passes through ensureFuture() and fromPromise() as it is [fut.duck.ensure_future_identity] [fut.duck.wrap_future_identity]', () => {
    const duck = asFuture(new Duck());
    expect(ensureFuture(duck)).toBe(duck);
    expect(fromPromise(duck)).toBe(duck);
  });

  test('is awaited with one done callback, and gives its result [task.await.future_hooks_callback]', async () => {
    await inLoop(function* () {
      const duck = new Duck();
      const task = createTask(function* () {
        return yield* asFuture(duck);
      });
      yield;
      yield;
      expect([duck.callbacks, task.done()]).toEqual([1, false]);
      duck.settle(() => 'quack');
      expect(yield* task).toBe('quack');
    });
  });

  test('throws its exception into who awaits it', async () => {
    await inLoop(function* () {
      const duck = new Duck();
      const error = new Error('boom');
      const task = createTask(function* () {
        return yield* asFuture(duck);
      });
      yield;
      yield;
      duck.settle(() => {
        throw error;
      });
      yield;
      yield;
      expect(task.exception()).toBe(error);
    });
  });

  test('is cancelled with who awaits it, and may refuse for as long as it takes', async () => {
    await inLoop(function* () {
      const duck = new Duck();
      const task = createTask(function* () {
        return yield* asFuture(duck);
      });
      yield;
      yield;
      task.cancel('enough');
      yield;
      yield;
      expect([duck.cancelRequests, task.done()]).toEqual([['enough'], false]);
      duck.settle(() => 'too late');
      yield;
      yield;
      expect(task.cancelled()).toBe(true);
    });
  });

  test('works without a getLoop() that answers [task.await.future_with_broken_get_loop]', async () => {
    await inLoop(function* () {
      const duck = new Duck();
      duck.loop = undefined;
      const task = createTask(function* () {
        return yield* asFuture(duck);
      });
      yield;
      yield;
      duck.settle(() => 'quack');
      expect(yield* task).toBe('quack');
    });
  });

  test('is refused when it belongs to another loop [task.await.foreign_loop_future_rejected]', async () => {
    await inLoop(function* () {
      const duck = new Duck();
      duck.loop = virtualLoop();
      const task = createTask(function* () {
        yield* asFuture(duck);
      });
      for (let i = 0; i < 4; i++) yield;
      expect(task.done() && String(task.exception())).toContain('belongs to another event loop');
      task.cancel();
      duck.settle(() => undefined);
    });
  });

  test('may be waited for in the text form of a task', async () => {
    await inLoop(function* () {
      const duck = new Duck();
      const task = createTask(
        (function* () {
          yield* asFuture(duck);
        })(),
        { name: 'waits' },
      );
      yield;
      yield;
      expect(String(task)).toMatch(/^<Task 'waits' pending waiting for .+>$/);
      duck.settle(() => undefined);
      yield* task;
    });
  });

  test('may lead back, when cancelled, to the task that awaits it', async () => {
    await inLoop(function* () {
      const duck = new Duck();
      const task = createTask(function* () {
        yield* asFuture(duck);
      });
      yield;
      yield;
      duck.cancel = (reason) => task.cancel(reason);
      task.cancel('round and round');
      for (let i = 0; i < 4; i++) yield;
      expect(task.cancelled()).toBe(true);
    });
  });
});

/** The least that a future of another make can do. */
class Least {
  readonly [marker] = true;
  readonly #callbacks: ((least: this) => void)[] = [];
  #outcome: (() => unknown) | undefined;

  done(): boolean {
    return this.#outcome !== undefined;
  }

  result(): unknown {
    return this.#outcome?.();
  }

  addDoneCallback(callback: (least: this) => void): void {
    this.#callbacks.push(callback);
    if (this.done()) this.#flush();
  }

  *[Symbol.iterator](): Generator<never, unknown, unknown> {
    if (!this.done()) yield this as never;
    return this.result();
  }

  settle(outcome: () => unknown): this {
    this.#outcome = outcome;
    this.#flush();
    return this;
  }

  get future(): Future<unknown> {
    return this as unknown as Future<unknown>;
  }

  #flush(): void {
    for (const callback of this.#callbacks.splice(0)) getEventLoop().callSoon(() => callback(this));
  }
}

function boom(): unknown {
  throw new Error('boom');
}

function wasCancelled(): unknown {
  throw new CancelledError('by itself');
}

/** Settles a new future after some steps. */
function later(outcome: () => unknown): Future<unknown> {
  const least = new Least();
  createTask(function* () {
    yield* sleep(5);
    least.settle(outcome);
  });
  return least.future;
}

/** Runs `body` in a loop, and returns what it returns, or throws, as a text. */
async function outcomeOf(body: () => Coroutine<unknown>): Promise<string> {
  let text = 'nothing';
  await inLoop(function* () {
    try {
      text = String(yield* body());
    } catch (error) {
      text = String(error);
    }
  });
  return text;
}

describe('a future of another make with nothing but done(), result() and addDoneCallback()', () => {
  const working: [string, () => unknown, string][] = [
    ['gather()', () => gather([later(() => 1), sleep(1, 2)]), '1,2'],
    ['a gather() that fails with it', () => gather([later(boom), sleep(1)]), 'Error: boom'],
    [
      'a gather() with `returnExceptions`',
      () => gather([later(boom), later(wasCancelled), sleep(1, 2)], { returnExceptions: true }),
      'Error: boom,CancelledError: by itself,2',
    ],
    [
      'a gather() that fails with another',
      () => gather([later(boom), sleep(1).then(() => boom())]),
      'Error: boom',
    ],
    ['a shield()', () => shield(later(() => 1)), '1'],
    ['a shield() of one that fails', () => shield(later(boom)), 'Error: boom'],
    ['a shield() of one that was cancelled', () => shield(later(wasCancelled)), 'CancelledError'],
    [
      'waitFor()',
      () =>
        waitFor(
          later(() => 1),
          10,
        ),
      '1',
    ],
    [
      'waitFor() without time',
      () => waitFor(later(wasCancelled), 0),
      "TimeoutError: `waitFor()` was given no time to wait: it expected what `waitFor()` awaits to be done, in task 'Task-n'.",
    ],
    [
      'ensureFuture() with a loop',
      () => ensureFuture(new Least().settle(() => 1).future, { loop: getEventLoop() }),
      '1',
    ],
    [
      'wait() for the first exception',
      function* () {
        const failing = later(boom);
        const { done } = yield* wait([failing, later(() => 1), createTask(sleep(50))], {
          returnWhen: FIRST_EXCEPTION,
        });
        return done.has(failing) && done.size;
      },
      '2',
    ],
    [
      'asCompleted()',
      function* () {
        const results: unknown[] = [];
        for (const next of asCompleted([later(() => 1), sleep(1, 2)])) results.push(yield* next);
        return results;
      },
      '2,1',
    ],
  ];

  test.each(working)('works in %s', async (_, start, expected) => {
    const text = await outcomeOf(function* () {
      return yield* start() as Coroutine<unknown>;
    });
    expect(text.replace(/Task-\d+/, 'Task-n')).toBe(expected);
  });

  const waits: [string, (future: Future<unknown>) => unknown][] = [
    ['yield*', (future) => future],
    ['gather()', (future) => gather([sleep(1), future])],
    ['gather() of it alone', (future) => gather([future])],
    ['wait()', (future) => wait([future])],
    ['shield()', (future) => shield(future)],
    ['waitFor()', (future) => waitFor(future, 100)],
    [
      'timeout()',
      (future) =>
        timeout(100, function* () {
          yield* future;
        }),
    ],
    [
      'asCompleted()',
      function* (future) {
        for (const next of asCompleted([future])) yield* next;
      },
    ],
    [
      'taskGroup()',
      (future) =>
        taskGroup(function* (tg) {
          tg.createTask(function* () {
            yield* future;
          });
        }),
    ],
    [
      'staggeredRace()',
      (future) =>
        staggeredRace(
          [
            function* () {
              return yield* future;
            },
          ],
          null,
        ),
    ],
  ];

  test.each(waits)(
    'does not hide the cancellation of a task that waits in %s',
    async (_, start) => {
      await inLoop(function* () {
        const least = new Least();
        const task = createTask(function* () {
          yield* start(least.future) as Coroutine<unknown>;
        });
        yield* sleep(5);
        expect(String(task)).toContain('pending');
        expect(task.cancel('enough')).toBe(true);
        yield* sleep(5);
        // It does not take the request itself, so the task goes on until it is done.
        least.settle(() => 1);
        yield* sleep(5);
        expect(task.cancelled()).toBe(true);
      });
    },
  );

  /** A task of another make. It cannot be cancelled. */
  const factory: TaskFactory = (loop, coroutine: Coroutine<unknown>) => {
    const least = new Least();
    loop.callSoon(function step(): void {
      try {
        const { done, value } = coroutine.next();
        if (done) least.settle(() => value);
        else loop.callSoon(step);
      } catch (error) {
        least.settle(() => {
          throw error;
        });
      }
    });
    return least as unknown as Task<never>;
  };

  test.each<[string, () => unknown, string]>([
    ['a result', () => 1, '[object Undefined]'],
    ['a failure', boom, 'ExceptionGroup: unhandled errors in a TaskGroup'],
    ['a cancellation', wasCancelled, '[object Undefined]'],
  ])('is a task of a group that ends with %s', async (_, outcome, expected) => {
    const loop = virtualLoop();
    let text = '';
    await loop.runUntilComplete(
      (function* () {
        loop.setTaskFactory(factory);
        try {
          yield* taskGroup(function* (tg) {
            tg.createTask(function* (): Coroutine<unknown> {
              yield;
              return outcome();
            });
            tg.createTask(function* () {
              yield;
            });
          });
          text = '[object Undefined]';
        } catch (error) {
          text = String(error);
        } finally {
          loop.setTaskFactory(undefined);
        }
      })(),
    );
    expect(text).toBe(expected);
  });

  test('that throws from `addDoneCallback()` throws that into the coroutine', async () => {
    const text = await outcomeOf(function* () {
      const least = new Least();
      least.addDoneCallback = boom;
      try {
        yield* least.future as unknown as Coroutine<unknown>;
      } catch (error) {
        return `caught ${error}`;
      }
      return 'not caught';
    });
    expect(text).toBe('caught Error: boom');
  });
});
