import {
  allTasks,
  CancelledError,
  type Coroutine,
  createTask,
  currentTask,
  Future,
  sleep,
  type Task,
  wait,
} from 'skein';
import { describe, expect, test } from 'vitest';
import { inLazyLoop, inLoop, recordReports } from '../loops.ts';

/** What `body` throws, or undefined. */
function* thrownBy(body: () => Iterable<unknown>): Coroutine<unknown> {
  try {
    yield* body() as Coroutine<unknown>;
    return undefined;
  } catch (error) {
    return error;
  }
}

/** Lets tasks get to where they wait. */
function* settle(): Coroutine<void> {
  for (let i = 0; i < 4; i++) yield;
}

describe('cancel()', () => {
  test('ends a sleeping task, and its awaiter sees it [task.cancel.basic]', async () => {
    await inLoop(function* (loop) {
      const task = createTask(sleep(10_000));
      loop.callLater(1, () => task.cancel());
      expect(yield* thrownBy(() => task)).toBeInstanceOf(CancelledError);
      expect([task.done(), task.cancelled(), task.cancel()]).toEqual([true, true, false]);
      expect(loop.time()).toBe(1);
    });
  });

  test('only asks: the task is cancelled when its coroutine has ended so [task.cancel.not_immediate]', async () => {
    await inLoop(function* () {
      const task = createTask(function* () {
        try {
          yield* sleep(10_000);
        } finally {
          yield* sleep(5);
        }
      });
      yield* settle();
      expect(task.cancelling()).toBe(0);
      expect(task.cancel()).toBe(true);
      expect([task.cancelled(), task.done(), task.cancelling()]).toEqual([false, false, 1]);
      yield* sleep(1);
      expect([task.cancelled(), task.done()]).toEqual([false, false]);
      yield* thrownBy(() => task);
      expect([task.cancelled(), task.done(), task.cancelling()]).toEqual([true, true, 1]);
    });
  });

  test('may be called again while the first is under way; both count, one error is thrown', async () => {
    await inLoop(function* () {
      const log: unknown[] = [];
      const task = createTask(function* () {
        try {
          yield* sleep(10_000);
        } catch (error) {
          log.push((error as CancelledError).reason);
        }
        yield* sleep(1);
        return 'went on';
      });
      yield* settle();
      expect([task.cancel('first'), task.cancel('second'), task.cancelling()]).toEqual([
        ...[true, true, 2],
      ]);
      expect(yield* task).toBe('went on');
      expect([log, task.cancelled()]).toEqual([['first'], false]);
    });
  });

  test('gives its message to the error [task.cancel.message_to_error]', async () => {
    await inLoop(function* () {
      const seen: unknown[] = [];
      const task = createTask(function* () {
        try {
          yield* sleep(10_000);
        } catch (error) {
          seen.push((error as CancelledError).message, (error as CancelledError).reason);
          throw error;
        }
      });
      yield* settle();
      task.cancel('my message');
      const error = yield* thrownBy(() => task);
      expect(error).toBeInstanceOf(CancelledError);
      expect((error as CancelledError).message).toBe('my message');
      expect(seen).toEqual(['my message', 'my message']);
    });
  });

  const reasons = [undefined, null, 'a message', 5, { a: 'reason' }];

  test('gives any reason to result() and to exception() [task.cancel.message_roundtrip_result] [task.cancel.message_roundtrip_exception]', async () => {
    for (const reason of reasons) {
      for (const ask of ['result', 'exception'] as const) {
        await inLoop(function* () {
          const task = createTask(sleep(10_000));
          yield* settle();
          task.cancel(reason);
          yield* settle();
          try {
            task[ask]();
          } catch (error) {
            expect(error).toBeInstanceOf(CancelledError);
            expect((error as CancelledError).reason).toBe(reason);
            expect((error as CancelledError).cause).toBeUndefined();
          }
        });
      }
    }
    expect.assertions(3 * 2 * reasons.length);
  });

  test('gives any reason on though it came before the first step, and the body never runs [task.cancel.message_before_start]', async () => {
    for (const reason of reasons) {
      await inLazyLoop(function* () {
        const log: string[] = [];
        const task = createTask(function* () {
          try {
            log.push('ran');
          } finally {
            log.push('cleaned up');
          }
        });
        task.cancel(reason);
        const error = yield* thrownBy(() => task);
        expect(error).toBeInstanceOf(CancelledError);
        expect((error as CancelledError).reason).toBe(reason);
        expect(log).toEqual([]);
      });
    }
  });

  test('hands out the error that ended the task once, then new ones without the message', async () => {
    await inLoop(function* () {
      const task = createTask(sleep(10_000));
      yield* settle();
      task.cancel('why');
      yield* settle();
      const first = yield* thrownBy(() => task);
      const second = yield* thrownBy(() => task);
      expect([(first as CancelledError).reason, (second as CancelledError).reason]).toEqual([
        ...['why', undefined],
      ]);
      expect(first).not.toBe(second);
    });
  });

  test('reaches a task that only gives way [task.cancel.at_bare_yield]', async () => {
    await inLoop(function* () {
      function* bareYield(): Coroutine<void> {
        yield;
      }
      for (const giveWay of [() => sleep(0), bareYield]) {
        const log: string[] = [];
        const task = createTask(function* () {
          log.push('before');
          yield* giveWay();
          yield* giveWay();
          yield* giveWay();
          log.push('after');
        });
        yield;
        task.cancel();
        yield* thrownBy(() => task);
        expect([task.cancelled(), log]).toEqual([true, ['before']]);
      }
    });
  });

  test('takes a broad catch and finally along, with awaits in them', async () => {
    await inLoop(function* (loop) {
      const log: string[] = [];
      const task = createTask(function* () {
        try {
          yield* sleep(10_000);
        } catch (error) {
          log.push(`${(error as Error).name} at ${loop.time()}`);
          yield* sleep(5);
          throw error;
        } finally {
          yield* sleep(5);
          log.push(`cleaned up at ${loop.time()}`);
        }
      });
      yield* sleep(1);
      task.cancel();
      yield* thrownBy(() => task);
      expect([log, task.cancelled()]).toEqual([['CancelledError at 1', 'cleaned up at 11'], true]);
    });
  });

  test('counts as failed a task that throws something else while it is cancelled', async () => {
    await inLoop(function* () {
      const error = new Error('cleanup failed');
      const task = createTask(function* () {
        try {
          yield* sleep(10_000);
        } finally {
          // biome-ignore lint/correctness/noUnsafeFinally: what a careless cleanup does
          throw error;
        }
      });
      yield* settle();
      task.cancel();
      yield* settle();
      expect([task.cancelled(), task.exception()]).toEqual([false, error]);
    });
  });

  test('counts as cancelled a task that throws a CancelledError of its own', async () => {
    await inLoop(function* () {
      const task = createTask(function* () {
        throw new CancelledError('my own');
      });
      yield* settle();
      expect([task.cancelled(), task.cancelling()]).toEqual([true, 0]);
      expect(yield* thrownBy(() => task)).toMatchObject({ reason: 'my own' });
    });
  });

  test('wakes its awaiter at the time of a timer that called it [task.cancel.sleeping_from_timer]', async () => {
    await inLoop(function* (loop) {
      const task = createTask(sleep(60 * 60 * 1000));
      loop.callLater(100, () => task.cancel());
      expect(yield* thrownBy(() => task)).toBeInstanceOf(CancelledError);
      expect(loop.time()).toBe(100);
    });
  });
});

describe('cancelling what a task waits for', () => {
  test('ends the task cancelled, not failed [task.cancel.inner_future_cancelled]', async () => {
    await inLoop(function* () {
      const future = new Future();
      const task = createTask(function* () {
        yield* future;
      });
      yield* settle();
      future.cancel('by another');
      expect(yield* thrownBy(() => task)).toMatchObject({ reason: 'by another' });
      expect([task.cancelled(), task.cancelling()]).toEqual([true, 0]);
    });
  });

  test('and the task itself, in one iteration, cancels both [task.cancel.both]', async () => {
    await inLoop(function* () {
      const future = new Future();
      const task = createTask(function* () {
        yield* future;
      });
      yield* settle();
      future.cancel();
      task.cancel();
      yield* thrownBy(() => task);
      expect([future.cancelled(), task.cancelled()]).toEqual([true, true]);
    });
  });

  test('happens at once, and the task lets go of it [task.cancel.waiter_future]', async () => {
    await inLoop(function* () {
      const future = new Future();
      const task = createTask(
        function* () {
          yield* future;
        },
        { name: 'waits' },
      );
      yield* settle();
      expect(String(task)).toContain('waiting for');
      task.cancel();
      expect([future.cancelled(), task.cancelled()]).toEqual([true, false]);
      yield* settle();
      expect([String(task), task.cancelled()]).toEqual(["<Task 'waits' cancelled>", true]);
    });
  });

  test('leaves a task that catches it and returns finished [task.cancel.caught_and_returned]', async () => {
    await inLoop(function* () {
      const [first, second] = [new Future(), new Future()];
      const task = createTask(function* () {
        yield* first;
        try {
          yield* second;
        } catch {
          return 42;
        }
        return 0;
      });
      yield* settle();
      first.setResult(1);
      yield* settle();
      task.cancel();
      expect(second.cancelled()).toBe(true);
      expect(yield* task).toBe(42);
      expect([task.cancelled(), first.cancelled()]).toEqual([false, false]);
    });
  });

  test('is delivered once: what a task awaits after catching it is left alone [task.cancel.caught_and_continues]', async () => {
    await inLoop(function* () {
      const [first, second, third] = [new Future(), new Future(), new Future<string>()];
      const task = createTask(function* () {
        yield* first;
        try {
          yield* second;
        } catch {
          // Refused.
        }
        return yield* third;
      });
      yield* settle();
      first.setResult(1);
      yield* settle();
      task.cancel();
      expect(second.cancelled()).toBe(true);
      yield* settle();
      expect([task.done(), third.done(), task.cancelling()]).toEqual([false, false, 1]);
      third.setResult('third');
      expect(yield* task).toBe('third');
      expect([third.cancelled(), task.cancelled()]).toEqual([false, false]);
    });
  });

  test('goes to the innermost first, and an outer one may catch it [task.cancel.passes_through_nested_coroutines]', async () => {
    await inLoop(function* () {
      const log: string[] = [];
      function* level(name: string, inner: () => Coroutine<void>): Coroutine<void> {
        try {
          yield* inner();
        } catch (error) {
          log.push(`${name} sees ${(error as Error).name}`);
          if (name !== 'outer') throw error;
        }
      }
      const task = createTask(
        level('outer', () => level('middle', () => level('inner', () => sleep(10_000)))),
      );
      yield* settle();
      task.cancel();
      yield* task;
      expect(log).toEqual([
        'inner sees CancelledError',
        'middle sees CancelledError',
        'outer sees CancelledError',
      ]);
      expect(task.cancelled()).toBe(false);
    });
  });

  test('leaves the tasks that wait() waits for running [task.cancel.wait_leaves_children_running]', async () => {
    await inLoop(function* (loop) {
      const children = [createTask(sleep(150)), createTask(sleep(100))];
      const waiting = createTask(function* () {
        yield* wait(children);
      });
      yield* settle();
      waiting.cancel();
      expect(yield* thrownBy(() => waiting)).toBeInstanceOf(CancelledError);
      expect(children.map((child) => child.done())).toEqual([false, false]);
      for (const child of children) yield* child;
      expect(loop.time()).toBe(150);
    });
  });

  test('is too late once it is settled: the task is cancelled at its next step', async () => {
    await inLoop(function* () {
      const future = new Future<string>();
      const log: unknown[] = [];
      const task = createTask(function* () {
        try {
          log.push(yield* future);
        } catch (error) {
          log.push((error as Error).name);
          throw error;
        }
      });
      yield* settle();
      future.setResult('in time');
      expect(task.cancel()).toBe(true);
      expect(future.cancelled()).toBe(false);
      yield* thrownBy(() => task);
      expect([log, task.cancelled()]).toEqual([['CancelledError'], true]);
    });
  });

  test('by a timer in the iteration in which the sleep ends does no harm [fut.set_result_unless_cancelled]', async () => {
    await inLoop(function* (loop) {
      const reports = recordReports(loop);
      let task: Task<unknown> | undefined;
      loop.callAt(10, () => task?.cancel());
      task = createTask(sleep(10));
      yield* thrownBy(() => task as Task<unknown>);
      expect([task.cancelled(), loop.time(), reports]).toEqual([true, 10, []]);
    });
  });
});

describe('a task that cancels itself', () => {
  test('is told at its next wait, however long that is [task.cancel.self]', async () => {
    await inLoop(function* (loop) {
      const log: string[] = [];
      const task = createTask(function* () {
        currentTask()?.cancel();
        log.push('still in the same step');
        yield* sleep(10_000);
        log.push('never');
      });
      yield* thrownBy(() => task);
      expect([log, task.cancelled(), loop.time()]).toEqual([['still in the same step'], true, 0]);
    });
  });

  test('ends cancelled if it returns without another wait [task.cancel.self_then_return]', async () => {
    await inLoop(function* () {
      const task = createTask(function* () {
        yield;
        currentTask()?.cancel('by myself');
        return 'lost';
      });
      expect(yield* thrownBy(() => task)).toMatchObject({ reason: 'by myself' });
      expect(task.cancelled()).toBe(true);
    });
  });

  test('cancels the task that it awaits next, and what that waits for [task.cancel.self_then_await_task]', async () => {
    await inLoop(function* () {
      const future = new Future();
      const inner = createTask(function* () {
        yield* future;
      });
      yield* settle();
      const outer = createTask(function* () {
        currentTask()?.cancel();
        yield* inner;
      });
      yield* thrownBy(() => outer);
      expect([future, inner, outer].map((each) => each.cancelled())).toEqual([true, true, true]);
    });
  });

  test('goes on unharmed if what it awaits next is done already', async () => {
    await inLoop(function* () {
      const done = new Future<string>();
      done.setResult('there');
      const log: string[] = [];
      const task = createTask(function* () {
        currentTask()?.cancel();
        log.push(yield* done);
        yield;
        log.push('never');
      });
      yield* thrownBy(() => task);
      expect([log, task.cancelled()]).toEqual([['there'], true]);
    });
  });
});

describe('uncancel()', () => {
  test('takes a request back: the task goes on, and can be cancelled again [task.uncancel.basic]', async () => {
    await inLoop(function* () {
      const log: string[] = [];
      const task = createTask(function* () {
        try {
          yield* sleep(10_000);
        } catch {
          log.push(`left ${currentTask()?.uncancel()}`);
        }
        yield* sleep(10_000);
      });
      yield* settle();
      task.cancel();
      yield* settle();
      expect([task.cancelling(), task.done(), log]).toEqual([0, false, ['left 0']]);
      task.cancel();
      expect(task.cancelling()).toBe(1);
      yield* thrownBy(() => task);
      expect([task.cancelled(), task.cancelling(), task.uncancel()]).toEqual([true, 1, 0]);
      expect([task.cancelled(), task.cancelling()]).toEqual([true, 0]);
    });
  });

  test('counts down, and not below 0', async () => {
    await inLoop(function* () {
      const task = createTask(sleep(10_000));
      yield* settle();
      for (let i = 0; i < 3; i++) task.cancel();
      expect([0, 1, 2, 3].map(() => task.uncancel())).toEqual([2, 1, 0, 0]);
      yield* thrownBy(() => task);
    });
  });

  test('at 0 drops a request that was not delivered yet [task.uncancel.clears_undelivered]', async () => {
    await inLazyLoop(function* () {
      const task = createTask(function* () {
        yield;
        return 'done';
      });
      task.cancel();
      expect(task.uncancel()).toBe(0);
      expect(yield* task).toBe('done');
      expect([task.cancelled(), task.cancelling()]).toEqual([false, 0]);
    });
  });

  test('above 0 keeps a request that was not delivered yet', async () => {
    await inLazyLoop(function* () {
      const task = createTask(sleep(0, 'done'));
      task.cancel();
      task.cancel();
      expect(task.uncancel()).toBe(1);
      yield* thrownBy(() => task);
      expect(task.cancelled()).toBe(true);
    });
  });

  test('tells a block that cancelled its own task whether it was the only one [task.uncancel.structured_timeout]', async () => {
    /** The recipe that timeout() is made of. */
    function* withDeadline<T>(ms: number, body: () => Coroutine<T>): Coroutine<T> {
      const task = currentTask() as Task<unknown>;
      let expired = false;
      const timer = task.getLoop().callLater(ms, () => {
        expired = true;
        task.cancel();
      });
      try {
        return yield* body();
      } catch (error) {
        const mine = expired && task.uncancel() === 0 && error instanceof CancelledError;
        throw mine ? new Error('timed out', { cause: error }) : error;
      } finally {
        timer.cancel();
      }
    }
    await inLoop(function* (loop) {
      const log: string[] = [];
      const task = createTask(function* () {
        const error = yield* thrownBy(() => withDeadline(10, () => sleep(10_000)));
        log.push(`${(error as Error).message} at ${loop.time()}`);
        yield* sleep(100);
        log.push(`code after it is unaffected at ${loop.time()}`);
      });
      yield* task;
      expect([log, task.cancelling(), task.cancelled()]).toEqual([
        ['timed out at 10', 'code after it is unaffected at 110'],
        0,
        false,
      ]);
    });
    await inLoop(function* (loop) {
      const task = createTask(withDeadline(10, () => sleep(10_000)));
      loop.callAt(10, () => task.cancel('by another'));
      yield* thrownBy(() => task);
      expect([task.cancelled(), task.cancelling()]).toEqual([true, 1]);
    });
  });
});

describe('tasks that wait for each other', () => {
  /** `size` tasks, each waiting for the next, the last for the first. */
  function* ring(size: number, log: string[] = []): Coroutine<Task<void>[]> {
    const tasks: Task<void>[] = [];
    for (let i = 0; i < size; i++) {
      tasks.push(
        createTask(function* (): Coroutine<void> {
          yield;
          try {
            yield* tasks[(i + 1) % size]!;
          } finally {
            log.push(`${i} ends`);
          }
        }),
      );
    }
    yield* settle();
    return tasks;
  }

  test('in a ring are woken by cancelling any of them', async () => {
    for (const [size, which] of [
      [2, 0],
      [3, 0],
      [3, 1],
      [7, 4],
    ] as const) {
      await inLoop(function* () {
        const log: string[] = [];
        const tasks = yield* ring(size, log);
        expect(tasks[which]!.cancel('out of the ring')).toBe(true);
        for (let i = 0; i < 3 * size; i++) yield;
        expect(tasks.map((task) => task.cancelled())).toEqual(tasks.map(() => true));
        expect(log).toHaveLength(size);
        expect([...allTasks()].every((task) => task === currentTask())).toBe(true);
      });
    }
  });

  test('in a ring are left to it if the one that is cancelled refuses', async () => {
    await inLoop(function* () {
      const tasks: Task<string>[] = [];
      const refuses = createTask(function* (): Coroutine<string> {
        yield;
        try {
          yield* tasks[0]!;
        } catch {
          // Refused.
        }
        return 'went on';
      });
      tasks.push(
        createTask(function* (): Coroutine<string> {
          return `and ${yield* refuses}`;
        }),
      );
      yield* settle();
      refuses.cancel();
      yield* settle();
      yield* settle();
      expect(refuses.result()).toBe('went on');
      expect(tasks[0]!.done()).toBe(true);
    });
  });

  test('in a chain of 20,000 are all cancelled with the first, or with the last', async () => {
    for (const which of [0, -1]) {
      await inLoop(function* () {
        const tasks: Task<void>[] = [createTask(sleep(10_000))];
        while (tasks.length < 20_000) {
          const next = tasks.at(-1)!;
          tasks.push(
            createTask(function* () {
              yield* next;
            }),
          );
        }
        yield* settle();
        tasks.at(which)!.cancel('all of you');
        for (let i = 0; i < tasks.length + 5; i++) yield;
        expect(tasks.every((task) => task.cancelled())).toBe(true);
      });
    }
  });
});

describe('an AbortSignal given to createTask()', () => {
  test('cancels the task when it aborts, with its reason', async () => {
    await inLoop(function* () {
      const controller = new AbortController();
      const task = createTask(sleep(10_000), { signal: controller.signal });
      yield* settle();
      controller.abort('the user left');
      expect(yield* thrownBy(() => task)).toMatchObject({ reason: 'the user left' });
      expect(task.cancelled()).toBe(true);
    });
  });

  test('that is aborted already keeps the body from running', async () => {
    await inLoop(function* () {
      const log: string[] = [];
      const work = function* () {
        log.push('ran');
      };
      const task = createTask(work, { signal: AbortSignal.abort('too late') });
      expect(yield* thrownBy(() => task)).toMatchObject({ reason: 'too late' });
      expect([task.cancelled(), log]).toEqual([true, []]);
    });
  });

  test('does nothing to a task that is done, and holds on to nothing', async () => {
    await inLoop(function* () {
      const controller = new AbortController();
      const { signal } = controller;
      let listeners = 0;
      const add = signal.addEventListener.bind(signal);
      const remove = signal.removeEventListener.bind(signal);
      signal.addEventListener = ((...args: Parameters<typeof add>) => {
        listeners++;
        add(...args);
      }) as typeof add;
      signal.removeEventListener = ((...args: Parameters<typeof remove>) => {
        listeners--;
        remove(...args);
      }) as typeof remove;
      const task = createTask(sleep(1, 'done'), { signal });
      expect(listeners).toBe(1);
      yield* task;
      expect(listeners).toBe(0);
      controller.abort();
      expect([task.cancelled(), task.result()]).toEqual([false, 'done']);
    });
  });
});

describe('task.signal', () => {
  test('aborts when the task is cancelled, with a CancelledError that has the reason', async () => {
    await inLoop(function* () {
      let signal: AbortSignal | undefined;
      const task = createTask(function* () {
        signal = currentTask()?.signal;
        yield* sleep(10_000);
      });
      yield* settle();
      expect(signal?.aborted).toBe(false);
      task.cancel('enough');
      expect(signal?.aborted).toBe(true);
      expect(signal?.reason).toMatchObject({ name: 'CancelledError', reason: 'enough' });
      yield* thrownBy(() => task);
    });
  });

  test('is the same one each time, and a fresh one once a cancellation was dealt with', async () => {
    await inLoop(function* () {
      const task = createTask(function* () {
        try {
          yield* sleep(10_000);
        } catch {
          // Refused.
        }
        yield* sleep(10_000);
      });
      yield* settle();
      const first = task.signal;
      expect(task.signal).toBe(first);
      task.cancel();
      expect([task.signal, task.signal.aborted]).toEqual([first, true]);
      yield* settle();
      task.uncancel();
      expect(task.signal).not.toBe(first);
      expect(task.signal.aborted).toBe(false);
      task.cancel();
      yield* thrownBy(() => task);
    });
  });

  test('is aborted from the start if the task was cancelled before it was asked for', async () => {
    await inLoop(function* () {
      const task = createTask(sleep(10_000));
      yield* settle();
      task.cancel('early');
      expect(task.signal.aborted).toBe(true);
      yield* thrownBy(() => task);
    });
  });
});
