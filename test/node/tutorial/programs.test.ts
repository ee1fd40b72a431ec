import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test, vi } from 'vitest';

// Each starts Node, and some compress files.
vi.setConfig({ testTimeout: 60_000 });

const root = fileURLToPath(new URL('../../..', import.meta.url));

async function outputOf(program: string, ...args: string[]): Promise<string> {
  const file = `examples/tutorial/${program}`;
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', file, ...args],
    { cwd: root },
  );
  expect(stderr).toBe('');
  return stdout;
}

test('a section runs alone', async () => {
  const output = await outputOf('2-managing-many.ts');
  expect(output).toMatch(/^── 2\. Managing many ─/);
  expect(output).toMatch(/mirror-1 .* ⊘ cancelled\n/);
});

test('a worker of a section that runs alone does not start the section again', async () => {
  const output = await outputOf('5-blocking-work.ts');
  expect(output.match(/── 5\. Blocking work ─/g)).toHaveLength(1);
});

test('the whole runs the sections asked for, and ends with a summary', async () => {
  const output = await outputOf('main.ts', '4', '1');
  expect(output.match(/^── .*$/gm)?.map((line) => line.replaceAll(/ ?─+ ?/g, ''))).toEqual([
    '1. Tasks',
    '4. Futures',
    'Summary',
  ]);
  expect(output).toMatch(/^All +11 ✓ done +0 ✗ failed +0 ⊘ cancelled +\d+\.\d s$/m);
});
