import {
  type Coroutine,
  createTask,
  currentTask,
  EventLoop,
  gather,
  getEventLoop,
  Lock,
  Queue,
  sleep,
  timeout,
} from 'skein';
import {
  type RecordedHolders,
  type Recorder,
  type Recording,
  readNext,
  recordTasks,
} from 'skein/inspect';
import { VirtualEventLoop } from 'skein/testing';
import { describe, expect, test } from 'vitest';

/** Records what `main` does on a loop of its own. */
async function recorded(
  main: (recorder: Recorder) => Coroutine<unknown> | Promise<unknown>,
  options = {},
): Promise<Recording> {
  using recorder = recordTasks(options);
  const loop = new VirtualEventLoop();
  loop.setExceptionHandler(() => {});
  const make = (() => main(recorder)) as () => Promise<unknown>;
  await loop.runUntilComplete(loop.createTask(make, { name: 'main' }));
  return recorder.take();
}

/** What came after each step of a task, in words. */
function nextsOf(recording: Recording, name: string): string[] {
  const { steps, tasks, objects } = recording;
  const id = tasks.find((task) => task.name === name)?.id;
  const texts: string[] = [];
  for (let row = 0; row < steps.length; row++) {
    if (steps.task[row] !== id) continue;
    const next = readNext(steps.next[row] as number);
    const list = next.kind === 'task' ? tasks : objects;
    const of = next.kind === 'done' ? undefined : list.find((each) => each.id === next.id)?.name;
    const took = steps.took[row] as number;
    const sign = took === -1 ? 'awaits ' : took === -2 ? 'is over ' : '';
    texts.push(`${sign}${next.kind}${of === undefined ? '' : ` ${of}`}`);
  }
  return texts;
}

describe('a recording', () => {
  test('has each task with its maker, and each step with what came after it', async () => {
    const recording = await recorded(function* () {
      const lock = new Lock({ name: 'log' });
      yield* lock.acquire();
      const child = createTask(
        function* () {
          yield;
          yield* lock.acquire();
        },
        { name: 'child' },
      );
      yield* sleep(5);
      lock.release();
      yield* child;
      yield* gather([sleep(1), sleep(2)]);
    });
    const [main, child] = recording.tasks;
    expect(main).toMatchObject({ id: 1, name: 'main', by: 0, outcome: 'finished' });
    expect(child).toMatchObject({ id: 2, name: 'child', by: 1, outcome: 'finished' });
    expect(nextsOf(recording, 'main')).toEqual(['timer', 'task child', 'gather', 'done']);
    expect(nextsOf(recording, 'child')).toEqual(['ready', 'lock log', 'done']);
    const at = expect.any(Number);
    const held = [
      { at, by: [1] },
      { at, by: [2] },
    ];
    expect(recording.objects).toEqual([{ id: 1, kind: 'Lock', name: 'log', held }]);
    expect(recording.lost).toEqual({ steps: 0, tasks: 0, marks: 0, jobs: 0 });
  });

  test.each(['coroutines', 'async functions'])(
    'knows who holds a lock while others wait for it, of %s',
    async (style) => {
      const { tasks, objects } = await recorded(async function main() {
        const lock = new Lock();
        const use =
          style === 'coroutines'
            ? function* (): Coroutine<void> {
                yield* lock.with(() => sleep(5));
                yield* sleep(100);
              }
            : async () => {
                await lock.with(() => sleep(5));
                await sleep(100);
              };
        await gather(['a', 'b', 'c', 'd'].map((name) => createTask(use, { name })));
      });
      const held: readonly RecordedHolders[] = objects[0]?.held ?? [];
      const ids = held.flatMap(({ by }) => by);
      const names = ids.map((id) => tasks.find((one) => one.id === id)?.name);
      expect(names).toEqual(['a', 'b', 'c', 'd']);
    },
  );

  test('has what an async function awaits', async () => {
    const recording = await recorded(async () => {
      const queue = new Queue<number>(1, { name: 'orders' });
      getEventLoop().callLater(3, () => queue.putNowait(1));
      await queue.get();
      await sleep(1);
    });
    const awaits = nextsOf(recording, 'main').filter((text) => /^(?:awaits|is over)/.test(text));
    expect(awaits).toEqual(['awaits get orders', 'is over part', 'awaits timer', 'is over part']);
  });

  test('has steps that never overlap, but for those inside of another', async () => {
    const { steps } = await recorded(function* () {
      for (let i = 0; i < 20; i++) {
        createTask(
          function* () {
            yield;
          },
          { eagerStart: i % 2 === 0 },
        );
      }
      yield* sleep(1);
    });
    const spans = Array.from({ length: steps.length }, (_, row) => {
      const begin = steps.begin[row] as number;
      return { begin, end: begin + (steps.took[row] as number) };
    });
    // A float of 32 bits has the length of a step.
    const slack = 1e-3;
    for (const [row, a] of spans.entries()) {
      for (const b of spans.slice(row + 1)) {
        const isApart = a.end <= b.begin + slack;
        const isInside = a.begin >= b.begin - slack && a.end <= b.end + slack;
        expect(isApart || isInside, `${JSON.stringify([a, b])}`).toBe(true);
      }
    }
  });

  test('has cancellations with reason and author, failures, and how tasks ended', async () => {
    const recording = await recorded(async () => {
      currentTask()?.setName('renamed');
      const slow = createTask(sleep(50), { name: 'slow' });
      const bad = createTask(
        async () => {
          throw new Error('bad');
        },
        { name: 'bad' },
      );
      await sleep(1);
      slow.cancel('enough');
      getEventLoop().callExceptionHandler({ message: 'the disk is full' });
      await gather([slow, bad], { returnExceptions: true });
    });
    const idOf = (name: string) => recording.tasks.find((task) => task.name === name)?.id;
    expect(recording.marks).toMatchObject([
      { kind: 'cancel', task: idOf('slow'), by: idOf('renamed'), text: 'enough' },
      { kind: 'failure', text: 'the disk is full' },
    ]);
    expect(recording.tasks.map(({ name, outcome }) => [name, outcome])).toEqual([
      ['renamed', 'finished'],
      ['slow', 'cancelled'],
      ['bad', 'failed'],
    ]);
  });

  test('has tasks that were there before it, as far as they are seen', async () => {
    const loop = new VirtualEventLoop();
    const early = loop.createTask(
      function* early() {
        yield* sleep(10);
      },
      { name: 'early' },
    );
    await loop.runUntilComplete(loop.createTask(sleep(1)));
    using recorder = recordTasks();
    await loop.runUntilComplete(early);
    const [task] = recorder.take().tasks;
    expect(task).toMatchObject({ name: 'early', created: undefined, outcome: 'finished' });
  });

  test('says that tasks were abandoned when their loop is closed', async () => {
    using recorder = recordTasks();
    const loop = new EventLoop();
    loop.createTask(sleep(1000), { name: 'left' });
    loop.close();
    expect(recorder.take().tasks).toMatchObject([{ name: 'left', outcome: 'abandoned' }]);
  });

  test('says so only of tasks that are alive, and of none of another loop', async () => {
    using recorder = recordTasks();
    const [one, two] = [new VirtualEventLoop(), new VirtualEventLoop()];
    two.createTask(sleep(1), { name: 'of the other loop' });
    for (const name of ['first', 'second', 'third']) one.createTask(sleep(5), { name });
    await one.runUntilComplete(one.createTask(sleep(1), { name: 'ended' }));
    one.close();
    expect(recorder.take().tasks.map(({ name, outcome }) => [name, outcome])).toEqual([
      ['of the other loop', undefined],
      ...['first', 'second', 'third'].map((name) => [name, 'abandoned']),
      ['ended', 'finished'],
    ]);
  });
});

describe('a recorder that is full', () => {
  test('loses the oldest steps and says how many; births and deaths stay', async () => {
    const recording = await recorded(
      function* () {
        for (let i = 0; i < 500; i++) {
          yield* createTask(function* () {
            yield;
          });
        }
      },
      { steps: 64 },
    );
    expect(recording.steps).toHaveLength(64);
    expect(recording.lost).toEqual({ steps: 501 + 2 * 500 - 64, tasks: 0, marks: 0, jobs: 0 });
    expect(recording.tasks).toHaveLength(501);
    expect(
      recording.tasks.every(({ ended, created }) => ended !== undefined && created !== undefined),
    ).toBe(true);
    expect([...recording.steps.begin]).toEqual([...recording.steps.begin].sort((a, b) => a - b));
  });

  test('forgets tasks that have ended if it has a limit, birth and death together, and never one that is alive', async () => {
    const recording = await recorded(
      function* () {
        createTask(sleep(1000), { name: 'alive' });
        for (let i = 0; i < 1000; i++) yield* createTask(function* () {});
      },
      { steps: 64, tasks: 100 },
    );
    const { tasks, lost } = recording;
    expect(tasks.length).toBeLessThan(500);
    expect(tasks.length + lost.tasks).toBe(1002);
    const [oldest] = tasks;
    expect(oldest).toMatchObject({ name: 'main' });
    expect(tasks.find(({ name }) => name === 'alive')).toMatchObject({ ended: undefined });
    const known = new Set(tasks.map(({ id }) => id));
    expect([...recording.steps.task].filter((id) => !known.has(id))).toEqual([]);
  });
});

test('a recorder that forgets things of which it has no step keeps the one that a task begins to wait at', async () => {
  const { objects, lost } = await recorded(
    function* () {
      for (let each = 0; each < 10_001; each++) {
        const lock = new Lock({ name: `lock ${each}` });
        yield* lock.acquire();
        const child = createTask(lock.acquire());
        yield;
        lock.release();
        yield* child;
      }
    },
    { steps: 16, tasks: 0 },
  );
  expect(lost.steps).toBeGreaterThan(30_000);
  expect(objects.length).toBeLessThan(20);
  const held = [{ by: [1] }, { by: [10_002] }];
  expect(objects.at(-1)).toMatchObject({ id: 10_001, name: 'lock 10000', held });
});

test('two recorders do not know of one another', async () => {
  using one = recordTasks();
  await recorded(function* () {});
  const second = await recorded(async () => {
    await timeout(5, async () => {
      await sleep(1);
    });
  });
  expect(second.tasks).toHaveLength(1);
  expect(one.take().tasks).toHaveLength(2);
  one.stop();
  await recorded(function* () {});
  expect(one.take().tasks).toHaveLength(2);
});

describe('recordTasks() refuses', () => {
  test.each([
    ['options that are none', 5, '`recordTasks()` expected an options object, but got 5'],
    ['an option that it does not know', { rows: 5 }, 'but got `rows`'],
    [
      'too few steps',
      { steps: 1 },
      '`recordTasks()` expected `steps` to be from 16 to 67108864, but got 1.',
    ],
    ['a limit that is no number', { tasks: 'all' }, 'expected `tasks` to be a number'],
  ])('%s', (_, options, message) => {
    expect(() => recordTasks(options as object)).toThrow(message);
  });
});
