import {
  CancelledError,
  ContextVar,
  createTask,
  currentTask,
  EventLoop,
  type ExceptionContext,
  Future,
  getEventLoop,
  Runner,
  run,
  sleep,
} from 'skein';
import { VirtualEventLoop } from 'skein/testing';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { inNode, process } from '../hosts.ts';
import { recordReports, virtualLoop } from '../loops.ts';

const virtual = { loop: virtualLoop };

afterEach(() => {
  vi.unstubAllGlobals();
});

/** Options for a virtual loop whose reports are kept. */
function reported(): { options: { loop: () => EventLoop }; reports: ExceptionContext[] } {
  const loop = virtualLoop();
  return { options: { loop: () => loop }, reports: recordReports(loop) };
}

describe('run', () => {
  test('returns what main returns [run.return]', async () => {
    function* main() {
      return yield* sleep(0, 'done');
    }
    expect(await run(main, virtual)).toBe('done');
    expect(await run(main)).toBe('done');
    expect(await run(async () => await sleep(1, 'async'), virtual)).toBe('async');
  });

  test('throws what main throws [run.raises]', async () => {
    const error = new RangeError('spam');
    const failing = run(function* () {
      yield* sleep(0);
      throw error;
    }, virtual);
    await expect(failing).rejects.toBe(error);
    const odd = run(async () => {
      throw undefined;
    }, virtual);
    await expect(odd).rejects.toBeUndefined();
  });

  test('takes whatever can be awaited, and nothing else [run.only_coroutine]', async () => {
    expect(await run(sleep(1, 'coroutine'), virtual)).toBe('coroutine');
    const yieldable = {
      *[Symbol.iterator]() {
        return yield* sleep(1, 'yieldable');
      },
    };
    expect(await run(yieldable, virtual)).toBe('yieldable');
    expect(await run(() => sleep(1, 'returned'), virtual)).toBe('returned');
    for (const wrong of [5, undefined, 'main', {}, [], () => 5]) {
      await expect(run(wrong as never, virtual)).rejects.toThrow(TypeError);
    }
    await expect(run(5 as never, virtual)).rejects.toThrowErrorMatchingInlineSnapshot(
      `[TypeError: \`run()\` expected a coroutine, a future or a promise, but got 5 (number).]`,
    );
    const promise = Promise.resolve();
    await expect(run(promise as never, virtual)).rejects.toThrowErrorMatchingInlineSnapshot(
      `[TypeError: \`run()\` expected a function, but got a promise. Write \`run(main)\`, not \`run(main())\`.]`,
    );
  });

  test('turns debug mode on and off for its loop [run.debug]', async () => {
    async function main() {
      return getEventLoop().getDebug();
    }
    expect(await run(main, { debug: true })).toBe(true);
    expect(await run(main, { debug: false })).toBe(false);
    expect(await run(main)).toBe(new EventLoop().getDebug());
  });

  test('refuses to run inside of a task [run.nested_error]', async () => {
    let sentence = '';
    function* inner() {
      sentence = 'inner ran';
    }
    function* main() {
      yield* sleep(1);
      const failing = run(inner, virtual);
      failing.catch((error: Error) => {
        sentence = error.message;
      });
      yield* sleep(1);
    }
    await run(main, virtual);
    expect(sentence).toMatchInlineSnapshot(
      `"\`run()\` was called inside of a task. It is for the outermost program: await the coroutine itself here."`,
    );
  });

  test.runIf(inNode)('refuses to run inside of an async function [run.nested_error]', async () => {
    await run(async () => {
      await sleep(1);
      const nested = run(() => sleep(1), virtual);
      await expect(nested).rejects.toThrow('`run()` was called inside of a task.');
    }, virtual);
  });

  test('can be called by what main had the host call later, once main is over', async () => {
    let release = (): void => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    let later: Promise<string> | undefined;
    await run(async () => {
      later = released.then(() => run(() => sleep(1, 'a program of its own'), virtual));
    }, virtual);
    release();
    expect(await later).toBe('a program of its own');
  });

  test('cancels what main left running, and awaits it [run.cancels_leftovers]', async () => {
    const log: string[] = [];
    await run(function* () {
      createTask(function* () {
        try {
          yield* sleep(1000);
        } finally {
          yield* sleep(20);
          log.push('leftover is clean');
        }
      });
      yield* sleep(1);
      log.push('main ends');
    }, virtual);
    expect(log).toEqual(['main ends', 'leftover is clean']);
  });

  test('cancels what main left running when it fails', async () => {
    let left: { cancelled(): boolean } | undefined;
    const failing = run(function* () {
      left = createTask(sleep(1000));
      yield* sleep(1);
      throw new RangeError('main');
    }, virtual);
    await expect(failing).rejects.toThrow('main');
    expect(left?.cancelled()).toBe(true);
  });

  test('reports what leftovers throw while they are cancelled [run.leftover_errors_reported]', async () => {
    const { options, reports } = reported();
    const error = new RangeError('in cleanup');
    await run(function* () {
      createTask(
        function* () {
          try {
            yield* sleep(1000);
          } catch {
            throw error;
          }
        },
        { name: 'leftover' },
      );
      yield* sleep(1);
    }, options);
    expect(reports).toHaveLength(1);
    expect(reports[0]?.exception).toBe(error);
    expect(`${reports[0]?.future}`).toContain("'leftover'");
    expect(reports[0]?.message).toMatchInlineSnapshot(
      `"A task that was left over when run() ended failed while it was cancelled"`,
    );
  });

  test('reports what nobody looked at when it closes its loop', async () => {
    const { options, reports } = reported();
    await run(function* () {
      createTask(
        function* () {
          throw new RangeError('nobody looked');
        },
        { name: 'forgotten' },
      );
      yield* sleep(1);
    }, options);
    expect(reports.map(({ exception }) => exception)).toEqual([new RangeError('nobody looked')]);
    expect(reports[0]?.text).toContain("'forgotten'");
  });

  test('makes its loop the current one while it runs [run.sets_current_loop_once]', async () => {
    let made = 0;
    const loops: EventLoop[] = [];
    const loop = () => {
      made++;
      loops.push(virtualLoop());
      return loops[0] as EventLoop;
    };
    const outer = getEventLoop();
    await run(
      async () => {
        expect(getEventLoop() === loops[0]).toBe(true);
        await sleep(1);
        expect(getEventLoop() === loops[0]).toBe(true);
        await Promise.resolve();
        expect(getEventLoop() === loops[0]).toBe(true);
      },
      { loop },
    );
    expect(made).toBe(1);
    expect(getEventLoop() === outer).toBe(true);
    expect(loops[0]?.isClosed()).toBe(true);
  });

  test('uses the loop that it is given a function for, and closes it [run.loop_factory]', async () => {
    const loop = new VirtualEventLoop();
    const factory = vi.fn(() => loop);
    expect(await run(async () => getEventLoop() === loop, { loop: factory })).toBe(true);
    expect(factory).toHaveBeenCalledTimes(1);
    expect(loop.isClosed()).toBe(true);
  });

  test('refuses a loop in the place of a function that makes one', async () => {
    const loop = virtualLoop();
    const refused = run(() => sleep(1), { loop: loop as never });
    await expect(refused).rejects.toThrowErrorMatchingInlineSnapshot(
      `[TypeError: \`loop\` was expected to be a function that makes the loop, but is <VirtualEventLoop open, 0 tasks, 0 timers>. Write \`{ loop: () => loop }\`.]`,
    );
    expect(loop.isClosed()).toBe(false);
  });

  test('cancels main when its signal aborts, with the reason', async () => {
    const controller = new AbortController();
    const log: string[] = [];
    const stopped = run(
      function* () {
        try {
          yield* sleep(10, undefined);
          controller.abort('enough');
          yield* sleep(1000);
        } finally {
          yield* sleep(1);
          log.push('clean');
        }
      },
      { ...virtual, signal: controller.signal },
    );
    await expect(stopped).rejects.toMatchObject({ name: 'CancelledError', reason: 'enough' });
    expect(log).toEqual(['clean']);
  });

  test('does not start main when its signal is aborted already', async () => {
    let started = false;
    const stopped = run(
      function* () {
        started = true;
      },
      { ...virtual, signal: AbortSignal.abort('enough') },
    );
    await expect(stopped).rejects.toBeInstanceOf(CancelledError);
    expect(started).toBe(false);
  });

  test('refuses a controller in the place of its signal, and does not start main', async () => {
    let started = false;
    const signal = new AbortController() as unknown as AbortSignal;
    const refused = run(
      function* () {
        started = true;
      },
      { ...virtual, signal },
    );
    await expect(refused).rejects.toThrow('Pass `controller.signal`.');
    expect(started).toBe(false);
  });

  test('works where the host knows no signals [run.signal_unsupported_ok]', async () => {
    vi.stubGlobal('process', { env: {} });
    expect(await run(() => sleep(1, 'no signals'), virtual)).toBe('no signals');
    vi.stubGlobal('process', undefined);
    expect(await run(() => sleep(1, 'no process'), virtual)).toBe('no process');
  });

  test('never asks for the text form of a result [run.no_repr_of_result]', async () => {
    const result = {
      toString() {
        throw new Error('the text form was asked for');
      },
      [Symbol.for('nodejs.util.inspect.custom')]() {
        throw new Error('the text form was asked for');
      },
    };
    expect((await run(async () => [result], virtual))[0] === result).toBe(true);
  });

  test('gives each main a task of its own', async () => {
    const tasks = new Set([
      await run(async () => [currentTask()], virtual),
      await run(async () => [currentTask()], virtual),
    ]);
    expect([...tasks].every(([task]) => task !== undefined)).toBe(true);
    expect(tasks.size).toBe(2);
    expect(currentTask()).toBeUndefined();
  });
});

describe('Runner', () => {
  test('runs several programs on one loop, until it is closed [run.runner_reuse]', async () => {
    const runner = new Runner(virtual);
    const loop = runner.getLoop();
    expect(await runner.run(async () => [getEventLoop() === loop, 1])).toEqual([true, 1]);
    expect(await runner.run(async () => [getEventLoop() === loop, 2])).toEqual([true, 2]);
    await runner.close();
    expect(loop.isClosed()).toBe(true);
    expect(() => runner.getLoop()).toThrowErrorMatchingInlineSnapshot(
      `[Error: This runner is closed. Make a new one.]`,
    );
    await expect(runner.run(sleep(1))).rejects.toThrow('closed');
  });

  test('keeps what a program left running for the next one', async () => {
    await using runner = new Runner(virtual);
    const log: string[] = [];
    await runner.run(function* () {
      createTask(function* () {
        yield* sleep(5);
        log.push('from the first');
      });
      yield* sleep(1);
    });
    expect(log).toEqual([]);
    await runner.run(sleep(10));
    expect(log).toEqual(['from the first']);
  });

  test('throws when code of the host closes its loop meanwhile, and closes', async () => {
    const runner = new Runner();
    const ended = runner.run(function* stuck() {
      setTimeout(() => runner.getLoop().close(), 1);
      yield* new Future();
    });
    await expect(ended).rejects.toThrow(
      /^The event loop was closed before this was done: <Task 'Task-\d+' pending/,
    );
    await runner.close();
  });

  test('throws when its loop was closed before main is done', async () => {
    const runner = new Runner();
    await runner.run(sleep(0));
    const future = new Future({ loop: runner.getLoop() });
    runner.getLoop().close();
    await expect(runner.run(future)).rejects.toThrow('closed');
  });

  test('may be closed twice, and before anything ran [run.close_idempotent]', async () => {
    const factory = vi.fn(virtualLoop);
    const unused = new Runner({ loop: factory });
    await unused.close();
    await unused.close();
    expect(factory).not.toHaveBeenCalled();
    const used = new Runner(virtual);
    await used.run(sleep(1));
    await used.close();
    await used.close();
  });

  test('cannot be used again once its block has ended [run.no_second_block]', async () => {
    const runner = new Runner(virtual);
    {
      await using block = runner;
      await block.run(sleep(1));
    }
    await expect(runner.run(sleep(1))).rejects.toThrow('This runner is closed. Make a new one.');
  });

  test('keeps the values of ContextVars from one program to the next [run.context_persists]', async () => {
    const variable = new ContextVar<string>('variable', { defaultValue: 'default' });
    await using runner = new Runner(virtual);
    const read = async (value?: string) => {
      const before = variable.get();
      if (value !== undefined) variable.set(value);
      return before;
    };
    expect(await runner.run(() => read('first'))).toBe('default');
    expect(await runner.run(() => read('second'))).toBe('first');
    expect(await runner.run(() => read())).toBe('second');
    expect(variable.get()).toBe('default');
  });

  test.runIf(inNode)('leaves no signal listener and no exit listener behind', async () => {
    const count = () => ['SIGINT', 'exit'].map((event) => process?.listenerCount?.(event));
    const before = count();
    let during: (number | undefined)[] = [];
    await run(async () => {
      await sleep(1);
      during = count();
    }, virtual);
    expect(during[0]).toBe(1);
    expect(count()).toEqual(before);
  });
});
