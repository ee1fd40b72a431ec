import {
  type Coroutine,
  createTask,
  type EventLoop,
  Future,
  getEventLoop,
  Lock,
  sleep,
  type Task,
  taskGroup,
  timeout,
} from 'skein';
import { addInstrument, type Instrument } from 'skein/inspect';
import { VirtualEventLoop } from 'skein/testing';
import { describe, expect, test } from 'vitest';
import { inNode } from '../hosts.ts';
import { recordReports } from '../loops.ts';

/** Writes down what happens to tasks, and which iteration begins after. */
function recording(log: string[], more: Instrument = {}): Instrument {
  const name = (task: Task<unknown>): string => task.getName();
  return {
    taskCreated: (task, by) => log.push(`${name(task)} made${by ? ` by ${name(by)}` : ''}`),
    stepBegins: (task) => log.push(`${name(task)} {`),
    stepEnds: (task) => log.push(`} ${name(task)}`),
    taskWaits: (task) => log.push(`${name(task)} waits`),
    taskReady: (task) => log.push(`${name(task)} ready`),
    taskDone: (task) => log.push(`${name(task)} done`),
    ...more,
  };
}

/** Runs `main` on a loop of its own, with an instrument from before its first step on. */
async function watched(
  instrument: Instrument,
  main: () => Coroutine<unknown> | Promise<unknown>,
): Promise<VirtualEventLoop> {
  const loop = new VirtualEventLoop();
  using _ = addInstrument(instrument);
  await loop.runUntilComplete(loop.createTask(main as () => Promise<unknown>, { name: 'main' }));
  return loop;
}

describe('an instrument', () => {
  test('is told of the life of a task, each step followed by what the task does next', async () => {
    const log: string[] = [];
    await watched(recording(log), function* () {
      yield;
      yield* sleep(5);
    });
    expect(log).toEqual([
      'main made',
      ...['main {', '} main', 'main ready'],
      ...['main {', '} main', 'main waits'],
      ...['main {', '} main', 'main done'],
    ]);
  });

  test('is told which task made a task, in both styles', async () => {
    const made: (string | undefined)[] = [];
    const taskCreated = (_: Task<unknown>, by?: Task<unknown>) => made.push(by?.getName());
    await watched({ taskCreated }, function* () {
      yield* createTask(function* () {});
    });
    await watched({ taskCreated }, async () => {
      await createTask(async () => {});
    });
    expect(made).toEqual([undefined, 'main', undefined, 'main']);
  });

  test.runIf(inNode)('is told which task made a task after a foreign promise', async () => {
    const made: (string | undefined)[] = [];
    await watched({ taskCreated: (_, by) => made.push(by?.getName()) }, async () => {
      await Promise.resolve();
      await createTask(async () => {});
    });
    expect(made).toEqual([undefined, 'main']);
  });

  test('is told that an eager task is made before its first step, inside the step of its maker', async () => {
    const log: string[] = [];
    await watched(recording(log), function* () {
      createTask(function* () {}, { name: 'eager', eagerStart: true });
    });
    expect(log).toEqual([
      'main made',
      'main {',
      'eager made by main',
      ...['eager {', '} eager', 'eager done'],
      ...['} main', 'main done'],
    ]);
  });

  test('is told of the steps of parts, which tell nothing of the state of the task', async () => {
    const log: string[] = [];
    await watched(recording(log), async () => {
      await new Lock().acquire();
      await timeout(50, async () => {
        await sleep(5);
      });
    });
    const depths = log
      .filter((line) => /[{}]/.test(line))
      .map((line) => (line.endsWith('{') ? 1 : -1));
    expect(depths.reduce((sum, each) => sum + each, 0)).toBe(0);
    expect(log.filter((line) => line === 'main done')).toHaveLength(1);
    expect(log.at(-1)).toBe('main done');
  });

  test('is told what an async function awaits, and when that is over', async () => {
    const log: string[] = [];
    await watched(
      {
        awaitBegins: (_, future) => log.push(`awaits ${future === undefined ? 'a turn' : 'one'}`),
        awaitEnds: (_, future) => log.push(`is over ${future === undefined ? 'a turn' : 'one'}`),
      },
      async () => {
        await sleep(0);
        await sleep(5);
      },
    );
    expect(log).toEqual(['awaits a turn', 'is over a turn', 'awaits one', 'is over one']);
  });

  test('is told what a task waits for: the future itself', async () => {
    const waits: unknown[] = [];
    const future = { current: undefined as unknown };
    await watched({ taskWaits: (_, waited) => waits.push(waited) }, function* () {
      const gate = new Future<void>();
      future.current = gate;
      getEventLoop().callLater(5, () => gate.setResult());
      yield* gate;
    });
    expect(waits).toEqual([future.current]);
  });

  test('is told of requests to cancel, the outermost of a chain first, with reason and author', async () => {
    const log: unknown[] = [];
    await watched(
      {
        cancelRequested: (task, reason, by) => log.push([task.getName(), reason, by?.getName()]),
      },
      function* () {
        const inner = createTask(sleep(50), { name: 'inner' });
        const outer = createTask(
          function* () {
            yield* inner;
          },
          { name: 'outer' },
        );
        yield* sleep(1);
        expect(outer.cancel('enough')).toBe(true);
        yield* sleep(1);
        expect(outer.cancel('too late')).toBe(false);
      },
    );
    expect(log).toEqual([
      ['outer', 'enough', 'main'],
      ['inner', 'enough', 'main'],
    ]);
  });

  test('is told of a step that ends a task before what awaits the task goes on', async () => {
    const log: string[] = [];
    await watched(recording(log), function* () {
      yield* createTask(function* () {}, { name: 'child' });
    });
    expect(log.indexOf('child done')).toBeLessThan(log.lastIndexOf('main {'));
  });

  test('is told of callbacks, iterations, unhandled failures, and the end of a loop', async () => {
    const log: string[] = [];
    const loop = await watched(
      {
        callbackBegins: () => log.push('callback {'),
        callbackEnds: () => log.push('}'),
        iterationEnds: (_, steps, took) => log.push(`${steps} in ${took >= 0 ? 'time' : took}`),
        failureUnhandled: ({ message }) => log.push(message),
      },
      function* () {
        const here = getEventLoop();
        here.setExceptionHandler(() => {});
        here.callSoon(() => here.callExceptionHandler({ message: 'the disk is full' }));
        yield;
      },
    );
    expect(log.slice(0, 5)).toEqual([
      '1 in time',
      'callback {',
      'the disk is full',
      '}',
      '2 in time',
    ]);
    const closed: EventLoop[] = [];
    using _ = addInstrument({ loopClosed: (each) => closed.push(each) });
    loop.close();
    loop.close();
    expect(closed).toEqual([loop]);
  });

  test('that is added in a step is told of pairs only', async () => {
    const log: string[] = [];
    const added: Disposable[] = [];
    const loop = new VirtualEventLoop();
    await loop.runUntilComplete(
      loop.createTask(
        function* () {
          added.push(addInstrument(recording(log)));
          createTask(function* () {}, { name: 'child' });
          yield;
          added[0]?.[Symbol.dispose]();
          yield;
        },
        { name: 'main' },
      ),
    );
    expect(log).toEqual(['child made by main', ...['child {', '} child', 'child done'], 'main {']);
  });

  test('is told nothing once it is taken out; the others are', async () => {
    const one: string[] = [];
    const two: string[] = [];
    const added = addInstrument(recording(one));
    using _ = addInstrument(recording(two));
    added[Symbol.dispose]();
    added[Symbol.dispose]();
    const loop = new VirtualEventLoop();
    await loop.runUntilComplete(loop.createTask(function* () {}));
    expect(one).toEqual([]);
    expect(two).toHaveLength(4);
  });

  test('has the methods that it had when it was added, whatever becomes of it when others come and go', async () => {
    const log: unknown[] = [];
    let reads = 0;
    class Counting {
      readonly kept = 'this';
      get taskCreated() {
        if (reads++ > 0) return 'no function' as never;
        return function (this: Counting) {
          log.push(this.kept);
        };
      }
    }
    const instrument = new Counting();
    using _ = addInstrument(instrument);
    await watched({}, function* () {
      addInstrument({})[Symbol.dispose]();
      yield;
    });
    expect([log, reads]).toEqual([['this'], 1]);
  });

  test('that was added twice is told twice', async () => {
    let created = 0;
    const instrument = { taskCreated: () => created++ };
    using _ = addInstrument(instrument);
    await watched(instrument, function* () {});
    expect(created).toBe(2);
  });

  test('takes the place of what a task captures, once for each task', async () => {
    const log: string[] = [];
    await watched(
      {
        taskContext(task, capture) {
          log.push(`before ${task.getName()}`);
          capture();
          capture();
          log.push('after');
        },
        stepBegins: (task) => log.push(`${task.getName()} {`),
      },
      function* () {
        createTask(function* () {}, { name: 'eager', eagerStart: true });
      },
    );
    expect(log).toEqual([
      'before main',
      'after',
      'main {',
      ...['before eager', 'eager {', 'after'],
    ]);
  });

  test('that captures nothing does not keep the task from its start', async () => {
    let ran = false;
    using _ = addInstrument({ taskContext: (_task, capture) => capture() });
    await watched({ taskContext: () => {} }, function* () {
      ran = true;
    });
    expect(ran).toBe(true);
  });
});

describe('an instrument that throws', () => {
  test.each([
    'taskCreated',
    'taskContext',
    'stepBegins',
    'stepEnds',
    'taskWaits',
    'taskReady',
    'taskDone',
    'awaitBegins',
    'awaitEnds',
    'cancelRequested',
    'callbackBegins',
    'callbackEnds',
    'iterationEnds',
    'failureUnhandled',
  ] as const)('in %s() is taken out and reported once, and breaks nothing', async (event) => {
    const loop = new VirtualEventLoop();
    const reports = recordReports(loop);
    const error = new Error('of the instrument');
    let calls = 0;
    const thrower = () => {
      calls++;
      throw error;
    };
    let others = 0;
    using _ = addInstrument({ [event]: thrower });
    using __ = addInstrument({ [event]: () => void others++ });
    const result = await loop.runUntilComplete(
      loop.createTask(async () => {
        const child = createTask(async () => {
          await sleep(50);
        });
        await createTask(function* () {
          yield;
          yield* sleep(1);
        });
        await sleep(0);
        child.cancel();
        getEventLoop().callExceptionHandler({ message: 'the disk is full' });
        getEventLoop().callSoon(() => {});
        await sleep(1);
        return 'result';
      }),
    );
    expect(result).toBe('result');
    expect(calls).toBe(1);
    expect(others).toBeGreaterThan(0);
    const told = reports.filter(({ exception }) => exception === error);
    expect(told.map(({ message }) => message)).toEqual([
      `An instrument threw in \`${event}()\`, and was taken out`,
    ]);
  });
});

describe('what an instrument does itself', () => {
  test('is not told: neither its tasks and their steps, nor what those make', async () => {
    const names: string[] = [];
    const ran: string[] = [];
    let isFirst = true;
    const note = (task: Task<unknown>): unknown => names.push(task.getName());
    using _ = addInstrument({
      taskCreated: note,
      stepBegins: note,
      stepEnds: note,
      taskWaits: note,
      taskReady: note,
      taskDone: note,
    });
    await watched(
      {
        stepEnds() {
          if (!isFirst) return;
          isFirst = false;
          createTask(
            async () => {
              await createTask(async () => void ran.push('own child'), { name: 'own child' });
              ran.push('own');
            },
            { name: 'own' },
          );
          createTask(function* () {}, { name: 'own eager', eagerStart: true });
        },
      },
      async () => {
        await taskGroup(async (group) => {
          group.createTask(sleep(5), { name: 'child' });
        });
      },
    );
    expect(ran).toEqual(['own child', 'own']);
    expect(new Set(names)).toEqual(new Set(['main', 'child']));
  });

  test('adds and takes out instruments in the middle of an event', async () => {
    const log: string[] = [];
    let inner: Disposable | undefined;
    const outer = addInstrument({
      stepBegins() {
        inner ??= addInstrument({ stepEnds: () => log.push('inner') });
        outer[Symbol.dispose]();
      },
    });
    const loop = new VirtualEventLoop();
    await loop.runUntilComplete(
      loop.createTask(function* () {
        yield;
        yield;
      }),
    );
    inner?.[Symbol.dispose]();
    expect(log).toEqual(['inner', 'inner']);
  });
});

describe('addInstrument() refuses', () => {
  test.each([
    ['nothing', undefined, '`addInstrument()` expected an options object, but got undefined'],
    ['a function', () => {}, '`addInstrument()` expected an options object, but got'],
    ['an event that is no function', { stepEnds: 1 }, 'expected a function to call, but got 1'],
    ['an async function', { stepEnds: async () => {} }, 'expected a plain function to call'],
    ['an event that does not exist', { stepEnd() {} }, 'but got `stepEnd`'],
  ])('%s', (_, instrument, message) => {
    expect(() => addInstrument(instrument as Instrument)).toThrow(message);
    expect(() => addInstrument(instrument as Instrument)).toThrow(TypeError);
  });
});

test('without an instrument nothing is left behind', () => {
  const record = (globalThis as unknown as Record<symbol, { hooks: unknown }>)[
    Symbol.for('skein.current/0')
  ];
  expect(record?.hooks).toBeUndefined();
  addInstrument({})[Symbol.dispose]();
  expect(record?.hooks).toBeUndefined();
});
