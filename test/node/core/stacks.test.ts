/** The stacks of errors, as users see them: no frame of the library, every coroutine, a line for each waiter. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  asCompleted,
  type Coroutine,
  createTask,
  EventLoop,
  gather,
  run,
  sleep,
  type TimeoutError,
  taskGroup,
  timeout,
  timeoutAt,
  waitFor,
} from 'skein';
import { describe, expect, test } from 'vitest';

/** The lines of a stack, with `here` for the places in this file. */
function linesOf(error: unknown): string[] {
  const { stack } = error as Error;
  return (
    String(stack)
      .replaceAll(/Task-\d+/g, 'Task-N')
      .replaceAll(/\([^()]*stacks\.test\.ts:\d+:\d+\)/g, '(here)')
      // Some test runners drop the word from native frames.
      .replaceAll(/at async (\S+ \(here\))/g, 'at $1')
      .split('\n')
      .map((line) => line.trim())
  );
}

async function caught(work: () => PromiseLike<unknown>): Promise<unknown> {
  try {
    await work();
  } catch (error) {
    return error;
  }
  throw new Error('It was expected to fail.');
}

const failing = (main: () => never | Generator<unknown, unknown, unknown> | Promise<unknown>) =>
  caught(() => run(main as () => Promise<unknown>));

const debugged = (main: () => unknown) =>
  caught(() => run(main as () => Promise<unknown>, { debug: true }));

describe('a stack of coroutines', () => {
  function* leaf() {
    yield* sleep(0);
    throw new Error('too deep');
  }
  function* down(levels: number): Coroutine<void> {
    if (levels === 0) yield* leaf();
    else yield* down(levels - 1);
  }

  test('has each of them, and no frame of the library or between them', async () => {
    const error = await failing(function* main() {
      yield* timeout(1000, function* inTime() {
        yield* down(1);
      });
    } as never);
    expect(linesOf(error)).toEqual([
      'Error: too deep',
      'at leaf (here)',
      'at down (here)',
      'at down (here)',
      'at inTime (here)',
      'at main (here)',
      "at async task 'Task-N'",
    ]);
  });

  test('is longer than ten frames, and the limit of the program is as it was', async () => {
    const before = Error.stackTraceLimit;
    const error = await failing(function* main() {
      yield* down(30);
    } as never);
    expect(linesOf(error).filter((line) => line === 'at down (here)')).toHaveLength(31);
    expect(Error.stackTraceLimit).toBe(before);
  });

  test('is as short as a program wants it that set a low limit', async () => {
    const before = Error.stackTraceLimit;
    Error.stackTraceLimit = 1;
    try {
      const error = await failing(function* main() {
        yield* down(3);
      } as never);
      expect(linesOf(error)).toEqual([
        'Error: too deep',
        'at leaf (here)',
        "at async task 'Task-N'",
      ]);
    } finally {
      Error.stackTraceLimit = before;
    }
  });

  test('a limit that a step sets stays', async () => {
    const before = Error.stackTraceLimit;
    try {
      await run(function* () {
        yield* sleep(0);
        Error.stackTraceLimit = 33;
      });
      expect(Error.stackTraceLimit).toBe(33);
    } finally {
      Error.stackTraceLimit = before;
    }
  });
});

describe('a stack of async functions', () => {
  async function d() {
    await sleep(1);
    throw new Error('four deep');
  }
  const c = async () =>
    await timeout(1000, async function inTime() {
      await d();
    });
  async function b() {
    await c();
  }

  test('goes on with a line for each function, scope and task that waits', async () => {
    const error = await failing(async function main() {
      await b();
    });
    expect(linesOf(error)).toEqual([
      'Error: four deep',
      'at d (here)',
      'at inTime (here)',
      'at async `timeout()` of 1000 ms',
      'at async main',
      "at async task 'Task-N'",
    ]);
  });

  test('has the source lines of the awaits in debug mode', async () => {
    const error = await debugged(async function main() {
      await b();
    });
    expect(linesOf(error)).toEqual([
      'Error: four deep',
      'at d (here)',
      'at inTime (here)',
      'at async `timeout()` of 1000 ms',
      'at c (here)',
      'at b (here)',
      'at main (here)',
      "at async task 'Task-N'",
    ]);
  });

  test('names the tasks above, also by way of gather() and of a group', async () => {
    async function child() {
      await sleep(1);
      throw new Error('child');
    }
    const gathered = await failing(async function main() {
      await gather([createTask(child, { name: 'first' }), createTask(sleep(5))]);
    });
    const lines = [
      'Error: child',
      'at child (here)',
      "at async task 'first'",
      'at async main',
      "at async task 'Task-N'",
    ];
    expect(linesOf(gathered)).toEqual(lines);
    const group = (await failing(async function main() {
      await taskGroup(async (tg) => {
        tg.createTask(child, { name: 'first' });
      });
    })) as AggregateError;
    expect(linesOf(group.errors[0])).toEqual(lines);
    expect(linesOf(group)).toEqual([
      'ExceptionGroup: unhandled errors in a TaskGroup',
      'at async main',
      "at async task 'Task-N'",
    ]);
  });

  test('an error that passes through several tasks gets its lines once', async () => {
    const error = await failing(async function main() {
      const inner = createTask(
        async function innermost() {
          await sleep(1);
          throw new Error('once');
        },
        { name: 'inner' },
      );
      const outer = createTask(
        function* () {
          yield* inner;
        },
        { name: 'outer' },
      );
      await outer;
    });
    expect(linesOf(error)).toEqual([
      'Error: once',
      'at innermost (here)',
      "at async task 'inner'",
      "at async task 'outer'",
      'at async main',
      "at async task 'Task-N'",
    ]);
  });

  test('a long chain of tasks ends with "and so on"', async () => {
    const error = await failing(function* main() {
      let task = createTask(function* () {
        yield* sleep(1);
        throw new Error('long');
      });
      for (let n = 0; n < 1000; n++) {
        const before = task;
        task = createTask(function* () {
          yield* before;
          throw new Error('not reached');
        });
      }
      yield* task;
    } as never);
    const lines = linesOf(error);
    expect(lines.length).toBeLessThan(60);
    expect(lines.at(-1)).toBe('at … and so on');
  });
});

describe('a TimeoutError', () => {
  const messageOf = async (main: () => unknown) =>
    ((await failing(main as never)) as TimeoutError).message.replace(/Task-\d+/, 'Task-N');

  test('says how long the deadline was, what was not done, and in which task', async () => {
    expect(
      await messageOf(async () => {
        await timeout(5, async function load() {
          await sleep(1000);
        });
      }),
    ).toBe("The deadline of 5 ms passed before `load()` was done, in task 'Task-N'.");
    expect(
      await messageOf(async () => {
        const child = createTask(sleep(1000), { name: 'child' });
        await waitFor(child, 5);
      }),
    ).toBe("The deadline of 5 ms passed before task 'child' was done, in task 'Task-N'.");
    expect(await messageOf(() => waitFor(sleep(1000), 5))).toBe(
      "The deadline of 5 ms passed before what `waitFor()` awaits was done, in task 'Task-N'.",
    );
    expect(await messageOf(() => waitFor(createTask(sleep(1000), { name: 'child' }), 0))).toBe(
      "`waitFor()` was given no time to wait: it expected task 'child' to be done, in task 'Task-N'.",
    );
    expect(await messageOf(() => timeoutAt(0, () => sleep(1000)))).toBe(
      "The deadline of 0 ms passed before the body of `timeout()` was done, in task 'Task-N'.",
    );
    expect(
      await messageOf(async () => {
        for await (const done of asCompleted([sleep(1000)], { timeout: 5 })) void done;
      }),
    ).toBe(
      "The deadline of 5 ms passed before all of `asCompleted()` were done, in task 'Task-N'.",
    );
  });

  test('tells nested deadlines apart', async () => {
    expect(
      await messageOf(async () => {
        await timeout(3000, async function outer() {
          await timeout(5, async function middle() {
            await timeout(2000, async function inner() {
              await sleep(5000);
            });
          });
        });
      }),
    ).toContain('The deadline of 5 ms passed before `middle()` was done');
  });

  test('has the frames of coroutines already where they catch it', async () => {
    await run(function* main() {
      try {
        yield* timeout(1, () => sleep(1000));
      } catch (error) {
        expect(linesOf(error).slice(1)).toEqual(['at main (here)']);
      }
    });
  });

  test('has the functions that wait, and in debug mode their lines and the place of the deadline', async () => {
    async function slow() {
      await timeout(5, async function load() {
        await sleep(1000);
      });
    }
    const error = await failing(async function main() {
      await slow();
    });
    expect(linesOf(error).slice(1)).toEqual(['at async main', "at async task 'Task-N'"]);
    const known = await debugged(async function main() {
      await slow();
    });
    expect(linesOf(known)).toEqual([
      "TimeoutError: The deadline of 5 ms, set at slow (here), passed before `load()` was done, in task 'Task-N'.",
      'at slow (here)',
      'at main (here)',
      "at async task 'Task-N'",
    ]);
  });
});

describe('an error of the program', () => {
  const thrown = (value: unknown) =>
    failing(function* () {
      yield* sleep(0);
      throw value;
    } as never);

  test('that is frozen, or has a stack of its own, stays as it is', async () => {
    const frozen = Object.freeze(new Error('frozen'));
    const text = frozen.stack;
    expect(await thrown(frozen)).toBe(frozen);
    expect(frozen.stack).toBe(text);

    const getter = Object.defineProperty(new Error('getter'), 'stack', {
      configurable: true,
      get() {
        throw new Error('not to be read');
      },
    });
    expect(await thrown(getter)).toBe(getter);

    const data = Object.assign(new Error('data'), { stack: { frames: [] } as unknown as string });
    expect(await thrown(data)).toBe(data);
    expect(data.stack).toEqual({ frames: [] });
  });

  test('may be no error at all', async () => {
    for (const value of [undefined, null, 'text', 5, { stack: 'mine' }]) {
      expect(await thrown(value)).toBe(value);
    }
    const { proxy, revoke } = Proxy.revocable(new Error('revoked'), {});
    revoke();
    const isSame = await run(function* main() {
      try {
        yield* createTask(function* () {
          yield* sleep(0);
          throw proxy;
        });
      } catch (error) {
        return error === proxy;
      }
      return false;
    });
    expect(isSame).toBe(true);
  });

  test('may have a message with lines that look like frames', async () => {
    const message = 'first\n    at nowhere (/app/x.js:1:2)\nlast';
    const lines = linesOf(await thrown(new Error(message)));
    expect(lines.slice(0, 3)).toEqual(['Error: first', 'at nowhere (/app/x.js:1:2)', 'last']);
    expect(lines.at(-1)).toBe("at async task 'Task-N'");
  });

  test('keeps what Error.prepareStackTrace made of it', async () => {
    const before = Error.prepareStackTrace;
    Error.prepareStackTrace = (_error, sites) => sites.length as unknown as string;
    try {
      const error = (await failing(function* () {
        yield* sleep(0);
        throw new Error('numbered');
      } as never)) as Error;
      expect(typeof error.stack).toBe('number');
    } finally {
      Error.prepareStackTrace = before;
    }
  });

  test('is without the frames by which the host came to the program', async () => {
    const error = new Error('timer');
    error.stack = `Error: timer
    at JSON.parse (<anonymous>)
    at read (node:fs:1:2)
    at parse (/app/parse.js:1:2)
    at Array.map (<anonymous>)
    at child (/app/child.js:1:2)
    at process.processTimers (node:internal/timers:516:9)
    at async parent (/app/parent.js:1:2)
    at listOnTimeout (node:internal/timers:581:17)
    at process.processTimers (node:internal/timers:516:9)`;
    expect(linesOf(await thrown(error))).toEqual([
      'Error: timer',
      'at JSON.parse (<anonymous>)',
      'at read (node:fs:1:2)',
      'at parse (/app/parse.js:1:2)',
      'at Array.map (<anonymous>)',
      'at child (/app/child.js:1:2)',
      'at async parent (/app/parent.js:1:2)',
      "at async task 'Task-N'",
    ]);
  });

  test('that overflowed the stack has its lines', async () => {
    const error = await failing(function* main() {
      yield* sleep(0);
      const deeper = (): number => 1 + deeper();
      deeper();
    } as never);
    const lines = linesOf(error);
    expect(lines[0]).toBe('RangeError: Maximum call stack size exceeded');
    expect(lines.at(-1)).toBe("at async task 'Task-N'");
  });
});

describe('a report', () => {
  test('of a callback that failed has no frame of the library', async () => {
    const seen: unknown[] = [];
    const loop = new EventLoop();
    loop.setExceptionHandler((_loop, { exception }) => seen.push(exception));
    await run(
      function* () {
        loop.callSoon(function callback() {
          throw new Error('callback');
        });
        yield* sleep(1);
      },
      { loop: () => loop },
    );
    expect(linesOf(seen[0])).toEqual(['Error: callback', 'at callback (here)']);
  });

  test.each([
    { name: 'plainly', flags: [] },
    { name: 'with source maps', flags: ['--enable-source-maps'] },
  ])('of a lost failure has none, $name', ({ flags }) => {
    const folder = mkdtempSync(join(tmpdir(), 'skein-stacks-'));
    const file = join(folder, 'lost.mjs');
    const skein = pathToFileURL(join(process.cwd(), 'dist/node/index.js')).href;
    writeFileSync(
      file,
      `import { createTask, run, sleep } from '${skein}';
await run(async function main() {
  createTask(function* lost() { yield* sleep(0); throw new Error('lost'); }, { name: 'lost' });
  await sleep(5);
});`,
    );
    const { stderr } = spawnSync(process.execPath, [...flags, file], { encoding: 'utf8' });
    rmSync(folder, { recursive: true, force: true });
    expect(stderr).toContain('Error: lost\n');
    expect(stderr).toContain('    at lost (file://');
    expect(stderr).toContain("    at async task 'lost'");
    expect(stderr).not.toMatch(/(?:dist|src)\/core/);
  });
});
