/** A recorder hears of whole steps in one call while no other instrument hears of steps; see step-taker.ts. */
import {
  type Coroutine,
  coroutine,
  createTask,
  Future,
  gather,
  getEventLoop,
  Lock,
  Queue,
  sleep,
  type Task,
  timeout,
} from 'skein';
import { addInstrument, type Instrument, type Recording, recordTasks } from 'skein/inspect';
import { VirtualEventLoop } from 'skein/testing';
import { describe, expect, test } from 'vitest';
import { addStepTaker } from '../../../src/inspect/instruments/add-instrument.ts';
import { TaskRecorder } from '../../../src/inspect/recorder/recorder.ts';
import { inNode } from '../hosts.ts';
import { recordReports } from '../loops.ts';

type Main = () => Coroutine<unknown> | Promise<unknown>;

/** Each look at the clock is the next moment, so a recording tells how often the recorder looked, and when. */
async function recorded(main: Main): Promise<Recording> {
  let at = 0;
  const recorder = new TaskRecorder({ steps: 256, tasks: 8, now: () => ++at });
  using _ = addStepTaker(recorder);
  const loop = new VirtualEventLoop();
  loop.setExceptionHandler(() => {});
  await loop.runUntilComplete(loop.createTask(main as () => Promise<unknown>, { name: 'main' }));
  loop.close();
  const recording = recorder.take();
  // Names have numbers that are counted on.
  const tasks = recording.tasks.map((task) => ({ ...task, name: task.name.replace(/\d+/, 'n') }));
  return { ...recording, tasks };
}

/** Settles a task that has a step to come. */
const settle = Future.prototype.setResult as unknown as (this: Task<unknown>) => void;

const programs: Record<string, Main> = {
  'coroutines that wait for all kinds of things': function* () {
    const lock = new Lock({ name: 'log' });
    const queue = new Queue<number>(1);
    const use = (ms: number): Coroutine<void> => lock.with(() => sleep(ms));
    const tasks = [
      createTask(use(3)),
      createTask(use(2)),
      createTask(use(1)),
      createTask(sleep(50), { name: 'cancelled' }),
      createTask(function* () {
        yield* queue.put(1);
        yield* queue.put(2);
      }),
      createTask(function* (): Coroutine<void> {
        yield;
        throw new Error('bad');
      }),
    ];
    yield* sleep(1);
    yield* queue.get();
    tasks[3]?.cancel('enough');
    getEventLoop().callSoon(() => {});
    yield* gather(tasks, { returnExceptions: true });
  },
  'steps inside of steps': function* () {
    for (let i = 0; i < 12; i++) {
      createTask(
        function* () {
          createTask(
            function* () {
              yield;
            },
            { eagerStart: true },
          );
          yield* sleep(i % 3);
        },
        { eagerStart: i % 2 === 0 },
      );
      yield;
    }
    yield* sleep(5);
  },
  'async functions with parts': async () => {
    const lock = new Lock();
    await gather(
      [1, 2, 3].map((ms) =>
        createTask(async () => {
          await timeout(20, async () => {
            await lock.with(() => sleep(ms));
          });
          await Promise.resolve();
          await sleep(0);
        }),
      ),
    );
  },
  'more tasks than are kept': function* () {
    for (let i = 0; i < 60; i++) {
      yield* createTask(function* () {
        yield;
      });
    }
  },
  'steps of tasks that are done': function* () {
    for (let i = 0; i < 3; i++) settle.call(createTask(sleep(1)));
    createTask(sleep(1));
    settle.call(createTask(sleep(1)));
    yield;
    yield;
  },
};

describe('a recorder that is alone records the same as one beside an instrument that hears of steps:', () => {
  test.each(Object.entries(programs))('%s', async (_, main) => {
    const alone = await recorded(main);
    using _added = addInstrument({ stepEnds: () => {}, iterationEnds: (_loop, _steps) => {} });
    const beside = await recorded(main);
    expect(alone.steps.length).toBeGreaterThan(2);
    expect(alone).toEqual(beside);
  });
});

/** What the steps of a recording were: `[task, begin, end]`. Awaits are left out. */
function stepsOf({ steps }: Recording): number[][] {
  return Array.from({ length: steps.length }, (_, row) => {
    const begin = steps.begin[row] as number;
    return [steps.task[row] as number, begin, begin + (steps.took[row] as number)];
  }).filter(([, begin = 0, end = 0]) => end >= begin);
}

describe('a step begins where the one before it ended, but for', () => {
  test('the first one of an iteration that did not follow at once', async () => {
    const recording = await recorded(function* () {
      createTask(sleep(0));
      createTask(sleep(0));
      yield;
      yield;
    });
    expect(stepsOf(recording)).toEqual([
      [1, 3, 6],
      [2, 7, 8],
      [3, 8, 9],
      [1, 9, 10],
      [2, 11, 12],
      [3, 12, 13],
      [1, 13, 14],
    ]);
  });

  test('one after a callback', async () => {
    const recording = await recorded(function* () {
      getEventLoop().callSoon(() => {});
      createTask(sleep(0));
      getEventLoop().callSoon(() => {});
      createTask(sleep(0));
      yield;
    });
    expect(stepsOf(recording)).toEqual([
      [1, 3, 6],
      [2, 7, 8],
      [3, 9, 10],
      [1, 10, 11],
      [2, 12, 13],
      [3, 13, 14],
    ]);
  });

  test('one inside of another, and the next one after it', async () => {
    const recording = await recorded(function* () {
      createTask(sleep(0));
      createTask(function* () {
        createTask(sleep(0), { eagerStart: true });
      });
      createTask(sleep(0));
      yield;
    });
    expect(stepsOf(recording)).toEqual([
      [1, 3, 7],
      [2, 8, 9],
      [5, 11, 12],
      [3, 9, 13],
      [4, 13, 14],
      [1, 14, 15],
      [2, 16, 17],
      [5, 17, 18],
      [4, 18, 19],
    ]);
  });

  test.runIf(inNode)(
    'one that an async function makes by itself after a promise of the host, and the next one after it',
    async () => {
      const pause = coroutine(function* () {
        yield;
      });
      const use = async (): Promise<void> => {
        await Promise.resolve();
        await pause();
      };
      const recording = await recorded(async () => {
        await gather([createTask(use), createTask(use), createTask(use)]);
      });
      expect(stepsOf(recording)).toEqual([
        [1, 3, 7],
        [2, 9, 10],
        [3, 10, 11],
        [4, 11, 12],
        [2, 13, 14],
        [3, 16, 17],
        [4, 19, 20],
        [2, 22, 23],
        [3, 23, 24],
        [4, 24, 25],
        [2, 29, 30],
        [3, 30, 31],
        [4, 31, 32],
        [1, 34, 35],
      ]);
    },
  );
});

describe('what a recorder', () => {
  test('does itself is not told: a task that a getter of the program makes when the recorder looks', async () => {
    const recording = await recorded(function* () {
      const future = new Future<void>();
      let looks = 0;
      Object.defineProperty(future, '_purpose', {
        get: () => void (looks++ === 0 && createTask(sleep(0), { eagerStart: true })),
      });
      const waiting = createTask(function* () {
        yield* future;
      });
      yield;
      yield;
      future.setResult();
      yield* waiting;
      expect(looks).toBeGreaterThan(0);
    });
    expect(recording.tasks).toHaveLength(2);
    expect(new Set(recording.steps.task)).toEqual(new Set([1, 2]));
  });

  test('is not told of are tasks that another instrument makes', async () => {
    const watched = async (more: Instrument): Promise<Recording> => {
      let made = 0;
      using _ = addInstrument({
        ...more,
        taskCreated(task) {
          if (++made === 5) task.getLoop().createTask(sleep(1));
          if (made === 8) task.getLoop().createTask(sleep(2));
        },
      });
      return await recorded(programs['steps inside of steps'] as Main);
    };
    const alone = await watched({});
    expect(alone).toEqual(await watched({ stepEnds: () => {} }));
    expect(alone.tasks).toHaveLength(25);
  });
});

describe('a recorder', () => {
  test('may be alone in one step and not in the next, and in the middle of one', async () => {
    const main = (hasOther: boolean): Main =>
      function* () {
        for (let i = 0; i < 5; i++) {
          using _other = hasOther && i % 2 === 0 ? addInstrument({ stepBegins() {} }) : undefined;
          createTask(
            function* () {
              yield;
            },
            { eagerStart: true },
          );
          if (i > 2) yield;
        }
      };
    expect(await recorded(main(true))).toEqual(await recorded(main(false)));
  });

  test('that is stopped in the middle of a step hears neither its end nor what follows in the iteration', async () => {
    const recorder = recordTasks();
    const loop = new VirtualEventLoop();
    const seen: Recording[] = [];
    await loop.runUntilComplete(
      loop.createTask(function* () {
        for (let i = 0; i < 3; i++) createTask(sleep(0), { name: `child ${i}` });
        yield;
        recorder.stop();
        seen.push(recorder.take());
        createTask(function* () {}, { eagerStart: true });
        yield;
        yield* sleep(1);
      }),
    );
    const [atStop] = seen;
    const { steps, tasks, iterations } = recorder.take();
    expect(steps).toEqual(atStop?.steps);
    expect(steps).toHaveLength(4);
    expect(tasks).toEqual(atStop?.tasks);
    expect(tasks).toHaveLength(4);
    expect(iterations).toEqual(atStop?.iterations);
  });

  test('that throws is taken out and reported once, and breaks nothing', async () => {
    const loop = new VirtualEventLoop();
    const reports = recordReports(loop);
    const error = new Error('no clock');
    let hasClock = true;
    const recorder = new TaskRecorder({
      steps: 16,
      tasks: 16,
      now() {
        if (!hasClock) throw error;
        return 0;
      },
    });
    using _ = addStepTaker(recorder);
    const result = await loop.runUntilComplete(
      loop.createTask(function* () {
        yield;
        hasClock = false;
        yield;
        hasClock = true;
        yield;
        return 'result';
      }),
    );
    expect(result).toBe('result');
    expect(reports).toMatchObject([
      { message: 'An instrument threw in `stepEnds()`, and was taken out', exception: error },
    ]);
    expect(recorder.take().steps).toHaveLength(1);
  });

  test('of two hears all that it hears alone', async () => {
    const main = programs['steps inside of steps'] as Main;
    const alone = await recorded(main);
    using other = recordTasks();
    const { steps } = await recorded(main);
    expect([steps.task, steps.next]).toEqual([alone.steps.task, alone.steps.next]);
    expect(other.take().steps.task).toEqual(alone.steps.task);
  });
});
