import {
  asCompleted,
  Barrier,
  BoundedSemaphore,
  Condition,
  Context,
  ContextVar,
  type Coroutine,
  createTask,
  currentTask,
  Event,
  EventLoop,
  ExceptionGroup,
  Future,
  gather,
  LifoQueue,
  Lock,
  PriorityQueue,
  Queue,
  Runner,
  Semaphore,
  shield,
  sleep,
  type Task,
  taskGroup,
  timeout,
  timeoutAt,
  wait,
} from 'skein';
import { VirtualEventLoop } from 'skein/testing';
import { describe, expect, test } from 'vitest';
import { inNode, process } from '../hosts.ts';
import { withoutPaths } from './places.ts';

interface Util {
  inspect(value: unknown, options?: { breakLength?: number; depth?: number }): string;
}
const util = process?.getBuiltinModule?.('node:util') as Util | undefined;

/** Runs `main` on a virtual loop, as a task named main. */
async function inMain<T>(
  main: (loop: VirtualEventLoop) => Coroutine<T>,
  debug = false,
): Promise<T> {
  const loop = new VirtualEventLoop();
  loop.setDebug(debug);
  return await loop.runUntilComplete(loop.createTask(main(loop), { name: 'main' }));
}

/** The text forms of tasks that wait in all these ways, 1 ms later. */
function waitingTexts(
  ways: Record<string, (() => Coroutine<unknown>) | ((signal: AbortSignal) => Promise<unknown>)>,
): Promise<string[]> {
  return inMain(function* () {
    const tasks = Object.entries(ways).map(([name, way]) =>
      createTask(way as () => Coroutine<unknown>, { name }),
    );
    yield* sleep(1);
    const texts = tasks.map(String);
    for (const task of tasks) task.cancel();
    yield* wait(tasks);
    return texts;
  });
}

describe('the text form', () => {
  test('of a future has its state and its outcome', async () => {
    const texts = await inMain(function* () {
      const [pending, finished, failed, cancelled] = [0, 1, 2, 3].map(() => new Future<unknown>());
      finished?.setResult({ a: 1 });
      failed?.setException(new RangeError('too far'));
      failed?.exception();
      cancelled?.cancel();
      return [pending, finished, failed, cancelled].map(String);
    });
    expect(texts).toMatchInlineSnapshot(`
      [
        "<Future pending>",
        "<Future finished result=an object>",
        "<Future failed exception=RangeError(too far)>",
        "<Future cancelled>",
      ]
    `);
  });

  test('of a task has its name, its state and what it waits for', async () => {
    const lock = new Lock();
    const semaphore = new Semaphore(1);
    const condition = new Condition();
    const full = new Queue<number>(1);
    const texts = await inMain(function* () {
      yield* lock.acquire();
      yield* semaphore.acquire();
      full.putNowait(1);
      const target = createTask(sleep(100), { name: 'target' });
      const joined = new LifoQueue<number>();
      joined.putNowait(1);
      const ways: Record<string, () => Coroutine<unknown>> = {
        sleeps: () => sleep(10),
        'awaits a task': function* () {
          yield* target;
        },
        'awaits a future': function* () {
          yield* new Future<void>();
        },
        'wants a lock': () => lock.acquire(),
        'wants a semaphore': () => semaphore.acquire(),
        'wants a notification': () => condition.with(() => condition.wait()),
        'wants an event': () => new Event().wait(),
        'is early at a barrier': () => new Barrier(2).wait(),
        'wants an item': () => new PriorityQueue<number>().get(),
        'wants room': () => full.put(2),
        'joins a queue': () => joined.join(),
        gathers: function* () {
          yield* gather([target, sleep(50), sleep(60), sleep(70)]);
        },
        shields: function* () {
          yield* shield(target);
        },
        'waits for some': () => wait([target]),
        'wants the next': function* () {
          for (const next of asCompleted([target])) yield* next;
        },
        'owns a group': () =>
          taskGroup(function* (tg) {
            tg.createTask(sleep(50));
          }),
        'is in a hurry': () => timeout(50, () => sleep(70)),
        spins: function* () {
          for (let n = 0; n < 9; n++) yield;
        },
      };
      const tasks = Object.entries(ways).map(([name, way]) => createTask(way(), { name }));
      for (let n = 0; n < 4; n++) yield;
      const texts = tasks.map((task) => String(task).replace(/Task-\d+/g, 'Task-…'));
      for (const task of [...tasks, target]) task.cancel();
      yield* wait(tasks);
      return texts;
    });
    expect(texts.join('\n')).toMatchInlineSnapshot(`
      "<Task 'sleeps' pending waiting for a timer due in 10 ms>
      <Task 'awaits a task' pending waiting for task 'target'>
      <Task 'awaits a future' pending waiting for <Future pending>>
      <Task 'wants a lock' pending waiting for <Lock locked by task 'main', 1 waiting>>
      <Task 'wants a semaphore' pending waiting for <Semaphore locked by task 'main', 1 waiting>>
      <Task 'wants a notification' pending waiting for <Condition unlocked, 1 waiting>>
      <Task 'wants an event' pending waiting for <Event unset, 1 waiting>>
      <Task 'is early at a barrier' pending waiting for <Barrier filling, 1 of 2 waiting>>
      <Task 'wants an item' pending waiting for an item of <PriorityQueue 0 items>>
      <Task 'wants room' pending waiting for room in <Queue 1 of 1 items>>
      <Task 'joins a queue' pending waiting for taskDone() for 1 of <LifoQueue 1 items>>
      <Task 'gathers' pending waiting for gather() of task 'target', task 'Task-…', task 'Task-…', 1 more>
      <Task 'shields' pending waiting for shield() of task 'target'>
      <Task 'waits for some' pending waiting for wait() for 1 of 1 futures>
      <Task 'wants the next' pending waiting for an item of asCompleted() of 1 pending>
      <Task 'owns a group' pending waiting for <TaskGroup of 1 task>>
      <Task 'is in a hurry' pending waiting for a timer due in 70 ms>
      <Task 'spins' pending>"
    `);
  });

  test('of an async function has what it awaits', async () => {
    const lock = new Lock();
    const texts = await waitingTexts({
      holds: async () => {
        await lock.acquire();
        await sleep(9);
      },
      'wants a lock': async () => await lock.acquire(),
      'is in a hurry': async () => await timeout(50, async () => await sleep(70)),
      'awaits two': async () => await Promise.all([sleep(30), sleep(40)]),
      'awaits something else': async (signal) =>
        await new Promise((resolve) => signal.addEventListener('abort', resolve)),
    });
    expect(texts.join('\n')).toMatchInlineSnapshot(`
      "<Task 'holds' pending waiting for a timer due in 8 ms>
      <Task 'wants a lock' pending waiting for <Lock locked by task 'holds', 1 waiting>>
      <Task 'is in a hurry' pending waiting for a timer due in 69 ms>
      <Task 'awaits two' pending waiting for a timer due in 29 ms, a timer due in 39 ms>
      <Task 'awaits something else' pending waiting for something outside of the loop>"
    `);
  });

  test('of handles has the function and the time', async () => {
    const texts = await inMain(function* (loop) {
      const soon = loop.callSoon(function refresh() {});
      const later = loop.callLater(10, function expire() {});
      const never = loop.callLater(20, () => {});
      never.cancel();
      const texts = [soon, later, never].map(String);
      yield* sleep(11);
      return [...texts, String(later)];
    });
    expect(texts).toMatchInlineSnapshot(`
      [
        "<Handle refresh()>",
        "<TimerHandle expire(), due in 10 ms>",
        "<TimerHandle cancelled>",
        "<TimerHandle expire()>",
      ]
    `);
  });

  test('of what tasks meet at has its state, who holds it, and how many wait', async () => {
    const texts = await inMain(function* () {
      const things = [
        new Lock(),
        new Semaphore(2),
        new BoundedSemaphore(1),
        new Condition(),
        new Event(),
        new Barrier(3),
      ] as const;
      const [lock, semaphore, bounded, condition, event, barrier] = things;
      const texts = things.map(String);
      for (const held of [lock, semaphore, semaphore, bounded, condition]) yield* held.acquire();
      event.set();
      const tasks = [lock.acquire(), semaphore.acquire(), bounded.acquire(), barrier.wait()].map(
        (coroutine) => createTask(coroutine as Coroutine<unknown>),
      );
      yield* sleep(1);
      texts.push('', ...things.map(String));
      for (const task of tasks) task.cancel();
      yield* wait(tasks);
      return texts;
    });
    expect(texts.join('\n')).toMatchInlineSnapshot(`
      "<Lock unlocked>
      <Semaphore unlocked, value 2>
      <BoundedSemaphore unlocked, value 1>
      <Condition unlocked>
      <Event unset>
      <Barrier filling, 0 of 3 waiting>

      <Lock locked by task 'main', 1 waiting>
      <Semaphore locked by task 'main', 1 waiting>
      <BoundedSemaphore locked by task 'main', 1 waiting>
      <Condition locked by task 'main'>
      <Event set>
      <Barrier filling, 1 of 3 waiting>"
    `);
  });

  test('of queues has how many items they hold', () => {
    const queue = new Queue<number>(3);
    queue.putNowait(1);
    const closed = new PriorityQueue<number>();
    closed.shutdown();
    expect([queue, new LifoQueue(), closed].map(String)).toMatchInlineSnapshot(`
      [
        "<Queue 1 of 3 items>",
        "<LifoQueue 0 items>",
        "<PriorityQueue shut down, 0 items>",
      ]
    `);
  });

  test('of scopes has their state', async () => {
    const texts = await inMain(function* () {
      const texts: string[] = [];
      const scope = yield* timeoutAt(50, function* (scope) {
        texts.push(String(scope));
        yield;
        return scope;
      });
      const group = yield* taskGroup(function* (tg) {
        tg.createTask(sleep(1));
        texts.push(String(tg));
        return tg;
      });
      const completed = asCompleted([sleep(1), sleep(2)]);
      texts.push(String(completed));
      for (const next of completed) yield* next;
      return [...texts, ...[scope, group, completed].map(String)];
    });
    expect(texts).toMatchInlineSnapshot(`
      [
        "<Timeout active when=50>",
        "<TaskGroup of 1 task>",
        "<AsCompleted 2 pending, 2 to give>",
        "<Timeout finished>",
        "<TaskGroup of 0 tasks>",
        "<AsCompleted 0 pending, 0 to give>",
      ]
    `);
  });

  test('of loops and runners has what there is to do', async () => {
    const loop = new EventLoop();
    loop.setDebug(false);
    const runner = new Runner({ loop: () => loop });
    const texts = [String(loop), String(runner)];
    await runner.run(function* () {
      createTask(sleep(60_000));
      yield;
      yield;
      texts.push(String(loop), String(runner));
      loop.setDebug(true);
      texts.push(String(loop));
      loop.setDebug(false);
    });
    await runner.close();
    expect([...texts, String(loop), String(runner)]).toMatchInlineSnapshot(`
      [
        "<EventLoop open, 0 tasks, 0 timers>",
        "<Runner created>",
        "<EventLoop open, 2 tasks, 1 timer>",
        "<Runner open on <EventLoop open, 2 tasks, 1 timer>>",
        "<EventLoop open, 2 tasks, 1 timer, debug>",
        "<EventLoop closed, 0 tasks, 0 timers>",
        "<Runner closed>",
      ]
    `);
  });

  test('of contexts and their variables has names and values', () => {
    const user = new ContextVar<string>('user');
    const context = new Context();
    const token = context.run(() => user.set('ada'));
    const texts = [context, user, token].map(String);
    context.run(() => user.reset(token));
    expect([...texts, ...[context, token].map(String)]).toMatchInlineSnapshot(`
      [
        "<Context user="ada">",
        "<ContextVar 'user'>",
        "<Token of ContextVar 'user'>",
        "<Context, empty>",
        "<Token of ContextVar 'user', used>",
      ]
    `);
  });

  test('has where it was made, in debug mode', async () => {
    const texts = await inMain(function* (loop) {
      const future = new Future<void>();
      const task = createTask(
        function* () {
          yield* future;
        },
        { name: 'task' },
      );
      const handle = loop.callLater(5, function later() {});
      yield;
      const texts = [future, task, handle].map(String);
      future.setResult();
      yield* task;
      return texts;
    }, true);
    expect(texts.map(withoutPaths)).toMatchInlineSnapshot(`
      [
        "<Future pending, made at text-forms.test.ts>",
        "<Task 'task' pending waiting for <Future pending, made at text-forms.test.ts>, made at text-forms.test.ts>",
        "<TimerHandle later(), due in 5 ms, made at text-forms.test.ts>",
      ]
    `);
    expect(texts[0]).toMatch(/text-forms\.test\.ts(\?[^:]*)?:\d+:\d+>$/);
  });

  test('of a subclass has its name', async () => {
    class Answer extends Future<number> {}
    const text = await inMain(function* () {
      return String(new Answer());
    });
    expect(text).toBe('<Answer pending>');
  });
});

describe.runIf(inNode)("in Node's console", () => {
  const inspect = (value: unknown): string => (util as Util).inspect(value, { breakLength: 200 });

  test('everything shows its text form', async () => {
    await inMain(function* (loop) {
      const user = new ContextVar<string>('user');
      const context = new Context();
      const things: unknown[] = [
        new Future(),
        currentTask(),
        loop,
        loop.callSoon(() => {}),
        loop.callLater(1, () => {}),
        new Lock(),
        new Semaphore(),
        new BoundedSemaphore(),
        new Condition(),
        new Event(),
        new Barrier(1),
        new Queue(),
        new PriorityQueue(),
        new LifoQueue(),
        new Runner(),
        new EventLoop(),
        context,
        user,
        context.run(() => user.set('ada')),
        asCompleted([new Future()]),
        gather([new Future()]),
        yield* taskGroup(function* (tg) {
          return tg;
        }),
        yield* timeout(1, function* (scope) {
          return scope;
        }),
      ];
      for (const thing of things) {
        expect(inspect(thing)).toBe(String(thing));
        expect(inspect(thing)).toMatch(/^<\w+/);
      }
    });
  });

  test('also inside of other values', async () => {
    await inMain(function* () {
      const task = createTask(sleep(5), { name: 'sleeper' });
      yield* sleep(1);
      const state = { task, locks: [new Lock()], byName: new Map([['q', { queue: new Queue() }]]) };
      expect(inspect(state)).toMatchInlineSnapshot(
        `"{ task: <Task 'sleeper' pending waiting for a timer due in 4 ms>, locks: [ <Lock unlocked> ], byName: Map(1) { 'q' => { queue: <Queue 0 items> } } }"`,
      );
    });
  });

  test('a group of errors shows each of them', () => {
    const error = new ExceptionGroup('both failed', [new TypeError('a'), new RangeError('b')]);
    const text = inspect(error);
    expect(String(error)).toBe('ExceptionGroup: both failed');
    expect(text).toMatch(/^ExceptionGroup: both failed/);
    expect(text).toContain('TypeError: a');
    expect(text).toContain('RangeError: b');
  });
});

test('a task whose name or result has no text form has one all the same', async () => {
  const text = await inMain(function* () {
    const task: Task<unknown> = createTask(function* () {
      return {
        get constructor(): never {
          throw new Error('no');
        },
      };
    });
    yield* task;
    return String(task);
  });
  expect(text).toMatch(/finished result=a value without a text form>$/);
});
