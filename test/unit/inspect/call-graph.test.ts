import {
  type Awaitable,
  asCompleted,
  Condition,
  type Coroutine,
  captureCallGraph,
  createTask,
  Event,
  eagerTaskFactory,
  type Future,
  type FutureCallGraph,
  gather,
  getEventLoop,
  Lock,
  Queue,
  Semaphore,
  shield,
  sleep,
  type Task,
  taskGroup,
  timeout,
  wait,
  waitFor,
} from 'skein';
import { VirtualEventLoop } from 'skein/testing';
import { describe, expect, test } from 'vitest';
import { inNode } from '../hosts.ts';
import { names, type Outline, outline } from './places.ts';

describe.each(['lazy', 'eager'])('the call graph, with %s tasks', (kind) => {
  function debugLoop(): VirtualEventLoop {
    const loop = new VirtualEventLoop();
    loop.setDebug(true);
    if (kind === 'eager') loop.setTaskFactory(eagerTaskFactory);
    return loop;
  }

  /** Runs `main` with a coroutine function that, deep inside, waits a moment and keeps the graph from there. */
  async function captured(
    main: (child: () => Coroutine<void>) => Awaitable<unknown>,
  ): Promise<Outline | undefined> {
    const loop = debugLoop();
    let graph: FutureCallGraph | undefined;
    function* deep(): Coroutine<void> {
      yield* sleep(1);
      graph = captureCallGraph();
    }
    function* child(): Coroutine<void> {
      yield* deep();
    }
    const program = createTaskIn(loop, () => main(child), 'main');
    await loop.runUntilComplete(program);
    loop.close();
    return outline(graph);
  }

  function createTaskIn(
    loop: VirtualEventLoop,
    main: () => Awaitable<unknown>,
    name: string,
  ): Task<unknown> {
    return loop.createTask(main as () => Coroutine<unknown>, { name });
  }

  test('shows the own frames, the innermost first, and the task that awaits directly [graph.task]', async () => {
    expect(
      await captured(function* program(child) {
        yield* createTask(child(), { name: 'child' });
      }),
    ).toEqual(['child', ['deep', 'child'], [['main', ['program'], []]]]);
  });

  test('shows whoever gathers [graph.gather]', async () => {
    expect(
      await captured(function* program(child) {
        yield* gather([createTask(child(), { name: 'child' }), sleep(9)]);
      }),
    ).toEqual(['child', ['deep', 'child'], [['main', ['program'], []]]]);
  });

  test('shows whoever awaits a shield [graph.shield]', async () => {
    expect(
      await captured(function* program(child) {
        yield* shield(createTask(child(), { name: 'child' }));
      }),
    ).toEqual(['child', ['deep', 'child'], [['main', ['program'], []]]]);
  });

  test('shows whoever waits with wait(), waitFor(), asCompleted() [graph.wait]', async () => {
    const expected = ['child', ['deep', 'child'], [['main', ['program'], []]]];
    const named = (child: () => Coroutine<void>) => createTask(child(), { name: 'child' });
    expect(
      await captured(function* program(child) {
        yield* wait([named(child)]);
      }),
    ).toEqual(expected);
    expect(
      await captured(function* program(child) {
        yield* waitFor(named(child), 5);
      }),
    ).toEqual(expected);
    expect(
      await captured(function* program(child) {
        for (const next of asCompleted([named(child)])) yield* next;
      }),
    ).toEqual(expected);
  });

  test('shows whoever waits for one that was cancelled without any time [graph.wait]', async () => {
    const loop = debugLoop();
    let graph: FutureCallGraph | undefined;
    await loop.runUntilComplete(
      (function* (): Coroutine<void> {
        const task: Task<unknown> = createTask(function* () {
          try {
            yield* sleep(100);
          } finally {
            yield* sleep(1);
            graph = captureCallGraph();
          }
        });
        const waiter = createTask(waitFor(task, 0), { name: 'waiter' });
        yield* wait([waiter]);
        waiter.exception();
      })(),
    );
    expect(graph?.awaitedBy.map(({ future }) => (future as Task<unknown>).getName())).toEqual([
      'waiter',
    ]);
  });

  test('shows the owner of a group, also while its body runs [graph.taskgroup]', async () => {
    expect(
      await captured(function* program(child) {
        yield* taskGroup(function* inGroup(tg) {
          tg.createTask(child(), { name: 'child' });
        });
      }),
    ).toEqual(['child', ['deep', 'child'], [['main', ['program'], []]]]);
    expect(
      await captured(function* program(child) {
        yield* taskGroup(function* inGroup(tg) {
          tg.createTask(child(), { name: 'child' });
          yield* sleep(5);
        });
      }),
    ).toEqual(['child', ['deep', 'child'], [['main', ['inGroup', 'program'], []]]]);
  });

  test('shows the body of a timeout in the frames of its task [graph.timeout]', async () => {
    expect(
      await captured(function* program(child) {
        yield* timeout(100, function* inTime() {
          yield* child();
        });
      }),
    ).toEqual(['main', ['deep', 'child', 'inTime', 'program'], []]);
  });

  test('shows async generators, and the async functions that consume them [graph.async_gen]', async () => {
    const loop = debugLoop();
    let graph: FutureCallGraph | undefined;
    async function* numbers(): AsyncGenerator<number, void, undefined> {
      await sleep(5);
      yield 1;
    }
    async function consume(): Promise<void> {
      for await (const _ of numbers());
    }
    await loop.runUntilComplete(
      (function* (): Coroutine<void> {
        const consumer = createTask(async () => await consume(), { name: 'consumer' });
        yield* sleep(1);
        graph = captureCallGraph(consumer);
        yield* consumer;
      })(),
    );
    expect(names(graph?.callStack).slice(0, 2)).toEqual(['numbers', 'consume']);
    expect(graph?.waitingFor?.text).toBe('a timer due in 4 ms');
  });

  test.runIf(inNode)('of a bare future lists all who await it [graph.future]', async () => {
    const loop = debugLoop();
    let graph: Outline | undefined;
    await loop.runUntilComplete(
      (function* (): Coroutine<void> {
        const future = getEventLoop().createFuture<void>();
        function* first(): Coroutine<void> {
          yield* future;
        }
        async function second(): Promise<void> {
          await future;
        }
        const tasks = [
          createTask(first(), { name: 'first' }),
          createTask(second, { name: 'second' }),
          createTask(waitFor(future, 9), { name: 'third' }),
        ];
        yield* sleep(1);
        graph = outline(captureCallGraph(future));
        future.setResult();
        yield* wait(tasks);
      })(),
    );
    expect(graph).toEqual([
      expect.stringMatching(/^<Future pending, made at .*call-graph\.test\.ts:\d+:\d+>$/),
      [],
      [
        ['first', ['first'], []],
        ['third', [], []],
        ['second', ['second'], []],
      ],
    ]);
  });

  test('goes up all the way', async () => {
    expect(
      await captured(function* program(child) {
        const inner = createTask(child(), { name: 'inner' });
        const middle = createTask(
          async function waits() {
            await gather([inner, shield(gather([inner]))]);
          } as () => Promise<void>,
          { name: 'middle' },
        );
        yield* taskGroup(function* inGroup(tg) {
          const group = tg.createTask(
            function* outer() {
              yield* middle;
            },
            { name: 'outer' },
          );
          yield* group;
        });
      }),
    ).toEqual([
      'inner',
      ['deep', 'child'],
      [['middle', ['waits'], [['outer', ['outer'], [['main', ['inGroup', 'program'], []]]]]]],
    ]);
  });

  test('takes so many frames: from the innermost, from the outermost, none', async () => {
    const loop = debugLoop();
    const seen: unknown[] = [];
    await loop.runUntilComplete(
      (function* (): Coroutine<void> {
        function* inner(): Coroutine<void> {
          yield* sleep(5);
        }
        function* middle(): Coroutine<void> {
          yield* inner();
        }
        function* outer(): Coroutine<void> {
          yield* middle();
        }
        const task = createTask(outer());
        yield* sleep(1);
        for (const limit of [2, -2, 0, 9]) {
          seen.push(names(captureCallGraph(task, { limit })?.callStack));
        }
        yield* task;
      })(),
    );
    expect(seen).toEqual([
      ['inner', 'middle'],
      ['middle', 'outer'],
      [],
      ['inner', 'middle', 'outer'],
    ]);
  });
});

describe('a call graph', () => {
  /** The graph of the task named `watched`, 1 ms after `main` started. */
  async function graphOf(
    main: () => Coroutine<Future<unknown>>,
    debug = false,
  ): Promise<FutureCallGraph | undefined> {
    const loop = new VirtualEventLoop();
    loop.setDebug(debug);
    let graph: FutureCallGraph | undefined;
    await loop.runUntilComplete(
      (function* (): Coroutine<void> {
        const future = yield* main();
        yield* sleep(1);
        graph = captureCallGraph(future);
      })(),
    );
    return graph;
  }

  test('needs no debug mode, but for the places where tasks wait', async () => {
    const graph = await graphOf(function* () {
      const child = createTask(sleep(9), { name: 'child' });
      createTask(
        function* () {
          yield* gather([child]);
        },
        { name: 'parent' },
      );
      return child;
    });
    expect(outline(graph)).toEqual(['child', [], [['parent', [], []]]]);
  });

  test('is frozen, all the way', async () => {
    const graph = await graphOf(function* () {
      const lock = new Lock();
      yield* lock.acquire();
      const child = createTask(lock.acquire(), { name: 'child' });
      createTask(function* () {
        yield* child;
      });
      return child;
    }, true);
    const thaw = (value: unknown): unknown[] => {
      if (typeof value !== 'object' || value === null || 'cancel' in value) return [];
      return [...(Object.isFrozen(value) ? [] : [value]), ...Object.values(value).flatMap(thaw)];
    };
    expect(graph?.waitingFor?.related).toHaveLength(1);
    expect(thaw(graph)).toEqual([]);
  });

  test('ends where tasks wait for each other', async () => {
    const graph = await graphOf(function* () {
      const tasks: Task<unknown>[] = [];
      for (const n of [0, 1, 2]) {
        tasks.push(
          createTask(
            function* () {
              yield* tasks[(n + 1) % 3] as Task<unknown>;
            },
            { name: `task ${n}` },
          ),
        );
      }
      return tasks[0] as Task<unknown>;
    });
    const path: [string, boolean][] = [];
    for (let at = graph; at !== undefined; at = at.awaitedBy[0]) {
      path.push([(at.future as Task<unknown>).getName(), at.cycle]);
    }
    expect(path).toEqual([
      ['task 0', false],
      ['task 2', false],
      ['task 1', false],
      ['task 0', true],
    ]);
  });

  test('has one record for a task that is reached in two ways', async () => {
    const graph = await graphOf(function* () {
      const child = createTask(sleep(9));
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
    });
    const [left, right] = graph?.awaitedBy ?? [];
    expect(left?.awaitedBy[0]).toBe(right?.awaitedBy[0]);
    expect(left?.awaitedBy).toHaveLength(1);
  });

  test('may be deeper than the stack', async () => {
    const graph = await graphOf(function* () {
      const first = createTask(sleep(9));
      let last: Task<unknown> = first;
      for (let n = 0; n < 20_000; n++) {
        const awaited = last;
        last = createTask(function* () {
          yield* awaited;
        });
      }
      return first;
    });
    let depth = 0;
    for (let at = graph; at !== undefined; at = at.awaitedBy[0]) depth++;
    expect(depth).toBe(20_001);
  });

  test('may be wider than the stack', async () => {
    const graph = await graphOf(function* () {
      const one = createTask(sleep(9));
      const shields = Array.from({ length: 150_000 }, () => shield(one));
      createTask(function* () {
        yield* shields.at(-1) as Future<void>;
      });
      return one;
    });
    expect(graph?.awaitedBy).toHaveLength(1);
  });

  test('does not hold a listener for an awaiter', async () => {
    const graph = await graphOf(function* () {
      const child = createTask(sleep(9));
      child.addDoneCallback(() => {});
      void child.then(() => {});
      return child;
    });
    expect(graph?.awaitedBy).toEqual([]);
  });

  test('is undefined outside of any task, and refuses what is no future', () => {
    expect(captureCallGraph()).toBeUndefined();
    expect(() => captureCallGraph({} as Future<unknown>)).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: \`captureCallGraph()\` expected a future or a task, but got an object.]`,
    );
  });

  test('of a task that is done has nothing but the task', async () => {
    const graph = await graphOf(function* () {
      const task = createTask(sleep(0), { name: 'done' });
      yield* task;
      return task;
    }, true);
    expect(outline(graph)).toEqual(['done', [], []]);
    expect(graph?.waitingFor).toBeUndefined();
  });
});

describe('what a task waits for', () => {
  /** Relations and names, as captured from a task that runs `wait` after `prepare` ran in tasks of their own. */
  async function related(
    prepare: Record<string, () => Coroutine<unknown>>,
    waits: Coroutine<unknown> | (() => Promise<unknown>),
  ): Promise<string[]> {
    const loop = new VirtualEventLoop();
    let graph: FutureCallGraph | undefined;
    await loop.runUntilComplete(
      (function* (): Coroutine<void> {
        for (const [name, work] of Object.entries(prepare)) createTask(work(), { name });
        yield* sleep(1);
        const task = createTask(waits as Coroutine<unknown>, { name: 'waits' });
        yield* sleep(1);
        graph = captureCallGraph(task);
      })(),
    );
    const found = graph?.waitingFor?.related ?? [];
    return found.map(({ relation, task }) => `${relation} ${task.getName()}`);
  }

  function* hold(thing: { acquire(): Coroutine<unknown>; release(): void }): Coroutine<void> {
    yield* thing.acquire();
    yield* sleep(100);
    thing.release();
  }

  test('names the task that holds a lock', async () => {
    const lock = new Lock();
    expect(await related({ a: () => hold(lock) }, lock.acquire())).toEqual(['held by a']);
  });

  test('names the task that holds a lock for an async function', async () => {
    const lock = new Lock();
    const work = async () => {
      await timeout(5, async () => await lock.acquire());
    };
    expect(await related({ a: () => hold(lock) }, work)).toEqual(['held by a']);
  });

  test('names the async function that holds a lock', async () => {
    const lock = new Lock();
    const loop = new VirtualEventLoop();
    let text = '';
    await loop
      .runUntilComplete((async () => {
        await lock.acquire();
        text = String(lock);
        lock.release();
        text += String(lock);
      }) as never as Awaitable<void>)
      .catch(() => {});
    await loop.runUntilComplete(
      loop.createTask(
        async () => {
          await lock.acquire();
          text = String(lock);
          lock.release();
          text += String(lock);
        },
        { name: 'async' },
      ),
    );
    expect(text).toBe("<Lock locked by task 'async'><Lock unlocked>");
  });

  test('names the next holder once a lock was handed over', async () => {
    const lock = new Lock();
    const first = function* (): Coroutine<void> {
      yield* lock.acquire();
      yield;
      lock.release();
    };
    expect(await related({ first, second: () => hold(lock) }, lock.acquire())).toEqual([
      'held by second',
    ]);
  });

  test('names nobody when a callback of no task holds it', async () => {
    const lock = new Lock();
    const loop = new VirtualEventLoop();
    await loop.runUntilComplete(lock.acquire());
    lock.release();
    expect(String(lock)).toBe('<Lock unlocked>');
  });

  test('names all who hold a semaphore', async () => {
    const semaphore = new Semaphore(2);
    const names = await related(
      { a: () => hold(semaphore), b: () => hold(semaphore) },
      semaphore.acquire(),
    );
    expect(names).toEqual(['held by a', 'held by b']);
  });

  test('names those who still hold a semaphore, whoever released it', async () => {
    const semaphore = new Semaphore(2);
    const takes = function* (): Coroutine<void> {
      yield* semaphore.acquire();
    };
    const prepare = {
      a: takes,
      b: takes,
      releaser: function* (): Coroutine<void> {
        yield;
        semaphore.release();
      },
      c: () => hold(semaphore),
    };
    expect(await related(prepare, semaphore.acquire())).toEqual(['held by b', 'held by c']);
  });

  test('names nobody for a semaphore that only ever signals', async () => {
    const semaphore = new Semaphore(0);
    const loop = new VirtualEventLoop();
    await loop.runUntilComplete(
      (function* (): Coroutine<void> {
        for (let n = 0; n < 3; n++) {
          semaphore.release();
          yield* semaphore.acquire();
        }
      })(),
    );
    expect(String(semaphore)).toBe('<Semaphore locked>');
  });

  test('names the task that holds the lock of a condition', async () => {
    const condition = new Condition();
    expect(await related({ a: () => hold(condition) }, condition.acquire())).toEqual(['held by a']);
  });

  test('names who put into a queue last, and who took', async () => {
    const queue = new Queue<number>(1);
    const put = function* (): Coroutine<void> {
      yield* queue.put(1);
    };
    const take = function* (): Coroutine<void> {
      yield* queue.get();
    };
    expect(await related({ put, take }, queue.get())).toEqual(['last put by put']);
    queue.putNowait(1);
    expect(await related({}, queue.put(2))).toEqual(['last taken by take']);
  });

  test('names nobody for an event, and for a timer', async () => {
    expect(await related({}, new Event().wait())).toEqual([]);
    expect(await related({}, sleep(9))).toEqual([]);
  });
});
