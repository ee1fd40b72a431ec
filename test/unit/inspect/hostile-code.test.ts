/** Tasks and futures of the program, which may throw when they are looked at: what looks at them goes on, and so does the program. */
import {
  type Coroutine,
  createTask,
  Future,
  formatCallGraph,
  getEventLoop,
  sleep,
  Task,
} from 'skein';
import { addInstrument, recordTasks, showInDevTools } from 'skein/inspect';
import { expect, test } from 'vitest';
import { inLoop, recordReports } from '../loops.ts';

class Nameless extends Task<void> {
  override getName(): string {
    throw new RangeError('no name');
  }
}

function* pause(): Coroutine<void> {
  yield* sleep(1);
}

/** A future of another library that throws when it is asked for anything but the methods of futures. */
function strictFuture(): Iterable<never> & { wake(): void } {
  let wake = (): void => {};
  const methods: Record<PropertyKey, unknown> = {
    [Symbol.for('skein.future')]: true,
    getLoop: getEventLoop,
    done: () => false,
    result: () => 'result',
    addDoneCallback: (callback: () => void) => {
      wake = callback;
    },
    *[Symbol.iterator](): Generator<unknown, unknown> {
      yield future;
      return 'result';
    },
    wake: () => wake(),
  };
  const future: unknown = new Proxy(methods, {
    get(on, key) {
      if (!(key in on)) throw new RangeError(`no ${String(key)}`);
      return on[key];
    },
    has: () => {
      throw new RangeError('no looks');
    },
  });
  return future as Iterable<never> & { wake(): void };
}

test.each([
  ['an instrument', () => addInstrument({ taskWaits: () => {}, taskReady: () => {} })],
  ['a recorder', () => recordTasks()],
])('a future that throws when it is looked at ends no program, and not %s', async (_, look) => {
  await inLoop(function* (loop) {
    const reports = recordReports(loop);
    const looking = look();
    const future = strictFuture();
    const task = createTask(function* () {
      return yield* future;
    });
    yield* sleep(1);
    loop.callSoon(() => future.wake());
    expect(yield* task).toBe('result');
    looking[Symbol.dispose]();
    expect(reports).toEqual([]);
  });
});

test('recordTasks() begins although the `done()` of a future throws that a task waits for', async () => {
  await inLoop(function* () {
    const future = new Future<void>();
    const task = createTask(function* () {
      yield* future;
    });
    yield* sleep(1);
    future.done = () => {
      throw new RangeError('no done');
    };
    const recorder = recordTasks();
    expect(recorder.take().tasks.length).toBeGreaterThan(1);
    recorder.stop();
    task.cancel();
  });
});

test('showInDevTools() shows tasks whose getName() throws', async () => {
  const shown: unknown[] = [];
  const { timeStamp } = console;
  console.timeStamp = ((label: unknown) => shown.push(label)) as never;
  try {
    await inLoop(function* (loop) {
      const reports = recordReports(loop);
      const showing = showInDevTools({ steps: true });
      yield* new Nameless(pause());
      showing[Symbol.dispose]();
      expect(reports).toEqual([]);
    });
  } finally {
    console.timeStamp = timeStamp;
  }
  expect(shown.filter((label) => label === 'a value without a text form')).toHaveLength(3);
});

test('formatCallGraph() names tasks whose getName() throws', async () => {
  const text = await inLoop(function* () {
    const task = new Nameless(pause());
    yield;
    yield;
    const graph = formatCallGraph(task as Task<unknown>);
    yield* task;
    return graph;
  });
  expect(text).toContain("* Task 'a value without a text form' waiting for");
});
