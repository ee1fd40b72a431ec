import {
  type Coroutine,
  createTask,
  gather,
  run,
  type StackFrame,
  sleep,
  type Task,
  taskGroup,
  timeout,
  wait,
} from 'skein';
import { describe, expect, test } from 'vitest';
import { inNode } from '../hosts.ts';
import { virtualLoop } from '../loops.ts';
import { names, withoutPaths } from './places.ts';

function* inner(): Coroutine<void> {
  yield* sleep(5);
}

function* middle(): Coroutine<void> {
  yield* inner();
}

function* outer(): Coroutine<void> {
  yield* middle();
}

async function asyncInner(): Promise<void> {
  await sleep(5);
}

async function asyncOuter(): Promise<void> {
  await asyncInner();
}

/** What `look` answers of a task that runs `source`, 1 ms after its start. */
async function lookAt<R>(
  source: (() => Coroutine<unknown>) | (() => Promise<unknown>),
  look: (task: Task<unknown>) => R,
  debug = true,
): Promise<R> {
  const loop = virtualLoop();
  loop.setDebug(debug);
  return await loop.runUntilComplete(
    (function* (): Coroutine<R> {
      const task = createTask(source as () => Coroutine<unknown>);
      yield* sleep(1);
      const seen = look(task);
      yield* wait([task]);
      if (!task.cancelled()) task.exception();
      return seen;
    })(),
  );
}

describe('the stack of a task', () => {
  test('lists the nested coroutines of one that waits, the innermost first', async () => {
    const frames = await lookAt(outer, (task) => task.getStack());
    expect(names(frames)).toEqual(['inner', 'middle', 'outer']);
  });

  test('has the place of each: file, line, column, and all in a line', async () => {
    const frames = await lookAt(outer, (task) => task.getStack());
    const frame = frames[0] as StackFrame;
    expect(frame.file).toMatch(/task-stack\.test\.ts(\?.*)?$/);
    expect(frame.line).toBeLessThan((frames[1] as StackFrame).line);
    expect(frame.column).toBeGreaterThan(0);
    expect(frame.text).toBe(`inner (${frame.file}:${frame.line}:${frame.column})`);
    expect(withoutPaths(frame.text)).toBe('inner (task-stack.test.ts)');
    expect(Object.isFrozen(frame)).toBe(true);
    expect(Object.isFrozen(frames)).toBe(true);
  });

  test('is cut to a limit, from the innermost or from the outermost [task.debug.get_stack]', async () => {
    const seen = await lookAt(outer, (task) =>
      [1, 2, -1, 0].map((limit) => names(task.getStack({ limit }))),
    );
    expect(seen).toEqual([['inner'], ['inner', 'middle'], ['outer'], []]);
  });

  test('goes into the bodies of scopes', async () => {
    const source = function* main(): Coroutine<void> {
      yield* timeout(100, function* inTime() {
        yield* taskGroup(function* inGroup() {
          yield* inner();
        });
      });
    };
    expect(names(await lookAt(source, (task) => task.getStack()))).toEqual([
      'inner',
      'inGroup',
      'inTime',
      'main',
    ]);
  });

  test.runIf(inNode)('of an async function goes through its awaits', async () => {
    const source = async function main(): Promise<void> {
      await null;
      await asyncOuter();
    };
    expect(names(await lookAt(source, (task) => task.getStack()))).toEqual([
      'asyncInner',
      'asyncOuter',
      'main',
    ]);
  });

  test('goes from coroutines to async functions and back', async () => {
    const source = async function main(): Promise<void> {
      await timeout(100, function* inTime() {
        yield* taskGroup(async function inGroup() {
          await asyncInner();
        });
      });
    };
    expect(names(await lookAt(source, (task) => task.getStack()))).toEqual([
      'asyncInner',
      'inGroup',
      'inTime',
      'main',
    ]);
  });

  test('has that of each await, where an async function waits for several things', async () => {
    const source = async function main(): Promise<void> {
      const first = async (): Promise<void> => await sleep(5);
      const second = async (): Promise<unknown> => await gather([sleep(7)]);
      await Promise.all([first(), second()]);
    };
    const found = names(await lookAt(source, (task) => task.getStack()));
    expect(found).toEqual(['first', 'main', 'second', 'main']);
  });

  test('is where it waits now, not where it waited before', async () => {
    const source = function* main(): Coroutine<void> {
      yield* inner();
      yield* middle();
    };
    const loop = virtualLoop();
    loop.setDebug(true);
    const seen: unknown[] = [];
    await loop.runUntilComplete(
      (function* (): Coroutine<void> {
        const task = createTask(source);
        for (let n = 0; n < 3; n++) {
          yield* sleep(4);
          seen.push(names(task.getStack()));
        }
      })(),
    );
    expect(seen).toEqual([['inner', 'main'], ['inner', 'middle', 'main'], []]);
  });

  test('of the running task is the stack here and now, in debug mode or not', async () => {
    const loop = virtualLoop();
    function* deep(): Coroutine<(string | undefined)[]> {
      return names(task.getStack());
    }
    const task: Task<(string | undefined)[]> = loop.createTask(function* main() {
      return yield* deep();
    });
    expect(await loop.runUntilComplete(task)).toEqual(['deep', 'main']);
  });

  test('of a failed task is that of its error, and does not count as having looked at it', async () => {
    const loop = virtualLoop();
    const reports: string[] = [];
    loop.setExceptionHandler((_, { message }) => reports.push(message));
    function* fails(): Coroutine<void> {
      throw new Error('boom');
    }
    const found = await loop.runUntilComplete(
      (function* (): Coroutine<unknown> {
        const task = createTask(function* main() {
          yield* fails();
        });
        yield* sleep(1);
        return names(task.getStack());
      })(),
    );
    loop.close();
    expect(found).toEqual(['fails', 'main']);
    expect(reports).toEqual(['Task exception was never retrieved']);
  });

  test('of a task that failed with something else than an error is empty', async () => {
    const throws = function* (): Coroutine<void> {
      throw 'a string';
    };
    expect(await lookAt(throws, (task) => task.getStack())).toEqual([]);
  });

  test('is empty outside of debug mode, before the start, after the end and at a bare yield', async () => {
    expect(await lookAt(outer, (task) => task.getStack(), false)).toEqual([]);
    expect(
      await lookAt(
        function* () {},
        (task) => task.getStack(),
      ),
    ).toEqual([]);
    const spins = function* (): Coroutine<void> {
      for (let n = 0; n < 9; n++) yield;
    };
    expect(await lookAt(spins, (task) => task.getStack())).toEqual([]);
  });

  test('is known of waits that began in debug mode only', async () => {
    const found = await lookAt(
      outer,
      (task) => {
        task.getLoop().setDebug(true);
        return task.getStack();
      },
      false,
    );
    expect(found).toEqual([]);
  });

  test('is there in a program, too', async () => {
    const found = await run(
      function* main() {
        const task = createTask(outer());
        yield* sleep(1);
        const found = names(task.getStack());
        task.cancel();
        yield* wait([task]);
        return found;
      },
      { debug: true },
    );
    expect(found).toEqual(['inner', 'middle', 'outer']);
  });
});
