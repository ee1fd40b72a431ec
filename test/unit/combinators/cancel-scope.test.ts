import {
  CancelledError,
  CancelScope,
  Condition,
  type Coroutine,
  cancelScope,
  createTask,
  currentTask,
  Future,
  gather,
  moveOnAfter,
  run,
  shield,
  sleep,
  type Task,
  TimeoutError,
  taskGroup,
  timeout,
} from 'skein';
import { InlineExecutor } from 'skein/executors';
import { describe, expect, test } from 'vitest';
import { inNode } from '../hosts.ts';
import { inLoop } from '../loops.ts';
import { caught } from './helpers.ts';

const long = 60_000;

/** Cancels a task at `ms`, and returns how it ended. */
function* ended(task: Task<unknown>): Coroutine<string> {
  yield* sleep(0);
  while (!task.done()) yield* sleep(1);
  if (task.cancelled()) return 'cancelled';
  return task.exception() === undefined ? `returned ${task.result()}` : `threw ${task.exception()}`;
}

describe('CancelScope', () => {
  test('ends quietly when it is cancelled from another task, and the task goes on', () =>
    inLoop(function* () {
      const scope = new CancelScope();
      const task = createTask(function* () {
        const result = yield* scope.run(() => sleep(long, 'late'));
        yield* sleep(1);
        return [result, currentTask()?.cancelling()];
      });
      yield* sleep(1);
      expect(scope.cancel('enough')).toBe(true);
      expect(scope.cancel('again')).toBe(false);
      expect(yield* task).toEqual([undefined, 0]);
      expect([scope.cancelCalled, scope.cancelledCaught]).toEqual([true, true]);
      expect(scope.cancel()).toBe(false);
    }));

  test('returns what the body returns when nothing cancels it', () =>
    inLoop(function* () {
      const scope = new CancelScope({ timeout: 10 });
      expect(yield* scope.run(() => sleep(5, 'done'))).toBe('done');
      expect([scope.cancelCalled, scope.cancelledCaught]).toEqual([false, false]);
      yield* sleep(20);
    }));

  test('that was cancelled before the body begins cancels its first wait', () =>
    inLoop(function* () {
      const scope = new CancelScope();
      scope.cancel();
      const seen: string[] = [];
      const result = yield* scope.run(function* () {
        seen.push('begun');
        yield* sleep(1);
        seen.push('not here');
      });
      expect(result).toBeUndefined();
      expect(seen).toEqual(['begun']);
      expect(scope.cancelledCaught).toBe(true);
    }));

  test('drops a request that no wait delivered', () =>
    inLoop(function* () {
      const scope = new CancelScope();
      const result = yield* scope.run(function* (): Coroutine<string> {
        scope.cancel();
        return 'done';
      });
      expect(result).toBe('done');
      expect([scope.cancelCalled, scope.cancelledCaught]).toEqual([true, false]);
      yield* sleep(1);
      expect(currentTask()?.cancelling()).toBe(0);
    }));

  test('cancels at its timeout, at its deadline, and at a deadline that was moved', () =>
    inLoop(function* (loop) {
      yield* cancelScope({ timeout: 5 }, () => sleep(long));
      expect(loop.time()).toBe(5);
      yield* cancelScope({ deadline: 12 }, () => sleep(long));
      expect(loop.time()).toBe(12);
      yield* cancelScope({ timeout: 5 }, function* (scope) {
        scope.deadline = 100;
        yield* sleep(30);
        expect(scope.deadline).toBe(100);
        scope.deadline = loop.time() + 1;
        yield* sleep(long);
      });
      expect(loop.time()).toBe(43);
      yield* cancelScope({ timeout: 5 }, function* (scope) {
        scope.deadline = undefined;
        yield* sleep(10);
      });
      expect(loop.time()).toBe(53);
    }));

  test('counts its timeout from when the body begins', () =>
    inLoop(function* (loop) {
      const scope = new CancelScope({ timeout: 5 });
      yield* sleep(20);
      yield* scope.run(() => sleep(long));
      expect(loop.time()).toBe(25);
    }));

  test('lets a cancellation of the task pass', () =>
    inLoop(function* () {
      const scope = new CancelScope({ timeout: 50 });
      const task = createTask(() => scope.run(() => sleep(long)));
      yield* sleep(1);
      task.cancel('outside');
      expect(yield* ended(task)).toBe('cancelled');
      expect([scope.cancelCalled, scope.cancelledCaught]).toEqual([false, false]);
    }));

  test('loses no request of the task that comes together with its own, before or after', () =>
    inLoop(function* () {
      for (const order of ['scope first', 'task first']) {
        const scope = new CancelScope();
        const seen: string[] = [];
        const task = createTask(function* () {
          yield* scope.run(() => sleep(long));
          seen.push('after the scope');
          yield* sleep(1);
          seen.push('never');
        });
        yield* sleep(1);
        if (order === 'scope first') scope.cancel();
        task.cancel();
        scope.cancel();
        expect(yield* ended(task), order).toBe('cancelled');
        expect(seen, order).not.toContain('never');
      }
    }));

  test('lets a request of the task pass that its own took the place of, in a `finally`', () =>
    inLoop(function* () {
      const scope = new CancelScope();
      const task = createTask(function* () {
        yield* scope.run(function* () {
          try {
            yield* sleep(long);
          } finally {
            yield* sleep(long);
          }
        });
        yield* sleep(long);
      });
      yield* sleep(1);
      task.cancel();
      yield* sleep(1);
      scope.cancel();
      expect(yield* ended(task)).toBe('cancelled');
      expect(scope.cancelledCaught).toBe(false);
    }));

  test('passes the request of an outer scope on that its own took the place of', () =>
    inLoop(function* () {
      const outer = new CancelScope();
      const inner = new CancelScope();
      const task = createTask(function* () {
        yield* outer.run(() =>
          inner.run(function* () {
            try {
              yield* sleep(long);
            } finally {
              yield* sleep(long);
            }
          }),
        );
        yield* sleep(1);
        return 'went on';
      });
      yield* sleep(1);
      outer.cancel();
      yield* sleep(1);
      inner.cancel();
      expect(yield* ended(task)).toBe('returned went on');
      expect([outer.cancelledCaught, inner.cancelledCaught]).toEqual([true, false]);
    }));

  test('takes only its own request: an inner and an outer one', () =>
    inLoop(function* () {
      for (const cancelled of [['inner'], ['outer'], ['inner', 'outer'], ['outer', 'inner']]) {
        const outer = new CancelScope({ name: 'outer' });
        const inner = new CancelScope({ name: 'inner' });
        const seen: string[] = [];
        const task = createTask(() =>
          outer.run(function* () {
            yield* inner.run(() => sleep(long));
            seen.push('between');
            yield* sleep(1);
            seen.push('waited between');
          }),
        );
        yield* sleep(1);
        for (const name of cancelled) (name === 'inner' ? inner : outer).cancel();
        yield* task;
        const isOuter = cancelled.includes('outer');
        expect(outer.cancelledCaught, String(cancelled)).toBe(isOuter);
        expect(inner.cancelledCaught, String(cancelled)).toBe(!isOuter);
        expect(seen.includes('waited between'), String(cancelled)).toBe(!isOuter);
        expect(task.cancelling()).toBe(0);
      }
    }));

  test('of two requests that are pending the outer one is delivered', () =>
    inLoop(function* () {
      for (const first of ['outer', 'inner']) {
        const outer = new CancelScope();
        const inner = new CancelScope();
        yield* outer.run(() =>
          inner.run(function* () {
            if (first === 'inner') inner.cancel();
            outer.cancel();
            inner.cancel();
            yield* sleep(1);
          }),
        );
        expect([outer.cancelledCaught, inner.cancelledCaught], first).toEqual([true, false]);
      }
    }));

  test('takes its request though a timeout inside passes it on', () =>
    inLoop(function* (loop) {
      for (const first of ['timeout', 'scope']) {
        const scope = new CancelScope();
        if (first === 'scope') loop.callLater(5, () => scope.cancel());
        const task = createTask(function* () {
          yield* scope.run(() => timeout(5, () => sleep(long)));
          yield* sleep(1);
          return scope.cancelledCaught;
        });
        yield* sleep(0);
        if (first === 'timeout') loop.callLater(5, () => scope.cancel());
        expect(yield* ended(task), first).toBe('returned true');
      }
    }));

  test('knows its request through a task that the body awaits, and through gather()', () =>
    inLoop(function* () {
      const scope = new CancelScope();
      const task = createTask(function* () {
        yield* scope.run(function* () {
          const child = createTask(sleep(long));
          yield* gather([child, sleep(long)]);
        });
        return 'went on';
      });
      yield* sleep(1);
      scope.cancel();
      expect(yield* task).toBe('went on');
      expect(scope.cancelledCaught).toBe(true);
    }));

  test('does not take the cancellation of a task that the body awaits', () =>
    inLoop(function* () {
      const child = createTask(sleep(long));
      const scope = new CancelScope();
      const task = createTask(() => scope.run(() => child));
      yield* sleep(1);
      child.cancel();
      expect(yield* ended(task)).toBe('cancelled');
      expect(scope.cancelledCaught).toBe(false);
    }));

  test('lets an error of the body pass, cancelled or not', () =>
    inLoop(function* () {
      const scope = new CancelScope();
      const error = yield* caught(
        scope.run(function* () {
          scope.cancel();
          try {
            yield* sleep(1);
          } finally {
            // biome-ignore lint/correctness/noUnsafeFinally: cleanup that fails.
            throw new RangeError('cleanup');
          }
        }),
      );
      expect(error).toBeInstanceOf(RangeError);
      expect(scope.cancelledCaught).toBe(false);
      yield* sleep(1);
    }));

  test('that is closed has no deadline any more', () =>
    inLoop(function* () {
      for (const open of [
        () => moveOnAfter(5, () => sleep(long)),
        () => timeout(5, () => sleep(long)),
      ]) {
        const coroutine = open();
        const task = createTask(function* () {
          coroutine[Symbol.iterator]().next();
          coroutine.return(undefined as never);
          return yield* sleep(20, 'went on');
        });
        expect(yield* ended(task)).toBe('returned went on');
      }
    }));

  test('in an async function cancels what its body awaits', () =>
    run(async () => {
      const outer = new CancelScope();
      const seen: string[] = [];
      const task = createTask(async () => {
        await outer.run(async (scope) => {
          const inner = await moveOnAfter(1, async () => await sleep(long, 'late'));
          seen.push(String(inner));
          setTimeout(() => scope.cancel('enough'), 2);
          await sleep(long);
        });
        return outer.cancelledCaught;
      });
      expect(await task).toBe(true);
      expect(seen).toEqual(['undefined']);
    }));

  test('has a signal before the body begins, in it, and aborts it with the reason', () =>
    inLoop(function* () {
      const scope = new CancelScope();
      const early = scope.signal;
      const task = createTask(() =>
        scope.run(function* (given) {
          expect(given.signal).toBe(early);
          yield* sleep(long);
        }),
      );
      yield* sleep(1);
      scope.cancel('enough');
      expect(early.aborted).toBe(true);
      expect(early.reason.reason).toBe('enough');
      yield* task;
      const late = new CancelScope();
      yield* late.run(function* (given) {
        const { signal } = given;
        late.cancel(7);
        expect(signal.reason.reason).toBe(7);
        yield* sleep(1);
      });
    }));

  test('runs one body, and refuses what it does not know', () =>
    inLoop(function* () {
      const scope = new CancelScope();
      yield* scope.run(() => sleep(0));
      expect(() => scope.run(() => sleep(0))).toThrow('expected a new scope, but got');
      expect(() => {
        scope.deadline = 5;
      }).toThrow('cannot be changed');
      expect(() => new CancelScope({ timeout: 1, deadline: 2 })).toThrow('but got both');
      expect(() => new CancelScope({ timeout: Number.NaN })).toThrow(RangeError);
      expect(() => new CancelScope({ shield: 1 as never })).toThrow('`shield` to be true or false');
      expect(() => new CancelScope({ time: 1 } as never)).toThrow('`time`');
      expect(() => new CancelScope(5 as never)).toThrow('an options object');
      expect(() => new CancelScope({ name: 5 as never })).toThrow('`name` to be a string');
      expect(() => cancelScope({}, 5 as never)).toThrow(TypeError);
      expect(() => moveOnAfter('1' as never, () => sleep(1))).toThrow(TypeError);
      expect(String(new CancelScope({ name: 'upload' }))).toBe("<CancelScope 'upload' created>");
    }));
});

describe('a shielded block', () => {
  for (const style of ['coroutines', 'async functions']) {
    test(`keeps requests to cancel the task until it has ended, in ${style}`, () =>
      inLoop(function* () {
        const seen: string[] = [];
        const task =
          style === 'coroutines'
            ? createTask(function* () {
                yield* cancelScope({ shield: true }, function* () {
                  seen.push(yield* sleep(10, 'cleaned'));
                });
                seen.push('not here');
              })
            : createTask(async () => {
                await cancelScope({ shield: true }, async () => {
                  seen.push(await sleep(10, 'cleaned'));
                });
                seen.push('not here');
              });
        yield* sleep(1);
        expect(task.cancel('first')).toBe(true);
        yield* sleep(1);
        expect(task.cancel('second')).toBe(true);
        const error = yield* caught(task);
        expect(error).toBeInstanceOf(CancelledError);
        expect((error as CancelledError).reason).toBe('second');
        expect(seen).toEqual(['cleaned']);
      }));
  }

  test('runs though the request is pending when it begins', () =>
    inLoop(function* () {
      const seen: string[] = [];
      const task = createTask(function* () {
        currentTask()?.cancel();
        yield* cancelScope({ shield: true }, function* () {
          seen.push(yield* sleep(5, 'cleaned'));
        });
      });
      expect(yield* ended(task)).toBe('cancelled');
      expect(seen).toEqual(['cleaned']);
    }));

  test('in an async function runs though the request is pending when it begins', () =>
    run(async () => {
      const seen: string[] = [];
      const task = createTask(async () => {
        currentTask()?.cancel();
        await cancelScope({ shield: true }, async () => {
          seen.push(await sleep(1, 'cleaned'));
        });
      });
      await expect(task).rejects.toBeInstanceOf(CancelledError);
      expect(seen).toEqual(['cleaned']);
    }));

  test('is bounded by its own timeout, and by a scope inside', () =>
    inLoop(function* (loop) {
      const task = createTask(function* () {
        try {
          yield* sleep(long);
        } finally {
          yield* cancelScope({ shield: true, timeout: 10 }, function* () {
            yield* moveOnAfter(3, () => sleep(long));
            yield* sleep(long);
          });
        }
      });
      yield* sleep(1);
      task.cancel();
      yield* sleep(1);
      task.cancel();
      expect(yield* ended(task)).toBe('cancelled');
      expect(loop.time()).toBeLessThan(15);
    }));

  test('that fails throws its error, and the request comes at the next wait', () =>
    inLoop(function* () {
      const seen: unknown[] = [];
      const task = createTask(function* () {
        try {
          yield* cancelScope({ shield: true }, function* () {
            yield* sleep(5);
            throw new RangeError('broken');
          });
        } catch (error) {
          seen.push(error);
        }
        yield* sleep(long);
      });
      yield* sleep(1);
      task.cancel();
      expect(yield* ended(task)).toBe('cancelled');
      expect(seen[0]).toBeInstanceOf(RangeError);
    }));

  test('that throws undefined throws it, and the request comes at the next wait', () =>
    inLoop(function* () {
      const seen: unknown[] = [];
      const task = createTask(function* () {
        try {
          yield* cancelScope({ shield: true }, function* () {
            yield* sleep(5);
            throw undefined;
          });
        } catch (error) {
          seen.push(error);
        }
        yield* sleep(long);
      });
      yield* sleep(1);
      task.cancel();
      expect(yield* ended(task)).toBe('cancelled');
      expect(seen).toEqual([undefined]);
    }));

  test('is shielded from an outer scope, which takes its request at the end', () =>
    inLoop(function* (loop) {
      const outer = new CancelScope({ timeout: 5 });
      const result = yield* outer.run(function* () {
        yield* cancelScope({ shield: true }, () => sleep(20));
        yield* sleep(long);
        return 'late';
      });
      expect([result, loop.time(), outer.cancelledCaught]).toEqual([undefined, 20, true]);
    }));

  test('has the same task as the code around it', () =>
    inLoop(function* () {
      const task = currentTask();
      yield* cancelScope({ shield: true }, function* () {
        expect(currentTask()).toBe(task);
        yield* sleep(1);
        expect(currentTask()).toBe(task);
      });
    }));
});

describe('a level-triggered scope', () => {
  test('cancels each later wait until it is left', () =>
    inLoop(function* () {
      const scope = new CancelScope({ level: true });
      const seen: string[] = [];
      const task = createTask(function* () {
        yield* scope.run(function* () {
          for (let attempt = 1; attempt <= 3; attempt++) {
            try {
              yield* sleep(long);
            } catch {
              seen.push(`attempt ${attempt}`);
            }
          }
          currentTask()?.uncancel();
          yield* sleep(0);
          seen.push('never');
        });
        yield* sleep(1);
        return 'went on';
      });
      yield* sleep(1);
      scope.cancel();
      expect(yield* task).toBe('went on');
      expect(seen).toEqual(['attempt 1', 'attempt 2', 'attempt 3']);
      expect(scope.cancelledCaught).toBe(true);
    }));

  test.runIf(inNode)('in async functions cancels each later await, in inner functions too', () =>
    inLoop(function* () {
      const seen: string[] = [];
      const task = createTask(async () => {
        await cancelScope({ level: true, timeout: 5 }, async () => {
          const retry = async (): Promise<void> => {
            for (let attempt = 1; attempt <= 3; attempt++) {
              try {
                await timeout(100, async () => await sleep(long));
                seen.push('work was done');
              } catch (error) {
                seen.push((error as Error).name);
              }
            }
          };
          await retry();
          await sleep(1);
          seen.push('never');
        });
        await sleep(1);
        return 'went on';
      });
      expect(yield* task).toBe('went on');
      expect(seen).toEqual(['CancelledError', 'CancelledError', 'CancelledError']);
    }),
  );

  test('has the result of an async function that took each cancellation', () =>
    inLoop(function* () {
      const result = yield* cancelScope({ level: true, timeout: 5 }, async () => {
        for (const _ of [1, 2, 3]) {
          try {
            await sleep(long);
          } catch {
            // Tried again.
          }
        }
        return 'given up';
      });
      expect(result).toBe('given up');
    }));

  test('lets a group wait for its tasks, and a condition take its lock again', () =>
    inLoop(function* () {
      const condition = new Condition();
      const seen: string[] = [];
      let turns = 0;
      const holder = createTask(function* () {
        yield* sleep(2);
        yield* condition.acquire();
        yield* sleep(50);
        condition.release();
      });
      yield* cancelScope({ level: true, timeout: 5 }, function* () {
        yield* taskGroup(function* (tg) {
          tg.createTask(function* () {
            try {
              yield* sleep(long);
            } finally {
              yield* sleep(10);
              seen.push('child cleaned');
            }
          });
          yield* condition.acquire();
          try {
            yield* condition.wait();
          } finally {
            expect(condition.locked()).toBe(true);
            condition.release();
            seen.push('had the lock');
          }
        });
      });
      createTask(function* () {
        turns++;
      });
      yield* holder;
      expect(seen.sort()).toEqual(['child cleaned', 'had the lock']);
      expect(turns).toBeLessThan(10);
    }));

  test('lets a shielded block run', () =>
    inLoop(function* () {
      const seen: string[] = [];
      yield* cancelScope({ level: true, timeout: 5 }, function* () {
        try {
          yield* sleep(long);
        } finally {
          yield* cancelScope({ shield: true }, function* () {
            seen.push(yield* sleep(10, 'cleaned'));
          });
        }
      });
      expect(seen).toEqual(['cleaned']);
    }));

  test.runIf(inNode)('lets `await using` of an executor wait for its jobs', () =>
    run(async () => {
      let job: Future<string> | undefined;
      await cancelScope({ level: true, timeout: 5 }, async () => {
        await using executor = new InlineExecutor();
        job = executor.submit(async () => {
          await new Promise((resolve) => setTimeout(resolve, 20));
          return 'ended';
        });
        await shield(job);
      });
      expect(job?.result()).toBe('ended');
    }),
  );

  test('keeps a request of the task for its end', () =>
    inLoop(function* () {
      const scope = new CancelScope({ level: true });
      const task = createTask(function* () {
        yield* scope.run(function* () {
          try {
            yield* sleep(long);
          } finally {
            yield* cancelScope({ shield: true }, () => sleep(10));
          }
        });
        yield* sleep(long);
      });
      yield* sleep(1);
      scope.cancel();
      yield* sleep(1);
      task.cancel('outside');
      expect(yield* ended(task)).toBe('cancelled');
    }));

  test('a task with `level` is cancelled at each wait, and may still return', () =>
    inLoop(function* () {
      const seen: string[] = [];
      const task = createTask(
        function* () {
          for (let attempt = 1; attempt <= 3; attempt++) {
            try {
              yield* sleep(long);
              seen.push('worked');
            } catch {
              seen.push('cancelled');
            }
          }
          return 'returned';
        },
        { level: true },
      );
      yield* sleep(1);
      task.cancel();
      expect(yield* ended(task)).toBe('returned returned');
      expect(seen).toEqual(['cancelled', 'cancelled', 'cancelled']);
    }));
});

describe('CancelledError', () => {
  test('tells the reason, and which task or scope asked', () =>
    inLoop(function* () {
      const task = createTask(() => sleep(long), { name: 'sleeper' });
      yield* sleep(1);
      createTask(
        function* () {
          task.cancel({ code: 7 });
        },
        { name: 'stopper' },
      );
      const error = (yield* caught(task)) as CancelledError;
      expect([error.reason, error.source]).toEqual([{ code: 7 }, "task 'stopper'"]);

      let source: string | undefined;
      yield* cancelScope({ timeout: 5, name: 'upload' }, function* () {
        source = ((yield* caught(new Future<void>())) as CancelledError).source;
      });
      expect(source).toBe("a cancel scope 'upload' of 5 ms");
      const late = (yield* caught(timeout(5, () => sleep(long)))) as TimeoutError;
      expect((late.cause as CancelledError).source).toBe('`timeout()` of 5 ms');
      expect(new CancelledError('by hand').source).toBeUndefined();
    }));

  test('tells an async function which task asked', () =>
    run(async () => {
      let source: string | undefined;
      const task = createTask(async () => {
        try {
          await sleep(long);
        } catch (error) {
          source = (error as CancelledError).source;
        }
      });
      await sleep(1);
      await createTask(async () => task.stop(), { name: 'stopper' });
      expect(source).toBe("task 'stopper'");
    }));

  test('in debug mode tells where it was asked for', () =>
    run(
      async () => {
        const task = createTask(sleep(long));
        task.cancel();
        const error = await task.catch((reason: unknown) => reason);
        expect((error as CancelledError).source).toMatch(/cancel-scope\.test\.ts/);
      },
      { debug: true },
    ));

  test('gives code of the program the plain reason', () =>
    inLoop(function* () {
      const reasons: unknown[] = [];
      class Asked extends Future<void> {
        override cancel(reason?: unknown): boolean {
          reasons.push(reason);
          return super.cancel(reason);
        }
      }
      const task = createTask(function* () {
        yield* new Asked();
      });
      yield* sleep(1);
      task.cancel('plain');
      yield* ended(task);
      expect(reasons).toEqual(['plain']);
    }));
});

describe('timeout() as a scope', () => {
  test('can be cancelled by hand, and is a TimeoutError then', () =>
    inLoop(function* () {
      const error = yield* caught(
        timeout(50, function* (scope) {
          expect(scope).toBeInstanceOf(CancelScope);
          scope.cancel('enough');
          yield* sleep(long);
        }),
      );
      expect(error).toBeInstanceOf(TimeoutError);
      expect(String(error)).toContain('was cancelled before');
    }));
});
