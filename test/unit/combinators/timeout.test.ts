import {
  CancelledError,
  ContextVar,
  type Coroutine,
  createTask,
  currentTask,
  ExceptionGroup,
  Future,
  gather,
  sleep,
  type Task,
  type Timeout,
  TimeoutError,
  taskGroup,
  timeout,
  timeoutAt,
} from 'skein';
import { DeadlockError, VirtualEventLoop } from 'skein/testing';
import { describe, expect, test } from 'vitest';
import { inLoop, recordReports, virtualLoop } from '../loops.ts';
import { caught, thrownBy } from './helpers.ts';

/** A loop on which a callback can take time. */
class BusyLoop extends VirtualEventLoop {
  #spent = 0;

  override time(): number {
    return super.time() + this.#spent;
  }

  /** Keeps the thread busy for `ms`. */
  spend(ms: number): void {
    this.#spent += ms;
  }
}

function busyLoop<T>(main: (loop: BusyLoop) => Coroutine<T>): Promise<T> {
  const loop = new BusyLoop();
  return loop.runUntilComplete(main(loop));
}

describe('timeout', () => {
  test('stops the body when the time is up [timeout.basic]', () =>
    inLoop(function* (loop) {
      let scope: Timeout | undefined;
      const error = yield* caught(
        timeout(10, function* (given) {
          scope = given;
          expect(given.expired()).toBe(false);
          expect(given.when()).toBe(10);
          yield* sleep(10_000);
        }),
      );
      expect(error).toBeInstanceOf(TimeoutError);
      expect(scope?.expired()).toBe(true);
      expect(loop.time()).toBe(10);
    }));

  test('takes the deadline as a time on the clock of the loop [timeout.at_basic]', () =>
    inLoop(function* (loop) {
      yield* sleep(5);
      let scope: Timeout | undefined;
      const error = yield* caught(
        timeoutAt(15, function* (given) {
          scope = given;
          yield* sleep(10_000);
        }),
      );
      expect(error).toBeInstanceOf(TimeoutError);
      expect(scope?.expired()).toBe(true);
      expect(scope?.when()).toBe(15);
      expect(loop.time()).toBe(15);
    }));

  test('counts the time from the call', () =>
    inLoop(function* (loop) {
      const limited = timeout(10, () => sleep(1000));
      yield* sleep(4);
      expect(yield* caught(limited)).toBeInstanceOf(TimeoutError);
      expect(loop.time()).toBe(10);
    }));

  test('made outside of the loop that runs it, counts from its start on the clock of that one', async () => {
    const loop = virtualLoop();
    const made = timeout(10, () => sleep(1000));
    await loop.runUntilComplete(sleep(5));
    expect(await loop.runUntilComplete(caught(made))).toBeInstanceOf(TimeoutError);
    expect(loop.time()).toBe(15);
  });

  test('leaves the conversion to the outermost of two with the same deadline [timeout.nested_same_deadline]', () =>
    inLoop(function* (loop) {
      const log: string[] = [];
      const scopes: Timeout[] = [];
      function* inner(scope: Timeout) {
        scopes.push(scope);
        try {
          yield* sleep(10_000);
        } catch (error) {
          log.push(`body: ${(error as Error).name}`);
          throw error;
        }
      }
      function* outer(scope: Timeout) {
        scopes.push(scope);
        try {
          yield* timeoutAt(10, inner);
        } catch (error) {
          log.push(`inner: ${(error as Error).name}`);
          throw error;
        }
      }
      const error = yield* caught(timeoutAt(10, outer));
      log.push(`outer: ${(error as Error).name}`);
      expect(log).toEqual(['body: CancelledError', 'inner: CancelledError', 'outer: TimeoutError']);
      expect(scopes.map((scope) => scope.expired())).toEqual([true, true]);
      expect(currentTask()?.cancelling()).toBe(0);
      expect(loop.time()).toBe(10);
    }));

  test('lets the body see a cancellation [timeout.body_sees_cancellation]', () =>
    inLoop(function* () {
      const seen: unknown[] = [];
      const error = yield* caught(
        timeout(10, function* () {
          try {
            yield* sleep(10_000);
          } catch (inside) {
            seen.push(inside);
            throw inside;
          }
        }),
      );
      expect(seen).toEqual([expect.any(CancelledError)]);
      expect((error as Error).cause).toBe(seen[0]);
    }));

  test('returns what a body that ends in time returns [timeout.not_reached]', () =>
    inLoop(function* (loop) {
      let scope: Timeout | undefined;
      const result = yield* timeout(10_000, function* (given) {
        scope = given;
        return yield* sleep(10, 'in time');
      });
      expect(result).toBe('in time');
      expect(scope?.expired()).toBe(false);
      expect(scope?.when()).toBe(10_000);
      expect(loop.time()).toBe(10);
      yield* sleep(20_000);
    }));

  test('takes its timer away when the body ends', async () => {
    const loop = virtualLoop();
    await loop.runUntilComplete(timeout(10_000, () => sleep(1)));
    await expect(loop.runUntilComplete(loop.createFuture())).rejects.toThrow(DeadlockError);
    expect(loop.time()).toBe(1);
  });

  test.each([
    ['timeout.disabled', timeout],
    ['timeout.at_disabled', timeoutAt],
  ] as const)('never stops a body that has no deadline [%s]', (_, limit) =>
    inLoop(function* () {
      for (const none of [null, undefined]) {
        const result = yield* limit(none, function* (scope) {
          expect(scope.when()).toBeUndefined();
          yield* sleep(1e9);
          expect(scope.expired()).toBe(false);
          return 'at last';
        });
        expect(result).toBe('at last');
      }
    }),
  );

  test('stops the body at its first wait when there is no time [timeout.zero]', () =>
    inLoop(function* (loop) {
      let scope: Timeout | undefined;
      const error = yield* caught(
        timeout(0, function* (given) {
          scope = given;
          yield* sleep(10_000);
        }),
      );
      expect(error).toBeInstanceOf(TimeoutError);
      expect(scope?.expired()).toBe(true);
      expect(loop.time()).toBe(0);
      expect(scope?.when()).toBe(0);
    }));

  test('lets a body that never waits end, though there is no time', () =>
    inLoop(function* () {
      const result = yield* timeout(0, function* () {
        return 'no wait';
      });
      expect(result).toBe('no wait');
      yield* sleep(1);
      expect(currentTask()?.cancelling()).toBe(0);
    }));

  test('counts sleep(0) as a wait [timeout.zero_with_sleep0]', () =>
    inLoop(function* () {
      let scope: Timeout | undefined;
      const error = yield* caught(
        timeout(0, function* (given) {
          scope = given;
          yield* sleep(0);
        }),
      );
      expect(error).toBeInstanceOf(TimeoutError);
      expect(scope?.expired()).toBe(true);
    }));

  test.each([
    ['timeout', -1000],
    ['timeoutAt', -1],
  ] as const)(
    'takes a deadline in the past for one that is now (%s) [timeout.negative]',
    (name, ms) =>
      inLoop(function* () {
        const limit = name === 'timeout' ? timeout : timeoutAt;
        expect(yield* caught(limit(ms, () => sleep(0)))).toBeInstanceOf(TimeoutError);
      }),
  );

  test('lets other errors pass [timeout.other_error_passes]', () =>
    inLoop(function* () {
      let scope: Timeout | undefined;
      const error = new RangeError('other');
      const thrown = yield* caught(
        timeout(1000, function* (given) {
          scope = given;
          yield;
          throw error;
        }),
      );
      expect(thrown).toBe(error);
      expect(scope?.expired()).toBe(false);
    }));

  test('throws an error whose cause is the cancellation [timeout.cause_chain]', () =>
    inLoop(function* () {
      const error = (yield* caught(timeout(5, () => sleep(10)))) as TimeoutError;
      expect(error.cause).toBeInstanceOf(CancelledError);
      expect(error.message.replace(/Task-\d+/, 'Task-N')).toBe(
        "The deadline of 5 ms passed before the body of `timeout()` was done, in task 'Task-N'.",
      );
      expect([error.name, error.code]).toEqual(['TimeoutError', 'timeout']);
    }));

  test('puts itself in the place of the cancellation behind an error thrown in cleanup [timeout.error_raised_while_expiring]', () =>
    inLoop(function* () {
      let cancellation: unknown;
      const error = (yield* caught(
        timeout(0, function* () {
          try {
            yield* sleep(10);
          } catch (cause) {
            cancellation = cause;
            throw new RangeError('cleanup failed', { cause });
          }
        }),
      )) as Error;
      expect(error).toBeInstanceOf(RangeError);
      expect(error.cause).toBeInstanceOf(TimeoutError);
      expect((error.cause as Error).cause).toBe(cancellation);
      expect(cancellation).toBeInstanceOf(CancelledError);
    }));

  test('lets an error thrown in cleanup out as it is when it tells of no cancellation', () =>
    inLoop(function* () {
      const error = (yield* caught(
        timeout(0, function* () {
          try {
            yield* sleep(10);
          } catch {
            throw new RangeError('cleanup failed');
          }
        }),
      )) as Error;
      expect(error).toEqual(new RangeError('cleanup failed'));
      expect(error.cause).toBeUndefined();
      expect(currentTask()?.cancelling()).toBe(0);
    }));

  test('does so deep down in the chain [timeout.error_raised_while_expiring_deep]', () =>
    inLoop(function* () {
      const error = (yield* caught(
        timeout(0, function* () {
          try {
            try {
              yield* sleep(10);
            } catch (cause) {
              throw new RangeError('first', { cause });
            }
          } catch (cause) {
            throw new TypeError('second', { cause });
          }
        }),
      )) as Error;
      const chain: string[] = [];
      for (let at: unknown = error; at instanceof Error; at = at.cause) chain.push(at.name);
      expect(chain).toEqual(['TypeError', 'RangeError', 'TimeoutError', 'CancelledError']);
    }));

  test('leaves a cancellation from outside alone [timeout.foreign_cancel_not_converted]', () =>
    inLoop(function* () {
      let scope: Timeout | undefined;
      const task = createTask(function* () {
        yield* timeout(100, function* (given) {
          scope = given;
          yield* sleep(1000);
        });
      });
      yield* sleep(10);
      task.cancel('from outside');
      expect(yield* caught(task)).toMatchObject({ reason: 'from outside' });
      expect(task.cancelled()).toBe(true);
      expect(scope?.expired()).toBe(false);
    }));

  test('leaves a cancellation from outside alone that comes in the iteration of the deadline', () =>
    inLoop(function* (loop) {
      const task = createTask(function* () {
        yield* timeout(10, () => sleep(1000));
      });
      loop.callAt(10, () => task.cancel('before'));
      expect(yield* caught(task)).toMatchObject({ name: 'CancelledError' });
      expect(task.cancelling()).toBe(1);
    }));

  test('leaves its task uncancelled [timeout.task_not_cancelled_after]', () =>
    inLoop(function* () {
      const task = createTask(function* () {
        yield* caught(timeout(1, () => sleep(10_000)));
        return yield* sleep(10, 'goes on');
      });
      expect(yield* task).toBe('goes on');
      expect(task.cancelled()).toBe(false);
      expect(task.cancelling()).toBe(0);
    }));

  test('is seen first when the body kept the thread past both of two nested deadlines [timeout.nested_concurrent_expiry]', () =>
    busyLoop(function* (loop) {
      const log: string[] = [];
      const error = yield* caught(
        timeout(2, function* (outer) {
          try {
            yield* timeout(4, function* (inner) {
              loop.spend(10);
              try {
                yield* sleep(1000);
              } finally {
                log.push(`outer: ${outer.expired()}, inner: ${inner.expired()}`);
              }
            });
          } catch (inside) {
            log.push((inside as Error).name);
            throw inside;
          }
        }),
      );
      log.push((error as Error).name);
      expect(log).toEqual(['outer: true, inner: true', 'CancelledError', 'TimeoutError']);
      expect(currentTask()?.cancelling()).toBe(0);
    }));

  test('still fires when an inner one was dealt with and the thread was kept meanwhile [timeout.nested_busy_loop]', () =>
    busyLoop(function* (loop) {
      const log: string[] = [];
      const error = yield* caught(
        timeout(100, function* () {
          const inside = yield* caught(
            timeout(10, function* () {
              loop.spend(50);
              yield* sleep(1000);
            }),
          );
          log.push(`inner: ${(inside as Error).name}`);
          yield* sleep(10_000);
          log.push('never');
        }),
      );
      log.push(`outer: ${(error as Error).name}`);
      expect(log).toEqual(['inner: TimeoutError', 'outer: TimeoutError']);
    }));

  test('can have its deadline moved and taken away [timeout.reschedule]', () =>
    inLoop(function* (loop) {
      const given = loop.createFuture<[Timeout]>();
      const task = createTask(function* () {
        yield* timeoutAt(10, function* (scope) {
          given.setResult([scope]);
          yield* sleep(50_000);
        });
      });
      const [scope] = yield* given;
      expect(scope.when()).toBe(10);
      scope.reschedule(20);
      expect(scope.when()).toBe(20);
      yield* sleep(15);
      expect(scope.expired()).toBe(false);
      scope.reschedule(null);
      expect(scope.when()).toBeUndefined();
      yield* sleep(100);
      task.cancel();
      expect(yield* caught(task)).toBeInstanceOf(CancelledError);
      expect(scope.expired()).toBe(false);
    }));

  test('keeps its deadline when it is to be moved to what is no time', () =>
    inLoop(function* (loop) {
      const error = yield* caught(
        timeout(20, function* (scope) {
          expect(() => scope.reschedule(Number.NaN)).toThrowErrorMatchingInlineSnapshot(
            `[RangeError: \`reschedule()\` expected a time in milliseconds, but got NaN (number).]`,
          );
          expect(() => scope.reschedule('soon' as never)).toThrow(TypeError);
          expect(scope.when()).toBe(20);
          yield* sleep(1000);
        }),
      );
      expect(error).toBeInstanceOf(TimeoutError);
      expect(loop.time()).toBe(20);
    }));

  test('fires at the moved deadline, at once if that has passed', () =>
    inLoop(function* (loop) {
      const late = yield* caught(
        timeout(10, function* (scope) {
          scope.reschedule(25);
          yield* sleep(1000);
        }),
      );
      expect(late).toBeInstanceOf(TimeoutError);
      expect(loop.time()).toBe(25);
      const early = yield* caught(
        timeout(null, function* (scope) {
          scope.reschedule(loop.time() - 5);
          yield* sleep(1000);
        }),
      );
      expect(early).toBeInstanceOf(TimeoutError);
      expect(loop.time()).toBe(25);
    }));

  test('can be used in the cleanup of one that expires [timeout.nested_in_finally]', () =>
    inLoop(function* (loop) {
      let inside: unknown;
      const error = yield* caught(
        timeout(10, function* () {
          try {
            yield* sleep(1000);
          } finally {
            inside = yield* caught(timeout(10, () => sleep(1000)));
          }
        }),
      );
      expect(inside).toBeInstanceOf(TimeoutError);
      expect(error).toBeInstanceOf(TimeoutError);
      expect(error).not.toBe(inside);
      expect((error as Error).cause).toBeInstanceOf(CancelledError);
      expect((error as Error).cause).not.toBe((inside as Error).cause);
      expect(loop.time()).toBe(20);
      expect(currentTask()?.cancelling()).toBe(0);
    }));

  test('works in a task that has swallowed a cancellation [timeout.after_swallowed_cancel]', () =>
    inLoop(function* () {
      const task = createTask(function* () {
        currentTask()?.cancel();
        yield* caught(sleep(1));
        expect(currentTask()?.cancelling()).toBe(1);
        expect(yield* caught(timeout(0, () => sleep(1)))).toBeInstanceOf(TimeoutError);
        expect(currentTask()?.cancelling()).toBe(1);
      });
      yield* task;
    }));

  test('leaves a second cancellation alone in such a task [timeout.cancel_inside_after_swallowed_cancel]', () =>
    inLoop(function* () {
      const task = createTask(function* () {
        currentTask()?.cancel();
        yield* caught(sleep(1));
        const error = yield* caught(
          timeout(1, function* () {
            currentTask()?.cancel();
            yield* sleep(2);
          }),
        );
        expect(error).toBeInstanceOf(CancelledError);
        expect(currentTask()?.cancelling()).toBe(2);
      });
      yield* task;
    }));

  test('refuses to move its deadline when it is too late, and says why [timeout.no_reschedule_after]', () =>
    inLoop(function* () {
      let scope: Timeout | undefined;
      const sentences: string[] = [];
      const refused = (): void => {
        sentences.push((thrownBy(() => scope?.reschedule(1e6)) as Error).message);
      };
      yield* timeout(10, function* (given) {
        scope = given;
      });
      refused();
      yield* caught(
        timeout(10, function* (given) {
          scope = given;
          try {
            yield* sleep(100);
          } finally {
            refused();
          }
        }),
      );
      refused();
      expect(sentences).toMatchInlineSnapshot(`
        [
          "The deadline of a timeout that is finished cannot be changed.",
          "The deadline of a timeout that is expiring cannot be changed.",
          "The deadline of a timeout that is expired cannot be changed.",
        ]
      `);
    }));

  test('refuses to run outside of a task [timeout.needs_task]', () => {
    let ran = false;
    const limited = timeout(5, function* () {
      ran = true;
    });
    expect(() => limited.next()).toThrowErrorMatchingInlineSnapshot(
      `[Error: \`timeout()\` expected to run in a task, but there is none. Start one with \`run()\` or \`createTask()\`.]`,
    );
    expect(ran).toBe(false);
  });

  test('tells of itself behind the errors of a group that fails in cleanup [timeout.with_taskgroup]', () =>
    inLoop(function* () {
      const error = (yield* caught(
        timeout(10, function* () {
          yield* taskGroup(function* (tg) {
            tg.createTask(function* () {
              try {
                yield* sleep(1000);
              } catch (cause) {
                throw new RangeError('crash', { cause });
              }
            });
          });
        }),
      )) as ExceptionGroup;
      expect(error).toBeInstanceOf(ExceptionGroup);
      const [crash] = error.errors as [Error];
      expect(crash).toBeInstanceOf(RangeError);
      expect(crash.cause).toBeInstanceOf(TimeoutError);
      expect((crash.cause as Error).cause).toBeInstanceOf(CancelledError);
    }));

  test('returns what a body returns that catches the cancellation', () =>
    inLoop(function* () {
      const result = yield* timeout(5, function* () {
        yield* caught(sleep(10));
        return 'all the same';
      });
      expect(result).toBe('all the same');
      expect(currentTask()?.cancelling()).toBe(0);
    }));

  test('stops work in a task that the body awaits, but not a task that it started', () =>
    inLoop(function* () {
      const awaited = createTask(sleep(100));
      const beside = createTask(sleep(100, 'beside'));
      yield* caught(
        timeout(5, function* () {
          yield* awaited;
        }),
      );
      expect(awaited.cancelled()).toBe(true);
      expect(yield* beside).toBe('beside');
    }));

  test('tells its state as text', () =>
    inLoop(function* () {
      const texts: string[] = [];
      let scope: Timeout | undefined;
      yield* caught(
        timeout(10, function* (given) {
          scope = given;
          texts.push(`${given}`);
          try {
            yield* sleep(100);
          } finally {
            texts.push(`${given}`);
          }
        }),
      );
      texts.push(`${scope}`);
      expect(texts).toMatchInlineSnapshot(`
        [
          "<Timeout active when=10>",
          "<Timeout expiring>",
          "<Timeout expired>",
        ]
      `);
    }));

  test('refuses wrong arguments at the call', () => {
    const body = () => sleep(1);
    expect(() => timeout(Number.NaN, body)).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: \`timeout()\` expected a time in milliseconds, but got NaN (number).]`,
    );
    expect(() => timeout('5' as never, body)).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: \`timeout()\` expected a time in milliseconds, but got "5" (string).]`,
    );
    expect(() => timeoutAt(Number.NaN, body)).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: \`timeoutAt()\` expected a time in milliseconds, but got NaN (number).]`,
    );
    expect(() => timeout(5, sleep(1) as never)).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: \`timeout()\` expected a generator function or an async function, but got a coroutine (a started generator function). Write \`timeout(ms, async () => { … })\`.]`,
    );
    expect(() => timeoutAt(5, undefined as never)).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: \`timeoutAt()\` expected a generator function or an async function, but got undefined. Write \`timeoutAt(when, async () => { … })\`.]`,
    );
  });

  test('says so when its body is neither a generator function nor an async function', () =>
    inLoop(function* () {
      const error = yield* caught(timeout(5, (() => 5) as never));
      expect((error as Error).message).toMatchInlineSnapshot(
        `"an anonymous function was expected to be a generator function (\`function*\`) or an async function, but it returned 5 (number)."`,
      );
    }));
});

describe('what hears that a timeout cancels', () => {
  const user = new ContextVar('user', { defaultValue: 'nobody' });

  test('runs in a copy of the context in which the deadline was set', async () => {
    const seen: string[] = [];
    class Listening extends Future<void> {
      override cancel(reason?: unknown): boolean {
        seen.push(`a future: ${user.get()}`);
        return super.cancel(reason);
      }
    }
    await inLoop(function* () {
      const task = createTask(function* () {
        user.set('ada');
        yield* timeout(5, function* () {
          (currentTask() as Task<unknown>).signal.addEventListener('abort', () => {
            seen.push(`a signal: ${user.get()}`);
            user.set('the listener');
          });
          user.set('grace');
          yield* new Listening();
        });
      });
      yield* gather([task], { returnExceptions: true });
      expect(task.getContext().get(user)).toBe('grace');
    });
    expect(seen).toEqual(['a future: ada', 'a signal: ada']);
  });

  test('and throws, has that reported', async () => {
    const loop = virtualLoop();
    const reports = recordReports(loop);
    class Stubborn extends Future<string> {
      override cancel(): boolean {
        throw new Error('not now');
      }
    }
    const result = loop.runUntilComplete(
      (function* () {
        const stubborn = new Stubborn();
        loop.callLater(10, () => stubborn.setResult('done'));
        return yield* timeout(5, function* () {
          return yield* stubborn;
        });
      })(),
    );
    expect(await result).toBe('done');
    expect(reports.map(({ message, exception }) => [message, String(exception)])).toEqual([
      ['Exception in <Timer due in 0 ms>', 'Error: not now'],
    ]);
  });
});
