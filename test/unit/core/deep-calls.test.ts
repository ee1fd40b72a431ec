/** Calls of declared coroutines that are nested deep: the task makes some of them itself, see call-stack.ts. */
import {
  CancelledError,
  type Coroutine,
  coroutine,
  createTask,
  currentTask,
  run,
  sleep,
  type Task,
  wait,
} from 'skein';
import { DeadlockError } from 'skein/testing';
import { describe, expect, test } from 'vitest';
import { caught } from '../combinators/helpers.ts';
import { inNode } from '../hosts.ts';
import { inLoop, virtualLoop } from '../loops.ts';

const deep = 100_000;

/** Calls itself `levels` times; the innermost runs `last`. */
const down = coroutine(function* down<T>(levels: number, last: () => Coroutine<T>): Coroutine<T> {
  return yield* levels === 0 ? last() : down(levels - 1, last);
});

describe(`a recursion ${deep} deep`, () => {
  test('returns what the innermost returns, whether it waits or not', () =>
    inLoop(function* () {
      const count = coroutine(function* count(levels: number, waits: boolean): Coroutine<number> {
        if (waits) yield;
        return levels === 0 ? 0 : 1 + (yield* count(levels - 1, waits));
      });
      expect(yield* count(deep, false)).toBe(deep);
      expect(yield* count(deep, true)).toBe(deep);
      expect(yield* down(deep, () => sleep(5, 'slept'))).toBe('slept');
      expect(yield* createTask(count(deep, false), { eagerStart: true })).toBe(deep);
    }));

  test('runs each `catch` and `finally` from the inside to the outside, for a failure and for a cancellation', () =>
    inLoop(function* () {
      const log: number[] = [];
      const error = new RangeError('innermost');
      const fail = coroutine(function* fail(levels: number, ms: number): Coroutine<number> {
        try {
          if (levels > 0) return yield* fail(levels - 1, ms);
          yield* sleep(ms);
          throw error;
        } catch (thrown) {
          log.push(levels);
          throw thrown;
        } finally {
          if (levels % 1000 === 0) yield;
          log.push(levels);
        }
      });
      const inOrder = Array.from({ length: 2 * (deep + 1) }, (_, i) => Math.floor(i / 2));
      expect(yield* caught(fail(deep, 1))).toBe(error);
      expect(log).toEqual(inOrder);
      log.length = 0;
      const task = createTask(fail(deep, 60_000));
      yield* sleep(1);
      task.cancel('enough');
      const cancelled = yield* caught(task);
      expect(cancelled).toBeInstanceOf(CancelledError);
      expect((cancelled as Error).message).toBe('enough');
      expect(log).toEqual(inOrder);
    }));

  test('is awaited in async functions, too', async () => {
    expect(await run(async () => await down(deep, () => sleep(1, 'slept')))).toBe('slept');
  });
});

/** The calls of `down` on the stack of the host. */
function levelsOnStack(): number {
  return new Error().stack?.split('\n').filter((line) => /at down \(/.test(line)).length ?? 0;
}

test.runIf(inNode)('a wait passes few levels, also where many tasks became deep in turn', () =>
  inLoop(function* () {
    const seen: number[] = [];
    const stepDown = coroutine(function* down(levels: number): Coroutine<void> {
      yield;
      if (levels > 0) yield* stepDown(levels - 1);
      else seen.push(levelsOnStack());
    });
    const look = function* (): Coroutine<void> {
      yield;
      seen.push(levelsOnStack());
    };
    for (const count of [1, 2, 3, 8, 64]) {
      const tasks = Array.from({ length: count }, () => createTask(stepDown(200)));
      yield* wait([...tasks, createTask(down(200, look))]);
    }
    expect(seen.length).toBe(83);
    expect(Math.max(...seen)).toBeLessThan(40);
    expect(seen.reduce((a, b) => a + b) / seen.length).toBeLessThan(10);
  }),
);

test('a call that failed throws the very error into the caller, which may go on', () =>
  inLoop(function* () {
    const thrown: unknown[] = [];
    for (const error of [new Error('x'), undefined, 0, 'text', null]) {
      const fail = coroutine(function* (): Coroutine<never> {
        yield;
        throw error;
      });
      for (let levels = 0; levels < 30; levels++) {
        try {
          yield* down(levels, fail);
        } catch (each) {
          expect(each).toBe(error);
          thrown.push(each);
        }
      }
    }
    expect(thrown.length).toBe(150);
  }));

test('`getCoro()` is the coroutine of the task, before, while and after it is deep', () =>
  inLoop(function* () {
    const work = down(50, () => sleep(5));
    const task = createTask(work);
    expect(task.getCoro()).toBe(work);
    yield* sleep(1);
    expect(task.getCoro()).toBe(work);
    yield* task;
    expect(task.getCoro()).toBe(work);
  }));

test('the running task is the same at all levels', () =>
  inLoop(function* () {
    const task: Task<unknown> = createTask(
      down(50, function* () {
        const before = currentTask();
        yield;
        return [before, currentTask()];
      }),
    );
    const [before, after] = (yield* task) as unknown[];
    expect(before).toBe(task);
    expect(after).toBe(task);
  }));

test('a deadlock tells what a task that is deep waits for', async () => {
  const loop = virtualLoop();
  const never = loop.createFuture();
  const main = down(50, function* () {
    return yield* never;
  });
  const error = await loop.runUntilComplete(main).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(DeadlockError);
  expect((error as Error).message).toContain('Future pending');
  loop.close();
});

type Declare = typeof coroutine;
const asItIs = ((fn: unknown) => fn) as Declare;

describe.each<[string, Declare]>([
  ['generator functions', asItIs],
  ['declared functions', coroutine],
])('in a task of nested %s', (_, declare) => {
  const nested = declare(function* nested(
    levels: number,
    log: string[],
    last: () => Coroutine<unknown>,
  ): Coroutine<unknown> {
    try {
      return yield* levels === 0 ? last() : nested(levels - 1, log, last);
    } finally {
      if (levels % 10 === 0) {
        log.push(`finally ${levels}`);
        yield* declare(function* (): Coroutine<void> {})();
      }
    }
  });

  test('`return()` of its coroutine closes all of them, from the inside to the outside', () =>
    inLoop(function* () {
      const log: string[] = [];
      const task = createTask(nested(30, log, () => sleep(5)));
      yield* sleep(1);
      expect(task.getCoro()?.return('closed')).toEqual({ done: true, value: 'closed' });
      expect(log).toEqual(['finally 0', 'finally 10', 'finally 20', 'finally 30']);
      expect(yield* task).toBe(undefined);
    }));

  test('`return()` of one in the middle closes those inside of it, and the caller goes on', () =>
    inLoop(function* () {
      const log: string[] = [];
      const middle = nested(20, log, () => sleep(5));
      const task = createTask(
        nested(20, log, function* () {
          log.push(`middle ${String(yield* middle)}`);
          return 'went on';
        }),
      );
      yield* sleep(1);
      expect(middle.return('closed')).toEqual({ done: true, value: 'closed' });
      expect(log).toEqual(['finally 0', 'finally 10', 'finally 20']);
      expect(yield* task).toBe('went on');
      expect(log.slice(3)).toEqual(['middle undefined', 'finally 0', 'finally 10', 'finally 20']);
    }));

  test('a `finally` that waits while it is closed has the caller go on', () =>
    inLoop(function* () {
      const log: string[] = [];
      const work = nested(20, log, function* () {
        try {
          yield* sleep(60_000);
        } finally {
          yield* nested(20, log, () => sleep(5));
          log.push('cleaned up');
        }
      });
      const task = createTask(work);
      yield* sleep(1);
      expect(work.return('closed').done).toBe(false);
      expect(log).toEqual([]);
      yield* wait([task], { timeout: 120_000 });
      expect(log).toEqual([
        ...['finally 0', 'finally 10', 'finally 20', 'cleaned up'],
        ...['finally 0', 'finally 10', 'finally 20'],
      ]);
    }));

  test('`throw()` of its coroutine throws where it waits', () =>
    inLoop(function* () {
      const log: string[] = [];
      const work = nested(20, log, function* () {
        try {
          yield* sleep(5);
        } catch (error) {
          log.push(String(error));
          return yield* nested(20, log, () => sleep(5, 'recovered'));
        }
        return 'not reached';
      });
      const task = createTask(work);
      yield* sleep(1);
      expect(work.throw(new Error('by hand')).done).toBe(false);
      expect(yield* task).toBe('recovered');
      expect(log[0]).toBe('Error: by hand');
    }));

  test('one that is stepped by hand ends as it does otherwise', () =>
    inLoop(function* () {
      const log: string[] = [];
      const results: unknown[] = [];
      for (let levels = 0; levels < 40; levels++) {
        const work = nested(levels, log, function* () {
          yield;
          yield;
          return levels;
        });
        let step = work.next();
        while (step.done !== true) step = work.next();
        results.push(step.value);
      }
      expect(results).toEqual(Array.from({ length: 40 }, (__, i) => i));
    }));

  test('one that is stepped by hand in a task yields what it yields outside', () =>
    inLoop(function* () {
      const log: string[] = [];
      for (let levels = 0; levels < 100; levels += 7) {
        const work = nested(levels, log, function* () {
          yield;
          return 'end';
        });
        expect(work.next()).toEqual({ done: false, value: undefined });
        expect(work.next()).toEqual({ done: true, value: 'end' });
        const closed = nested(levels, log, () => sleep(0));
        closed.next();
        expect(closed.return('closed')).toEqual({ done: true, value: 'closed' });
        yield;
      }
    }));

  test('one that awaits itself is told so, and so is its caller', () =>
    inLoop(function* () {
      const log: string[] = [];
      const ring: Coroutine<unknown> = nested(20, log, function* (): Coroutine<unknown> {
        return yield* ring;
      });
      const error = yield* caught(createTask(ring));
      expect(error).toBeInstanceOf(TypeError);
      expect(log.sort()).toEqual(['finally 0', 'finally 10', 'finally 20']);
    }));

  test('resources of `using` are disposed where their block ends', () =>
    inLoop(function* () {
      const log: string[] = [];
      const holds = declare(function* holds(levels: number): Coroutine<string> {
        using resource = { [Symbol.dispose]: () => log.push(`disposed ${levels}`) };
        void resource;
        return levels === 0 ? yield* sleep(1, 'slept') : yield* holds(levels - 1);
      });
      expect(yield* holds(20)).toBe('slept');
      expect(log).toEqual(Array.from({ length: 21 }, (__, i) => `disposed ${i}`));
    }));
});

test('outside of tasks, one that is stepped by hand yields what a generator yields', () => {
  for (let i = 0; i < 20; i++) {
    const work = down(30, function* () {
      yield;
      return 'end';
    });
    expect(work.next()).toEqual({ done: false, value: undefined });
    expect(work.next()).toEqual({ done: true, value: 'end' });
  }
});

test('in debug mode all coroutines are on the stack', async () => {
  const loop = virtualLoop();
  loop.setDebug(true);
  const task = loop.createTask(down(20, () => sleep(5)));
  await loop.runUntilComplete(sleep(1));
  expect(task.getStack().map(({ functionName }) => functionName)).toEqual(
    Array.from({ length: 21 }, () => 'down'),
  );
  await loop.runUntilComplete(task);
  loop.close();
});
