/** What the bodies of scopes have: a signal in every host; and where no async context leads to them, an end at their deadline. */
import {
  CancelledError,
  Condition,
  createTask,
  currentTask,
  fromPromise,
  getEventLoop,
  Lock,
  Semaphore,
  sleep,
  type Task,
  TimeoutError,
  taskGroup,
  timeout,
  wait,
  waitFor,
} from 'skein';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Continuations } from '../../../src/core/continuations.ts';
import { current } from '../../../src/core/current.ts';
import { wrap } from '../../../src/core/wrap.ts';
import { inNode } from '../hosts.ts';
import { recordReports, virtualLoop } from '../loops.ts';

const hang = new Promise<never>(() => {});
const outer = current.asyncLocal;

/** Rejects when `signal` aborts, as `fetch` does. */
function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });
}

describe.each(inNode ? ['with', 'without'] : ['without'])('%s an async context', (which) => {
  beforeAll(() => {
    current.asyncLocal = which === 'without' ? new Continuations() : outer;
  });
  afterAll(() => {
    current.asyncLocal = outer;
  });

  /** Runs `main` as an async function in a task, and returns its result and the time. */
  async function outcomeOf(main: () => Promise<unknown>): Promise<[unknown, number]> {
    const loop = virtualLoop();
    const task = loop.createTask(main);
    const error = await loop.runUntilComplete(task).then(
      () => undefined,
      (error: unknown) => error,
    );
    return [error ?? task.result(), loop.time()];
  }

  test('a deadline aborts the signal of its scope', async () => {
    const [error, time] = await outcomeOf(() =>
      createTask(async () => await timeout(5, async (scope) => await untilAborted(scope.signal))),
    );
    expect(error).toBeInstanceOf(TimeoutError);
    expect(time).toBe(5);
  });

  test('the signal of a scope stays what it was when the scope is over', async () => {
    const [seen] = await outcomeOf(async () => {
      const signals: AbortSignal[] = [];
      await timeout(5, async (scope) => void signals.push(scope.signal));
      try {
        await timeout(5, async (scope) => {
          signals.push(scope.signal);
          await sleep(9);
        });
      } catch {}
      return signals.map(({ aborted }) => aborted);
    });
    expect(seen).toEqual([false, true]);
  });

  test('the signal of an outer scope does not abort with an inner one', async () => {
    const [seen] = await outcomeOf(async () => {
      return await timeout(50, async (outer) => {
        const { signal } = outer;
        try {
          await timeout(5, async (inner) => await untilAborted(inner.signal));
        } catch {}
        return signal.aborted;
      });
    });
    expect(seen).toBe(false);
  });

  test('the signal of a group aborts when one of its tasks fails', async () => {
    const [error, time] = await outcomeOf(async () => {
      await taskGroup(async (tg) => {
        tg.createTask(async () => {
          await sleep(3);
          throw new Error('broken');
        });
        tg.createTask(async () => await untilAborted(tg.signal));
        await untilAborted(tg.signal);
      });
    });
    expect((error as AggregateError).errors.map(({ message }) => message)).toEqual(['broken']);
    expect(time).toBe(3);
  });

  const holders: [string, (body: (signal: AbortSignal) => Promise<never>) => PromiseLike<never>][] =
    [
      ['lock', (body) => new Lock().with(body)],
      ['semaphore', (body) => new Semaphore(1).with(body)],
      ['condition', (body) => new Condition().with(body)],
    ];
  test.each(holders)('the body of %s.with() is given a signal', async (_, hold) => {
    const [seen, time] = await outcomeOf(async () => {
      const task = createTask(async () => await hold(untilAborted));
      await sleep(5);
      task.cancel('enough');
      return await task.catch((error: unknown) => error);
    });
    expect(String(seen)).toBe('CancelledError: enough');
    expect(time).toBe(5);
  });

  test('a body that awaits a promise by way of fromPromise() is stopped at its deadline', async () => {
    const [error, time] = await outcomeOf(
      async () => await timeout(100, async () => await fromPromise(hang)),
    );
    expect(error).toBeInstanceOf(TimeoutError);
    expect(time).toBe(100);
  });

  test('after what was awaited by way of fromPromise() the task is known', async () => {
    const [seen] = await outcomeOf(async () => {
      const seen: unknown[] = [];
      const task: Task<void> = createTask(async () => {
        await fromPromise(Promise.resolve());
        seen.push(currentTask() === task);
        await fromPromise((async () => await Promise.resolve())());
        seen.push(currentTask() === task);
        try {
          await sleep(60_000);
        } finally {
          await sleep(1);
          seen.push(currentTask() === task);
        }
      });
      await sleep(5);
      task.cancel();
      await task.catch(() => {});
      return seen;
    });
    expect(seen).toEqual([true, true, true]);
  });

  test('wrap() leaves alone what nothing is lost with', async () => {
    const values = [1, undefined, sleep(0), hang];
    for (const value of values) expect(wrap(value)).toBe(value);
  });
});

describe('a body that awaits a promise of the host, without an async context', () => {
  beforeAll(() => {
    current.asyncLocal = new Continuations();
  });
  afterAll(() => {
    current.asyncLocal = outer;
  });

  /** Runs `main` for a task; returns what it threw, when, and what was reported. */
  async function run(main: () => PromiseLike<unknown>) {
    const loop = virtualLoop();
    const reports = recordReports(loop);
    const error = await loop.runUntilComplete(loop.createTask(async () => await main())).then(
      () => undefined,
      (error: unknown) => error,
    );
    return { error, time: loop.time(), loop, reports };
  }

  test('is abandoned at its deadline, its signal aborted, and told once', async () => {
    let signal: AbortSignal | undefined;
    const { error, time, reports } = await run(() =>
      timeout(100, async function load(scope) {
        signal = scope.signal;
        await hang;
      }),
    );
    expect(error).toBeInstanceOf(TimeoutError);
    expect(time).toBe(100);
    expect(signal?.aborted).toBe(true);
    expect(reports.map(({ message }) => message)).toEqual([
      '`load()` was abandoned at its deadline: it awaits a promise of the host. Write `await fromPromise(promise)`.',
    ]);
  });

  test('is abandoned in a scope within a scope, and in a task that is awaited with a deadline', async () => {
    for (const main of [
      () => timeout(100, async () => await timeout(500, async () => await hang)),
      () =>
        waitFor(
          createTask(async () => await hang),
          100,
        ),
      () =>
        timeout(100, function* () {
          yield* createTask(async () => await hang);
        }),
    ]) {
      const { error, time, reports } = await run(main);
      expect(error).toBeInstanceOf(TimeoutError);
      expect(time).toBe(100);
      expect(reports).toHaveLength(1);
    }
  });

  test('is not abandoned where its signal ends it, or an await of the library is on its way', async () => {
    let cleaned = false;
    for (const body of [
      async ({ signal }: { signal: AbortSignal }) => await untilAborted(signal),
      async () => {
        for (;;) await sleep(5);
      },
      async () => {
        try {
          await sleep(60_000);
        } finally {
          await sleep(5);
          cleaned = true;
        }
      },
    ]) {
      const { error, reports } = await run(() => timeout(100, body));
      expect(error).toBeInstanceOf(TimeoutError);
      expect(reports).toEqual([]);
    }
    expect(cleaned).toBe(true);
  });

  test('is waited for if the promise is wrapped: it will be reached', async () => {
    const log: string[] = [];
    const { error, time, reports } = await run(() =>
      timeout(100, async () => {
        await wrap(
          new Promise<void>((resolve) => {
            getEventLoop().callLater(150, () => resolve());
          }),
        );
        log.push('resolved');
        await sleep(0);
        log.push('too far');
      }),
    );
    expect(error).toBeInstanceOf(TimeoutError);
    expect(time).toBe(150);
    expect(log).toEqual(['resolved']);
    expect(reports).toEqual([]);
  });

  test('that fails later by itself is reported', async () => {
    let fail: (error: Error) => void = () => {};
    const late = new Promise<never>((_, reject) => {
      fail = reject;
    });
    const { loop, reports } = await run(() => timeout(100, async () => await late));
    fail(new RangeError('own'));
    await loop.runUntilComplete(sleep(1));
    expect(reports.map(({ exception }) => exception)).toEqual([undefined, new RangeError('own')]);
  });

  test('is left alone by cancel(): its task ends when the body does', async () => {
    const { error, reports } = await run(async () => {
      let resolve: () => void = () => {};
      const outside = new Promise<void>((...settle) => {
        resolve = settle[0] as () => void;
      });
      const task = createTask(async () => await outside);
      await sleep(5);
      task.cancel();
      await sleep(5);
      expect(task.done()).toBe(false);
      resolve();
      await task;
    });
    expect(error).toBeInstanceOf(CancelledError);
    expect(reports).toEqual([]);
  });
});

describe('an async function that fails just before a request to cancel comes', () => {
  /** Calls `cancel` when the promise has been rejected, and its task does not know of that yet. */
  const failing = (cancel: () => void): Promise<never> => {
    const promise = (async () => {
      await null;
      throw new RangeError('own');
    })();
    void promise.catch(() => {}).then(cancel);
    return promise;
  };

  /** Runs `main`; returns what was reported meanwhile. */
  async function reportsOf(main: () => Promise<void>): Promise<unknown[]> {
    const loop = virtualLoop();
    const reports = recordReports(loop);
    await loop.runUntilComplete(loop.createTask(main));
    return reports.map(({ exception }) => exception);
  }

  test('fails its task with its error', async () => {
    const reports = await reportsOf(async () => {
      const task: Task<unknown> = createTask(() => failing(() => task.cancel()));
      await wait([task]);
      expect(task.exception()).toEqual(new RangeError('own'));
    });
    expect(reports).toEqual([]);
  });

  test('fails in a coroutine, whose next wait gets the request', async () => {
    const seen: unknown[] = [];
    await reportsOf(async () => {
      const task: Task<unknown> = createTask(function* () {
        try {
          yield* timeout(100, () => failing(() => task.cancel()));
        } catch (error) {
          seen.push(error);
        }
        yield* sleep(5);
      });
      await wait([task]);
      seen.push(task.cancelled());
    });
    expect(seen).toEqual([new RangeError('own'), true]);
  });

  test('and is a part of another one, is reported, and that one is cancelled', async () => {
    const reports = await reportsOf(async () => {
      const task: Task<unknown> = createTask(async () => {
        await timeout(100, () => failing(() => task.cancel()));
      });
      await wait([task]);
      expect(task.cancelled()).toBe(true);
    });
    expect(reports).toEqual([new RangeError('own')]);
  });
});
