import {
  type Coroutine,
  createTask,
  Future,
  formatCallGraph,
  gather,
  Lock,
  Queue,
  sleep,
  type Task,
} from 'skein';
import { VirtualEventLoop } from 'skein/testing';
import { describe, expect, test } from 'vitest';
import { withoutPaths } from './places.ts';

/** The text for the future that `main` answers, 1 ms later. */
async function formatted(main: () => Coroutine<Future<unknown>>, debug = true): Promise<string> {
  const loop = new VirtualEventLoop();
  loop.setDebug(debug);
  const text = await loop.runUntilComplete(
    (function* (): Coroutine<string> {
      const future = yield* main();
      yield* sleep(1);
      return formatCallGraph(future);
    })(),
  );
  return withoutPaths(text).replaceAll(', made at format-call-graph.test.ts', '');
}

describe('the text of a call graph', () => {
  test('has the frames of each task, what it waits for, who holds that, and who waits for it', async () => {
    const lock = new Lock();
    const queue = new Queue<number>();
    function* guarded(): Coroutine<void> {
      yield* lock.acquire();
    }
    const text = await formatted(function* () {
      createTask(
        function* holder() {
          queue.putNowait(1);
          yield* queue.get();
          yield* lock.with(() => queue.get());
        },
        { name: 'holder' },
      );
      const guest = createTask(
        function* visit() {
          yield* guarded();
        },
        { name: 'guest' },
      );
      createTask(
        async function host() {
          await gather([guest]);
        } as () => Promise<void>,
        { name: 'host' },
      );
      return guest;
    });
    expect(text).toMatchInlineSnapshot(`
      "* Task 'guest' waiting for <Lock locked by task 'holder', 1 waiting>, held by <Task 'holder' pending waiting for an item of <Queue 0 items>>
        + Call stack:
        |   at guarded (format-call-graph.test.ts)
        |   at visit (format-call-graph.test.ts)
        + Awaited by:
          * Task 'host' waiting for gather() of task 'guest'
            + Call stack:
            |   at host (format-call-graph.test.ts)"
    `);
  });

  test('says where it comes back to the start', async () => {
    const text = await formatted(function* () {
      const tasks: Task<unknown>[] = [];
      for (const n of [0, 1]) {
        tasks.push(
          createTask(
            function* () {
              yield* tasks[1 - n] as Task<unknown>;
            },
            { name: `task ${n}` },
          ),
        );
      }
      return tasks[0] as Task<unknown>;
    }, false);
    expect(text).toMatchInlineSnapshot(`
      "* Task 'task 0' waiting for task 'task 1'
        + Awaited by:
          * Task 'task 1' waiting for task 'task 0'
            + Awaited by:
              * Task 'task 0' again: these wait for each other"
    `);
  });

  test('shows once what is reached in two ways', async () => {
    const text = await formatted(function* () {
      const child = new Future<void>();
      const sides = ['left', 'right'].map((name) =>
        createTask(
          function* () {
            yield* child;
          },
          { name },
        ),
      );
      createTask(
        function* () {
          yield* gather(sides);
        },
        { name: 'top' },
      );
      return child;
    }, false);
    expect(text).toMatchInlineSnapshot(`
      "* <Future pending>
        + Awaited by:
          * Task 'left' waiting for <Future pending>
            + Awaited by:
              * Task 'top' waiting for gather() of task 'left', task 'right'
          * Task 'right' waiting for <Future pending>
            + Awaited by:
              * Task 'top' waiting for gather() of task 'left', task 'right', shown above"
    `);
  });

  test('ends where nobody reads on', async () => {
    const text = await formatted(function* () {
      const first = createTask(sleep(9));
      let last: Task<unknown> = first;
      for (let n = 0; n < 20_000; n++) {
        const awaited = last;
        last = createTask(function* () {
          yield* awaited;
        });
      }
      return first;
    }, false);
    expect(text.split('\n').at(-1)?.trim()).toBe('* and so on');
    expect(text.split('\n')).toHaveLength(201);
  });

  test('is that of the running task by default, and empty outside of any', async () => {
    expect(formatCallGraph()).toBe('');
    const loop = new VirtualEventLoop();
    const task = loop.createTask(
      function* main() {
        return formatCallGraph();
      },
      { name: 'main' },
    );
    expect(withoutPaths(await loop.runUntilComplete(task))).toMatchInlineSnapshot(`
      "* Task 'main'
        + Call stack:
        |   at main (format-call-graph.test.ts)"
    `);
  });
});
