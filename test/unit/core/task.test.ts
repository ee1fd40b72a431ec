import {
  allTasks,
  Context,
  type Coroutine,
  createTask,
  EventLoop,
  Future,
  getEventLoop,
  InvalidStateError,
  isFuture,
  type Suspension,
  sleep,
  Task,
} from 'skein';
import { VirtualEventLoop } from 'skein/testing';
import { describe, expect, test } from 'vitest';
import { inLazyLoop, inLoop, recordReports, virtualLoop } from '../loops.ts';

function* nothing(): Coroutine<void> {}

describe('a task', () => {
  test('is a future [task.is_future]', async () => {
    await inLoop(function* () {
      const task = createTask(nothing());
      expect(task).toBeInstanceOf(Task);
      expect(task).toBeInstanceOf(Future);
      expect(isFuture(task)).toBe(true);
      yield* task;
    });
  });

  test('runs a coroutine that awaits others, and has its result [task.basics]', async () => {
    await inLoop(function* () {
      function* inner(value: string): Coroutine<string> {
        yield* sleep(1);
        return value;
      }
      function* outer(): Coroutine<string> {
        return `${yield* inner('a')}${yield* createTask(inner('b'))}`;
      }
      const task = createTask(outer());
      expect(task.done()).toBe(false);
      expect(yield* task).toBe('ab');
      expect([task.done(), task.cancelled(), task.result()]).toEqual([true, false, 'ab']);
    });
  });

  test('makes its first step in the next iteration, not inside createTask()', async () => {
    await inLazyLoop(function* () {
      const log: string[] = [];
      createTask(function* () {
        log.push('started');
      });
      expect(log).toEqual([]);
      yield;
      expect(log).toEqual(['started']);
    });
  });

  test('gives way for one iteration at a bare yield', async () => {
    await inLazyLoop(function* (loop) {
      const log: string[] = [];
      const task = createTask(function* () {
        for (let step = 1; step <= 3; step++) {
          log.push(`step ${step}`);
          yield;
        }
      });
      loop.callSoon(() => loop.callSoon(() => log.push('callback')));
      yield* task;
      expect(log).toEqual(['step 1', 'step 2', 'callback', 'step 3']);
    });
  });

  test('wakes its awaiter in the iteration after its end', async () => {
    await inLazyLoop(function* (loop) {
      const log: string[] = [];
      const tick = (n: number): void => {
        log.push(`iteration ${n}`);
        if (n < 3) loop.callSoon(tick, n + 1);
      };
      loop.callSoon(tick, 1);
      yield* createTask(function* () {
        log.push('child');
      });
      log.push('awaiter');
      yield* sleep(1);
      expect(log).toEqual(['iteration 1', 'child', 'iteration 2', 'awaiter', 'iteration 3']);
    });
  });

  test('belongs to the loop it was made on, and a second loop goes its own way [task.class_binding]', async () => {
    const [one, two] = [virtualLoop(), virtualLoop()];
    const task = one.createTask(sleep(5, 'one'));
    const other = two.createTask(sleep(7, 'two'));
    expect([task.getLoop(), other.getLoop()]).toEqual([one, two]);
    expect(await one.runUntilComplete(task)).toBe('one');
    expect([task.done(), other.done(), one.time(), two.time()]).toEqual([true, false, 5, 0]);
    expect(await two.runUntilComplete(other)).toBe('two');
    expect([one.time(), two.time()]).toEqual([5, 7]);
  });

  test('can be made by its constructor', async () => {
    const loop = new VirtualEventLoop();
    const context = new Context();
    const task = new Task(sleep(5, 'made'), { loop, name: 'by hand', context });
    expect([task.getLoop(), task.getName(), task.getContext()]).toEqual([loop, 'by hand', context]);
    expect(await loop.runUntilComplete(task)).toBe('made');
  });

  test('fails with what its coroutine throws', async () => {
    await inLoop(function* () {
      const error = new RangeError('boom');
      const task = createTask(function* () {
        yield;
        throw error;
      });
      let caught: unknown;
      try {
        yield* task;
      } catch (thrown) {
        caught = thrown;
      }
      expect(caught).toBe(error);
      expect([task.done(), task.cancelled(), task.exception()]).toEqual([true, false, error]);
    });
  });

  test('fails with a value that has no text form, and the loop goes on', async () => {
    for (const thrown of [
      Object.create(null),
      Object.assign(new Error('x'), { message: null }),
      Symbol('thrown'),
    ]) {
      await inLoop(function* () {
        const task = createTask(function* () {
          yield;
          throw thrown;
        });
        yield* sleep(1);
        expect(task.done()).toBe(true);
        expect(task.exception()).toBe(thrown);
      });
    }
  });

  test('has its stack in the error before anyone awaits it [task.error.stack_available_early]', async () => {
    await inLoop(function* () {
      const task = createTask(function* failsEarly() {
        throw new Error('boom');
      });
      yield;
      yield;
      expect((task.exception() as Error).stack).toContain('failsEarly');
    });
  });

  test('has a future that its coroutine returns as its result, pending as it is [task.result.future_returned_not_flattened]', async () => {
    await inLoop(function* () {
      const future = new Future<number>();
      const task = createTask(function* () {
        return future;
      });
      expect(yield* task).toBe(future);
      expect([task.result() === future, future.done()]).toEqual([true, false]);
    });
  });

  test('is kept alive by the loop while it is pending', async () => {
    await inLoop(function* () {
      const log: string[] = [];
      createTask(function* () {
        yield* sleep(1000);
        log.push('still there');
      });
      yield* sleep(2000);
      expect(log).toEqual(['still there']);
    });
  });
});

describe('createTask()', () => {
  test('uses the running loop and answers a task [task.create.bare]', async () => {
    await inLoop(function* (loop) {
      const task = createTask(sleep(1, 'done'));
      expect(task).toBeInstanceOf(Task);
      expect(task.getLoop()).toBe(loop);
      expect(yield* task).toBe('done');
    });
  });

  test('works outside of tasks, on the default loop', async () => {
    const task = createTask(sleep(0, 'done'));
    expect(task.getLoop()).toBe(getEventLoop());
    expect(await task).toBe('done');
  });

  test('refuses what is no coroutine, each time [task.create.rejects_non_coroutine]', () => {
    for (const value of [42, 'work', null, undefined, {}, [], new Map(), new Future()]) {
      for (let time = 0; time < 2; time++) {
        expect(() => createTask(value as never)).toThrow(TypeError);
      }
    }
  });

  test('accepts coroutines of one generator function again and again [task.create.async_function]', async () => {
    await inLoop(function* () {
      function* work(n: number): Coroutine<number> {
        yield;
        return n;
      }
      expect(yield* createTask(work(1))).toBe(1);
      expect(yield* createTask(work(2))).toBe(2);
    });
  });

  test('accepts a generator function without parameters', async () => {
    await inLoop(function* () {
      function* work(): Coroutine<string> {
        yield;
        return 'worked';
      }
      expect(yield* createTask(work)).toBe('worked');
      expect(yield* createTask(work)).toBe('worked');
    });
  });

  test('accepts objects with the methods of a coroutine [task.create.coroutine_like]', async () => {
    await inLoop(function* () {
      const future = new Future<number>();
      let steps = 0;
      const like = {
        next(): IteratorResult<Suspension, number> {
          steps++;
          if (steps === 1) return { done: false, value: undefined };
          return { done: true, value: 42 };
        },
        throw(error: unknown): never {
          throw error;
        },
        return(value: number): IteratorResult<Suspension, number> {
          return { done: true, value };
        },
        [Symbol.iterator]() {
          return this;
        },
      };
      const task = createTask(like as unknown as Coroutine<number>);
      expect(yield* task).toBe(42);
      expect([steps, future.done()]).toEqual([2, false]);
    });
  });

  test('gives the result of an async function [task.coroutine.async_fn_value]', async () => {
    await inLoop(function* () {
      expect(yield* createTask(async () => 'value')).toBe('value');
    });
  });
});

describe('the name of a task', () => {
  test('is the one given [task.create.named]', async () => {
    await inLoop(function* () {
      const task = createTask(nothing(), { name: 'greeting' });
      expect(task.getName()).toBe('greeting');
      yield* task;
      expect(task.getName()).toBe('greeting');
    });
  });

  test('is a number that grows, if none is given [task.name.autogenerated_monotonic]', async () => {
    await inLoop(function* () {
      const names = [nothing(), nothing(), nothing()].map((coro) => createTask(coro).getName());
      const numbers = names.map((name) => Number(/^Task-(\d+)$/.exec(name)?.[1]));
      expect(numbers[1]).toBeGreaterThan(numbers[0]!);
      expect(numbers[2]).toBeGreaterThan(numbers[1]!);
      yield;
    });
  });

  test('is a text, whatever is given [task.name.non_string_is_stringified]', async () => {
    await inLoop(function* () {
      const big = 123456789123456789n;
      const task = createTask(nothing(), { name: big });
      expect(task.getName()).toBe('123456789123456789');
      task.setName({ toString: () => 'an object' });
      expect(task.getName()).toBe('an object');
      task.setName(7);
      expect(task.getName()).toBe('7');
      expect(createTask(nothing(), { name: '' }).getName()).toBe('');
      yield* task;
    });
  });
});

describe('a task tells', () => {
  test('its coroutine, also when it has ended [task.get_coro]', async () => {
    await inLoop(function* () {
      const coroutine = sleep(5);
      const task = createTask(coroutine);
      expect(task.getCoro()).toBe(coroutine);
      yield* task;
      expect(task.getCoro()).toBe(coroutine);
    });
  });

  test('its context: the very object it was given [task.get_context]', async () => {
    await inLoop(function* () {
      const context = new Context();
      const task = createTask(nothing(), { context });
      expect(task.getContext()).toBe(context);
      yield* task;
      expect(task.getContext()).toBe(context);
      expect(createTask(nothing()).getContext()).toBeInstanceOf(Context);
    });
  });

  test('its name, state and outcome in its text form', async () => {
    await inLoop(function* () {
      const good = createTask(sleep(0, 'fine'), { name: 'good' });
      const bad = createTask(
        function* () {
          throw new RangeError('boom');
        },
        { name: 'bad' },
      );
      const gone = createTask(sleep(1), { name: 'gone' });
      gone.cancel();
      yield* sleep(2);
      bad.exception();
      expect([good, bad, gone].map(String)).toMatchInlineSnapshot(`
        [
          "<Task 'good' finished result="fine">",
          "<Task 'bad' failed exception=RangeError(boom)>",
          "<Task 'gone' cancelled>",
        ]
      `);
    });
  });

  test('what it waits for [task.debug.shows_awaited_future]', async () => {
    await inLoop(function* () {
      const future = new Future();
      const forFuture = createTask(
        (function* () {
          yield* future;
        })(),
        { name: 'a' },
      );
      const forTask = createTask(
        (function* () {
          yield* forFuture;
        })(),
        { name: 'b' },
      );
      const forTimer = createTask(sleep(1000), { name: 'c' });
      yield;
      yield;
      expect([forFuture, forTask, forTimer].map(String)).toMatchInlineSnapshot(`
        [
          "<Task 'a' pending waiting for <Future pending>>",
          "<Task 'b' pending waiting for task 'a'>",
          "<Task 'c' pending waiting for a timer due in 1000 ms>",
        ]
      `);
      for (const task of [forTask, forTimer]) task.cancel();
    });
  });

  test('what it waits for, though each waits for the other [fut.debug.self_referential_repr]', async () => {
    await inLoop(function* () {
      const tasks: Task<void>[] = [];
      for (const name of ['a', 'b']) {
        tasks.push(
          createTask(
            function* (): Coroutine<void> {
              yield;
              yield* tasks[name === 'a' ? 1 : 0]!;
            },
            { name },
          ),
        );
      }
      for (let i = 0; i < 3; i++) yield;
      expect(tasks.map(String)).toEqual([
        "<Task 'a' pending waiting for task 'b'>",
        "<Task 'b' pending waiting for task 'a'>",
      ]);
      tasks[0]!.cancel();
      for (let i = 0; i < 4; i++) yield;
    });
  });
});

describe('settling a task from outside', () => {
  test('is refused [task.no_external_settle]', async () => {
    await inLoop(function* () {
      const task = createTask(sleep(1, 'its own'), { name: 'mine' }) as unknown as Future<string>;
      expect(() => task.setResult('other')).toThrowErrorMatchingInlineSnapshot(
        `[Error: Task 'mine' takes its result from its coroutine. Return it there.]`,
      );
      expect(() => task.setException(new Error('x'))).toThrowErrorMatchingInlineSnapshot(
        `[Error: Task 'mine' takes its exception from its coroutine. Throw it there.]`,
      );
      expect(yield* task).toBe('its own');
    });
  });

  test('if it is forced, reports the next step instead of making it [task.step_after_forced_settle]', async () => {
    for (const force of [
      (task: Task<unknown>) => Future.prototype.setResult.call(task, 'forced'),
      (task: Task<unknown>) => Future.prototype.setException.call(task, new Error('forced')),
    ]) {
      await inLoop(function* (loop) {
        const reports = recordReports(loop);
        const log: string[] = [];
        const task = createTask(function* () {
          yield* sleep(5);
          log.push('went on');
        });
        yield;
        yield;
        force(task);
        let outcome: unknown;
        try {
          outcome = yield* task;
        } catch (error) {
          outcome = (error as Error).message;
        }
        expect(outcome).toBe('forced');
        yield* sleep(10);
        expect(log).toEqual([]);
        expect(reports).toHaveLength(1);
        expect(reports[0]?.exception).toBeInstanceOf(InvalidStateError);
        expect(reports[0]?.future).toBe(task);
      });
    }
  });
});

test('making a task fails, and leaves no trace, where it cannot run [task.create.failure_in_scheduling]', () => {
  const loop = new EventLoop();
  loop.close();
  expect(() => new Task(nothing(), { loop })).toThrow('closed');
  expect(() => loop.createTask(nothing())).toThrow('closed');
  expect([...allTasks(loop)]).toEqual([]);
});

test('a future subclass is awaited like any other [task.await.future_hooks_callback]', async () => {
  class Answer extends Future<number> {}
  await inLoop(function* () {
    const answer = new Answer();
    const task = createTask(function* () {
      return yield* answer;
    });
    yield;
    yield;
    answer.setResult(42);
    expect(yield* task).toBe(42);
    expect(String(answer)).toBe('<Answer finished result=42>');
  });
});
