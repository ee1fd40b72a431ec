/** Here the loop is closed to have failures reported; test/node/core has them collected, and the program ended. */
import { ContextVar, createTask, EventLoop, type ExceptionContext, Future, sleep } from 'skein';
import { describe, expect, test } from 'vitest';
import { inLoop, recordReports, virtualLoop } from '../loops.ts';

/** What is reported of a future that `prepare` did something to, when all is over. */
function reportsOf(prepare: (future: Future<unknown>) => unknown): ExceptionContext[] {
  const loop = virtualLoop();
  const reports = recordReports(loop);
  prepare(loop.createFuture());
  loop.close();
  return reports;
}

const silently = (fn: () => unknown): void => {
  try {
    fn();
  } catch {
    // Looking at it is all that was wanted.
  }
};

describe('an exception that nobody looked at', () => {
  test('is reported, with the future and its text form [fut.unobserved.exception_reported]', () => {
    const error = new RangeError('boom');
    let future: Future<unknown> | undefined;
    const reports = reportsOf((made) => {
      future = made;
      made.setException(error);
    });
    expect(reports).toHaveLength(1);
    expect(reports[0]?.message).toBe('Future exception was never retrieved');
    expect(reports[0]?.text).toBe('<Future failed exception=RangeError(boom)>');
    expect(reports[0]?.exception).toBe(error);
    expect(reports[0]?.future).toBe(future);
  });

  test('is reported with the place where the future was made in debug mode [fut.unobserved.exception_reported_debug]', () => {
    const loop = virtualLoop();
    loop.setDebug(true);
    const reports = recordReports(loop);
    function makesIt(): Future<unknown> {
      return loop.createFuture();
    }
    makesIt().setException(new Error('boom'));
    loop.close();
    expect(reports[0]?.creation).toContain('makesIt');
  });

  test('is reported with the name of the task [loop.excmgr.task_error]', async () => {
    const loop = virtualLoop();
    const reports = recordReports(loop);
    const error = new Error('boom');
    await loop.runUntilComplete(
      (function* () {
        createTask(
          function* () {
            throw error;
          },
          { name: 'fetch the news' },
        );
        yield* sleep(1);
      })(),
    );
    expect(reports).toEqual([]);
    loop.close();
    expect(reports).toHaveLength(1);
    expect(reports[0]?.exception).toBe(error);
    expect(`${reports[0]?.message}\n${reports[0]?.text}`).toMatchInlineSnapshot(`
      "Task exception was never retrieved
      <Task 'fetch the news' failed exception=Error(boom)>"
    `);
    expect(error.stack).toContain('unretrieved.test');
  });

  test('is reported though it is undefined', () => {
    const reports = reportsOf((future) => future.setException(undefined));
    expect(reports).toHaveLength(1);
    expect('exception' in reports[0]!).toBe(true);
  });

  test('is reported though its stack cannot be read, and whoever waits is told as ever', async () => {
    const loop = virtualLoop();
    const reports = recordReports(loop);
    const hostile = Object.defineProperty(new Error('boom'), 'stack', {
      get() {
        throw new Error('no stack for you');
      },
    });
    const log: string[] = [];
    await loop.runUntilComplete(
      (function* () {
        const future = new Future();
        future.addDoneCallback(() => log.push('future'));
        future.setException(hostile);
        const task = createTask(function* () {
          throw hostile;
        });
        task.addDoneCallback(() => log.push('task'));
        yield* sleep(1);
      })(),
    );
    loop.close();
    expect(log).toEqual(['future', 'task']);
    expect(reports.map(({ exception }) => exception === hostile)).toEqual([true, true]);
  });

  test('is reported once, however often the loop is closed', () => {
    const loop = virtualLoop();
    const reports = recordReports(loop);
    loop.createFuture().setException(new Error('boom'));
    loop.close();
    loop.close();
    expect(reports).toHaveLength(1);
  });

  test('is reported though done callbacks ran, which may or may not have looked', async () => {
    const loop = virtualLoop();
    const reports = recordReports(loop);
    await loop.runUntilComplete(
      (function* () {
        const future = new Future();
        future.addDoneCallback(() => {});
        future.setException(new Error('boom'));
        yield;
      })(),
    );
    loop.close();
    expect(reports).toHaveLength(1);
  });

  test('is reported in the context of the task [fut.ctx.exception_handler_runs_in_task_context]', async () => {
    const colour = new ContextVar('colour', { defaultValue: 'none' });
    const loop = virtualLoop();
    const seen: string[] = [];
    loop.setExceptionHandler(() => seen.push(colour.get()));
    await loop.runUntilComplete(
      (function* () {
        createTask(function* () {
          colour.set('red');
          yield;
          throw new Error('boom');
        });
        yield* sleep(1);
      })(),
    );
    loop.close();
    expect(seen).toEqual(['red']);
  });
});

describe('nothing is reported', () => {
  test('of a future that was left pending [fut.unobserved.pending_abandoned_silent]', () => {
    expect(reportsOf(() => {})).toEqual([]);
  });

  test('of a result, read or not [fut.unobserved.result_never_read_silent] [fut.unobserved.result_read_silent]', () => {
    expect(reportsOf((future) => future.setResult(1))).toEqual([]);
    expect(
      reportsOf((future) => {
        future.setResult(1);
        future.result();
      }),
    ).toEqual([]);
  });

  test('of a cancellation', () => {
    expect(reportsOf((future) => future.cancel())).toEqual([]);
  });

  test('once exception() was called [fut.unobserved.exception_call_marks_read]', () => {
    expect(
      reportsOf((future) => {
        future.setException(new Error('boom'));
        future.exception();
      }),
    ).toEqual([]);
  });

  test('once result() was called [fut.unobserved.result_call_marks_read]', () => {
    expect(
      reportsOf((future) => {
        future.setException(new Error('boom'));
        silently(() => future.result());
      }),
    ).toEqual([]);
  });

  test('once cancel() was called, though that is refused [fut.unobserved.cancel_after_error_silences]', () => {
    expect(
      reportsOf((future) => {
        future.setException(new Error('boom'));
        expect(future.cancel()).toBe(false);
      }),
    ).toEqual([]);
  });

  test('of a task that was cancelled after it failed [task.unobserved.cancel_silences]', async () => {
    const loop = virtualLoop();
    const reports = recordReports(loop);
    await loop.runUntilComplete(
      (function* () {
        const task = createTask(function* () {
          throw new Error('boom');
        });
        yield* sleep(1);
        expect([task.done(), task.cancelled(), task.cancel()]).toEqual([true, false, false]);
      })(),
    );
    loop.close();
    expect(reports).toEqual([]);
  });

  test('once it was awaited, before or after it failed', async () => {
    const loop = virtualLoop();
    const reports = recordReports(loop);
    await loop.runUntilComplete(
      (function* () {
        const before = new Future();
        const after = new Future();
        loop.callSoon(() => before.setException(new Error('boom')));
        after.setException(new Error('boom'));
        for (const future of [before, after]) {
          try {
            yield* future;
          } catch {
            // Expected.
          }
        }
      })(),
    );
    loop.close();
    expect(reports).toEqual([]);
  });

  test('once it was awaited with `await`, before or after it failed', async () => {
    const loop = new EventLoop();
    const reports = recordReports(loop);
    const before = loop.createFuture();
    const after = loop.createFuture();
    loop.callSoon(() => before.setException(new Error('boom')));
    after.setException(new Error('boom'));
    await expect(before).rejects.toThrow('boom');
    await expect(after).rejects.toThrow('boom');
    loop.close();
    expect(reports).toEqual([]);
  });

  test('of one that the exception handler looks at while it is told of another', () => {
    const loop = virtualLoop();
    const [first, second] = [loop.createFuture(), loop.createFuture()];
    const seen: unknown[] = [];
    loop.setExceptionHandler((_, { exception }) => {
      seen.push(exception);
      second.exception();
    });
    first.setException('first');
    second.setException('second');
    loop.close();
    expect(seen).toEqual(['first']);
  });

  test('of a failure that a later look took back', async () => {
    await inLoop(function* (loop) {
      const reports = recordReports(loop);
      const task = createTask(function* () {
        throw new Error('boom');
      });
      yield* sleep(100);
      expect(task.exception()).toBeInstanceOf(Error);
      yield* sleep(100);
      expect(reports).toEqual([]);
    });
  });
});
