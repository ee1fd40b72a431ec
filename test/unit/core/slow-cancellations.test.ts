import {
  CancelledError,
  type Coroutine,
  createTask,
  gather,
  getEventLoop,
  shield,
  sleep,
  type Task,
  taskGroup,
  timeout,
  wait,
  waitFor,
} from 'skein';
import { describe, expect, test } from 'vitest';
import { hostTurn, inNode } from '../hosts.ts';
import { recordReports, virtualLoop } from '../loops.ts';

/** Runs `main`, and returns the messages of the reports. */
async function reportsOf(main: () => Coroutine<unknown>, duration?: number): Promise<string[]> {
  const loop = virtualLoop();
  const reports = recordReports(loop);
  if (duration !== undefined) loop.slowCancellationDuration = duration;
  await loop.runUntilComplete(main());
  await hostTurn();
  loop.close();
  return reports.map(({ message }) => message);
}

/** Takes as long to clean up. */
function* slow(ms = 5000): Coroutine<string> {
  try {
    yield* sleep(60_000);
  } catch {
    yield* sleep(ms);
  }
  throw new CancelledError();
}

async function slowAsync(): Promise<string> {
  try {
    await sleep(60_000);
  } catch {
    await sleep(5000);
  }
  throw new CancelledError();
}

/** Ends with a value at once. */
function* swallows(): Coroutine<string> {
  try {
    yield* sleep(60_000);
  } catch {
    return 'swallowed';
  }
  return 'never';
}

async function swallowsAsync(): Promise<string> {
  try {
    await sleep(60_000);
  } catch {
    return 'swallowed';
  }
  return 'never';
}

function* cancelled(task: Task<unknown>): Coroutine<void> {
  yield* sleep(1);
  task.cancel();
  yield* wait([task]);
}

/** Starts tasks and cancels them. */
function cancelling(source: () => Coroutine<unknown> | Promise<unknown>): () => Coroutine<void> {
  return function* () {
    yield* cancelled(createTask(source as () => Coroutine<unknown>, { name: 'worker' }));
  };
}

describe('a task that was cancelled', () => {
  test.each([
    ['a coroutine', slow],
    ['an async function', slowAsync],
  ] as const)('and still waits after a second is told once: %s', async (name, source) => {
    if (name === 'an async function' && !inNode) return;
    expect(await reportsOf(cancelling(source))).toEqual([
      "Task 'worker' was cancelled 5 s ago and still waits for a timer due in 0 ms.",
    ]);
  });

  test('is told as soon as its time is up, also if nothing of it happens', async () => {
    const main = function* (): Coroutine<void> {
      const ticking = createTask(function* (): Coroutine<void> {
        for (let i = 0; i < 50; i++) yield* sleep(100);
      });
      yield* cancelled(createTask(slow(), { name: 'worker' }));
      ticking.cancel();
    };
    const [message] = await reportsOf(main);
    expect(message).toMatch(
      /^Task 'worker' was cancelled 1(\.1)? s ago and still waits for a timer due in (4000|3\d{3}) ms\.$/,
    );
  });

  test.each([
    ['a coroutine', swallows],
    ['an async function', swallowsAsync],
  ] as const)('and ended with a value is told once: %s', async (name, source) => {
    if (name === 'an async function' && !inNode) return;
    const main = function* (): Coroutine<void> {
      yield* cancelling(source)();
      yield* sleep(500);
      yield* sleep(500);
      yield* sleep(500);
    };
    expect(await reportsOf(main)).toEqual([
      "Task 'worker' was cancelled 1 s ago and ended with a value.",
    ]);
  });

  test('twice is told once', async () => {
    const main = function* (): Coroutine<void> {
      const task = createTask(slow(), { name: 'worker' });
      yield* sleep(1);
      task.cancel();
      yield* sleep(500);
      expect(task.cancelling()).toBe(1);
      task.uncancel();
      yield* wait([createTask(swallows())], { timeout: 1 });
      yield* cancelled(createTask(swallows()));
      const again = createTask(function* () {
        for (let i = 0; i < 3; i++)
          try {
            yield* sleep(5000);
          } catch {}
      });
      yield* sleep(1);
      again.cancel();
      again.cancel();
      yield* wait([again]);
    };
    const said = await reportsOf(main);
    expect(said.filter((text) => text.includes('still waits'))).toHaveLength(1);
  });

  const untold: [string, () => Coroutine<unknown>, number?][] = [
    ['it cleans up in time', cancelling(() => slow(900))],
    ['it ends at once', cancelling(() => sleep(60_000) as Coroutine<unknown>)],
    ['the reports are off', cancelling(slow), Number.POSITIVE_INFINITY],
    ['more time is given', cancelling(slow), 10_000],
    [
      'the request was taken back',
      function* () {
        const task = createTask(function* (): Coroutine<string> {
          try {
            yield* sleep(60_000);
          } catch {
            taken.task?.uncancel();
          }
          yield* sleep(5000);
          return 'a value';
        });
        taken.task = task;
        yield* cancelled(task);
      },
    ],
    [
      'it fails with an error of its own',
      function* () {
        const task = createTask(function* (): Coroutine<void> {
          try {
            yield* sleep(60_000);
          } catch {
            throw new Error('boom');
          }
        });
        yield* cancelled(task);
        task.exception();
        yield* sleep(2000);
        yield* sleep(2000);
      },
    ],
    [
      'it waits in a shield()',
      cancelling(function* () {
        try {
          yield* sleep(60_000);
        } finally {
          yield* shield(sleep(5000));
        }
      }),
    ],
    [
      'a timeout() cancelled it, and the body takes its time',
      function* () {
        try {
          yield* timeout(10, () => slow());
        } catch {}
      },
    ],
    [
      'a timeout() cancelled it, and its body returned',
      function* () {
        yield* timeout(10, swallows);
        yield* sleep(2000);
        yield* sleep(2000);
      },
    ],
    [
      'waitFor() cancelled it',
      function* () {
        const task = createTask(slow());
        try {
          yield* waitFor(task, 10);
        } catch {}
      },
    ],
    [
      'a group cancelled it',
      function* () {
        yield* taskGroup(function* (tg): Coroutine<void> {
          tg.createTask(slow());
          tg.createTask(swallows());
          yield* sleep(1);
          tg.cancel();
        });
      },
    ],
    [
      'it waits for the tasks of a group to end',
      cancelling(() =>
        taskGroup(function* (tg): Coroutine<void> {
          tg.createTask(slow());
          yield* sleep(60_000);
        }),
      ),
    ],
    [
      'it waits for a group by way of gather() and another task',
      cancelling(function* () {
        const inner = createTask(
          taskGroup(function* (tg): Coroutine<void> {
            tg.createTask(slow());
            yield* sleep(60_000);
          }),
        );
        yield* gather([inner]);
      }),
    ],
  ];
  const taken: { task?: Task<unknown> } = {};

  test.each(untold)('is not told if %s', async (_, main, duration) => {
    expect(await reportsOf(main, duration)).toEqual([]);
  });

  test('is told once in debug mode if it ended with a value', async () => {
    const said = await reportsOf(function* () {
      getEventLoop().setDebug(true);
      yield* cancelling(swallows)();
      yield* sleep(2000);
      yield* sleep(2000);
    });
    expect(said).toEqual([expect.stringContaining("Task 'worker' swallowed a cancellation")]);
  });
});

test('the duration expects a time', () => {
  const loop = virtualLoop();
  expect(loop.slowCancellationDuration).toBe(1000);
  expect(() => {
    loop.slowCancellationDuration = '5' as never;
  }).toThrow('`slowCancellationDuration()` expected a time in milliseconds, but got "5" (string)');
});
