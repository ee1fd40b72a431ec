import {
  allTasks,
  CancelledError,
  ContextVar,
  type Coroutine,
  createTask,
  currentTask,
  eagerTaskFactory,
  Future,
  gather,
  sleep,
  Task,
  type TaskFactory,
  taskGroup,
} from 'skein';
import { VirtualEventLoop } from 'skein/testing';
import { describe, expect, test } from 'vitest';
import { caught } from '../combinators/helpers.ts';

/** Runs `main` on a loop whose tasks are eager. */
function inEagerLoop<T>(main: (loop: VirtualEventLoop) => Coroutine<T>): Promise<T> {
  const loop = new VirtualEventLoop();
  loop.setTaskFactory(eagerTaskFactory);
  return loop.runUntilComplete(main(loop));
}

function* value<T>(result: T): Coroutine<T> {
  return result;
}

describe('eagerTaskFactory', () => {
  test('is the loop’s factory once it is set, and makes tasks [eager.factory_installed]', () =>
    inEagerLoop(function* (loop) {
      expect(loop.getTaskFactory()).toBe(eagerTaskFactory);
      expect(createTask(value(1))).toBeInstanceOf(Task);
    }));

  test('a coroutine that never waits is done when createTask() returns [eager.sync_completion]', () =>
    inEagerLoop(function* () {
      const task = createTask(value('hello'));
      expect([task.done(), task.result()]).toEqual([true, 'hello']);
      const oops = new Error('oops');
      const failing = createTask(function* () {
        throw oops;
      });
      expect(failing.exception()).toBe(oops);
    }));

  test('what it does shows at once [eager.sync_effect_visible]', () =>
    inEagerLoop(function* () {
      const future = new Future<string>();
      createTask(function* () {
        future.setResult('set by the first step');
      });
      expect(future.done()).toBe(true);
      expect(yield* future).toBe('set by the first step');
    }));

  test('one that waits is pending, and goes on as usual [eager.suspends_then_scheduled]', () =>
    inEagerLoop(function* () {
      const log: string[] = [];
      const task = createTask(function* () {
        log.push('first step');
        yield* sleep(0);
        log.push('second step');
        yield* sleep(5);
        return 'done';
      });
      log.push('created');
      expect(task.done()).toBe(false);
      expect(yield* task).toBe('done');
      expect(log).toEqual(['first step', 'created', 'second step']);
    }));

  test('cancelling one that is done already does nothing [eager.cancel_after_sync_completion]', () =>
    inEagerLoop(function* () {
      const task = createTask(value('kept'));
      expect(task.cancel()).toBe(false);
      expect(yield* task).toBe('kept');
    }));

  test('cancelling one that waits works as ever, message included [eager.cancel_after_suspend]', () =>
    inEagerLoop(function* () {
      const task = createTask(sleep(100));
      expect(task.cancel('enough')).toBe(true);
      expect(yield* caught(task)).toMatchObject({ name: 'CancelledError', reason: 'enough' });
      expect(task.cancelled()).toBe(true);
    }));

  test('in its first step it is the current task; afterwards its creator is again [eager.current_task]', () =>
    inEagerLoop(function* () {
      const creator = currentTask();
      let inside: unknown;
      const task = createTask(function* () {
        inside = currentTask();
        yield* sleep(1);
        return currentTask();
      });
      expect(currentTask()).toBe(creator);
      expect(inside).toBe(task);
      createTask(function* () {
        throw new Error('even when it throws');
      }).cancel();
      expect(currentTask()).toBe(creator);
      yield* sleep(0);
      expect(currentTask()).toBe(creator);
      expect((yield* gather([task]))[0] === task).toBe(true);
    }));

  test('it is among all tasks in its first step, and not once it is done [eager.all_tasks_during_step]', () =>
    inEagerLoop(function* () {
      const before = allTasks().size;
      let during = 0;
      createTask(function* () {
        during = allTasks().size;
      });
      expect([during, allTasks().size]).toEqual([before + 1, before]);
    }));

  test('it stays among all tasks while it waits [eager.all_tasks_after_suspend]', () =>
    inEagerLoop(function* () {
      const task = createTask(sleep(1));
      expect(allTasks().has(task)).toBe(true);
      yield* task;
      expect(allTasks().has(task)).toBe(false);
    }));

  test('its first step runs in its own copy of the context [eager.context]', () =>
    inEagerLoop(function* () {
      const who = new ContextVar('who', { defaultValue: 'nobody' });
      who.set('creator');
      const task = createTask(function* () {
        const before = who.get();
        who.set('task');
        yield* sleep(1);
        return [before, who.get()];
      });
      expect(who.get()).toBe('creator');
      expect(yield* task).toEqual(['creator', 'task']);
      expect(who.get()).toBe('creator');
    }));

  test('done in its first step, it holds its coroutine no more [eager.get_coro_cleared]', () =>
    inEagerLoop(function* () {
      expect(createTask(value(1)).getCoro()).toBeUndefined();
      const waiting = createTask(sleep(1));
      expect(waiting.getCoro()).toBeDefined();
      yield* waiting;
    }));

  test('while the loop is not running it starts tasks in the next iteration [eager.only_when_loop_running]', async () => {
    const loop = new VirtualEventLoop();
    loop.setTaskFactory(eagerTaskFactory);
    const task = loop.createTask(value('later'));
    expect(task.done()).toBe(false);
    expect(await loop.runUntilComplete(task)).toBe('later');
  });

  test('its name is there in its first step [eager.name_visible_in_first_step]', () =>
    inEagerLoop(function* () {
      const task = createTask(
        (function* () {
          return currentTask()?.getName();
        })(),
        { name: 'worker' },
      );
      expect(task.result()).toBe('worker');
    }));

  test('an async function makes its first step at once, too', () =>
    inEagerLoop(function* () {
      const log: string[] = [];
      const task = createTask(async () => {
        log.push(currentTask()?.getName() ?? 'no task');
        await sleep(1);
        log.push('slept');
      });
      log.push('created');
      yield* task;
      expect(log).toEqual([task.getName(), 'created', 'slept']);
    }));
});

describe('eagerStart', () => {
  test('chooses for each task, whatever the factory does [eager.opt_in_per_task]', async () => {
    for (const factory of [undefined, eagerTaskFactory]) {
      const loop = new VirtualEventLoop();
      loop.setTaskFactory(factory);
      await loop.runUntilComplete(
        (function* () {
          const start = (eagerStart?: boolean) =>
            createTask(value(1), eagerStart === undefined ? {} : { eagerStart });
          const tasks = [start(true), start(false), start()];
          expect(tasks.map((task) => task.done())).toEqual([true, false, factory !== undefined]);
          yield* gather(tasks);
        })(),
      );
    }
  });

  test('leaves the signal of its first step in place, though the task listens to another', () =>
    inEagerLoop(function* () {
      const seen: unknown[] = [];
      const task = createTask(
        function* () {
          const { signal } = currentTask() as Task<unknown>;
          signal.addEventListener('abort', () => seen.push(signal.reason));
          yield* sleep(1000);
        },
        { eagerStart: true, signal: new AbortController().signal },
      );
      task.cancel('stop');
      expect(seen).toMatchObject([{ name: 'CancelledError', reason: 'stop' }]);
      yield* caught(task);
    }));

  test('listens to its signal in the first step already', () =>
    inEagerLoop(function* (loop) {
      const controller = new AbortController();
      const requests: unknown[] = [];
      const task = createTask(
        function* () {
          controller.abort('enough');
          requests.push(currentTask()?.cancelling());
          yield* sleep(1000);
        },
        { eagerStart: true, signal: controller.signal },
      );
      expect(requests).toEqual([1]);
      expect(yield* caught(task)).toMatchObject({ name: 'CancelledError', reason: 'enough' });
      expect(loop.time()).toBe(0);
    }));

  test('a first step that throws a cancellation leaves a cancelled task', () =>
    inEagerLoop(function* () {
      const task = createTask(function* () {
        throw new CancelledError();
      });
      expect(task.cancelled()).toBe(true);
      yield* caught(task);
    }));
});

describe('how many tasks have to be scheduled', () => {
  /** Counts the tasks that are not done when they are made. */
  async function scheduled(eager: boolean, main: () => Coroutine<unknown>): Promise<number> {
    const loop = new VirtualEventLoop();
    let count = 0;
    const counting: TaskFactory = (loop, coroutine, options) => {
      const task = new Task(coroutine, { eagerStart: eager, ...options, loop });
      if (!task.done()) count++;
      return task;
    };
    loop.setTaskFactory(counting);
    await loop.runUntilComplete(loop.createTask(main(), { eagerStart: false }));
    return count - 1;
  }

  function* chain(depth: number): Coroutine<number> {
    return depth === 0 ? 0 : 1 + (yield* chain(depth - 1));
  }

  function* groups(width: number, depth: number): Coroutine<void> {
    if (depth === 0) return;
    yield* taskGroup(function* (group) {
      for (let i = 0; i < width; i++) group.createTask(groups(width, depth - 1));
    });
  }

  function* gathers(width: number, depth: number): Coroutine<void> {
    if (depth === 0) return;
    yield* gather(Array.from({ length: width }, () => gathers(width, depth - 1)));
  }

  test('awaits make none: one task for the whole chain, or none if eager [eager.counts_awaits]', async () => {
    function* main(): Coroutine<void> {
      expect(yield* createTask(chain(100))).toBe(100);
    }
    expect(await scheduled(false, main)).toBe(1);
    expect(await scheduled(true, main)).toBe(0);
  });

  test('a tree of gather(), five wide and four deep, makes 780 tasks, or none if eager [eager.counts_gather]', async () => {
    expect(await scheduled(false, () => gathers(5, 4))).toBe(780);
    expect(await scheduled(true, () => gathers(5, 4))).toBe(0);
  });

  // A group is told of its children's ends by way of the loop, as in CPython since 3.14, so it has to wait for them.
  test('a tree of groups makes 780 tasks; if eager, none for the leaves [eager.counts_groups]', async () => {
    expect(await scheduled(false, () => groups(5, 4))).toBe(780);
    expect(await scheduled(true, () => groups(5, 4))).toBe(155);
  });
});
