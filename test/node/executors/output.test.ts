/** What jobs write to the console, and when. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { getEventLoop } from 'skein';
import { ProcessPoolExecutor, ThreadPoolExecutor } from 'skein/executors';
import { describe, expect, test } from 'vitest';
import { run } from './program.ts';

const numbers = Array.from({ length: 300 }, (_, n) => String(n));

/** More than a pipe has room for. */
const printMuch = `
  await pool.submit(() => 'started');
  console.BEGIN('begin');
  await pool.submit(() => { for (let n = 0; n < 300; n++) console.log(String(n).padEnd(4000)); });`;

/** Runs a program whose output is not read for a moment after it has printed "begin" to the other output. */
async function readSlowly(
  program: string,
  from: 'stdout' | 'stderr' = 'stdout',
): Promise<string[]> {
  const other = from === 'stdout' ? 'stderr' : 'stdout';
  const source = program.replace('BEGIN', other === 'stdout' ? 'log' : 'error');
  const child = spawn(process.execPath, ['--input-type=module', '--eval', source]);
  await once(child[other], 'data');
  child[other].resume();
  await new Promise((resolve) => setTimeout(resolve, 200));
  let output = '';
  for await (const chunk of child[from]) output += chunk;
  return output.split('\n').map((line) => line.trim());
}

describe.each(['ThreadPoolExecutor', 'ProcessPoolExecutor'])(
  'what the jobs of a %s print',
  (kind) => {
    const start = `import { ${kind} } from 'skein/executors';
    const pool = new ${kind}({ maxWorkers: 1 });`;

    test.each([
      ['a function', '() => { for (let n = 0; n < 300; n++) console.log(n); }'],
      [
        'an async function',
        'async () => { for (let n = 0; n < 300; n++) { console.log(n); await undefined; } }',
      ],
      [
        'a function that fails',
        "() => { for (let n = 0; n < 300; n++) console.log(n); throw new Error('on purpose'); }",
      ],
    ])('is there before the future of %s is done', async (_, job) => {
      const { lines } = await run(`${start} await pool.submit(${job}).then(() => {}, () => {});`);
      expect(lines).toEqual(numbers);
      const exits = await run(
        `${start} await pool.submit(${job}).then(() => {}, () => {}); process.exit();`,
      );
      expect(exits.lines).toEqual(numbers);
    });

    test('is there before the last item of a stream', async () => {
      const { lines } = await run(`${start}
      for await (const _ of pool.stream(function* () { for (let n = 0; n < 300; n++) { console.log(n); yield n; } }));
      process.exit();`);
      expect(lines).toEqual(numbers);
    });

    test('is there in the order of the jobs', async () => {
      const { lines } = await run(`${start}
      const jobs = Array.from({ length: 300 }, (_, n) => pool.submit((n) => console.log(n), n));
      await Promise.all(jobs);
      process.exit();`);
      expect(lines).toEqual(numbers);
    });

    test.each([
      ['', ''],
      [' and the program exits at once', 'process.exit();'],
      [' and the program ends by an error', "throw new Error('on purpose');"],
    ])('is there when its reader is slow%s', async (_, end) => {
      expect(await readSlowly(`${start} ${printMuch} ${end}`)).toEqual([...numbers, '']);
    });

    test('is there when it goes to the other output of the program, whose reader is slow', async () => {
      const program = `${start.replace('maxWorkers: 1', 'maxWorkers: 1, stdout: process.stderr')}
        ${printMuch} process.exit();`;
      expect(await readSlowly(program, 'stderr')).toEqual([...numbers, '']);
    });
  },
);

test('what a thread of the program prints is there when its reader is slow and the program exits at once', async () => {
  const program = `import { Worker } from 'node:worker_threads';
    import { ThreadPoolExecutor } from 'skein/executors';
    const served = "import('skein/executors/worker').then(({ serve }) => serve());";
    const pool = new ThreadPoolExecutor({ maxWorkers: 1, worker: () => new Worker(served, { eval: true, execArgv: [] }) });
    ${printMuch} process.exit();`;
  expect(await readSlowly(program)).toEqual([...numbers, '']);
});

test('what a job of a process prints before it ends that process is there when its reader is slow', async () => {
  const program = `import { ProcessPoolExecutor } from 'skein/executors';
    const pool = new ProcessPoolExecutor({ maxWorkers: 1 });
    console.BEGIN('begin');
    await pool.submit(async () => {
      for (let n = 0; n < 300; n++) console.log(String(n).padEnd(4000));
      setImmediate(() => { throw new Error('on purpose'); });
      await new Promise(() => {});
    }).then(() => {}, () => {});
    process.exit();`;
  expect(await readSlowly(program)).toEqual([...numbers, '']);
});

test('a pool ends though the program throws while it hears of a teardown that failed, and its output is read slowly', async () => {
  const program = `import { getEventLoop } from 'skein';
    import { ThreadPoolExecutor } from 'skein/executors';
    process.on('uncaughtException', () => {});
    getEventLoop().callExceptionHandler = () => { throw new Error('on purpose'); };
    const teardown = () => {
      for (let n = 0; n < 300; n++) console.log(String(n).padEnd(4000));
      throw new Error('on purpose');
    };
    const pool = new ThreadPoolExecutor({ maxWorkers: 1, teardown });
    await pool.submit(() => 'started');
    console.BEGIN('begin');
    await pool.shutdown();
    console.log('over');`;
  expect(await readSlowly(program)).toEqual([...numbers, 'over', '']);
});

describe.each([
  ['ThreadPoolExecutor', ThreadPoolExecutor],
  ['ProcessPoolExecutor', ProcessPoolExecutor],
] as const)('a %s', (_, Executor) => {
  test('gives what its jobs print to a stream, before their futures are done', async () => {
    const seen = { stdout: '', stderr: '' };
    const streamFor = (name: keyof typeof seen) => ({
      write(chunk: Uint8Array) {
        seen[name] += Buffer.from(chunk).toString();
      },
    });
    await using pool = new Executor({
      maxWorkers: 1,
      stdout: streamFor('stdout'),
      stderr: streamFor('stderr'),
    });
    for (let round = 0; round < 20; round++) {
      await pool.submit((round: number) => {
        console.log(`out ${round}`);
        console.error(`err ${round}`);
      }, round);
      expect(seen.stdout).toMatch(new RegExp(`out ${round}\n$`));
      expect(seen.stderr).toMatch(new RegExp(`err ${round}\n$`));
    }
  });

  test('reports a stream that throws, and its jobs go on', async () => {
    const exception = new Error('on purpose');
    const write = (): never => {
      throw exception;
    };
    const told: unknown[] = [];
    getEventLoop().setExceptionHandler((_loop, { message, exception }) =>
      told.push(message, exception),
    );
    await using pool = new Executor({ maxWorkers: 1, stderr: { write } });
    const results = [1, 2].map((n) =>
      pool.submit((n: number) => {
        if (n === 1) console.error('printed');
        return n;
      }, n),
    );
    expect(await Promise.all(results)).toEqual([1, 2]);
    getEventLoop().setExceptionHandler(undefined);
    expect(told).toEqual(['The `stderr` of an executor could not be written to', exception]);
  });

  test('lets nothing that its jobs print be seen', async () => {
    const { lines, errors } = await run(`import { ${Executor.name} } from 'skein/executors';
      const pool = new ${Executor.name}({ maxWorkers: 1, stdout: 'ignore', stderr: 'ignore' });
      const print = () => { for (let n = 0; n < 5000; n++) { console.log('seen'); console.error('seen'); } return 'done'; };
      console.log(await pool.submit(print));`);
    expect({ lines, errors }).toEqual({ lines: ['done'], errors: '' });
  });
});

describe('what a quick function of a thread prints', () => {
  const warm = `import { ThreadPoolExecutor } from 'skein/executors';
    const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const print = (n, ends) => { console.log(n); if (ends) process.exit(); };
    await Promise.all(Array.from({ length: 300 }, (_, n) => pool.submit(print, n)));`;

  test('is there when it ends its thread, and what a listener prints then', async () => {
    const { lines } = await run(`${warm}
      await pool.submit(() => { process.on('exit', () => console.log('exit')); });
      await pool.submit(print, 'last', true).catch((error) => console.log(error.name));
      await pool.shutdown();`);
    expect(lines).toEqual([...numbers, 'last', 'exit', 'WorkerLostError']);
  });

  test('is in its order, on both outputs, and is bytes to a stream of the program', async () => {
    const seen: string[] = [];
    const streamFor = (name: string) => ({
      write(chunk: Uint8Array) {
        expect(chunk).toBeInstanceOf(Uint8Array);
        for (const line of Buffer.from(chunk).toString().trim().split('\n')) seen.push(name + line);
      },
    });
    const stdout = streamFor('out ');
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1, stdout, stderr: streamFor('err ') });
    const print = (n: number) => {
      console.log(n);
      console.error(n);
    };
    await Promise.all(Array.from({ length: 300 }, (_, n) => pool.submit(print, n)));
    expect(seen).toEqual(numbers.flatMap((n) => [`out ${n}`, `err ${n}`]));
  });

  test('may be text in another encoding', async () => {
    const { lines } = await run(`import { ThreadPoolExecutor } from 'skein/executors';
      const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
      await pool.submit(() => { process.stdout.write('746578740a', 'hex'); });
      await pool.shutdown();`);
    expect(lines).toEqual(['text']);
  });
});
