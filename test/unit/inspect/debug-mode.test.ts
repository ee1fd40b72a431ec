import {
  all,
  allSettled,
  any,
  asCompleted,
  type Coroutine,
  createTask,
  currentTask,
  EventLoop,
  type ExceptionContext,
  gather,
  Lock,
  latest,
  mapConcurrent,
  Runner,
  race,
  retry,
  run,
  shield,
  singleFlight,
  sleep,
  staggeredRace,
  Task,
  TimeoutError,
  taskGroup,
  timeout,
  wait,
  waitFor,
} from 'skein';
import { VirtualEventLoop } from 'skein/testing';
import { afterEach, beforeEach, describe, expect, type MockInstance, test, vi } from 'vitest';
import { hostTurn } from '../hosts.ts';
import { collectGarbage } from '../laws/collectable.ts';
import { recordReports, virtualLoop } from '../loops.ts';
import { names, withoutPaths } from './places.ts';

/** What is reported while `main` runs in debug mode, and until its loop is closed. */
async function reportsOf(
  main: (loop: VirtualEventLoop) => Coroutine<unknown>,
  debug = true,
): Promise<ExceptionContext[]> {
  const loop = virtualLoop();
  loop.setDebug(debug);
  const reports = recordReports(loop);
  await loop.runUntilComplete(loop.createTask(main(loop), { name: 'main' }));
  loop.close();
  return reports;
}

function messages(reports: readonly ExceptionContext[]): string[] {
  return reports.map(({ message }) => withoutPaths(message));
}

describe('a slow step', () => {
  /** A loop whose clock a test can move while something runs. */
  function slowLoop(): { loop: VirtualEventLoop; compute: (ms: number) => void } {
    const loop = new VirtualEventLoop();
    loop.setDebug(true);
    let ahead = 0;
    const time = loop.time.bind(loop);
    loop.time = () => time() + ahead;
    return { loop, compute: (ms) => (ahead += ms) };
  }

  test('is reported with its task, its time and the place it went on from [loop.debug.slow_callbacks]', async () => {
    const { loop, compute } = slowLoop();
    const reports = recordReports(loop);
    function* crunch(): Coroutine<void> {
      yield* sleep(5);
      compute(250);
      yield* sleep(5);
      compute(99);
    }
    const task = loop.createTask(crunch(), { name: 'cruncher' });
    await loop.runUntilComplete(task);
    expect(messages(reports)).toMatchInlineSnapshot(`
      [
        "<Task 'cruncher' pending waiting for a timer due in 5 ms, made at debug-mode.test.ts> kept the event loop for 250 ms, from crunch (debug-mode.test.ts) on.",
      ]
    `);
    expect(reports[0]?.future).toBe(task);
    expect(reports[0]?.warning).toBe(true);
    expect(names(reports[0]?.stack)).toEqual(['crunch']);
  });

  test('is reported for callbacks, too, from the limit on [loop.debug.slow_callbacks]', async () => {
    const { loop, compute } = slowLoop();
    const reports = recordReports(loop);
    loop.slowCallbackDuration = 20;
    const handles = [
      loop.callSoon(function tooSlow() {
        compute(20);
      }),
      loop.callSoon(function fastEnough() {
        compute(19);
      }),
    ];
    await loop.runUntilComplete(sleep(1));
    expect(messages(reports)).toMatchInlineSnapshot(`
      [
        "<Handle tooSlow(), made at debug-mode.test.ts> kept the event loop for 20 ms.",
      ]
    `);
    expect(reports[0]?.handle).toBe(handles[0]);
  });

  test('is not looked for outside of debug mode', async () => {
    const { loop, compute } = slowLoop();
    loop.setDebug(false);
    const reports = recordReports(loop);
    loop.callSoon(() => compute(1000));
    await loop.runUntilComplete(sleep(1));
    expect(reports).toEqual([]);
  });
});

describe('a swallowed cancellation', () => {
  /** What is reported of a task that runs `work` and is cancelled after 1 ms. */
  function swallowedBy(
    work: (() => Coroutine<unknown>) | (() => Promise<unknown>),
    debug = true,
  ): Promise<ExceptionContext[]> {
    return reportsOf(function* () {
      const task = createTask(work as () => Coroutine<unknown>, { name: 'worker' });
      yield* sleep(1);
      task.cancel();
      yield* wait([task], { timeout: 50 });
      if (!task.cancelled()) task.exception();
    }, debug);
  }

  function* swallows(): Coroutine<void> {
    try {
      yield* sleep(1000);
    } catch {
      // And on it goes.
    }
  }

  test('is reported once, with the task and the place', async () => {
    const reports = await swallowedBy(function* work() {
      yield* swallows();
      yield* sleep(1);
    });
    expect(messages(reports)).toMatchInlineSnapshot(`
      [
        "Task 'worker' swallowed a cancellation, thrown at swallows (debug-mode.test.ts), and returned as if nothing had happened. Rethrow the CancelledError once cleanup is done.",
      ]
    `);
    expect(reports[0]?.future).toBeInstanceOf(Task);
    expect(reports[0]?.warning).toBe(true);
    expect(names(reports[0]?.stack)).toEqual(['swallows', 'work']);
  });

  test('is reported when the task fails with something else', async () => {
    const reports = await swallowedBy(function* work() {
      try {
        yield* sleep(1000);
      } catch {
        throw new Error('boom');
      }
    });
    expect(messages(reports)).toMatchInlineSnapshot(`
      [
        "Task 'worker' swallowed a cancellation, thrown at work (debug-mode.test.ts), and failed with something else. Rethrow the CancelledError once cleanup is done.",
      ]
    `);
  });

  test('is reported of async functions', async () => {
    const reports = await swallowedBy(async function work() {
      try {
        await sleep(1000);
      } catch {
        // And on it goes.
      }
    });
    expect(messages(reports)).toMatchInlineSnapshot(`
      [
        "Task 'worker' swallowed a cancellation, thrown at work (debug-mode.test.ts), and returned as if nothing had happened. Rethrow the CancelledError once cleanup is done.",
      ]
    `);
  });

  test('is reported of the task that swallowed it, not of those that passed it on', async () => {
    const reports = await swallowedBy(function* () {
      yield* createTask(function* () {
        yield* gather([createTask(swallows(), { name: 'culprit' })]);
      });
    });
    expect(messages(reports)).toHaveLength(1);
    expect(messages(reports)[0]).toMatch(/^Task 'culprit' swallowed/);
  });

  test.each<[string, (() => Coroutine<unknown>) | (() => Promise<unknown>)]>([
    ['lets it pass', () => sleep(1000)],
    [
      'cleans up',
      function* () {
        try {
          yield* sleep(1000);
        } finally {
          yield* sleep(1);
        }
      },
    ],
    [
      'takes it back',
      function* () {
        const lock = new Lock();
        yield* lock.acquire();
        try {
          yield* lock.acquire();
        } catch {
          currentTask()?.uncancel();
        }
      },
    ],
    [
      'fails because of it',
      function* () {
        try {
          yield* sleep(1000);
        } catch (cause) {
          throw new Error('stopped', { cause });
        }
      },
    ],
    [
      'fails in a group while it is cancelled',
      function* () {
        yield* taskGroup(function* (tg) {
          tg.createTask(function* () {
            try {
              yield* sleep(1000);
            } catch (cause) {
              throw new Error('boom', { cause });
            }
          });
        });
      },
    ],
  ])('is none when the task %s', async (_, work) => {
    expect(messages(await swallowedBy(work))).toEqual([]);
  });

  test('is none when the task lets it pass in an async function', async () => {
    const work = async () => {
      await timeout(5000, async () => await sleep(1000));
    };
    expect(messages(await swallowedBy(work))).toEqual([]);
  });

  test('is none in timeouts, groups, waitFor() and shields that take it back themselves', async () => {
    const reports = await reportsOf(function* () {
      for (const late of [waitFor(sleep(100), 1), timeout(1, () => sleep(100))]) {
        try {
          yield* late;
        } catch (error) {
          expect(error).toBeInstanceOf(TimeoutError);
        }
      }
      yield* taskGroup(function* (tg) {
        tg.createTask(sleep(100));
        tg.cancel();
      });
      const inner = createTask(sleep(5));
      const outer = createTask(function* () {
        yield* shield(inner);
      });
      yield* sleep(1);
      outer.cancel();
      yield* wait([inner, outer]);
    });
    expect(messages(reports)).toEqual([]);
  });

  const losing = (): Coroutine<void> => sleep(1000);
  test.each<[string, () => Coroutine<unknown>]>([
    ['all()', () => all([losing, losing])],
    ['race()', () => race([losing, () => sleep(1)])],
    ['any()', () => any([losing, () => sleep(1)])],
    ['allSettled()', () => allSettled([losing, losing])],
    ['staggeredRace()', () => staggeredRace([losing, losing, losing], 1)],
    ['a won staggeredRace()', () => staggeredRace([losing, () => sleep(2)], 1)],
    ['mapConcurrent()', () => mapConcurrent([1, 2, 3], losing, { concurrency: 2 }).toArray()],
    ['singleFlight()', () => singleFlight(losing)()],
    ['latest()', () => latest(losing)()],
    ['retry()', () => retry(losing, { attempts: 2 })],
    ['tg.start()', () => taskGroup((tg) => tg.start(losing))],
    [
      'a background task',
      () =>
        taskGroup(function* (tg): Coroutine<void> {
          tg.createTask(losing, { background: true });
          yield* sleep(1);
        }),
    ],
  ])('is none of the tasks of %s', async (_, work) => {
    const reports = await reportsOf(function* () {
      const [left, timed] = [createTask(work), createTask(timeout(5, work))];
      yield* sleep(5);
      left.cancel();
      yield* wait([left, timed]);
      for (const task of [left, timed]) if (!task.cancelled()) task.exception();
    });
    expect(messages(reports)).toEqual([]);
  });

  test('is not looked for outside of debug mode', async () => {
    expect(await swallowedBy(swallows, false)).toEqual([]);
  });
});

describe('a coroutine that is awaited late', () => {
  const late = [
    'sleep() was awaited 100 ms after it was called, and began only then. Give it to `createTask()` to have it begin at once.',
  ];

  test('is reported in an async function, with where it was made', async () => {
    const reports = await reportsOf(function* () {
      yield* createTask(async function inTurn() {
        const a = sleep(100);
        const b = sleep(100);
        await a;
        await b;
      });
    });
    expect(messages(reports)).toEqual(late);
    expect(reports.map(({ warning }) => warning)).toEqual([true]);
    expect(withoutPaths(reports[0]?.creation ?? '')).toBe('    at inTurn (debug-mode.test.ts)');
  });

  test('is reported in a coroutine', async () => {
    const reports = await reportsOf(function* inTurn() {
      const a = sleep(100);
      const b = sleep(100);
      yield* a;
      yield* b;
    });
    expect(messages(reports)).toEqual(late);
  });

  test('is not one whose await is merely reached late, in a step that takes long', async () => {
    const loop = new VirtualEventLoop();
    loop.setDebug(true);
    let ahead = 0;
    const time = loop.time.bind(loop);
    loop.time = () => time() + ahead;
    const reports = recordReports(loop);
    await loop.runUntilComplete(
      loop.createTask(async () => {
        await sleep(1);
        const pause = sleep(1);
        ahead += 50;
        await pause;
      }),
    );
    loop.close();
    expect(messages(reports)).toEqual([]);
  });

  test('is not one that a task runs, or that was begun together with others', async () => {
    const reports = await reportsOf(function* () {
      yield* createTask(async () => {
        const later = sleep(100);
        const twice = sleep(20);
        await Promise.all([sleep(100), sleep(100), twice]);
        await gather([sleep(100), sleep(100)]);
        await createTask(later);
        await twice;
        const completed = [...asCompleted([sleep(20), sleep(40)])];
        for (const next of completed) await next;
      });
    });
    expect(messages(reports)).toEqual([]);
  });
});

describe('a coroutine that was never awaited', () => {
  test('is reported when the loop is closed, with its name and where it was made', async () => {
    const lock = new Lock();
    const reports = await reportsOf(function* forgets() {
      sleep(5);
      lock.acquire();
      yield* sleep(1);
    });
    expect(messages(reports)).toMatchInlineSnapshot(`
      [
        "sleep() was never awaited, so it did nothing. Write \`await\` before it, in a coroutine \`yield*\`.",
        "Lock.acquire() was never awaited, so it did nothing. Write \`await\` before it, in a coroutine \`yield*\`.",
      ]
    `);
    expect(reports.map(({ warning }) => warning)).toEqual([true, true]);
    expect(withoutPaths(reports[0]?.creation ?? '')).toBe('    at forgets (debug-mode.test.ts)');
  });

  test('is reported when an async function forgot it', async () => {
    const reports = await reportsOf(function* () {
      yield* createTask(async () => {
        const pause = sleep(100);
        await sleep(1);
        return typeof pause;
      });
    });
    expect(messages(reports)).toEqual([
      'sleep() was never awaited, so it did nothing. Write `await` before it, in a coroutine `yield*`.',
    ]);
  });

  test('is reported when it is collected', async () => {
    const { loop, reports } = await forgotten();
    for (let attempt = 0; attempt < 20 && reports.length === 0; attempt++) {
      await hostTurn();
      collectGarbage();
    }
    expect(messages(reports)).toHaveLength(1);
    loop.close();
    expect(messages(reports)).toHaveLength(1);
  });

  /** A function of its own, so that no frame keeps the coroutine. */
  async function forgotten(): Promise<{ loop: VirtualEventLoop; reports: ExceptionContext[] }> {
    const loop = new VirtualEventLoop();
    loop.setDebug(true);
    const reports = recordReports(loop);
    await loop.runUntilComplete(
      (function* (): Coroutine<void> {
        sleep(5);
        yield* sleep(1);
      })(),
    );
    return { loop, reports };
  }

  test('is one of those only', async () => {
    const reports = await reportsOf(function* () {
      yield* sleep(1);
      yield* createTask(sleep(1));
      yield* gather([sleep(1), sleep(2)]);
      yield* createTask(async () => await sleep(1));
      yield* createTask(async () => await Promise.all([sleep(1), sleep(2)]));
      for (const next of asCompleted([sleep(1)])) yield* next;
      try {
        yield* waitFor(sleep(1), 0);
      } catch (error) {
        expect(error).toBeInstanceOf(TimeoutError);
      }
      createTask(sleep(1)).cancel();
      sleep(1).return();
      const later = sleep(1);
      yield* sleep(5);
      yield* later;
    });
    expect(messages(reports)).toEqual([]);
  });

  test('runs as ever once it is awaited', async () => {
    const results: unknown[] = [];
    await reportsOf(function* () {
      const coroutine = sleep(1, 'value');
      const plain = Object.getPrototypeOf(Object.getPrototypeOf(coroutine));
      expect(Object.prototype.toString.call(coroutine)).toBe('[object Generator]');
      expect(plain).toHaveProperty('then');
      results.push(yield* coroutine);
      expect(Object.getPrototypeOf(coroutine)).toBe(plain);
      expect(coroutine.next()).toEqual({ done: true, value: undefined });
    });
    expect(results).toEqual(['value']);
  });

  test('is not looked for outside of debug mode', async () => {
    const reports = await reportsOf(function* () {
      sleep(5);
      yield* sleep(1);
    }, false);
    expect(reports).toEqual([]);
  });
});

describe('tasks that are pending when run() ends', () => {
  const leaves = function* main(): Coroutine<void> {
    const lock = new Lock();
    currentTask()?.setName('main');
    yield* lock.acquire();
    createTask(
      function* cleaner() {
        yield* lock.acquire();
      },
      { name: 'cleaner' },
    );
    createTask(sleep(60_000), { name: 'sleeper' });
    yield* sleep(1);
  };

  async function left(debug: boolean): Promise<ExceptionContext[]> {
    const reports: ExceptionContext[] = [];
    const loop = () => {
      const loop = new EventLoop();
      loop.setExceptionHandler((_, context) => reports.push(context));
      return loop;
    };
    await run(leaves, { loop, debug });
    return reports;
  }

  test('are listed with what they wait for, and where', async () => {
    const [report, ...others] = await left(true);
    expect(others).toEqual([]);
    expect(withoutPaths(report?.message ?? '').replace(/[\d]+ ms/, '… ms')).toMatchInlineSnapshot(`
      "run() ended while 2 tasks were pending, to be cancelled now:
        <Task 'cleaner' pending waiting for <Lock locked by task 'main', 1 waiting>, made at debug-mode.test.ts>
            at cleaner (debug-mode.test.ts)
        <Task 'sleeper' pending waiting for a timer due in … ms, made at debug-mode.test.ts>"
    `);
    expect(report?.warning).toBe(true);
  });

  test('are not listed outside of debug mode', async () => {
    expect(await left(false)).toEqual([]);
  });
});

describe('what debug mode reports', () => {
  let warned: MockInstance<typeof console.warn>;
  beforeEach(() => {
    warned = vi.spyOn(console, 'warn').mockImplementation(() => {});
  });
  afterEach(() => warned.mockRestore());

  test('is written to the console as a warning, if nobody handles it', async () => {
    await using runner = new Runner({ debug: true });
    await runner.run(function* main() {
      const task = createTask(
        function* stubborn() {
          try {
            yield* sleep(1000);
          } catch {
            // And on it goes.
          }
        },
        { name: 'stubborn' },
      );
      yield* sleep(1);
      task.cancel();
      yield* task;
    });
    expect(warned.mock.calls.map(([text]) => withoutPaths(String(text)))).toMatchInlineSnapshot(`
      [
        "Task 'stubborn' swallowed a cancellation, thrown at stubborn (debug-mode.test.ts), and returned as if nothing had happened. Rethrow the CancelledError once cleanup is done.
      <Task 'stubborn' finished result=undefined, made at debug-mode.test.ts>
          at stubborn (debug-mode.test.ts)",
      ]
    `);
  });
});

test('in debug mode a program may set `then`, as it may otherwise', async () => {
  const loop = virtualLoop();
  loop.setDebug(true);
  const main = async (): Promise<void> => {
    for (const awaitable of [loop.createFuture(), sleep(1), new Lock().acquire()]) {
      const then = vi.fn((resolve: (value: number) => void) => resolve(5));
      Object.assign(awaitable, { then });
      expect(await (awaitable as PromiseLike<unknown>)).toBe(5);
      expect(then).toHaveBeenCalledTimes(1);
    }
  };
  await loop.runUntilComplete(loop.createTask(main));
  loop.close();
});

test('in debug mode inputs of a combinator that is never begun are not told: it closed them, or is told itself', async () => {
  const loop = virtualLoop();
  loop.setDebug(true);
  const reports = recordReports(loop);
  const fails = function* (): Coroutine<never> {
    throw new RangeError('first');
  };
  await loop.runUntilComplete(
    (function* (): Coroutine<void> {
      const nested = [all([sleep(1), sleep(2)]), any([sleep(3)]), allSettled({ a: sleep(4) })];
      yield* allSettled([all([fails, ...nested], { concurrency: 1 })]);
      all([sleep(5)]);
    })(),
  );
  loop.close();
  expect(reports.map(({ message }) => message.slice(0, 24))).toEqual(['all() was never awaited,']);
});
