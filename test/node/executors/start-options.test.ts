/** The options of executors that say how the host starts their workers. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProcessPoolExecutor, ThreadPoolExecutor } from 'skein/executors';
import { afterAll, describe, expect, test } from 'vitest';

const kinds = [
  ['ThreadPoolExecutor', ThreadPoolExecutor],
  ['ProcessPoolExecutor', ProcessPoolExecutor],
] as const;

describe.each(kinds)('the workers of a %s', (name, Kind) => {
  test('have the environment that `env` gives, and not that of the program', async () => {
    await using pool = new Kind({ maxWorkers: 1, env: { PATH: process.env['PATH'], LANG: 'C' } });
    const seen = await pool.submit(() => [process.env['LANG'], process.env['VITEST']]);
    expect(seen).toEqual(['C', undefined]);
  });

  test('have what `argv` gives at the end of `process.argv`', async () => {
    await using pool = new Kind({ maxWorkers: 1, argv: ['--level', '3'] });
    expect(await pool.submit(() => process.argv.slice(2))).toEqual(['--level', '3']);
  });

  test('have nothing at the end of `process.argv` without `argv`', async () => {
    await using pool = new Kind({ maxWorkers: 1 });
    expect(await pool.submit(() => process.argv.length)).toBe(2);
  });

  test('have the options of Node that `execArgv` gives', async () => {
    await using pool = new Kind({ maxWorkers: 1, execArgv: ['--no-deprecation'] });
    expect(await pool.submit(() => process.execArgv.includes('--no-deprecation'))).toBe(true);
  });

  test.each([
    ['env', 5],
    ['argv', 'one'],
    ['argv', [1]],
    ['execArgv', {}],
    ['stdout', 'pipe'],
    ['stderr', {}],
  ])('cannot have `%s: %j`: a TypeError names the option', (option, value) => {
    expect(() => new Kind({ [option]: value })).toThrow(
      new RegExp(`\`new ${name}\\(\\)\` expected .*\`${option}.*but got`, 's'),
    );
  });

  test.each([
    ['maxworkers', 'maxWorkers'],
    ['idleTimout', 'idleTimeout'],
    ['execArg', 'execArgv'],
  ])('cannot have an option `%s`: a TypeError names `%s`', (wrong, right) => {
    expect(() => new Kind({ [wrong]: 1 })).toThrow(
      `\`new ${name}()\` expected options that it knows, but got \`${wrong}\`. Write \`${right}\`.`,
    );
  });
});

test('a thread has the stack that `stackSizeMb` gives', async () => {
  const deepest = (): number => {
    const down = (n: number): number => {
      try {
        return down(n + 1);
      } catch {
        return n;
      }
    };
    return down(0);
  };
  await using small = new ThreadPoolExecutor({ maxWorkers: 1, stackSizeMb: 1 });
  await using large = new ThreadPoolExecutor({ maxWorkers: 1, stackSizeMb: 16 });
  expect(await large.submit(deepest)).toBeGreaterThan(4 * (await small.submit(deepest)));
});

test('a process refuses `stackSizeMb`, and says what to write', () => {
  expect(() => new ProcessPoolExecutor({ stackSizeMb: 2 } as object)).toThrow('--stack-size');
});

describe('a process that lost a descriptor of ours', () => {
  const folder = mkdtempSync(join(tmpdir(), 'descriptors-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('never writes to the file of the program that has the number now', async () => {
    const file = join(folder, 'mine.txt');
    await using pool = new ProcessPoolExecutor({ maxWorkers: 1 });
    await pool.submit((path) => {
      const fs = process.getBuiltinModule('node:fs');
      for (let fd = 3; fd < 30; fd++) {
        try {
          if (fs.fstatSync(fd).isFile()) fs.closeSync(fd);
        } catch {
          // It is not open.
        }
      }
      // As many as may take the free numbers.
      for (let n = 0; n < 8; n++) fs.openSync(path, 'w');
    }, file);
    for (let n = 0; n < 20; n++) await pool.submit((k) => k, n);
    expect(readFileSync(file, 'utf8')).toBe('');
  });
});
