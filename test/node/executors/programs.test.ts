/** What only shows in a process of its own: when it ends, and what loaders and tools make of functions. */
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { run, runNode } from './program.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const start =
  "import { ThreadPoolExecutor } from 'skein/executors'; const pool = new ThreadPoolExecutor({ maxWorkers: 2 });";

describe('a program', () => {
  test('ends by itself though an executor was never shut down', async () => {
    const ending = await run(`${start} console.log(await pool.submit((n) => n * 2, 21));`);
    expect(ending).toEqual({ code: 0, errors: '', lines: ['42'] });
  });

  test('ends at once when its only jobs are cancelled', async () => {
    const ending = await run(`${start}
      const jobs = [1, 2].map((n) => pool.submit((n) => new Promise(() => {}), n));
      for (const job of jobs) job.cancel();`);
    expect(ending).toEqual({ code: 0, errors: '', lines: [] });
  });

  test('waits for pending work before it ends [cf.shutdown.process_exit_waits]', async () => {
    const ending = await run(`${start}
      const slow = (n) => new Promise((resolve) => setTimeout(resolve, 20, n));
      for (let n = 0; n < 5; n++) pool.submit(slow, n).then(console.log);`);
    expect(ending).toMatchObject({ code: 0, errors: '' });
    expect(ending.lines.sort()).toEqual(['0', '1', '2', '3', '4']);
  });

  test('cannot submit work while it ends [cf.shutdown.no_submit_during_exit]', async () => {
    const ending = await run(`${start}
      process.on('exit', () => {
        try { pool.submit((n) => n, 1); } catch (error) { console.log(error.message); }
      });`);
    expect(ending).toEqual({
      code: 0,
      errors: '',
      lines: [
        '`submit()` expected a program that goes on, but it is ending: nothing that starts now would be done.',
      ],
    });
  });

  test('waits for pending work after a shutdown that does not [cf.shutdown.no_wait_then_exit]', async () => {
    const ending = await run(`${start}
      pool.submit((n) => n, 1).then(console.log);
      pool.shutdown({ wait: false });`);
    expect(ending).toEqual({ code: 0, errors: '', lines: ['1'] });
  });

  test.each(['ThreadPoolExecutor', 'ProcessPoolExecutor'])(
    'ends though the arguments of an initializer cannot be copied any more: %s',
    async (kind) => {
      const ending = await run(`import { ${kind} } from 'skein/executors';
        const config = { size: 1 };
        const pool = new ${kind}({ maxWorkers: 1, initializer: (config) => {}, initArgs: [config] });
        config.onChange = () => {};
        await pool.submit(() => 1).catch((error) => console.log(error.name));
        await pool.shutdown();
        setTimeout(() => process.exit(3), 5000).unref();`);
      expect(ending).toEqual({ code: 0, errors: '', lines: ['BrokenExecutor'] });
    },
  );

  test('can wait for the shutdown of idle workers', async () => {
    const ending = await run(`${start}
      await pool.submit((n) => n, 1);
      await pool.shutdown();
      console.log('over');`);
    expect(ending).toEqual({ code: 0, errors: '', lines: ['over'] });
  });

  test.skipIf(process.platform === 'win32')(
    'runs where a process may have 64 files open',
    async () => {
      const program = `import { toThread } from 'skein';
        import { ProcessPoolExecutor, ThreadPoolExecutor } from 'skein/executors';
        for (const Pool of [ThreadPoolExecutor, ProcessPoolExecutor]) {
          const pool = new Pool({ maxWorkers: 1 });
          console.log(await pool.submit((n) => n * 2, 21));
          await pool.shutdown();
        }
        console.log(await toThread(() => 'done'));
        process.exit();`;
      const command = 'ulimit -n 64; exec "$0" --input-type=module --eval "$1"';
      const { stdout } = await promisify(execFile)(
        'sh',
        ['-c', command, process.execPath, program],
        { cwd: root },
      );
      expect(stdout).toBe('42\n42\ndone\n');
    },
  );

  test('sees all that its workers print', async () => {
    const ending = await run(`${start}
      await pool.submit(() => { for (let n = 0; n < 100; n++) console.log(n); });
      await pool.shutdown();`);
    expect(ending.lines).toEqual(Array.from({ length: 100 }, (_, n) => String(n)));
  });

  test.each(['ThreadPoolExecutor', 'ProcessPoolExecutor'])(
    'can end a %s whose jobs have put others in the place of what ends workers',
    async (kind) => {
      const ending = await run(`
      import * as executors from 'skein/executors';
      const pool = new executors.${kind}({ maxWorkers: 1, grace: Infinity });
      await pool.submit(() => { process.stdout.write = () => true; });
      await pool.submit(() => { process.exit = () => {}; process.on('exit', () => { throw 1; }); });
      await pool.submit(() => { process.send &&= () => true; });
      console.log(await pool.submit((n) => n * 2, 21));
      await pool.shutdown();
      console.log(pool.statistics().workers.length);`);
      expect(ending).toMatchObject({ code: 0, lines: ['42', '0'] });
    },
  );

  test('that forgets an executor has its workers end [cf.shutdown.on_drop]', async () => {
    const ending = await run(
      `import { ThreadPoolExecutor } from 'skein/executors';
      async function use() {
        const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
        await pool.submit(() => {
          const { threadId } = process.getBuiltinModule('node:worker_threads');
          process.on('exit', () => new BroadcastChannel('ended').postMessage(threadId));
        });
      }
      const channel = new BroadcastChannel('ended');
      let ended = false;
      channel.onmessage = () => { ended = true; channel.close(); };
      await use();
      while (!ended) { gc(); await new Promise((resolve) => setTimeout(resolve, 1)); }
      console.log('ended');`,
      '--expose-gc',
    );
    expect(ending).toMatchObject({ code: 0, lines: ['ended'] });
  });

  test('hears why when no worker can start, instead of waiting for ever', async () => {
    const ending = await run(
      `import { ThreadPoolExecutor } from 'skein/executors';
      const pool = new ThreadPoolExecutor({ maxWorkers: 2 });
      try { await pool.submit((n) => n, 1); } catch (error) { console.log(error.name, error.message); }
      try { pool.submit((n) => n, 1); } catch (error) { console.log(error.name); }
      await pool.shutdown();`,
      '--import',
      "data:text/javascript,import { isMainThread } from 'node:worker_threads'; if (!isMainThread) throw new RangeError('no threads today')",
    );
    expect(ending.lines).toEqual([
      'BrokenExecutor The workers of this ThreadPoolExecutor cannot start: nobody caught RangeError: no threads today. Make a new executor once that is mended.',
      'BrokenExecutor',
    ]);
    expect(ending.code).toBe(0);
  });

  describe.each(['ThreadPoolExecutor', 'ProcessPoolExecutor'])(
    'whose functions a %s gets',
    (kind) => {
      const folder = join(root, '.cache', `its-own-worker-${kind}-${process.pid}`);
      const file = join(folder, 'index.js');
      beforeEach(() => {
        mkdirSync(folder, { recursive: true });
        writeFileSync(
          file,
          `import { declareFunctions, ${kind} } from 'skein/executors';
        console.log('runs');
        export const double = (n) => n * 2;
        declareFunctions(import.meta.url, { double });
        const pool = new ${kind}({ maxWorkers: 1 });
        const start = (how) => {
          try {
            return pool[how](double, 1);
          } catch (error) {
            console.log(error.message);
          }
        };
        start('stream');
        start('submit')?.then(console.log, (error) => console.log(error.message, error.cause.message));`,
        );
      });
      afterEach(() => rmSync(folder, { recursive: true }));

      test.each([
        ['', ['index.js']],
        [' named without its end', ['index']],
        [' named by its folder', ['.']],
        [' named by a link', ['link.mjs']],
      ])('does not run once more%s', async (_, args) => {
        symlinkSync('index.js', join(folder, 'link.mjs'));
        const { lines } = await runNode(args, folder);
        const refused = `expected a function that workers can load, but \`double\` is declared in ${pathToFileURL(file)}, which the program began with: each worker would run the program once more. Put the functions into a module of their own. If the program is a bundle, give the executor a \`worker\`, a module that serves them.`;
        expect(lines).toEqual(['runs', `\`stream()\` ${refused}`, `\`submit()\` ${refused}`]);
      });

      test('starts no work in its worker when another module has begun it', async () => {
        writeFileSync(
          file,
          `import { declareFunctions, ${kind} } from 'skein/executors';
        export const double = (n) => n * 2;
        declareFunctions(import.meta.url, { double });
        const pool = new ${kind}({ maxWorkers: 1 });
        pool.submit(double, 1).then(console.log, (error) => console.log(error.message, error.cause.message));`,
        );
        writeFileSync(join(folder, 'starter.mjs'), `import './index.js';`);
        const ending = await runNode([join(folder, 'starter.mjs')]);
        expect(ending.lines[0]).toMatch(
          /^The module of `double`, file:.* failed to load in the worker\./,
        );
        expect(ending.lines[0]).toContain('Put the functions into a module of their own.');
      });
    },
  );
});

describe('functions', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(root, '.cache', 'functions-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function program(name: string, source: string): string {
    const file = join(folder, name);
    writeFileSync(file, source);
    return file;
  }

  test('compiled by tsx cross by source', async () => {
    const file = program(
      'main.ts',
      `${start}
      let outer = process.pid;
      const twice = (n: number): number => {
        const inner = function inner(m: number): number { return m * 2; };
        class Box { constructor(readonly value: number) {} get() { return inner(this.value); } }
        return new Box(n).get();
      };
      console.log(await pool.submit(twice, 21));
      try { pool.submit(() => outer++); } catch (error) { console.log((error as Error).message); }
      await pool.shutdown();`,
    );
    const ending = await runNode(['--import', 'tsx', file]);
    expect(ending.errors).toBe('');
    expect(ending.lines[0]).toBe('42');
    expect(ending.lines[1]).toMatch(/uses `outer` from outside/);
  });

  test('in a TypeScript module cross by reference where the loader is tsx', async () => {
    program(
      'work.ts',
      `import { declareFunctions } from 'skein/executors';
      export const { half } = declareFunctions(import.meta.url, { half: (n: number): number => n / 2 });`,
    );
    const file = program(
      'main.ts',
      `${start} import { half } from './work.ts';
      console.log(await pool.submit(half, 84));
      await pool.shutdown();`,
    );
    expect(await runNode(['--import', 'tsx', file])).toEqual({
      code: 0,
      errors: '',
      lines: ['42'],
    });
  });

  test('in a TypeScript module that the runtime cannot load are refused with the way out', async () => {
    const file = program('work.ts', 'export const half = (n: number): number => n / 2;');
    const ending = await run(`${start} import { declareFunctions } from 'skein/executors';
      const { half } = declareFunctions('file://${file}', { half: (n) => n / 2 });
      try { console.log(await pool.submit(half, 84)); } catch (error) { console.log(error.message); }
      await pool.shutdown();`);
    // Runtimes that load TypeScript by themselves do.
    expect([
      '42',
      'The module of `half`, file://' +
        file +
        ', is TypeScript, and this runtime cannot load that in a worker. Use Node 22.18 or later, run the program with `node --import tsx`, or compile the module first.',
    ]).toEqual(expect.arrayContaining(ending.lines));
  });

  test('that are not where they were declared to be are told apart', async () => {
    const work = program('work.mjs', 'export const five = 5;');
    const broken = program('broken.mjs', "throw new RangeError('not today');");
    const ending = await run(`${start} import { declareFunctions } from 'skein/executors';
      const { missing, five } = declareFunctions('file://${work}', { missing: () => {}, five: () => {} });
      const { any } = declareFunctions('file://${broken}', { any: () => {} });
      for (const fn of [missing, five, any]) {
        try { await pool.submit(fn); } catch (error) { console.log(error.message, '|', error.cause?.message); }
      }
      await pool.shutdown();`);
    expect(ending.lines).toEqual([
      `The worker expected a function \`missing\` in file://${work}, but it has no export of that name; it exports no functions. Export it there, or declare it there with \`declareFunctions(import.meta.url, { missing })\`. | undefined`,
      `The worker expected a function \`five\` in file://${work}, but that export is 5 (number); it exports no functions. Export it there, or declare it there with \`declareFunctions(import.meta.url, { five })\`. | undefined`,
      `The module of \`any\`, file://${broken}, failed to load in the worker. | not today`,
    ]);
  });

  test('of a TypeScript module that is named as if compiled cross where the loader is tsx', async () => {
    program('work.ts', 'export const half = (n: number): number => n / 2;');
    const file = program(
      'main.ts',
      `import { ProcessPoolExecutor, declareFunctions, ThreadPoolExecutor } from 'skein/executors';
      const work = declareFunctions<typeof import('./work.js')>(new URL('./work.js', import.meta.url));
      for (const Pool of [ThreadPoolExecutor, ProcessPoolExecutor]) {
        await using pool = new Pool({ maxWorkers: 1 });
        console.log(await pool.submit(work.half, 84));
      }`,
    );
    expect(await runNode(['--import', 'tsx', file])).toEqual({
      code: 0,
      errors: '',
      lines: ['42', '42'],
    });
  });

  test('of a module that does not exist are told so, and what stands beside it', async () => {
    program('work.ts', 'export const half = (n: number): number => n / 2;');
    const at = `file://${folder}`;
    const ending =
      await run(`import { ProcessPoolExecutor, ThreadPoolExecutor, declareFunctions } from 'skein/executors';
      for (const Pool of [ThreadPoolExecutor, ProcessPoolExecutor]) {
        const pool = new Pool({ maxWorkers: 1 });
        for (const name of ['nowhere.js', 'work.js']) {
          const { half } = declareFunctions(\`${at}/\${name}\`);
          try { await pool.submit(half, 84); } catch (error) { console.log(error.message); }
        }
        await pool.shutdown();
      }`);
    const each = [
      `The module of \`half\`, ${at}/nowhere.js, does not exist.`,
      `The module of \`half\`, ${at}/work.js, does not exist, but ${at}/work.ts does. Name that, run the program with \`node --import tsx\`, or compile it first.`,
    ];
    expect(ending.lines).toEqual([...each, ...each]);
  });

  test('that use something from outside are found out by the worker where the parsers are missing', async () => {
    const bare = mkdtempSync(join(tmpdir(), 'skein-'));
    cpSync(join(root, 'dist'), join(bare, 'node_modules', 'skein', 'dist'), { recursive: true });
    cpSync(join(root, 'package.json'), join(bare, 'node_modules', 'skein', 'package.json'));
    const file = join(bare, 'main.mjs');
    writeFileSync(
      file,
      `${start}
      const factor = 3;
      const scale = async (n) => n * factor;
      console.log(await pool.submit((n) => n + 1, 41));
      try { await pool.submit(scale, 1); } catch (error) { console.log(error.name, error.message); }
      await pool.shutdown();`,
    );
    const ending = await runNode([file], bare);
    rmSync(bare, { recursive: true });
    expect(ending).toEqual({
      code: 0,
      errors: '',
      lines: [
        '42',
        'TypeError `submit()` expected a function that stands on its own, but `scale` uses `factor` from outside, and only its source goes to the worker. Pass it as an argument, declare it inside the function, or put the function into a module and declare it there: `declareFunctions(import.meta.url, { … })`.',
      ],
    });
  });

  test('with the counters of istanbul cross by source', async () => {
    const ending = await run(`${start}
      let counters;
      function cov_2a1b3c4d() { return counters ??= { f: [0], s: [0, 0], b: [[0, 0]] }; }
      const sign = /* istanbul ignore next */ (n) => {
        cov_2a1b3c4d().f[0]++;
        cov_2a1b3c4d().s[0]++;
        if (n > 0) { cov_2a1b3c4d().b[0][0]++; cov_2a1b3c4d().s[1]++; return 1; }
        else { cov_2a1b3c4d().b[0][1]++; }
        return (cov_2a1b3c4d().s[1]++, -1);
      };
      console.log(await pool.submit(sign, 5), await pool.submit(sign, -5));
      await pool.shutdown();`);
    expect(ending).toEqual({ code: 0, errors: '', lines: ['1 -1'] });
  });
});
