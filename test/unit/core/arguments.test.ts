/** Each call refuses at once what it cannot use, in one form: what it expected, and what it got. */
import {
  all,
  allSettled,
  allTasks,
  any,
  asCompleted,
  Barrier,
  BoundedSemaphore,
  CancelledError,
  Condition,
  Context,
  ContextVar,
  type Coroutine,
  captureCallGraph,
  copyContext,
  createTask,
  Event,
  EventLoop,
  ExceptionGroup,
  eagerTaskFactory,
  ensureFuture,
  Future,
  gather,
  Handle,
  LifoQueue,
  Lock,
  PriorityQueue,
  Queue,
  QueueFull,
  Runner,
  race,
  retry,
  Semaphore,
  shield,
  singleFlight,
  sleep,
  staggeredRace,
  Task,
  TimerHandle,
  timeout,
  wait,
} from 'skein';
import { afterAll, describe, expect, test } from 'vitest';
import { inLoop, recordReports, virtualLoop } from '../loops.ts';

const loop = new EventLoop();
afterAll(() => loop.close());

function* work(): Coroutine<number> {
  return 1;
}
async function load(): Promise<number> {
  return 1;
}
async function* produce(): AsyncGenerator<number> {
  yield 1;
}

/** What programs without types give, and what the compiler would refuse. */
type Untyped = (...args: unknown[]) => unknown;
function untyped(object: object, name: string): Untyped {
  return ((object as Record<string, unknown>)[name] as Untyped).bind(object);
}

function refusal(call: () => unknown): Error {
  try {
    call();
  } catch (error) {
    return error as Error;
  }
  throw new Error('It was not refused.');
}

const form = /expected.*, but got .+\./;

function expectRefused(call: () => unknown): void {
  const error = refusal(call);
  expect(error).toBeInstanceOf(TypeError);
  expect(error.message).toMatch(form);
}

describe('a callback that nothing would wait for is refused', () => {
  const future = loop.createFuture();
  const condition = new Condition();
  const places: [string, (callback: unknown) => unknown][] = [
    ['callSoon()', untyped(loop, 'callSoon')],
    ['callLater()', (callback) => untyped(loop, 'callLater')(5, callback)],
    ['callAt()', (callback) => untyped(loop, 'callAt')(5, callback)],
    ['setTaskFactory()', untyped(loop, 'setTaskFactory')],
    ['setExceptionHandler()', untyped(loop, 'setExceptionHandler')],
    ['addDoneCallback()', untyped(future, 'addDoneCallback')],
    ['removeDoneCallback()', untyped(future, 'removeDoneCallback')],
    ['Context.run()', untyped(copyContext(), 'run')],
    ['Condition.waitFor()', untyped(condition, 'waitFor')],
    ['new PriorityQueue()', (compare) => new PriorityQueue(0, { compare: compare as never })],
    ['split()', (matcher) => new ExceptionGroup('m', [1]).split(matcher as never)],
  ];
  const functions: [string, unknown][] = [
    ['a generator function', work],
    ['an async function', load],
    ['an async generator function', produce],
  ];
  const cases = places.flatMap(([place, call]) =>
    functions.map(([kind, callback]) => ({ place, kind, call, callback })),
  );
  test.each(cases)('by $place: $kind', ({ call, callback, kind }) => {
    expectRefused(() => call(callback));
    expect(refusal(() => call(callback)).message).toContain(kind);
  });

  test('with a sentence that says what to write', () => {
    expect(refusal(() => loop.callSoon(work)).message).toBe(
      '`callSoon()` expected a plain function to call, but got `work`, a generator function: nothing would wait for it. Write `() => void createTask(work)`.',
    );
  });

  test('with advice of their own where the result is needed at once', () => {
    const check = async () => true;
    for (const call of [
      () => retry(check, { attempts: 1, retryIf: check as never }),
      () => singleFlight(check, { key: check }),
      () => new Condition().waitFor(check),
    ]) {
      const { message } = refusal(call);
      expect(message).toMatch(/at once|count as true/);
      expect(message).not.toMatch(/Write `\(\) => void createTask\(check\)`/);
    }
  });

  test('by runInExecutor(): a generator function, but no async function', async () => {
    expectRefused(() => loop.runInExecutor(undefined, work));
  });
});

describe('one coroutine in the place of a list is refused', () => {
  let runs = 0;
  function* quick(): Coroutine<number> {
    runs++;
    return 42;
  }
  const places: [string, (list: never) => unknown][] = [
    ['gather()', (list) => gather(list)],
    ['asCompleted()', (list) => [...asCompleted(list)]],
    ['wait()', (list) => wait(list)],
  ];
  test.each(places)('by %s, also if it never waits', (name, call) => {
    runs = 0;
    expect(() => call(quick() as never)).toThrow(
      `\`${name}\` expected a list of awaitables, but got a coroutine`,
    );
    expect(runs).toBe(1);
    expectRefused(() => call(sleep(1) as never));
    expectRefused(() => call(new Lock().acquire() as never));
  });

  test('while a generator of tasks is a list', () =>
    inLoop(function* () {
      function* tasks() {
        yield createTask(work());
        yield createTask(work());
      }
      expect(yield* gather(tasks())).toEqual([1, 1]);
      const { done } = yield* wait(tasks());
      expect(done.size).toBe(2);
      expect([...asCompleted(tasks())]).toHaveLength(2);
    }));

  test('and a list without end is refused at its first wrong item', () => {
    function* numbers(): Generator<never> {
      for (;;) yield 5 as never;
    }
    expectRefused(() => gather(numbers()));
    expectRefused(() => asCompleted(numbers()));
    expectRefused(() => wait(numbers()));
    expectRefused(() => gather(Object.assign([], { length: 2 ** 32 - 1 })));
  });
});

describe('an argument of another kind is refused', () => {
  const variable = new ContextVar<number>('variable');
  const group = new ExceptionGroup('m', [new Error('a')]);
  const future = loop.createFuture();
  const task = new Task(sleep(1000), { loop });
  const runner = new Runner();
  const calls: [string, () => unknown][] = [
    ['allTasks({})', () => allTasks({} as never)],
    ['allTasks(null)', () => allTasks(null as never)],
    ['asCompleted([], null)', () => asCompleted([], null as never)],
    ['captureCallGraph(future, null)', () => captureCallGraph(future, null as never)],
    [
      "captureCallGraph(future, { limit: '5' })",
      () => captureCallGraph(future, { limit: '5' as never }),
    ],
    ['context.get(5)', () => new Context().get(5 as never)],
    ['context.has({})', () => new Context().has({} as never)],
    ['context.run(5)', () => new Context().run(5 as never)],
    ['createTask(work(), null)', () => loop.createTask(work(), null as never)],
    ["createTask(work(), 'name')", () => loop.createTask(work(), 'name' as never)],
    ["createTask(work(), ['name'])", () => loop.createTask(work(), ['name'] as never)],
    [
      'createTask(work(), { eagerStart: 1 })',
      () => loop.createTask(work(), { eagerStart: 1 as never }),
    ],
    [
      'createTask(work(), { name: Object.create(null) })',
      () => loop.createTask(work(), { name: Object.create(null) }),
    ],
    ['eagerTaskFactory({}, work())', () => eagerTaskFactory({} as never, work())],
    ["eagerTaskFactory(loop, work(), 'name')", () => eagerTaskFactory(loop, work(), 'x' as never)],
    ['ensureFuture(work(), { loop: {} })', () => ensureFuture(work(), { loop: {} as never })],
    ['ensureFuture(work(), null)', () => ensureFuture(work(), null as never)],
    ['future.addDoneCallback(f, 5)', () => future.addDoneCallback(() => {}, 5 as never)],
    [
      'future.addDoneCallback(f, { context: {} })',
      () => future.addDoneCallback(() => {}, { context: {} as never }),
    ],
    ['future.removeDoneCallback(5)', () => future.removeDoneCallback(5 as never)],
    ['gather([], null)', () => gather([], null as never)],
    ['gather([], { returnExceptions: 1 })', () => gather([], { returnExceptions: 1 as never })],
    ['group.split(5)', () => group.split(5 as never)],
    ['new Context({})', () => Reflect.construct(Context, [{}])],
    ['new ContextVar(5)', () => new ContextVar(5 as never)],
    ["new ContextVar('v', null)", () => new ContextVar('v', null as never)],
    ['new EventLoop({ debug: true })', () => Reflect.construct(EventLoop, [{ debug: true }])],
    ["new ExceptionGroup('m')", () => new ExceptionGroup('m', undefined as never)],
    ["new ExceptionGroup('m', 'abc')", () => new ExceptionGroup('m', 'abc')],
    ['new ExceptionGroup([error])', () => new ExceptionGroup([new Error('a')] as never, [1])],
    ['new Future({ loop: {} })', () => new Future({ loop: {} as never })],
    ['new Future(null)', () => new Future(null as never)],
    ['new PriorityQueue(0, null)', () => new PriorityQueue(0, null as never)],
    ["new Lock('name')", () => new Lock('name' as never)],
    ['new Semaphore(1, 5)', () => new Semaphore(1, 5 as never)],
    ['new Semaphore(1, { value: 1 })', () => new Semaphore(1, { value: 1 } as never)],
    ['new Condition(undefined, null)', () => new Condition(undefined, null as never)],
    ["new Event('name')", () => new Event('name' as never)],
    ['new Barrier(1, [])', () => new Barrier(1, [] as never)],
    ['new Queue(0, [])', () => new Queue(0, [] as never)],
    ['new Queue(0, { compare })', () => new Queue(0, { compare: () => 0 } as never)],
    ['new Queue(0, {}, {})', () => Reflect.construct(Queue, [0, {}, {}])],
    ["new LifoQueue(0, 'name')", () => new LifoQueue(0, 'name' as never)],
    ['new Runner(null)', () => new Runner(null as never)],
    ['new Runner({ debug: 1 })', () => new Runner({ debug: 1 as never })],
    ['new Task(work(), { loop: 5 })', () => new Task(work(), { loop: 5 as never })],
    ['new Runner({ loop: () => 5 })', () => new Runner({ loop: (() => 5) as never }).getLoop()],
    ['queue.shutdown(1)', () => new Queue().shutdown(1 as never)],
    ['setDebug(1)', () => loop.setDebug(1 as never)],
    ['setDefaultExecutor({})', () => loop.setDefaultExecutor({} as never)],
    [
      'setDefaultExecutor({ submit })',
      () => loop.setDefaultExecutor({ submit: () => future } as never),
    ],
    [
      'runInExecutor({ submit: () => 5 }, f)',
      () => loop.runInExecutor({ submit: () => 5 } as never, () => 1),
    ],
    ['task.getStack(null)', () => task.getStack(null as never)],
    ["task.getStack({ limit: '1' })", () => task.getStack({ limit: '1' as never })],
    ['timeout(5, 5)', () => timeout(5, 5 as never)],
    ['variable.reset({})', () => variable.reset({} as never)],
    ['variable.reset(null)', () => variable.reset(null as never)],
    ['wait([future], null)', () => wait([future], null as never)],
  ];
  test.each(calls)('%s', (_, call) => expectRefused(call));

  test('await runner.run(work, null)', async () => {
    await expect(runner.run(work, null as never)).rejects.toThrow(form);
    await expect(runner.run(work, { context: 5 as never })).rejects.toThrow(form);
    await runner.close();
  });
});

describe('a body that is no function is refused before anything is taken', () => {
  test.each([
    ['Lock', new Lock()],
    ['Semaphore', new Semaphore()],
    ['Condition', new Condition()],
  ])('%s.with(5)', (_, lock) => {
    expectRefused(() => lock.with(5 as never));
    expectRefused(() => lock.with(work() as never));
    expect(lock.locked()).toBe(false);
  });

  test('condition.waitFor(5), and a number of waiters that is none', () =>
    inLoop(function* () {
      const condition = new Condition();
      yield* condition.acquire();
      expectRefused(() => condition.waitFor(5 as never));
      expectRefused(() => condition.notify('1' as never));
      expect(refusal(() => condition.notify(Number.NaN))).toBeInstanceOf(RangeError);
      condition.release();
    }));
});

describe('what is refused has changed nothing', () => {
  test('a coroutine that was given with wrong options can be run by another task', async () => {
    const virtual = virtualLoop();
    const coroutine = work();
    for (const options of ['name', { name: Object.create(null) }, { signal: 5 }, { context: 5 }]) {
      expect(() => virtual.createTask(coroutine, options as never)).toThrow();
    }
    const unnameable = {
      toString() {
        throw new RangeError('no name');
      },
    };
    expect(() => virtual.createTask(coroutine, { name: unnameable })).toThrow('no name');
    expect(allTasks(virtual).size).toBe(0);
    expect(await virtual.runUntilComplete(virtual.createTask(coroutine))).toBe(1);
  });

  test('options are looked at once', () => {
    const virtual = virtualLoop();
    let looks = 0;
    const options = {
      get name() {
        looks++;
        return 'once';
      },
    };
    expect(virtual.createTask(sleep(1), options).getName()).toBe('once');
    expect(looks).toBe(1);
  });
});

describe('a reason without a text form', () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const reasons: [string, unknown][] = [
    ['an object without a prototype', Object.create(null)],
    ['a revoked proxy', proxy],
    ['a symbol', Symbol('why')],
  ];
  test.each(reasons)('cancels all the same: %s', async (_, reason) => {
    const virtual = virtualLoop();
    const log: string[] = [];
    const task = virtual.createTask(function* () {
      try {
        yield* sleep(1000);
      } finally {
        log.push('cleaned up');
      }
    });
    virtual.callLater(1, () => task.cancel(reason));
    await expect(virtual.runUntilComplete(task)).rejects.toBeInstanceOf(CancelledError);
    expect(log).toEqual(['cleaned up']);
    expect(task.cancelled()).toBe(true);
  });
});

test('a default executor that cannot be shut down is told of, and the loop is closed', async () => {
  const closing = new EventLoop();
  const reports = recordReports(closing);
  closing.setDefaultExecutor({
    submit: () => closing.createFuture(),
    shutdown() {
      throw new RangeError('cannot');
    },
  } as never);
  closing.close();
  await Promise.resolve();
  expect(closing.isClosed()).toBe(true);
  expect(reports.map(({ message }) => message)).toEqual([
    'The default executor failed to shut down',
  ]);
});

describe('a value that only looks right is refused before the host stumbles over it:', () => {
  const lists: [string, unknown][] = [
    ['whose iterator is no function', { [Symbol.iterator]: 5 }],
    ['without an iterator', { [Symbol.iterator]: () => 5 }],
    ['whose iterator has no next', { [Symbol.iterator]: () => ({}) }],
    ['whose next() returns 5', { [Symbol.iterator]: () => ({ next: () => 5 }) }],
    ['whose next() returns nothing', { [Symbol.iterator]: () => ({ next() {} }) }],
  ];
  test.each(lists)('a list %s', (_, list) => {
    for (const call of [gather, asCompleted, wait, all, allSettled, race, any]) {
      expectRefused(() => (call as Untyped)(list));
    }
    expectRefused(() => staggeredRace(list as never, 5));
    expectRefused(() => new ExceptionGroup('m', list as never));
  });

  test('a list whose next() returns 5 behind a coroutine, which is not started', () =>
    inLoop(function* () {
      const log: string[] = [];
      const steps: unknown[] = [
        {
          done: false,
          value: (function* () {
            log.push('started');
          })(),
        },
        5,
      ];
      const list = { [Symbol.iterator]: () => ({ next: () => steps.shift() }) };
      expect(refusal(() => gather(list as never)).message).toBe(
        '`gather()` expected `next()` to return an object, but got 5 (number). Return `{ done, value }`.',
      );
      yield* sleep(1);
      expect(log).toEqual([]);
      expect(steps).toEqual([]);
    }));

  test.each(lists.slice(1))('an awaitable %s', (_, awaitable) =>
    inLoop(function* () {
      for (const call of [ensureFuture, shield]) {
        const future = call(awaitable as never);
        yield* wait([future]);
        expect((future.exception() as Error).message).toMatch(form);
      }
    }),
  );

  test('a function whose name is no text', () =>
    inLoop(function* () {
      const named = (name: PropertyDescriptor): (() => never) =>
        Object.defineProperty(() => 5 as never, 'name', name);
      const throwing = (): never => {
        throw new Error('never asked');
      };
      for (const fn of [named({ value: Symbol() }), named({ get: throwing })]) {
        const task = createTask(timeout(5, fn));
        yield* wait([task]);
        expect((task.exception() as Error).message).toMatch(/^an anonymous function was expected/);
      }
      const generator = Object.defineProperty(work, 'name', {
        value: Symbol(),
        configurable: true,
      });
      expectRefused(() => loop.callSoon(generator));
      expectRefused(() => copyContext().run(generator));
      Object.defineProperty(work, 'name', { value: 'work' });
    }));

  test('a name of a task that cannot become a text', () => {
    for (const name of [
      [Symbol()],
      [Object.create(null)],
      { toString: () => ({}) },
      { [Symbol.toPrimitive]: {} },
      { [Symbol.toPrimitive]: 1 },
    ]) {
      const coroutine = work();
      expectRefused(() => createTask(coroutine, { name }));
      coroutine.return(0);
    }
    const task = loop.createTask(work);
    expectRefused(() => task.setName([Symbol()]));
  });

  test('a list of matchers with something that is no class', () => {
    const group = new ExceptionGroup('m', [1]);
    for (const matcher of [5, [5], [() => true], [TypeError, undefined], undefined, {}]) {
      expectRefused(() => group.split(matcher as never));
      expectRefused(() => group.subgroup(matcher as never));
    }
  });

  test('a matcher without a text form is asked all the same', () => {
    const isOne = Object.setPrototypeOf((error: unknown) => error === 1, null);
    expect(new ExceptionGroup('m', [1, 2]).split(isOne)[0]?.errors).toEqual([1]);
  });

  test('a list of errors without end', () => {
    function* endless() {
      for (;;) yield 1;
    }
    expectRefused(() => new ExceptionGroup('m', endless()));
    expectRefused(() => new ExceptionGroup('m', Object.assign([], { length: 2 ** 32 - 1 })));
  });

  test('a list in the place of the size of a queue', () => {
    const Untyped = Queue as unknown as new (...args: unknown[]) => unknown;
    expectRefused(() => new Untyped(0, [1, 2]));
  });

  test('a report that is none', () => {
    for (const context of [undefined, null, 'm', []]) {
      expectRefused(() => loop.callExceptionHandler(context as never));
    }
  });

  test('the duration of a slow step', () => {
    expectRefused(() => {
      loop.slowCallbackDuration = '5' as never;
    });
    loop.slowCallbackDuration = 5;
    expect(loop.slowCallbackDuration).toBe(5);
  });
});

test('constructors that only the library calls say so', () => {
  for (const each of [Handle, TimerHandle]) {
    const Untyped = each as unknown as new (...args: unknown[]) => unknown;
    for (const args of [[], [5], [null, Symbol(), {}]]) expectRefused(() => new Untyped(...args));
  }
  expectRefused(() => new QueueFull(Symbol() as never));
  expect(() => new QueueFull({} as never)).toThrow(
    '`new QueueFull()` expected a number, but got type object.',
  );
  // The second argument is one of the library.
  const Untyped = QueueFull as unknown as new (...args: unknown[]) => Error;
  for (const message of [Symbol(), Object.create(null), [Symbol()]]) {
    expect(new Untyped(2, message).message).toMatch(/^The queue is full: it holds 2 items, /);
  }
});

test('what is given back more often than taken is refused', () => {
  const error = (call: () => unknown) => refusal(call).message;
  expect(error(() => new BoundedSemaphore(2).release())).toBe(
    '`release()` expected a slot that was acquired, but all 2 are free.',
  );
  expect(error(() => new Queue().taskDone())).toBe(
    '`taskDone()` expected an item whose work is not done, but was called more often than items were put in.',
  );
});
