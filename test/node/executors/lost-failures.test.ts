/** Failures of jobs, and of tasks that jobs leave behind, that nothing retrieves: when they are told, and the exit code. */
import { EventLoop, type ExceptionContext, run as runProgram } from 'skein';
import { InlineExecutor, ProcessPoolExecutor, ThreadPoolExecutor } from 'skein/executors';
import { describe, expect, test } from 'vitest';
import { run } from './program.ts';

type Pool = InlineExecutor | ThreadPoolExecutor | ProcessPoolExecutor;

const count = (text: string, part: string) => text.split(part).length - 1;

/** The turn after which a failure is told is over, also if the machine is slow and several timers are due at once. */
async function turns(): Promise<void> {
  for (let i = 0; i < 4; i++) {
    await new Promise((resolve) => setTimeout(resolve, 8));
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Runs `main` on a loop of its own, and returns what was reported. */
async function reported(
  make: () => Pool,
  main: (executor: Pool, reports: ExceptionContext[]) => Promise<void>,
): Promise<string[]> {
  const loop = new EventLoop();
  const reports: ExceptionContext[] = [];
  loop.setExceptionHandler((_, context) => reports.push(context));
  await runProgram(
    async () => {
      await using executor = make();
      await main(executor, reports);
    },
    { loop: () => loop, unretrieved: 'report' },
  );
  return reports.map(({ message, exception }) => `${message}: ${exception}`);
}

const told = 'PoolFuture exception was never retrieved: RangeError: 1';
/** Odd numbers fail. */
const odd = (n: number): number => {
  if (n % 2 === 1) throw new RangeError(`${n}`);
  return n;
};
const failingStream = async function* (): AsyncGenerator<number> {
  yield 0;
  throw new RangeError('1');
};

describe.each<[string, () => Pool]>([
  ['an InlineExecutor', () => new InlineExecutor()],
  ['a ThreadPoolExecutor', () => new ThreadPoolExecutor({ maxWorkers: 1 })],
  ['a ProcessPoolExecutor', () => new ProcessPoolExecutor({ maxWorkers: 1 })],
])('a failure of a job of %s', (_, make) => {
  test('is told soon if nothing reads it, and not again', async () => {
    const reports = await reported(make, async (executor, reports) => {
      const future = executor.submit(odd, 1);
      while (!future.done()) await turns();
      await turns();
      expect(reports).toHaveLength(1);
    });
    expect(reports).toEqual([told]);
  });

  test('is not told if it is read in time', async () => {
    const reports = await reported(make, async (executor) => {
      const future = executor.submit(odd, 1);
      await Promise.allSettled([future, executor.submit(odd, 2)]);
      await turns();
    });
    expect(reports).toEqual([]);
  });

  test.each([
    ['in order', true],
    ['in any order', false],
  ])('is held by map() %s until its result is taken', async (_, ordered) => {
    const reports = await reported(make, async (executor, reports) => {
      const results: unknown[] = [];
      for await (const each of executor.map(odd, [2, 1, 4, 3], {
        ordered,
        returnExceptions: true,
      })) {
        results.push(String(each));
        await turns();
        await turns();
      }
      expect(results).toHaveLength(4);
      expect(reports).toEqual([]);
    });
    expect(reports).toEqual([]);
  });

  test('is given up with the results of map(), and not told', async () => {
    const reports = await reported(make, async (executor) => {
      for await (const each of executor.map(odd, [2, 1, 3])) {
        await turns();
        expect(each).toBe(2);
        break;
      }
      await turns();
    });
    expect(reports).toEqual([]);
  });

  test('is told of a future of map() that was taken and is not read', async () => {
    const reports = await reported(make, async (executor) => {
      for (const next of executor.map(odd, [1, 2])) while (!next.done()) await turns();
      await turns();
    });
    expect(reports).toEqual([told]);
  });

  test('is held by a stream until its consumer comes to it', async () => {
    const reports = await reported(make, async (executor) => {
      const items: unknown[] = [];
      try {
        for await (const item of executor.stream(failingStream)) {
          items.push(item);
          await turns();
          await turns();
        }
      } catch (error) {
        items.push(String(error));
      }
      expect(items).toEqual([0, 'RangeError: 1']);
    });
    expect(reports).toEqual([]);
  });
});

describe.concurrent.each(['ThreadPoolExecutor', 'ProcessPoolExecutor'])(
  'a program with a %s',
  (kind) => {
    const start = `import { createTask, run, sleep } from 'skein';
    import { ${kind} } from 'skein/executors';
    const turns = async (n = 12) => { for (let i = 0; i < n; i++) await new Promise((resolve) => setTimeout(resolve, 8)); };
    const pool = new ${kind}({ maxWorkers: 1 });
    /** Leaves a task behind that fails. */
    const leaves = async (library, turns, reads) => {
      const { createTask, sleep } = await import(library);
      const task = createTask(async () => { await sleep(0); throw new RangeError('left behind'); });
      for (let i = 0; i < turns; i++) await new Promise((resolve) => setTimeout(resolve, 8));
      if (reads) await task.then(null, () => {});
    };
    const library = import.meta.resolve('skein');`;

    test.each<[string, string, { code: number; reports: number }]>([
      [
        'ends with 1 if a job fails unread',
        `const future = pool.submit(() => { throw new RangeError('unread'); });
      while (!future.done()) await turns(1);
      await turns();`,
        { code: 1, reports: 1 },
      ],
      [
        'ends with 0 if it reads the failure later',
        `const future = pool.submit(() => { throw new RangeError('unread'); });
      while (!future.done()) await turns(1);
      await turns();
      future.exception();`,
        { code: 0, reports: 1 },
      ],
      [
        'ends with 1 if a task that a job left behind fails in the worker',
        'await pool.submit(leaves, library, 12, false); await pool.submit(() => 1);',
        { code: 1, reports: 1 },
      ],
      [
        'ends with 1 if such a task fails right before its worker ends',
        'await pool.submit(leaves, library, 1, false);',
        { code: 1, reports: 1 },
      ],
      [
        'ends with 0 if the job reads that failure later',
        'await pool.submit(leaves, library, 12, true); await pool.submit(() => 1);',
        { code: 0, reports: 1 },
      ],
    ])('%s', async (_, source, { code, reports }) => {
      const ending = await run(`${start}\n${source}\nawait pool.shutdown();`);
      expect([ending.code, count(ending.errors, 'never retrieved')]).toEqual([code, reports]);
    });

    test("ends with 0 with 'report', though the worker tells", async () => {
      const ending = await run(`${start}
      await run(async () => {
        await pool.submit(leaves, library, 12, false);
        await pool.shutdown();
      }, { unretrieved: 'report' });`);
      expect([ending.code, count(ending.errors, 'never retrieved')]).toEqual([0, 1]);
    });
  },
);
