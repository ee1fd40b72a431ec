import {
  allSettled,
  CancelledError,
  ContextVar,
  type Coroutine,
  createTask,
  currentTask,
  Event,
  type ExceptionGroup,
  type Started,
  sleep,
  type Task,
  taskGroup,
  timeout,
  wait,
} from 'skein';
import { describe, expect, test } from 'vitest';
import { caught, thrownBy } from '../combinators/helpers.ts';
import { inLoop, recordReports, virtualLoop } from '../loops.ts';

function* failsAfter(ms: number, error: unknown = new RangeError('too far')): Coroutine<never> {
  yield* sleep(ms);
  throw error;
}

function* noting(log: string[], name: string, cleanupMs = 0): Coroutine<void> {
  try {
    yield* sleep(60_000);
  } finally {
    if (cleanupMs > 0) yield* sleep(cleanupMs);
    log.push(`${name} is over`);
  }
}

describe('a group with a limit', () => {
  test('runs so many of its tasks at a time, in the order of creation', () =>
    inLoop(function* (loop) {
      let running = 0;
      let most = 0;
      const order: number[] = [];
      yield* taskGroup(
        async (tg) => {
          for (const n of [0, 1, 2, 3, 4]) {
            tg.createTask(async (signal) => {
              order.push(n);
              most = Math.max(most, ++running);
              expect(signal.aborted).toBe(false);
              await sleep(10);
              running--;
            });
          }
        },
        { limit: 2 },
      );
      expect([most, order, loop.time()]).toEqual([2, [0, 1, 2, 3, 4], 30]);
    }));

  test('gives the results of tasks that waited, in the context of their creation', () =>
    inLoop(function* () {
      const variable = new ContextVar<number>('v');
      const tasks = yield* taskGroup(
        function* (tg) {
          return [1, 2, 3].map((n) => {
            variable.set(n);
            return tg.createTask(function* () {
              yield* sleep(1);
              return variable.get();
            });
          });
        },
        { limit: 1 },
      );
      expect(tasks.map((task) => task.result())).toEqual([1, 2, 3]);
    }));

  test('begins no task that is cancelled while it waits', () =>
    inLoop(function* () {
      let calls = 0;
      const coroutine = sleep(1);
      const error = yield* caught(
        taskGroup(
          function* (tg) {
            tg.createTask(failsAfter(1));
            tg.createTask(async () => calls++);
            tg.createTask(coroutine);
          },
          { limit: 1 },
        ),
      );
      expect((error as ExceptionGroup).errors.map(String)).toEqual(['RangeError: too far']);
      expect([calls, coroutine.next().done]).toEqual([0, true]);
    }));

  test('refuses a coroutine that a task runs already, at the call', () =>
    inLoop(function* () {
      const coroutine = sleep(1);
      createTask(coroutine);
      const error = yield* taskGroup(async (tg) => thrownBy(() => tg.createTask(coroutine)), {
        limit: 1,
      });
      expect(String(error)).toContain('This coroutine is run by a task already.');
    }));

  test('does not count background tasks, and those that are started', () =>
    inLoop(function* () {
      const result = yield* taskGroup(
        async (tg) => {
          tg.createTask(sleep(60_000), { background: true });
          await tg.start(
            async (started) => {
              started();
              await sleep(60_000);
            },
            { background: true },
          );
          return await tg.createTask(sleep(1, 'ran'));
        },
        { limit: 1 },
      );
      expect(result).toBe('ran');
    }));
});

describe("a group with errors: 'first'", () => {
  test('throws the first error itself', () =>
    inLoop(function* () {
      const error = new RangeError('too far');
      const log: string[] = [];
      const ofTask = yield* caught(
        taskGroup(
          async (tg) => {
            tg.createTask(failsAfter(5, error));
            tg.createTask(noting(log, 'other', 5));
          },
          { errors: 'first' },
        ),
      );
      expect([ofTask === error, log]).toEqual([true, ['other is over']]);
      const ofBody = yield* caught(taskGroup(() => failsAfter(1, error), { errors: 'first' }));
      expect(ofBody).toBe(error);
    }));

  test('reports the others, and not the same one twice', () =>
    inLoop(function* (loop) {
      const reports = recordReports(loop);
      const error = yield* caught(
        taskGroup(
          function* (tg) {
            const task = tg.createTask(failsAfter(5, 'first'));
            tg.createTask(function* () {
              try {
                yield* sleep(60_000);
              } finally {
                yield* failsAfter(1, 'in cleanup');
              }
            });
            yield* task;
          },
          { errors: 'first' },
        ),
      );
      expect([error, reports.map(({ message, exception }) => [message, exception])]).toEqual([
        'first',
        [['Exception in a task group that had failed before', 'in cleanup']],
      ]);
    }));

  test('throws the error of the body, if that came first', () =>
    inLoop(function* (loop) {
      const reports = recordReports(loop);
      const error = yield* caught(
        taskGroup(
          async (tg) => {
            tg.createTask(async () => {
              try {
                await sleep(60_000);
              } finally {
                await createTask(failsAfter(1, 'in cleanup'));
              }
            });
            await sleep(1);
            throw 'of the body';
          },
          { errors: 'first' },
        ),
      );
      expect([error, reports.map(({ exception }) => exception)]).toEqual([
        'of the body',
        ['in cleanup'],
      ]);
    }));
});

describe('background tasks', () => {
  test('are cancelled and awaited when the body and the other tasks have ended', () =>
    inLoop(function* (loop) {
      const log: string[] = [];
      const result = yield* taskGroup(async (tg) => {
        tg.createTask(noting(log, 'background', 10), { background: true });
        tg.createTask(async () => {
          await sleep(20);
          log.push('work is done');
        });
        return 'body';
      });
      expect([result, log, loop.time()]).toEqual([
        'body',
        ['work is done', 'background is over'],
        30,
      ]);
    }));

  test('are told that the group asked, once', () =>
    inLoop(function* () {
      const sources: unknown[] = [];
      yield* taskGroup(function* (tg) {
        for (const cleanupMs of [1, 5]) {
          tg.createTask(
            function* () {
              try {
                yield* sleep(60_000);
              } catch (error) {
                sources.push((error as CancelledError).source);
                yield* sleep(cleanupMs);
                sources.push('cleaned up');
              }
            },
            { background: true },
          );
        }
        yield* sleep(1);
      });
      expect(sources).toEqual(['`taskGroup()`', '`taskGroup()`', 'cleaned up', 'cleaned up']);
    }));

  test('may end before, and stop the group if they fail', () =>
    inLoop(function* () {
      const log: string[] = [];
      const ended = yield* taskGroup(function* (tg) {
        const task = tg.createTask(sleep(1, 'ended'), { background: true });
        yield* sleep(5);
        return task.result();
      });
      expect(ended).toBe('ended');
      const error = yield* caught(
        taskGroup(function* (tg) {
          tg.createTask(failsAfter(1), { background: true });
          tg.createTask(noting(log, 'work'));
        }),
      );
      expect([(error as ExceptionGroup).errors.map(String), log]).toEqual([
        ['RangeError: too far'],
        ['work is over'],
      ]);
    }));

  test('may start others, which are awaited', () =>
    inLoop(function* () {
      const log: string[] = [];
      yield* taskGroup(async (tg) => {
        tg.createTask(
          async () => {
            try {
              await sleep(60_000);
            } finally {
              tg.createTask(async () => {
                await sleep(5);
                log.push('last words');
              });
            }
          },
          { background: true },
        );
        await sleep(1);
      });
      expect(log).toEqual(['last words']);
    }));
});

describe('tg.start()', () => {
  test.each([
    [
      'an async function',
      async (started: Started<number>): Promise<string> => {
        await sleep(5);
        started(8080);
        await sleep(10);
        return 'over';
      },
    ],
    [
      'a generator function',
      function* (started: Started<number>): Coroutine<string> {
        yield* sleep(5);
        started(8080);
        yield* sleep(10);
        return 'over';
      },
    ],
  ] as const)('returns what %s gives to started(), which goes on in the group', (_, serve) =>
    inLoop(function* (loop) {
      const seen = yield* taskGroup(async (tg) => {
        const port: number = await tg.start(serve, { name: 'server' });
        return [port, loop.time()];
      });
      expect([seen, loop.time()]).toEqual([[8080, 5], 15]);
    }),
  );

  test('throws what the function throws before it has started, and the group goes on', () =>
    inLoop(function* () {
      const log: string[] = [];
      const result = yield* taskGroup(function* (tg) {
        const other = tg.createTask(sleep(20, 'other'));
        log.push(String(yield* caught(tg.start(() => failsAfter(5)))));
        return yield* other;
      });
      expect([result, log]).toEqual(['other', ['RangeError: too far']]);
    }));

  test('throws an error when the function ends without having started', () =>
    inLoop(function* () {
      const errors = yield* taskGroup(function* (tg) {
        const ended = yield* caught(tg.start(() => sleep(1), { name: 'server' }));
        const cancelled = yield* caught(
          tg.start(
            async () => {
              currentTask()?.cancel();
              await sleep(1);
            },
            { name: 'server' },
          ),
        );
        return [String(ended), String(cancelled)];
      });
      const text =
        "Error: `start()` expected its function to call `started()`, but task 'server' ended before.";
      expect(errors).toEqual([text, text]);
    }));

  test('a failure after started() stops the group', () =>
    inLoop(function* () {
      const log: string[] = [];
      const error = yield* caught(
        taskGroup(function* (tg) {
          tg.createTask(noting(log, 'other'));
          yield* tg.start(function* (started) {
            started();
            yield* failsAfter(5);
          });
          yield* sleep(60_000);
        }),
      );
      expect([(error as ExceptionGroup).errors.map(String), log]).toEqual([
        ['RangeError: too far'],
        ['other is over'],
      ]);
    }));

  test('cancels the task and waits for it when the caller is cancelled before it has started', () =>
    inLoop(function* (loop) {
      const log: string[] = [];
      const reports = recordReports(loop);
      yield* taskGroup(function* (tg) {
        const error = yield* caught(timeout(5, () => tg.start(() => noting(log, 'server', 10))));
        log.push(`${(error as Error).name} at ${loop.time()}`);
        yield* caught(
          timeout(5, () =>
            tg.start(function* () {
              try {
                yield* sleep(60_000);
              } finally {
                yield* failsAfter(1, 'in cleanup');
              }
            }),
          ),
        );
      });
      expect(log).toEqual(['server is over', 'TimeoutError at 15']);
      expect(reports.map(({ exception }) => exception)).toEqual(['in cleanup']);
    }));

  test('is cancelled with the group', () =>
    inLoop(function* () {
      const log: string[] = [];
      const error = yield* caught(
        taskGroup(function* (tg) {
          tg.createTask(failsAfter(5));
          yield* tg.start(() => noting(log, 'server'));
        }),
      );
      expect([(error as ExceptionGroup).errors.map(String), log]).toEqual([
        ['RangeError: too far'],
        ['server is over'],
      ]);
    }));

  test('refuses a second call of started(), and what is no function', () =>
    inLoop(function* () {
      const errors = yield* taskGroup(async (tg) => {
        let second: unknown;
        await tg.start(async (started) => {
          started();
          second = thrownBy(() => started());
        });
        const refused = await tg.start(5 as never).catch((error: unknown) => error);
        return [String(second), String(refused)];
      });
      expect(errors).toEqual([
        'Error: `started()` expected to be called once, but this is the second call.',
        'TypeError: `start()` expected a generator function or an async function, but got 5 (number). Write `tg.start(async (started) => { … })`.',
      ]);
    }));

  test('hands the task over to the group when its coroutine is closed', () =>
    inLoop(function* () {
      const error = yield* caught(
        taskGroup(function* (tg) {
          const start = tg.start(() => failsAfter(5));
          start.next();
          start.return(undefined);
          yield* sleep(60_000);
        }),
      );
      expect((error as ExceptionGroup).errors.map(String)).toEqual(['RangeError: too far']);
    }));
});

describe("a group with onError: 'settle'", () => {
  test('lets siblings survive, and has the outcomes of all in the order of creation', () =>
    inLoop(function* (loop) {
      const reports = recordReports(loop);
      const group = yield* taskGroup(
        async (tg) => {
          tg.createTask(sleep(20, 'slow'));
          tg.createTask(failsAfter(5, 'no'));
          tg.createTask(sleep(60_000)).cancel('by hand');
          await sleep(10);
          expect(tg.outcomes().length).toBe(2);
          tg.createTask(sleep(1, 'late'));
          return tg;
        },
        { onError: 'settle' },
      );
      expect(group.outcomes()).toEqual([
        { status: 'fulfilled', value: 'slow' },
        { status: 'rejected', reason: 'no' },
        { status: 'rejected', reason: expect.any(CancelledError) },
        { status: 'fulfilled', value: 'late' },
      ]);
      expect(reports).toEqual([]);
    }));

  test('has typed outcomes by way of allSettled()', () =>
    inLoop(function* () {
      const tasks = yield* taskGroup(
        function* (tg) {
          return [tg.createTask(sleep(5, 'a')), tg.createTask(failsAfter(1, 'no'))] as const;
        },
        { onError: 'settle' },
      );
      expect(yield* allSettled(tasks)).toEqual([
        { status: 'fulfilled', value: 'a' },
        { status: 'rejected', reason: 'no' },
      ]);
    }));

  test('reports a failure that the program does not read, after the group', async () => {
    const loop = virtualLoop();
    const reports = recordReports(loop);
    const main = taskGroup(
      async (tg) => {
        tg.createTask(failsAfter(1, 'not read'));
      },
      { onError: 'settle' },
    );
    await loop.runUntilComplete(main);
    expect(reports).toEqual([]);
    loop.close();
    expect(reports.map(({ exception }) => exception)).toEqual(['not read']);
  });

  test('cancels all when the body fails, or the caller is cancelled', () =>
    inLoop(function* () {
      const log: string[] = [];
      const error = yield* caught(
        taskGroup(
          async (tg) => {
            tg.createTask(noting(log, 'a'));
            await sleep(1);
            throw new RangeError('of the body');
          },
          { onError: 'settle', errors: 'first' },
        ),
      );
      const call: Task<void> = createTask(
        taskGroup(
          async (tg) => {
            tg.createTask(noting(log, 'b'));
          },
          { onError: 'settle' },
        ),
      );
      yield* sleep(1);
      call.cancel();
      yield* wait([call]);
      expect([String(error), call.cancelled(), log]).toEqual([
        'RangeError: of the body',
        true,
        ['a is over', 'b is over'],
      ]);
    }));
});

test('taskGroup refuses wrong options', () =>
  inLoop(function* () {
    const group = taskGroup as unknown as (body: unknown, options: unknown) => unknown;
    const body = async () => {};
    const messageOf = (options: unknown) => String(thrownBy(() => group(body, options)));
    const ofTask = yield* taskGroup(async (tg) => {
      const create = tg.createTask as unknown as (source: unknown, options: unknown) => unknown;
      return String(thrownBy(() => create.call(tg, body, { background: 5 })));
    });
    const noOutcomes = yield* taskGroup(async (tg) => String(thrownBy(() => tg.outcomes())));
    expect([
      messageOf(5),
      messageOf({ limit: 0 }),
      messageOf({ limit: '5' }),
      messageOf({ errors: 'last' }),
      messageOf({ onError: true }),
      messageOf({ concurrency: 5 }),
      ofTask,
      noOutcomes,
    ]).toMatchInlineSnapshot(`
      [
        "TypeError: \`taskGroup()\` expected an options object, but got 5 (number). Write \`taskGroup(async (tg) => { … }, { limit: 10 })\`.",
        "RangeError: \`taskGroup()\` expected \`limit\` to be a whole number of at least 1, but got 0 (number).",
        "TypeError: \`taskGroup()\` expected \`limit\` to be a whole number of at least 1, but got "5" (string).",
        "RangeError: \`taskGroup()\` expected \`errors\` to be 'group' or 'first', but got "last" (string).",
        "TypeError: \`taskGroup()\` expected \`onError\` to be 'stop' or 'settle', but got true (boolean).",
        "TypeError: \`taskGroup()\` expected options that it knows, but got \`concurrency\`. Leave it out, or write one of \`limit\`, \`errors\`, \`onError\`; the nearest is \`onError\`.",
        "TypeError: \`createTask()\` expected \`background\` to be true or false, but got 5 (number).",
        "Error: \`tg.outcomes()\` expected a group whose tasks survive a failure. Write \`taskGroup(body, { onError: 'settle' })\`.",
      ]
    `);
  }));

test('a task that waits to be started names what it waits for', () =>
  inLoop(function* () {
    const never = new Event();
    const text = yield* taskGroup(function* (tg) {
      const starter = createTask(tg.start(() => never.wait(), { name: 'server' }));
      yield* sleep(1);
      const seen = String(starter);
      starter.cancel();
      yield* wait([starter]);
      return seen;
    });
    expect(text).toContain("start() of task 'server'");
  }));
