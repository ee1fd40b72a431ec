import {
  allTasks,
  type Coroutine,
  createTask,
  currentTask,
  gather,
  getEventLoop,
  Lock,
  Queue,
  sleep,
  timeout,
  toThread,
  wait,
} from 'skein';
import {
  type Environment,
  ExplorationError,
  ExploredExecutor,
  type ExploreOptions,
  explore,
  VirtualEventLoop,
} from 'skein/testing';
import { describe, expect, test } from 'vitest';
import { inNode } from '../../hosts.ts';

type Test = (env: Environment) => Coroutine<void>;

function failureOf(main: Test, options: ExploreOptions = {}): ExplorationError {
  try {
    explore(main, options);
  } catch (error) {
    if (error instanceof ExplorationError) return error;
    throw error;
  }
  throw new Error('no schedule failed');
}

/** Answers to `count` questions, in the order in which they came. */
function* order(env: Environment, count: number, seen: Set<string>) {
  const log: number[] = [];
  for (let n = 1; n <= count; n++) env.answer(`${n}`).addDoneCallback(() => log.push(n));
  yield* env.quiet();
  seen.add(log.join(''));
}

describe('explore', () => {
  test('runs the usual order first, and then others, until all were tried', () => {
    const seen = new Set<string>();
    const report = explore((env) => order(env, 3, seen), { strategy: 'departures' });
    expect([...seen].sort()).toEqual(['123', '132', '213', '231', '312', '321']);
    expect([...seen][0]).toBe('123');
    expect(report.exhausted).toBe(true);
    expect(report.distinct).toBe(report.schedules);
  });

  test('runs no more than `schedules`, and says how far it came', () => {
    const report = explore((env) => order(env, 5, new Set()), {
      schedules: 50,
      strategy: 'departures',
    });
    expect(report).toMatchObject({ schedules: 50, distinct: 50, departures: 1, exhausted: false });
    expect(report.decisions.max).toBeGreaterThan(4);
  });

  test('takes no time, and begins at 0 each time', () => {
    explore(function* () {
      expect(getEventLoop().time()).toBe(0);
      yield* sleep(86_400_000);
      expect(getEventLoop().time()).toBe(86_400_000);
    });
  });

  test('gives tasks without a name the same one in all runs', () => {
    createTask(sleep(0)).cancel();
    const names = new Set<string>();
    explore(function* (env) {
      names.add(createTask(sleep(1)).getName());
      yield* env.quiet();
    });
    expect([...names]).toEqual(['Task-1']);
  });

  test('leaves the current task and its loop as they were', () => {
    const before = getEventLoop();
    explore(function* () {
      expect(getEventLoop()).not.toBe(before);
      expect(currentTask()?.getName()).toBe('main');
    });
    expect(getEventLoop()).toBe(before);
    expect(currentTask()).toBe(undefined);
  });

  test('cancels a task at every point of its way, once', () => {
    const ends = new Set<string>();
    explore(function* (env) {
      let done = 0;
      const task = createTask(function* () {
        yield* env.answer('first');
        done++;
        yield* env.answer('second');
        done++;
      });
      yield* wait([env.mayCancel(task)]);
      ends.add(`${done} ${task.cancelled()}`);
    });
    expect([...ends].sort()).toEqual(['0 true', '1 true', '2 false']);
  });

  test('cancels tasks that the option `mayCancel` names, within its budget', () => {
    let most = 0;
    const report = explore(
      function* () {
        const inner = [1, 2, 3].map((n) => createTask(sleep(n), { name: `inner ${n}` }));
        yield* wait(inner);
        most = Math.max(most, inner.filter((task) => task.cancelled()).length);
      },
      { mayCancel: (task) => task.getName().startsWith('inner'), cancellations: 2 },
    );
    expect(most).toBe(2);
    expect(report.schedules).toBeGreaterThan(20);
  });

  test('has a deadline overtake an answer, and an answer a deadline', () => {
    const seen = new Set<string>();
    explore(function* (env) {
      try {
        seen.add(yield* timeout(5, () => env.answer('the server', 'an answer')));
      } catch (error) {
        seen.add((error as Error).name);
      }
    });
    expect([...seen].sort()).toEqual(['TimeoutError', 'an answer']);
  });

  test('keeps the order of deadlines, in both modes', () => {
    explore(
      function* () {
        const log: number[] = [];
        for (const ms of [3, 1, 2]) getEventLoop().callLater(ms, () => log.push(ms));
        yield* sleep(4);
        expect(log).toEqual([1, 2, 3]);
      },
      { orders: 'both' },
    );
  });

  test('runs ready tasks in any order only with orders: tasks, and callbacks in order', () => {
    const orders = (mode: 'fifo' | 'tasks') => {
      const seen = new Set<string>();
      explore(
        function* () {
          const log: string[] = [];
          const loop = getEventLoop();
          const tasks = ['a', 'b'].map((name) =>
            createTask(function* () {
              log.push(name);
            }),
          );
          for (const name of ['x', 'y']) loop.callSoon(() => log.push(name));
          yield* wait(tasks);
          yield;
          seen.add(log.join(''));
        },
        { orders: mode },
      );
      return [...seen];
    };
    expect(orders('fifo')).toEqual(['abxy']);
    const all = orders('tasks');
    expect(all.length).toBeGreaterThan(4);
    expect(all.every((log) => log.indexOf('x') < log.indexOf('y') || !log.includes('y'))).toBe(
      true,
    );
  });

  test('starts tasks eagerly if it is told to', () => {
    const seen = new Set<boolean>();
    explore(
      function* () {
        let begun = false;
        const task = createTask(function* () {
          begun = true;
        });
        seen.add(begun);
        yield* wait([task]);
      },
      { eager: 'both' },
    );
    expect([...seen]).toEqual([false, true]);
  });

  test('tries the examples first', () => {
    const main: Test = function* (env) {
      const n = env.choose(1000, 'a number');
      if (n === 777) throw new Error('found');
    };
    const { replay } = failureOf(main, { strategy: 'departures' });
    const failure = failureOf(main, { examples: [replay], schedules: 1 });
    expect(failure.message).toContain(`fails in example ${replay}: found`);
  });

  test('ends after `ms`', () => {
    const report = explore((env) => order(env, 6, new Set()), { ms: 0, schedules: 1e6 });
    expect(report.schedules).toBeLessThan(5);
  });

  test('does the same for the same seed', () => {
    const runs = [1, 1, 2].map((seed) => {
      const seen: string[] = [];
      explore(
        function* (env) {
          seen.push(`${env.choose(100, 'n')}`);
        },
        { seed, strategy: 'random', schedules: 20 },
      );
      return seen.join();
    });
    expect(runs[0]).toBe(runs[1]);
    expect(runs[0]).not.toBe(runs[2]);
  });
});

describe('the environment', () => {
  test('answers with a value, and with what a function returns at that time', () => {
    const seen = new Set<string>();
    explore(function* (env) {
      let value = 'old';
      const first = env.answer('reads', () => value);
      const second = env.answer('writes', () => {
        value = 'new';
      });
      yield* wait([first, second]);
      seen.add(first.result());
      expect(yield* env.answer('a constant', 7)).toBe(7);
    });
    expect([...seen]).toEqual(['old', 'new']);
  });

  test('answers only after what `after` names', () => {
    explore(function* (env) {
      const log: string[] = [];
      const first = env.answer('first');
      first.addDoneCallback(() => log.push('first'));
      env.answer('second', undefined, { after: first }).addDoneCallback(() => log.push('second'));
      yield* env.quiet();
      expect(log).toEqual(['first', 'second']);
    });
  });

  test('fails with one of the errors, within the budget', () => {
    const seen = new Set<string>();
    explore(
      function* (env) {
        let failed = '';
        for (let n = 0; n < 3; n++) {
          const fails = [new Error('a'), new Error('b')];
          try {
            yield* env.answer('asks', undefined, { fails });
          } catch (error) {
            failed += (error as Error).message;
          }
        }
        seen.add(failed);
      },
      { faults: 2 },
    );
    expect([...seen].sort()).toEqual(['', 'a', 'aa', 'ab', 'b', 'ba', 'bb']);
  });

  test('chooses numbers and values, and says whether a place fails', () => {
    const seen = new Set<string>();
    explore(function* (env) {
      seen.add(`${env.choose(2, 'n')} ${env.choose(['x', 'y'], 'letter')} ${env.mayFail('disk')}`);
    });
    expect(seen.size).toBe(8);
    expect([...seen][0]).toBe('0 x false');
  });

  test('is late by 0, 1 or all of the ms', () => {
    const seen = new Set<number>();
    explore(function* (env) {
      yield* env.late(50);
      seen.add(getEventLoop().time());
    });
    expect([...seen].sort((a, b) => a - b)).toEqual([0, 1, 50]);
  });

  test('is quiet when nothing can happen, and then cancels no task any more', () => {
    explore(function* (env) {
      const lock = new Lock();
      yield* lock.acquire();
      const tasks = [1, 2].map(() => env.mayCancel(createTask(lock.with(function* () {}))));
      yield* env.quiet();
      const waiting = tasks.filter((task) => !task.done()).length;
      yield* sleep(5);
      expect(tasks.filter((task) => !task.done()).length).toBe(waiting);
      lock.release();
      yield* wait(tasks);
    });
  });

  test.runIf(inNode)('is quiet when async functions that began eagerly have gone on', async () => {
    await explore(
      async (env) => {
        const queue = new Queue<number>();
        const adding = createTask(async () => {
          await queue.put(1);
          await queue.put(2);
        });
        await env.quiet();
        expect(adding.done()).toBe(true);
      },
      { eager: true },
    );
  });

  test('refuses what is no task, no future, no function and no number', () => {
    const wrong = (call: (env: Environment) => unknown) =>
      failureOf(function* (env) {
        call(env);
      }).message.split('\n')[0];
    expect(wrong((env) => env.mayCancel(1 as never))).toContain(
      '`env.mayCancel()` expected a task, but got 1 (number). Write `env.mayCancel(createTask(work()))`.',
    );
    expect(wrong((env) => env.answer('a', 1, { after: 1 as never }))).toContain(
      '`env.answer()` expected `after` to be a future, but got 1 (number).',
    );
    expect(wrong((env) => env.atEnd(1 as never))).toContain(
      '`env.atEnd()` expected a function to call, but got 1 (number).',
    );
    expect(wrong((env) => env.choose(0, 'x'))).toContain(
      '`env.choose()` expected a whole number from 1 on, or a list that is not empty, but got 0 (number).',
    );
  });

  test('has stand-ins for shared objects behave as the objects do', () => {
    class Account {
      #balance = 1;
      get balance() {
        return this.#balance;
      }
      add(n: number) {
        this.#balance += n;
        return this.#balance;
      }
    }
    explore(function* (env) {
      const account = env.shared(new Account());
      expect([account.add(2), account.balance]).toEqual([3, 3]);
      const list = env.shared(['a']);
      list.push('b');
      expect([list.length, list.join()]).toEqual([2, 'a,b']);
      const map = env.shared(new Map([['k', 1]]));
      map.set('l', 2);
      expect(map.size).toBe(2);
      const plain = env.shared<{ n?: number }>({ n: 1 });
      plain.n = 2;
      expect(plain).toEqual({ n: 2 });
      delete plain.n;
      expect('n' in plain).toBe(false);
    });
  });
});

describe('a run fails', () => {
  test('with an error if main throws, whose cause it keeps', () => {
    const cause = new TypeError('wrong');
    const failure = failureOf(function* () {
      throw cause;
    });
    expect(failure).toMatchObject({
      name: 'ExplorationError',
      code: 'exploration-failed',
      kind: 'error',
      departures: 0,
      schedule: 1,
    });
    expect(failure.cause).toBe(cause);
  });

  test('with a deadlock if nothing can happen and main waits, though a task might be cancelled', () => {
    const failure = failureOf(
      function* (env) {
        yield* env.mayCancel(createTask(new Queue().get(), { name: 'reader' }));
      },
      { schedules: 1 },
    );
    expect(failure.kind).toBe('deadlock');
    expect(failure.message).toContain(
      "<Task 'reader' pending waiting for an item of <Queue 0 items>>",
    );
  });

  test('with a leak if a task outlives main, unless what is left is cancelled', () => {
    const main: Test = function* () {
      createTask(sleep(60_000), { name: 'left' });
    };
    expect(failureOf(main).kind).toBe('leak');
    expect(explore(main, { afterMain: 'cancel' }).exhausted).toBe(true);
  });

  test('with a check that throws at the end, of the test or of the options', () => {
    const cause = new Error('not empty');
    const main: Test = function* (env) {
      env.atEnd(() => {
        throw cause;
      });
    };
    expect(failureOf(main)).toMatchObject({ kind: 'check', cause });
    const other = failureOf(
      function* (env) {
        env.log('hello');
        yield* sleep(3);
      },
      {
        check: ({ time, log }) => {
          throw new Error(`${time} ${log}`);
        },
      },
    );
    expect([other.kind, (other.cause as Error).message]).toEqual(['check', '3 hello']);
  });

  test('with something unhandled: a callback that throws, a task whose failure was never seen', () => {
    const cause = new Error('lost');
    const fail = () => {
      throw cause;
    };
    expect(
      failureOf(function* () {
        getEventLoop().callSoon(fail);
      }),
    ).toMatchObject({ kind: 'unhandled', cause });
    expect(
      failureOf(function* () {
        createTask(function* () {
          fail();
        });
      }),
    ).toMatchObject({ kind: 'unhandled', cause });
  });

  test('with a livelock if it has no end, in time and without', () => {
    const spin: Test = function* () {
      for (;;) yield;
    };
    expect(failureOf(spin, { maxSteps: 100 }).message).toContain(
      'no end after 100 steps, and it is still 0 ms',
    );
    const poll: Test = function* () {
      for (;;) yield* sleep(10);
    };
    expect(failureOf(poll, { maxSteps: 100 })).toMatchObject({ kind: 'livelock' });
  });

  test('with something nondeterministic if the same schedule goes another way', () => {
    let runs = 0;
    const failure = failureOf(function* (env) {
      if (runs++ % 2 === 0) throw new Error('now and then');
      env.choose(2, 'anything');
    });
    expect(failure.kind).toBe('nondeterministic');
    expect(failure.message).toContain('`Math.random()`');
  });

  test('not for a program that polls for an answer, nor for one that asks until a deadline', () => {
    explore(function* (env) {
      let done = false;
      env.answer('something').addDoneCallback(() => {
        done = true;
      });
      while (!done) yield;
    });
    explore(
      function* (env) {
        try {
          yield* timeout(10, function* () {
            for (;;) yield* env.answer('another page');
          });
        } catch {
          // The deadline came.
        }
      },
      { schedules: 100 },
    );
  });
});

test('`pin` has the clock and the random numbers of the host follow the schedule', () => {
  const { now } = Date;
  const { random } = Math;
  const seen = new Set<string>();
  explore(
    function* () {
      const first = Math.random();
      yield* sleep(5);
      seen.add(`${first} ${Date.now()} ${performance.now()}`);
    },
    { pin: true },
  );
  expect([...seen]).toEqual([expect.stringMatching(/^0\.\d+ 5 5$/)]);
  expect([Date.now, Math.random]).toEqual([now, random]);
  expect(performance.now()).not.toBe(5);
});

describe('async functions', () => {
  test.runIf(inNode)('are explored, with promises of the host among what they await', async () => {
    const seen = new Set<string>();
    const report = await explore(async (env) => {
      const log: string[] = [];
      const part = async (name: string) => {
        await env.promise(`${name} is asked`);
        await Promise.resolve();
        await env.answer(`${name} is told`);
        log.push(name);
      };
      await Promise.all([part('a'), part('b')]);
      seen.add(log.join(''));
    });
    expect([...seen].sort()).toEqual(['ab', 'ba']);
    expect(report.exhausted).toBe(true);
  });

  test.runIf(inNode)('can be cancelled where they await', async () => {
    const ends = new Set<string>();
    await explore(async (env) => {
      const task = env.mayCancel(createTask(async () => void (await sleep(5))));
      await wait([task]);
      ends.add(`${task.cancelled()}`);
    });
    expect([...ends].sort()).toEqual(['false', 'true']);
  });

  test.runIf(inNode)(
    'do not disturb another exploration, or a loop, at the same time',
    async () => {
      const main = async (env: Environment) => {
        const loop = getEventLoop();
        const lock = new Lock();
        const visit = async (n: number) => {
          await env.answer(`visitor ${n} comes`);
          await lock.with(async () => await sleep(n));
          if (getEventLoop() !== loop) throw new Error('on another loop');
        };
        await gather([1, 2].map((n) => createTask(() => visit(n))));
      };
      const options = { schedules: 50 };
      const alone = await explore(main, options);
      const virtual = new VirtualEventLoop();
      const ticking = virtual.createTask(async () => {
        for (let n = 0; n < 50; n++) await sleep(10);
        return getEventLoop() === virtual;
      });
      const together = await Promise.all([
        explore(main, options),
        explore(main, options),
        virtual.runUntilComplete(ticking),
      ]);
      expect(together).toEqual([alone, alone, true]);
      expect(virtual.time()).toBe(500);
    },
  );

  test('that wait for something outside are refused, or waited for', async () => {
    const never = async () => void (await new Promise(() => {}));
    const failure = await explore(never).catch((error: unknown) => error as ExplorationError);
    expect(failure).toMatchObject({ kind: 'deadlock' });
    expect((failure as ExplorationError).message).toContain('give it `env.promise()`');
    const late = async () => void (await new Promise((resolve) => setTimeout(resolve, 1)));
    expect(await explore(late, { outside: 'wait', schedules: 2 })).toMatchObject({
      exhausted: true,
    });
  });

  test('are refused inside of a coroutine, which is run at once', () => {
    expect(() =>
      explore(function* () {
        yield* createTask(async () => {});
      }),
    ).toThrow(
      '`explore()` runs a coroutine at once, but this one waits for a promise or an async function',
    );
  });
});

describe('ExploredExecutor', () => {
  test('has results come in any order, and workers be lost', () => {
    const seen = new Set<string>();
    explore(function* () {
      const executor = new ExploredExecutor();
      const log: string[] = [];
      const jobs = [1, 2].map((n) => executor.submit((x: number) => x * x, n));
      for (const job of jobs) {
        job.addDoneCallback((done) => {
          log.push(
            done.exception() === undefined ? `${done.result()}` : (done.exception() as Error).name,
          );
        });
      }
      yield* wait(jobs);
      yield;
      seen.add(log.join(' '));
    });
    expect(seen).toContain('1 4');
    expect(seen).toContain('4 1');
    expect(seen).toContain('WorkerLostError 4');
    expect(seen).toContain('WorkerLostError WorkerLostError');
  });

  test('is what `toThread()` uses, without losing workers', () => {
    explore(function* () {
      expect(yield* toThread((n: number) => n + 1, 1)).toBe(2);
      expect(allTasks().size).toBe(1);
    });
  });

  test('refuses work outside of `explore()`, after its end, and wrong options', () => {
    expect(() => new ExploredExecutor().submit(() => 1)).toThrow(
      'expected to be used inside of `explore()`',
    );
    explore(function* () {
      const executor = new ExploredExecutor();
      executor[Symbol.dispose]();
      expect(() => executor.submit(() => 1)).toThrow('This executor was shut down.');
    });
    expect(() => new ExploredExecutor({ losesWorkers: 1 as never })).toThrow('`losesWorkers`');
  });

  test('refuses at once what no pool would run', () => {
    explore(function* () {
      const executor = new ExploredExecutor();
      for (const wrong of [5, undefined, Promise.resolve(), function* () {}]) {
        expect(() => executor.submit(wrong as never)).toThrow(
          '`submit()` expected a plain or async function and then its arguments, but got ',
        );
      }
    });
  });
});

describe('wrong options', () => {
  const main: Test = function* () {};

  test.each([
    [
      { schedule: 1 },
      '`explore()` expected options that it knows, but got `schedule`. Write `schedules`.',
    ],
    [{ schedules: 0 }, '`explore()` expected `schedules` to be 1 or more, but got 0 (number).'],
    [
      { orders: 'any' },
      "`explore()` expected `orders` to be one of 'fifo', 'tasks', 'both', but got \"any\" (string).",
    ],
    [
      { eager: 1 },
      "`explore()` expected `eager` to be one of true, false, 'both', but got 1 (number).",
    ],
    [{ pin: 1 }, '`explore()` expected `pin` to be true or false, but got 1 (number).'],
    [{ check: 1 }, '`explore()` expected `check` to be a function, but got 1 (number).'],
    [
      { replay: 'x2' },
      '`explore()` expected a schedule as the explanation of a failure names it, like \'x1.fifo.4.k3f0\', but got "x2" (string).',
    ],
  ])('%o', (options, message) => {
    expect(() => explore(main, options as ExploreOptions)).toThrow(message);
  });

  test('a main that is no function, or that returns nothing to await', () => {
    expect(() => explore(1 as never)).toThrow(
      '`explore()` expected a generator function or an async function, but got 1 (number).',
    );
    expect(failureOf((() => {}) as never).message).toContain(
      'was expected to be a generator function',
    );
  });
});

test('the environment of a schedule that is over is refused, with what to do instead', () => {
  let kept: Environment | undefined;
  explore(function* (env) {
    kept ??= env;
    yield* env.answer('the server');
  });
  const refusal = new Error(
    '`env` expected to be used while its schedule runs, but that is over. Each call of the test is given an `env` of its own.',
  );
  expect(() => kept?.answer('again')).toThrow(refusal);
  expect(() => kept?.log('again')).toThrow(refusal);
});
