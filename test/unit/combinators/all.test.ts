import {
  type AwaitableCoroutine,
  all,
  allSettled,
  CancelledError,
  CancelScope,
  ContextVar,
  type Coroutine,
  createTask,
  currentTask,
  EventLoop,
  Future,
  fromPromise,
  getEventLoop,
  isFuture,
  shield,
  sleep,
  type Task,
  timeout,
  wait,
} from 'skein';
import { describe, expect, test } from 'vitest';
import { inNode } from '../hosts.ts';
import { inLazyLoop, inLoop, recordReports, virtualLoop } from '../loops.ts';
import { caught, thrownBy } from './helpers.ts';

function* failing(ms: number, error: unknown = new RangeError('too far')): Coroutine<never> {
  yield* sleep(ms);
  throw error;
}

/** Notes how it ends, and takes `cleanupMs` for that. */
function* noting(log: string[], name: string, ms = 60_000, cleanupMs = 0): Coroutine<string> {
  try {
    yield* sleep(ms);
    log.push(`${name} ends`);
    return name;
  } finally {
    if (cleanupMs > 0) yield* sleep(cleanupMs);
    log.push(`${name} is over`);
  }
}

/** Runs `call` in a task of its own, in both styles. */
const styles: readonly (readonly [string, <T>(call: () => AwaitableCoroutine<T>) => Task<T>])[] = [
  [
    'a coroutine',
    (call) =>
      createTask(function* () {
        return yield* call();
      }),
  ],
  ['an async function', (call) => createTask(async () => await call())],
];

describe.each(styles)('all, awaited by %s', (_style, start) => {
  test('returns the results of coroutines, functions, tasks, futures and promises in the order given', () =>
    inLoop(function* () {
      const future = new Future<string>();
      const task = createTask(sleep(1, 'task'));
      getEventLoop().callLater(5, () => future.setResult('future'));
      const results = yield* start(() =>
        all([
          sleep(9, 'coroutine'),
          async () => 'async function',
          function* () {
            return yield* sleep(2, 'generator function');
          },
          task,
          future,
          Promise.resolve('promise'),
        ]),
      );
      expect(results).toEqual([
        'coroutine',
        'async function',
        'generator function',
        'task',
        'future',
        'promise',
      ]);
    }));

  test('returns a record of results for a record, with its keys', () =>
    inLoop(function* () {
      const record = { b: sleep(2, 1), a: async () => 2, ['__proto__']: sleep(1, 3) };
      const results = yield* start(() => all(record));
      expect(Object.entries(results)).toEqual([
        ['b', 1],
        ['a', 2],
        ['__proto__', 3],
      ]);
      expect(yield* start(() => all({}))).toEqual({});
    }));

  test('throws the first error itself, when the others were cancelled and have ended', () =>
    inLoop(function* (loop) {
      const log: string[] = [];
      const error = new RangeError('too far');
      const call = start(() =>
        all([noting(log, 'a', 60_000, 10), failing(5, error), noting(log, 'c', 60_000, 20)]),
      );
      expect(yield* caught(call)).toBe(error);
      expect([log, loop.time()]).toEqual([['a is over', 'c is over'], 25]);
    }));

  test('cancels all when the caller is cancelled, waits for them, and then throws the CancelledError', () =>
    inLoop(function* (loop) {
      const log: string[] = [];
      const call = start(() => all([noting(log, 'a', 60_000, 10), noting(log, 'b')]));
      yield* sleep(1);
      call.cancel('enough');
      const error = yield* caught(call);
      expect(error).toBeInstanceOf(CancelledError);
      expect([(error as CancelledError).message, call.cancelled(), log, loop.time()]).toEqual([
        'enough',
        true,
        ['b is over', 'a is over'],
        11,
      ]);
    }));

  test('is stopped by a timeout around it', () =>
    inLoop(function* () {
      const log: string[] = [];
      const call = createTask(function* () {
        yield* timeout(5, () => start(() => all([noting(log, 'a'), noting(log, 'b')])));
      });
      expect(String(yield* caught(call))).toContain('TimeoutError');
      expect(log).toEqual(['a is over', 'b is over']);
    }));

  test('has at most `concurrency` unfinished, and starts the next when one ends', () =>
    inLoop(function* (loop) {
      let running = 0;
      let most = 0;
      const started: number[] = [];
      const job = (n: number) => async () => {
        started.push(n);
        most = Math.max(most, ++running);
        await sleep(10);
        running--;
        return n;
      };
      const results = yield* start(() => all([0, 1, 2, 3, 4].map(job), { concurrency: 2 }));
      expect([results, started, most, loop.time()]).toEqual([
        [0, 1, 2, 3, 4],
        [0, 1, 2, 3, 4],
        2,
        30,
      ]);
    }));
});

describe('all', () => {
  test('returns an empty list for an empty list, without a wait', async () => {
    let iterations = 0;
    await inLazyLoop(function* (loop) {
      loop.callSoon(() => iterations++);
      expect(yield* all([])).toEqual([]);
      expect(iterations).toBe(0);
    });
  });

  test('runs a coroutine that is given twice once, and a function twice', () =>
    inLoop(function* () {
      const coroutine = sleep(1, {});
      let calls = 0;
      const fn = async () => ++calls;
      const [a, b, c, d] = yield* all([coroutine, coroutine, fn, fn]);
      expect(a).toBe(b);
      expect([c, d]).toEqual([1, 2]);
    }));

  test('returns the result of a coroutine twice that is given twice, if the first turn is over when the second one comes', () =>
    inLoop(function* () {
      const coroutine = sleep(1, 'once');
      const inputs = [coroutine, sleep(1, 'between'), coroutine, coroutine];
      expect(yield* all(inputs, { concurrency: 1 })).toEqual(['once', 'between', 'once', 'once']);
    }));

  test('tells the outcome of a coroutine that failed for each of its places', () =>
    inLoop(function* () {
      const error = new RangeError('too far');
      const coroutine = failing(1, error);
      const outcomes = yield* allSettled([coroutine, sleep(1, 5), coroutine], { concurrency: 1 });
      expect(outcomes).toEqual([
        { status: 'rejected', reason: error },
        { status: 'fulfilled', value: 5 },
        { status: 'rejected', reason: error },
      ]);
    }));

  test('refuses a coroutine that a task runs already, wherever it stands', () =>
    inLoop(function* () {
      const coroutine = sleep(1, 'taken');
      createTask(coroutine);
      const error = yield* caught(all([sleep(1), coroutine, coroutine], { concurrency: 1 }));
      expect(String(error)).toContain('This coroutine is run by a task already.');
    }));

  test('cancels what runs in the order in which it was given', () =>
    inLoop(function* () {
      const log: string[] = [];
      const inputs = [
        noting(log, 'a'),
        sleep(1),
        noting(log, 'b'),
        sleep(2),
        noting(log, 'c'),
        failing(5),
      ];
      yield* caught(all(inputs));
      expect(log).toEqual(['a is over', 'b is over', 'c is over']);
    }));

  test('takes all names of a record: numbers, symbols and `__proto__` too', () =>
    inLoop(function* () {
      const symbol = Symbol('symbol');
      const results = yield* all({ [symbol]: sleep(2, 'a'), 7: sleep(1, 'b') });
      expect([results[symbol], results[7]]).toEqual(['a', 'b']);
      const outcomes = yield* allSettled({ [symbol]: sleep(1, 'a') });
      expect(outcomes[symbol]).toEqual({ status: 'fulfilled', value: 'a' });
      const inputs = Object.defineProperty({}, '__proto__', {
        value: sleep(1, 'c'),
        enumerable: true,
      });
      expect(Object.entries(yield* all(inputs))).toEqual([['__proto__', 'c']]);
    }));

  test('takes every iterable', () =>
    inLoop(function* () {
      expect(yield* all(new Set([sleep(1, 'a'), sleep(2, 'b')]))).toEqual(['a', 'b']);
      function* generated() {
        yield createTask(sleep(1, 'c'));
        yield createTask(sleep(1, 'd'));
      }
      expect(yield* all(generated())).toEqual(['c', 'd']);
    }));

  test('gives an async function the signal of its task, which aborts when another one fails', () =>
    inLoop(function* () {
      let isAborted = false;
      const error = yield* caught(
        all([
          failing(5),
          async (signal: AbortSignal) => {
            signal.addEventListener('abort', () => {
              isAborted = true;
            });
            await sleep(60_000);
          },
        ]),
      );
      expect([String(error), isAborted]).toEqual(['RangeError: too far', true]);
    }));

  test('tells those that it stops that it asked', () =>
    inLoop(function* () {
      let source: string | undefined;
      yield* caught(
        all([
          failing(5),
          function* () {
            try {
              yield* sleep(60_000);
            } catch (error) {
              source = (error as CancelledError).source;
              throw error;
            }
          },
        ]),
      );
      expect(source).toBe('`all()`');
    }));

  test('reports failures after the first, of which the caller does not hear', () =>
    inLoop(function* (loop) {
      const reports = recordReports(loop);
      const error = yield* caught(
        all([
          failing(5, 'first'),
          function* () {
            try {
              yield* sleep(60_000);
            } finally {
              yield* failing(1, 'in cleanup');
            }
          },
          failing(5, 'at once'),
        ]),
      );
      expect(error).toBe('first');
      expect(reports.map(({ message, exception }) => [message, exception])).toEqual([
        ['Exception in a task that `all()` had cancelled', 'at once'],
        ['Exception in a task that `all()` had cancelled', 'in cleanup'],
      ]);
    }));

  test('throws null when that was thrown', () =>
    inLoop(function* () {
      let thrown: unknown = 'nothing';
      try {
        yield* all([failing(1, null)]);
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toBe(null);
    }));

  test('throws the CancelledError of an input that other code cancelled', () =>
    inLoop(function* () {
      const task = createTask(sleep(60_000));
      getEventLoop().callLater(5, () => task.cancel('by hand'));
      const log: string[] = [];
      const error = yield* caught(all([task, noting(log, 'other')]));
      expect([(error as CancelledError).message, log]).toEqual(['by hand', ['other is over']]);
      expect(currentTask()?.cancelling()).toBe(0);
    }));

  test('cancels tasks and futures that were given, but not what a shield protects', () =>
    inLoop(function* () {
      const task = createTask(sleep(60_000));
      const future = new Future();
      const shared = createTask(sleep(10, 'shared'));
      yield* caught(all([task, future, shield(shared), failing(1)]));
      expect([task.cancelled(), future.cancelled(), shared.done()]).toEqual([true, true, false]);
      expect(yield* shared).toBe('shared');
    }));

  test('leaves a promise behind, and what comes of it', async () => {
    const reports: unknown[] = [];
    let reject: (reason: unknown) => void = () => {};
    const promise = new Promise<never>((_resolve, rejectIt) => {
      reject = rejectIt;
    });
    await inLoop(function* (loop) {
      loop.setExceptionHandler((_, report) => reports.push(report));
      expect(yield* caught(all([promise, failing(1, 'first')]))).toBe('first');
      reject('late');
    });
    await expect(promise).rejects.toBe('late');
    expect(reports).toEqual([]);
  });

  test('calls no function and starts no coroutine after a failure', () =>
    inLoop(function* () {
      let calls = 0;
      const count = function* () {
        calls++;
        yield* sleep(1);
      };
      const coroutine = count();
      const error = yield* caught(all([failing(1), count, coroutine], { concurrency: 1 }));
      expect([String(error), calls, coroutine.next()]).toEqual([
        'RangeError: too far',
        0,
        { done: true, value: undefined },
      ]);
    }));

  test('does not count what runs already among `concurrency`, and fails with it at once', () =>
    inLoop(function* (loop) {
      const gate = new Future<string>();
      const opened = yield* all([gate, async () => gate.setResult('open')], { concurrency: 1 });
      expect(opened).toEqual(['open', undefined]);
      const task = createTask(failing(5));
      const error = yield* caught(all([sleep(60_000), sleep(60_000), task], { concurrency: 1 }));
      expect([String(error), loop.time()]).toEqual(['RangeError: too far', 5]);
    }));

  test('starts each task in the context of the caller', () =>
    inLoop(function* () {
      const variable = new ContextVar<string>('v');
      variable.set('of the caller');
      const seen = yield* all(
        [1, 2, 3].map(
          (ms) =>
            function* () {
              const before = variable.get();
              variable.set('of a task');
              yield* sleep(ms);
              return before;
            },
        ),
        { concurrency: 1 },
      );
      expect(seen).toEqual(['of the caller', 'of the caller', 'of the caller']);
    }));

  test('passes each request on, and throws the last', () =>
    inLoop(function* () {
      const log: string[] = [];
      const call = createTask(function* () {
        yield* all([noting(log, 'a', 60_000, 10), noting(log, 'b', 60_000, 10)]);
      });
      yield* sleep(1);
      call.cancel('once');
      yield* sleep(1);
      call.cancel('twice');
      const error = yield* caught(call);
      // Their cleanup was cut off.
      expect([(error as CancelledError).message, log]).toEqual(['twice', []]);
    }));

  test('throws the cancellation of the caller while others clean up, and reports the error', () =>
    inLoop(function* (loop) {
      const reports = recordReports(loop);
      const log: string[] = [];
      const call = createTask(function* () {
        yield* all([failing(1), noting(log, 'a', 60_000, 10)]);
      });
      yield* sleep(5);
      call.cancel();
      yield* wait([call]);
      expect([call.cancelled(), reports.map(({ message }) => message)]).toEqual([
        true,
        ['Exception in `all()`, whose caller was cancelled'],
      ]);
    }));

  test('ends in a level-triggered scope that is cancelled', () =>
    inLoop(function* (loop) {
      const log: string[] = [];
      const scope = new CancelScope({ level: true, timeout: 5 });
      yield* scope.run(function* () {
        try {
          yield* sleep(60_000);
        } finally {
          yield* all([noting(log, 'a'), noting(log, 'b')]);
        }
      });
      expect([log, loop.time()]).toEqual([['a is over', 'b is over'], 5]);
    }));

  test('cancels what runs when its coroutine is closed', () =>
    inLoop(function* () {
      const log: string[] = [];
      const coroutine = all([noting(log, 'a')]);
      const first = coroutine.next();
      expect([first.done, isFuture(first.value)]).toEqual([false, true]);
      yield* sleep(0);
      coroutine.return([undefined as never]);
      yield* sleep(1);
      expect(log).toEqual(['a is over']);
    }));

  test('waits for no future of another library that cannot be cancelled', () =>
    inLoop(function* () {
      const foreign = Object.assign(Object.create(null), {
        [Symbol.for('skein.future')]: true,
        done: () => false,
        result: () => undefined,
        addDoneCallback: () => undefined,
      });
      expect(String(yield* caught(all([foreign as Future<number>, failing(1)])))).toBe(
        'RangeError: too far',
      );
    }));

  test('cancels the tasks that stand behind a future that has failed already', () =>
    inLoop(function* () {
      for (const concurrency of [undefined, 1]) {
        const log: string[] = [];
        const failed = new Future<never>();
        failed.setException(new RangeError('too far'));
        const given = ['first', 'second'].map((name) => createTask(noting(log, name, 60_000, 1)));
        yield* sleep(0);
        const error = yield* caught(all([failed, ...given], { concurrency }));
        expect([String(error), log]).toEqual([
          'RangeError: too far',
          ['first is over', 'second is over'],
        ]);
      }
    }));

  test('stops and awaits what runs when a method of a future throws', () =>
    inLoop(function* () {
      const log: string[] = [];
      const foreign = Object.assign(Object.create(null), {
        [Symbol.for('skein.future')]: true,
        done: () => false,
        addDoneCallback: () => {
          throw new SyntaxError('no callbacks');
        },
      });
      const first = createTask(noting(log, 'first', 60_000, 1));
      yield* sleep(0);
      const error = yield* caught(all([first, foreign as Future<number>]));
      expect([String(error), log]).toEqual(['SyntaxError: no callbacks', ['first is over']]);
    }));

  test('stops all others when a coroutine that the program has begun cannot be closed', () =>
    inLoop(function* (loop) {
      const reports = recordReports(loop);
      const begun = (function* () {
        try {
          yield;
        } finally {
          expect.fail('no end');
        }
      })();
      begun.next();
      const log: string[] = [];
      const given = createTask(noting(log, 'given'));
      yield* sleep(0);
      const error = yield* caught(all([failing(1), begun, given], { concurrency: 1 }));
      expect([String(error), log, reports.map(({ exception }) => String(exception))]).toEqual([
        'RangeError: too far',
        ['given is over'],
        ['AssertionError: no end'],
      ]);
    }));

  test('throws what a task factory throws, and stops what runs', () =>
    inLoop(function* (loop) {
      const log: string[] = [];
      const first = createTask(noting(log, 'first'));
      yield* sleep(0);
      loop.setTaskFactory(() => {
        throw new SyntaxError('no tasks');
      });
      const error = yield* caught(all([first, sleep(1)]));
      expect([String(error), log]).toEqual(['SyntaxError: no tasks', ['first is over']]);
    }));

  test('refuses a future of another loop, and starts nothing', () =>
    inLoop(function* () {
      const other = new Future({ loop: new EventLoop() });
      let calls = 0;
      const error = yield* caught(all([async () => calls++, other]));
      expect([(error as Error).name, calls]).toEqual(['RangeError', 0]);
    }));

  test('refuses what it can neither await nor call, and says what to write', () => {
    const messageOf = (fn: () => unknown) => String(thrownBy(fn));
    const refused = all as unknown as (inputs: unknown, options?: unknown) => unknown;
    expect([
      messageOf(() => refused([true, false])),
      messageOf(() => refused([5])),
      messageOf(() => refused({ a: 5 })),
      messageOf(() => refused(5)),
      messageOf(() => refused(async () => 5)),
      messageOf(() => refused(new Date(0))),
      messageOf(() => refused([function* work(_a: number) {}])),
      messageOf(() => refused(new Future())),
      messageOf(() => refused(new Future(), new Future())),
      messageOf(() => refused([], 5)),
      messageOf(() => refused([], { limit: 5 })),
      messageOf(() => all([], { concurrency: 0 })),
      messageOf(() => all([], { concurrency: 1.5 })),
      messageOf(() => refused({}, { concurrency: '5' })),
    ]).toMatchInlineSnapshot(`
      [
        "TypeError: \`all()\` expected coroutines, functions, futures or promises, but got true (boolean). Python's \`all(values)\` is \`values.every(Boolean)\` in JavaScript.",
        "TypeError: \`all()\` expected coroutines, functions, futures or promises, but got 5 (number).",
        "TypeError: \`all()\` expected coroutines, functions, futures or promises, but got 5 (number).",
        "TypeError: \`all()\` expected a list of awaitables, but got 5 (number). Write \`all([task])\`.",
        "TypeError: \`all()\` expected a list of awaitables, but got an async function. Write \`all([task])\`.",
        "TypeError: \`all()\` expected a list of awaitables, but got a value of class Date. Write \`all([task])\`.",
        "TypeError: \`all()\` expected functions without parameters, but got \`work\`, a generator function.",
        "TypeError: \`all()\` expected a list of awaitables, but got <Future pending>. Write \`all([task])\`.",
        "TypeError: \`all()\` expected one list, but got the inputs one by one. Write \`all([a, b])\`.",
        "TypeError: \`all()\` expected an options object, but got 5 (number). Write \`all([a, b], { concurrency: 10 })\`.",
        "TypeError: \`all()\` expected options that it knows, but got \`limit\`. Leave it out, or write one of \`concurrency\`; the nearest is \`concurrency\`.",
        "RangeError: \`all()\` expected \`concurrency\` to be a whole number of at least 1, but got 0 (number).",
        "RangeError: \`all()\` expected \`concurrency\` to be a whole number of at least 1, but got 1.5 (number).",
        "TypeError: \`all()\` expected \`concurrency\` to be a whole number of at least 1, but got "5" (string).",
      ]
    `);
  });

  test('names what it waits for', () =>
    inLoop(function* () {
      const call = createTask(all([createTask(sleep(5), { name: 'inner' })]), { name: 'outer' });
      yield* sleep(1);
      expect(String(call)).toContain("all() of task 'inner'");
      yield* call;
    }));

  test.runIf(inNode)('cancels async functions at a promise of the host, after it', async () => {
    const loop = virtualLoop();
    const log: string[] = [];
    const error = await loop
      .runUntilComplete(
        all([
          async () => {
            try {
              await new Promise((resolve) => setTimeout(resolve, 5));
              await sleep(60_000);
            } finally {
              log.push('over');
            }
          },
          async () => {
            await fromPromise(Promise.resolve());
            throw new RangeError('too far');
          },
        ]),
      )
      .catch((thrown: unknown) => thrown);
    expect([String(error), log]).toEqual(['RangeError: too far', ['over']]);
  });
});
