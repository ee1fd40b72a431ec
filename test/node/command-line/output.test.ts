/** Where the output of the command goes: it may be closed early, full, or a terminal that does not know its size. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { columns, height } from '../../../src/command-line/table.ts';

const command = fileURLToPath(new URL('../../../dist/node/command-line.js', import.meta.url));

async function ended(args: readonly string[], stdout: 'pipe' | number) {
  const child = spawn(process.execPath, [command, ...args], { stdio: ['ignore', stdout, 'pipe'] });
  child.stdout?.destroy();
  let errors = '';
  child.stderr?.on('data', (text) => {
    errors += text;
  });
  const [code] = await once(child, 'close');
  return [code, errors];
}

test('a reader that leaves early, as `head` does, is no failure', async () => {
  expect(await ended(['--help'], 'pipe')).toEqual([0, '']);
  expect(await ended(['ps', '--help'], 'pipe')).toEqual([0, '']);
});

test.runIf(process.platform === 'linux')('an output that takes nothing is told of', async () => {
  expect(await ended(['--help'], openSync('/dev/full', 'w'))).toEqual([
    1,
    expect.stringMatching(/^skein: the output could not be written: ENOSPC\b.*\n$/),
  ]);
});

test('a terminal that does not know its size gets whole lines', () => {
  const before = Object.getOwnPropertyDescriptors(process.stdout);
  onTestFinished(() => {
    for (const name of ['isTTY', 'columns', 'rows'] as const) {
      delete (process.stdout as Partial<typeof process.stdout>)[name];
      if (before[name] !== undefined) Object.defineProperty(process.stdout, name, before[name]);
    }
  });
  const size = (isTTY: boolean, columns?: number, rows?: number) =>
    Object.entries({ isTTY, columns, rows }).forEach(([name, value]) => {
      Object.defineProperty(process.stdout, name, { value, configurable: true });
    });
  size(true, 0, 0);
  expect(
    columns([
      ['ID', 'TASK'],
      ['1', 'main'],
    ]),
  ).toEqual(['ID  TASK', '1   main']);
  expect(height()).toBe(200);
  size(true, 5, 40);
  expect(columns([['1', 'main']])).toEqual(['1 …in']);
  expect(height()).toBe(34);
  size(false);
  expect(columns([['1', 'main']])).toEqual(['1  main']);
});
