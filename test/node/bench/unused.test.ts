/** `npm run bench -- unused` compares with a build that has no hooks, and fails when they cost too much. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { buildWithoutHooks, withoutHooks } from '../../../bench/bursts/build-without-hooks.mjs';
import { operations } from '../../../bench/bursts/operations.mjs';
import { verdictOfUnused } from '../../../bench/bursts/unused.mjs';

const dist = fileURLToPath(new URL('../../../dist', import.meta.url));

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'skein-unused-'));
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
}

test('the build without hooks reads the field nowhere in the core, and its tasks run', async () => {
  const to = join(folder(), 'dist');
  buildWithoutHooks(dist, to);
  const core = readdirSync(join(to, 'node')).filter((name) => /^skein-core.*\.js$/.test(name));
  expect(core).not.toEqual([]);
  for (const name of core) {
    const text = readFileSync(join(to, 'node', name), 'utf8');
    expect(text).not.toMatch(/current\.hooks|\bhooks\b[^;=]*\} = current/);
  }
  const { run, sleep } = await import(join(to, 'node', 'index.js'));
  expect(await run(() => sleep(1, 'done'))).toBe('done');
});

test('a build whose hooks are not found is no base', () => {
  const from = folder();
  const to = join(folder(), 'dist');
  writeFileSync(join(from, 'package.json'), '{}');
  expect(() => buildWithoutHooks(join(dist, 'inspect'), to)).toThrow();
  expect(withoutHooks('current.other?.begins(this)').count).toBe(0);
});

test.each(Object.entries(operations))('%s runs to its end', async (_, { run }) => {
  await run(await import('skein'), 20);
});

test('hooks that cost more than 3 % and the noise fail', () => {
  const runs = (unused: number, again: number) => [1, 2, 3].map(() => [100, again, unused]);
  expect(verdictOfUnused(runs(102.9, 100))).toMatchObject({ failed: false, noise: 0 });
  expect(verdictOfUnused(runs(103.1, 100)).failed).toBe(true);
  expect(verdictOfUnused(runs(106, 104)).failed).toBe(false);
  expect(
    verdictOfUnused([
      [100, 100, 100],
      [100, 100, 300],
      [100, 100, 101],
    ]).cost,
  ).toBeCloseTo(0.01);
});
