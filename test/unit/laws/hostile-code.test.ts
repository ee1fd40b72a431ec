/**
 * Code of the program runs inside the library: methods of futures, getters, iterators, comparators, predicates. It may throw, and
 * it may call the library again. Whatever it does, no waiter is left behind, nothing that was started is lost, and code that
 * waits can clean up.
 */
import {
  asCompleted,
  CancelledError,
  CapacityLimiter,
  Condition,
  type Coroutine,
  createTask,
  currentTask,
  type ExceptionGroup,
  Future,
  fromPromise,
  gather,
  getEventLoop,
  LifoQueue,
  Lock,
  latest,
  PriorityQueue,
  Queue,
  QueueEmpty,
  retry,
  run,
  shield,
  singleFlight,
  sleep,
  staggeredRace,
  Task,
  taskGroup,
  timeout,
  wait,
  waitFor,
} from 'skein';
import { afterEach, describe, expect, type MockInstance, test, vi } from 'vitest';
import { inLoop, recordReports, virtualLoop } from '../loops.ts';

const marker: unique symbol = Symbol.for('skein.future');
const boom = new Error('boom');

function fail(): never {
  throw boom;
}

/** A proxy that throws whenever it is looked at. */
function hostileProxy<T extends object>(target: T): T {
  return new Proxy(target, { get: fail, has: fail, getPrototypeOf: fail });
}

/** A future of another make, of which some methods misbehave. */
class Foreign {
  readonly [marker] = true;
  callbacks: ((future: this) => void)[] = [];
  outcome: 'pending' | 'finished' = 'pending';

  done(): boolean {
    return this.outcome !== 'pending';
  }

  cancelled(): boolean {
    return false;
  }

  cancel(_reason?: unknown): boolean {
    return false;
  }

  result(): unknown {
    return 'result';
  }

  exception(): unknown {
    return undefined;
  }

  getLoop(): unknown {
    return getEventLoop();
  }

  addDoneCallback(callback: (future: this) => void): void {
    this.callbacks.push(callback);
  }

  removeDoneCallback(_callback: unknown): number {
    return 0;
  }

  /** Calls the callbacks inside of this call, as a careless library may. */
  settle(): void {
    this.outcome = 'finished';
    for (const callback of this.callbacks) callback(this);
  }

  *[Symbol.iterator](): Generator<never, unknown, unknown> {
    if (!this.done()) yield this as never;
    return this.result();
  }
}

function foreign(changes: Partial<Record<keyof Foreign, unknown>> = {}): Foreign & Future<unknown> {
  return Object.assign(new Foreign(), changes) as unknown as Foreign & Future<unknown>;
}

/** Awaits `awaited`, and notes its clean-up. */
function* cleansUp(awaited: Iterable<unknown>, log: unknown[]): Coroutine<unknown> {
  try {
    return yield* awaited as Coroutine<unknown>;
  } catch (error) {
    log.push(error);
    throw error;
  } finally {
    log.push('cleaned up');
  }
}

function* turns(n: number): Coroutine<void> {
  for (let i = 0; i < n; i++) yield;
}

/** The error of a task that failed. */
function* errorOf(task: Future<unknown>): Coroutine<unknown> {
  for (let i = 0; i < 20 && !task.done(); i++) yield;
  expect(task.done()).toBe(true);
  return task.exception();
}

describe('a coroutine can clean up', () => {
  test.each(['getLoop', 'addDoneCallback'] as const)(
    'when `%s()` of the future that it awaits throws',
    async (method) => {
      await inLoop(function* () {
        const log: unknown[] = [];
        const task = createTask(cleansUp(foreign({ [method]: fail }), log));
        expect(yield* errorOf(task)).toBe(boom);
        expect(log).toEqual([boom, 'cleaned up']);
      });
    },
  );

  test('when the getter of `addDoneCallback` of the future that it awaits throws', async () => {
    class Hidden extends Future<void> {}
    Object.defineProperty(Hidden.prototype, 'addDoneCallback', { get: fail });
    await inLoop(function* () {
      const log: unknown[] = [];
      const task = createTask(cleansUp(new Hidden(), log));
      expect(yield* errorOf(task)).toBe(boom);
      expect(log).toEqual([boom, 'cleaned up']);
    });
  });

  test('when a value that it yields throws as soon as it is looked at', async () => {
    await inLoop(function* () {
      const log: unknown[] = [];
      const yields = {
        *[Symbol.iterator]() {
          yield hostileProxy({});
        },
      };
      const task = createTask(cleansUp(yields, log));
      expect(yield* errorOf(task)).toBe(boom);
      expect(log).toEqual([boom, 'cleaned up']);
    });
  });

  test('when the future that it begins to await throws as it is cancelled; the request stays', async () => {
    await inLoop(function* (loop) {
      const reports = recordReports(loop);
      class Stubborn extends Future<string> {
        override cancel(): boolean {
          throw boom;
        }
      }
      for (const future of [new Stubborn(), foreign({ cancel: fail })]) {
        const log: unknown[] = [];
        const task = createTask(function* () {
          currentTask()?.cancel('stop');
          return yield* cleansUp(future, log);
        });
        yield* turns(3);
        expect([task.done(), reports.splice(0).map(({ exception }) => exception)]).toEqual([
          false,
          [boom],
        ]);
        if (future instanceof Stubborn) future.setResult('too late');
        else (future as unknown as Foreign).settle();
        yield* turns(3);
        expect(task.cancelled()).toBe(true);
        expect(log.map(String)).toEqual(['CancelledError: stop', 'cleaned up']);
      }
    });
  });
});

describe('a task that awaits a future of another make', () => {
  test('makes its step in the loop, not inside of the call that adds the callback', async () => {
    await inLoop(function* () {
      const log: string[] = [];
      const atOnce = foreign({
        addDoneCallback(this: Foreign, callback: (future: Foreign) => void) {
          this.outcome = 'finished';
          callback(this);
          callback(this);
          log.push('added');
        },
      });
      const task = createTask(function* () {
        const result = yield* atOnce;
        log.push('went on');
        yield;
        return result;
      });
      expect(yield* task).toBe('result');
      expect(log).toEqual(['added', 'went on']);
    });
  });

  test.each(['coroutine', 'function'])(
    'that calls back and then throws goes on, in a %s; the error is reported',
    async (kind) => {
      class Both extends Future<string> {
        override addDoneCallback(callback: (future: this) => unknown): void {
          if (!this.done()) this.setResult('result');
          callback(this);
          throw boom;
        }
      }
      await inLoop(function* (loop) {
        const reports = recordReports(loop);
        const both = new Both();
        const task =
          kind === 'coroutine'
            ? createTask(function* () {
                return yield* both;
              })
            : createTask(async () => await both);
        expect(yield* task).toBe('result');
        expect(reports).toEqual([
          { message: 'Exception in a method of a future', exception: boom, future: both },
        ]);
      });
    },
  );

  test('makes its step in the loop, not inside of the task that settles the future', async () => {
    await inLoop(function* () {
      const future = foreign();
      const log: unknown[] = [];
      const waiting = createTask(function* () {
        yield* future;
        log.push('went on');
      });
      yield* turns(2);
      const settling = createTask(function* () {
        future.settle();
        future.settle();
        log.push(currentTask() !== undefined);
      });
      yield* settling;
      yield* waiting;
      expect(log).toEqual([true, 'went on']);
    });
  });

  test('is woken by the callback of its present wait only', async () => {
    await inLoop(function* () {
      const future = foreign();
      const log: string[] = [];
      const task = createTask(function* () {
        for (const time of ['first', 'second']) {
          try {
            yield* future;
          } catch (error) {
            log.push(`${time}: ${error}`);
          }
        }
        yield* sleep(1);
        log.push('slept');
      });
      yield* turns(2);
      future.cancel = function (this: Foreign) {
        this.callbacks.splice(0);
        return false;
      };
      const [stale] = future.callbacks;
      task.cancel();
      stale?.(future);
      yield* turns(3);
      stale?.(future);
      future.settle();
      yield* task;
      expect(log).toEqual(['first: CancelledError', 'slept']);
    });
  });
});

describe('gather()', () => {
  test('that cannot start all of its coroutines cancels those that it started, and leaves the others', async () => {
    await inLoop(function* (loop) {
      const log: unknown[] = [];
      const given = new Future<void>();
      const coroutines = [cleansUp(sleep(100), log), cleansUp(sleep(100), log)] as const;
      const before = loop.getTaskFactory();
      let made = 0;
      loop.setTaskFactory((onLoop, coroutine, options) => {
        if (++made === 2) fail();
        return new Task(coroutine, { ...options, loop: onLoop });
      });
      const tasks = () => [...loop._tasks].length;
      const others = tasks();
      expect(() => gather([given, ...coroutines])).toThrow(boom);
      loop.setTaskFactory(before);
      yield* turns(4);
      expect([tasks(), given.done(), given._waiters]).toEqual([others, false, undefined]);
    });
  });

  test('of an iterable that throws half-way starts nothing', async () => {
    await inLoop(function* (loop) {
      const log: string[] = [];
      function* inputs() {
        yield (function* () {
          log.push('started');
        })();
        throw boom;
      }
      expect(() => gather(inputs())).toThrow(boom);
      expect(() => asCompleted(inputs())).toThrow(boom);
      yield* turns(3);
      expect([log, [...loop._tasks].length]).toEqual([[], 1]);
    });
  });

  test.each(['cancelled', 'result'] as const)(
    'fails when `%s()` of a child throws, and does not wait for ever',
    async (method) => {
      await inLoop(function* () {
        const child = foreign({ [method]: fail });
        const both = gather([new Future(), child]);
        const all = gather([child], { returnExceptions: true });
        child.settle();
        yield* turns(3);
        if (method === 'cancelled') expect(all.done() && all.exception()).toBe(boom);
        expect(all.done()).toBe(true);
        if (method === 'result') expect(both.exception()).toBe(boom);
      });
    },
  );

  test('is cancelled with a last child of another make', async () => {
    await inLoop(function* () {
      const child = foreign({ cancel: () => true });
      const all = gather([sleep(100), child]);
      yield;
      all.cancel();
      yield* turns(3);
      child.settle();
      yield* turns(3);
      expect(all.done()).toBe(true);
      expect(String(all.exception())).toContain('CancelledError');
    });
  });
});

describe('asCompleted(), wait() and shield()', () => {
  test('that cannot listen to a future cancel what they started', async () => {
    await inLoop(function* (loop) {
      const log: unknown[] = [];
      const hostile = foreign({ addDoneCallback: fail });
      expect(() => asCompleted([cleansUp(sleep(100), log), hostile])).toThrow(boom);
      yield* turns(4);
      expect([...loop._tasks]).toHaveLength(1);
      const given = new Future<void>();
      expect(yield* errorOf(createTask(wait([given, hostile])))).toBe(boom);
      expect(given._waiters).toBe(undefined);
    });
  });

  test('fail when a method of the future throws', async () => {
    await inLoop(function* () {
      const inner = foreign({ cancelled: fail });
      const outer = shield(inner);
      inner.settle();
      expect(yield* errorOf(outer)).toBe(boom);
    });
  });
});

describe('a group of tasks', () => {
  class Stubborn extends Future<void> {
    override cancel(): boolean {
      throw boom;
    }
  }

  test('cancels all of its children, though the cancel() of one throws', async () => {
    await inLoop(function* (loop) {
      const reports = recordReports(loop);
      const log: unknown[] = [];
      const stubborn = new Stubborn();
      const group = createTask(
        taskGroup(function* (tg) {
          tg.createTask(cleansUp(stubborn, []));
          tg.createTask(cleansUp(sleep(1000), log));
          yield* sleep(1);
          throw new Error('of the body');
        }),
      );
      yield* sleep(2);
      expect(log.map(String)).toEqual(['CancelledError', 'cleaned up']);
      expect(reports.map(({ exception }) => exception)).toEqual([boom]);
      expect(group.done()).toBe(false);
      stubborn.setResult();
      expect(yield* errorOf(group)).toMatchObject({ errors: [{ message: 'of the body' }] });
    });
  });

  test('does not wait for a task of another make that it cannot listen to', async () => {
    await inLoop(function* (loop) {
      const before = loop.getTaskFactory();
      const group = createTask(
        taskGroup(function* (tg) {
          loop.setTaskFactory(() => foreign({ addDoneCallback: fail }) as never);
          try {
            tg.createTask(sleep(1));
          } finally {
            loop.setTaskFactory(before);
          }
        }),
      );
      expect(yield* errorOf(group)).toMatchObject({ errors: [boom] });
    });
  });

  test('cancels all candidates of a race, though the cancel() of one throws', async () => {
    await inLoop(function* (loop) {
      const reports = recordReports(loop);
      const log: unknown[] = [];
      const stubborn = new Stubborn();
      const race = createTask(
        staggeredRace([() => cleansUp(stubborn, []), () => cleansUp(sleep(1000), log)], 1),
      );
      yield* sleep(5);
      race.cancel();
      yield* turns(5);
      expect(log.map(String)).toEqual(['CancelledError', 'cleaned up']);
      stubborn.setResult();
      yield* turns(5);
      expect(race.cancelled()).toBe(true);
      expect(reports.length).toBe(1);
    });
  });
});

describe('a queue', () => {
  test('passes an item on to the next that waits when it cannot be given to the first', async () => {
    await inLoop(function* () {
      let throwsOnce = false;
      const compare = (a: number, b: number): number => {
        if (!throwsOnce) return a - b;
        throwsOnce = false;
        return fail();
      };
      const queue = new PriorityQueue<number>(0, { compare });
      const getters = Array.from({ length: 4 }, () => createTask(queue.get()));
      yield* turns(3);
      for (let i = 3; i > 0; i--) queue.putNowait(i);
      throwsOnce = true;
      expect(yield* errorOf(getters[0] as Future<unknown>)).toBe(boom);
      yield* turns(3);
      expect(getters.slice(1).map((getter) => getter.done() && getter.result())).toEqual([1, 2, 3]);
    });
  });

  test('passes room on to the next that waits when an item is refused', async () => {
    await inLoop(function* () {
      const queue = new PriorityQueue<number>(2, {
        compare: (a, b) => (a === 0 || b === 0 ? fail() : a - b),
      });
      queue.putNowait(1);
      queue.putNowait(2);
      const refused = createTask(queue.put(0));
      const next = createTask(queue.put(3));
      yield* turns(3);
      queue.getNowait();
      expect(yield* errorOf(refused)).toBe(boom);
      yield* turns(3);
      expect([next.done(), queue.size]).toEqual([true, 2]);
    });
  });

  test('passes a turn on and keeps the cancellation, though its full() throws', async () => {
    await inLoop(function* () {
      let throws = false;
      class Limited extends Queue<number> {
        override full(): boolean {
          return throws ? fail() : super.full();
        }
      }
      const queue = new Limited(1);
      queue.putNowait(1);
      const first = createTask(queue.put(2));
      const second = createTask(queue.put(3));
      yield* turns(3);
      queue.getNowait();
      first.cancel();
      throws = true;
      yield;
      throws = false;
      yield* turns(3);
      expect([first.cancelled(), second.done()]).toEqual([true, true]);
    });
  });

  test.each([
    ['Queue', () => new Queue<number>()],
    ['LifoQueue', () => new LifoQueue<number>()],
    ['PriorityQueue', () => new PriorityQueue<number>()],
  ])('(%s) keeps its items, though its empty() says that it has some', (_, make) => {
    const queue = Object.assign(make(), { empty: () => false });
    expect(() => queue.getNowait()).toThrow(QueueEmpty);
    queue.putNowait(1);
    expect([queue.size, queue.getNowait(), queue.size]).toEqual([1, 1, 0]);
    queue.putNowait(2);
    queue.shutdown(true);
    expect(queue.size).toBe(0);
  });

  test('is shut down, and its waiters are told, though its comparator throws', async () => {
    await inLoop(function* () {
      let throws = false;
      const queue = new PriorityQueue<number>(3, { compare: (a, b) => (throws ? fail() : a - b) });
      for (let i = 3; i > 0; i--) queue.putNowait(i);
      const putter = createTask(queue.put(4));
      const joiner = createTask(queue.join());
      yield* turns(3);
      throws = true;
      queue.shutdown(true);
      yield* turns(3);
      expect(String(putter.exception())).toContain('QueueShutDown');
      expect([joiner.done(), queue.size]).toEqual([true, 0]);
    });
  });
});

test('run() cancels all that is left, though the cancel() of one throws', async () => {
  class Stubborn extends Future<void> {
    override cancel(): never {
      getEventLoop().callSoon(() => this.setResult());
      throw boom;
    }
  }
  const log: unknown[] = [];
  const reports: unknown[] = [];
  await run(function* () {
    getEventLoop().setExceptionHandler((_, { exception }) => reports.push(exception));
    createTask(cleansUp(new Stubborn(), []));
    createTask(cleansUp(sleep(60_000), log));
    yield* turns(3);
  });
  expect(log.map(String)).toEqual(['CancelledError', 'cleaned up']);
  expect(reports).toEqual([boom]);
});

test('a race that cannot start its next candidate says so, and leaves nothing behind', async () => {
  await inLoop(function* (loop) {
    const log: unknown[] = [];
    const before = loop.getTaskFactory();
    const race = createTask(
      staggeredRace([() => cleansUp(sleep(1000), log), () => sleep(1000), () => sleep(1)], 5),
    );
    yield* sleep(2);
    loop.setTaskFactory(fail);
    yield* sleep(10);
    loop.setTaskFactory(before);
    expect(yield* errorOf(race)).toBe(boom);
    expect(log.map(String)).toEqual(['CancelledError', 'cleaned up']);
  });
});

describe.each([false, true])(
  'a thrown value that throws when it is looked at (debug: %s)',
  (debug) => {
    function* throws(): Coroutine<void> {
      yield;
      throw thrown;
    }
    const thrown = hostileProxy({});

    const places: readonly [string, () => Future<unknown>][] = [
      ['a task', () => createTask(throws())],
      ['an async function', () => createTask(async () => await createTask(throws()))],
      ['an async function of the host', () => createTask(() => Promise.reject(thrown))],
      ['gather()', () => gather([sleep(5), throws()])],
      ['shield()', () => shield(throws())],
      ['timeout()', () => createTask(timeout(100, () => throws()))],
      ['waitFor()', () => createTask(waitFor(throws(), 100))],
      ['retry()', () => createTask(retry(throws, { attempts: 2, delay: 1 }))],
      ['latest()', () => createTask(latest(throws)())],
      ['singleFlight()', () => createTask(singleFlight(throws)())],
      ['a promise', () => fromPromise(Promise.reject(thrown))],
      [
        'asCompleted()',
        () =>
          createTask(function* () {
            for (const next of asCompleted([throws()])) yield* next;
          }),
      ],
      ['a lock', () => createTask(new Lock().with(() => throws()))],
      [
        'a task that deals with a cancellation',
        () => {
          const task = createTask(function* () {
            try {
              yield* sleep(100);
            } catch {
              throw thrown;
            }
          });
          getEventLoop().callLater(1, () => task.cancel());
          return task;
        },
      ],
    ];

    test.each(places)('comes out of %s as it is', async (_, make) => {
      await inLoop(function* (loop) {
        loop.setDebug(debug);
        recordReports(loop);
        const future = make();
        yield* sleep(10);
        expect(future.done() && future.exception() === thrown).toBe(true);
        if (future instanceof Task) expect(future.getStack()).toEqual([]);
      });
    });

    test('is a member of the error of a group', async () => {
      await inLoop(function* (loop) {
        loop.setDebug(debug);
        const group = createTask(
          taskGroup(function* (tg) {
            tg.createTask(throws());
            yield* sleep(10);
          }),
        );
        yield* sleep(5);
        expect((group.exception() as ExceptionGroup).errors[0] === thrown).toBe(true);
      });
    });

    test('is reported when nothing retrieves it', async () => {
      const loop = virtualLoop();
      loop.setDebug(debug);
      const seen: unknown[] = [];
      loop.setExceptionHandler((_, { exception }) => seen.push(exception === thrown));
      await loop.runUntilComplete(
        (function* () {
          createTask(throws());
          loop.callSoon(() => {
            throw thrown;
          });
          yield* sleep(5);
        })(),
      );
      loop.close();
      expect(seen).toEqual([true, true]);
    });
  },
);

test('a condition whose predicate throws keeps its lock and its other waiters', async () => {
  await inLoop(function* () {
    const condition = new Condition();
    let ready = false;
    const predicates = [() => ready && fail(), () => ready];
    const waiters = predicates.map((predicate) =>
      createTask(condition.with(() => condition.waitFor(predicate))),
    );
    yield* turns(5);
    yield* condition.with(function* () {
      ready = true;
      condition.notifyAll();
    });
    yield* turns(6);
    expect(yield* errorOf(waiters[0] as Future<unknown>)).toBe(boom);
    expect(waiters[1]?.result()).toBe(true);
    expect(condition.locked()).toBe(false);
  });
});

describe('the loop goes on', () => {
  let written: MockInstance<typeof console.error> | undefined;
  afterEach(() => written?.mockRestore());

  let armed = false;
  test.each([
    [
      'a proxy that throws',
      () => new Proxy(fail, { get: (on, key) => (armed ? fail() : Reflect.get(on, key)) }),
    ],
    [
      'a function whose name is a symbol',
      () => Object.defineProperty(() => fail(), 'name', { value: Symbol('s') }),
    ],
    [
      'a function whose name throws',
      () => Object.defineProperty(() => fail(), 'name', { get: () => armed && fail() }),
    ],
  ])('after a callback that is %s, and reports what it threw', async (_, make) => {
    await inLoop(function* (loop) {
      const reports = recordReports(loop);
      const log: string[] = [];
      armed = false;
      const handle = loop.callSoon(make());
      loop.callSoon(() => log.push('next'));
      armed = true;
      yield* turns(2);
      expect(log).toEqual(['next']);
      expect(reports).toMatchObject([{ message: 'Exception in callback an anonymous function' }]);
      expect(String(handle)).toContain('an anonymous function');
    });
  });

  test('when a method of a future throws that a listener of the library calls', async () => {
    await inLoop(function* (loop) {
      const reports = recordReports(loop);
      class Hostile extends Future<void> {
        override exception(): unknown {
          return fail();
        }
      }
      const hostile = new Hostile();
      const failing = new Future<void>();
      const both = gather([hostile, failing]);
      failing.setException(new Error('first'));
      expect(String(yield* errorOf(both))).toBe('Error: first');
      const log: string[] = [];
      hostile.setResult();
      loop.callSoon(() => log.push('next'));
      yield* turns(2);
      expect([log, reports.map(({ exception }) => exception)]).toEqual([['next'], [boom]]);
    });
  });

  test('and a report is printed, whatever its parts do', async () => {
    const texts: string[] = [];
    written = vi.spyOn(console, 'error').mockImplementation((...args: unknown[]) => {
      texts.push(args.map(String).join(' '));
    });
    const loop = virtualLoop();
    const future = Object.assign(loop.createFuture<void>(), { toString: fail });
    loop.callExceptionHandler({ message: 'first', future, exception: hostileProxy({}) });
    loop.callExceptionHandler({ message: 'second', future });
    expect(texts).toHaveLength(2);
    expect(texts[0]).toContain('first');
    expect(texts[1]).toContain('second');
  });
});

describe('what throws when it is looked at', () => {
  test('may borrow of a limiter, which goes on', () =>
    inLoop(function* () {
      const limiter = new CapacityLimiter(1);
      const borrower = hostileProxy({});
      yield* limiter.acquire(borrower);
      expect(limiter.statistics().borrowers).toHaveLength(1);
      expect(limiter._related()).toEqual([]);
      expect(() => limiter.release(hostileProxy({}))).toThrow('`limiter.release()` expected');
      limiter.release(borrower);
      expect(limiter.availableTokens).toBe(1);
    }));

  test('may be the reason of a promise that was cancelled: each of its futures is', () =>
    inLoop(function* () {
      const error = Object.defineProperty(new CancelledError(), 'reason', { get: fail });
      const promise = Promise.reject(error);
      const futures = [fromPromise(promise), fromPromise(promise)];
      yield* wait(futures, { timeout: 1000 });
      expect(futures.map((future) => future.cancelled())).toEqual([true, true]);
    }));

  test('may be a task that is left over when run() ends in debug mode: it is cancelled', async () => {
    class Mute extends Task<unknown> {
      override toString(): string {
        return fail();
      }
    }
    const loop = virtualLoop();
    const reports = recordReports(loop);
    let isCleanedUp = false;
    const main = async (): Promise<string> => {
      loop.setTaskFactory(
        (onLoop, coroutine, options) => new Mute(coroutine, { ...options, loop: onLoop }) as never,
      );
      createTask(function* () {
        try {
          yield* sleep(1000);
        } finally {
          isCleanedUp = true;
        }
      });
      await sleep(1);
      return 'done';
    };
    expect(await run(main, { loop: () => loop, debug: true })).toBe('done');
    expect(isCleanedUp).toBe(true);
    expect(reports.map(({ message }) => message)).toEqual([
      expect.stringContaining('run() ended while a task was pending'),
    ]);
  });
});
