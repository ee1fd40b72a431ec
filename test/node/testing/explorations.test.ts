import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const program = fileURLToPath(new URL('../../../tools/explorations/main.mjs', import.meta.url));

test('explore() finds the known bugs, leaves their twins alone, and another process replays what it found', {
  timeout: 120_000,
}, () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, '--short'], {
    encoding: 'utf8',
  });
  expect(`${stdout.match(/^✗.*(?:\n {4}.*)*/gm) ?? ''}${stderr}`).toBe('');
  expect(status).toBe(0);
  expect(stdout).toMatch(/another process draws the same of (\d+) of \1 stored schedules/);
  expect(stdout).toMatch(/memory: /);
});
