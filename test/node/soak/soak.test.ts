/** `npm run soak -- --short` finds nothing that grows, and a growth is told as one. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { growthOf } from '../../../tools/soak/level.mjs';

test('what stays is told by its name, noise is not', () => {
  const at = (bytes: number, waiters: number) => ({ bytes, held: { fds: 20, waiters } });
  expect(growthOf(at(1000, 1), at(1500, 1), 100, 10)).toEqual({ bytes: 5, grown: [] });
  expect(growthOf(at(1000, 1), at(3000, 1), 100, 10)).toEqual({ bytes: 20, grown: ['bytes'] });
  expect(growthOf(at(1000, 1), at(1000, 3), 100, 10).grown).toEqual(['waiters']);
});

test('every operation is level', { timeout: 240_000 }, () => {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--expose-gc', 'tools/soak/main.mjs', '--short', '--seed', '20'],
    { cwd: fileURLToPath(new URL('../../../', import.meta.url)), encoding: 'utf8' },
  );
  expect(stdout.split('\n').filter((line) => line.includes('grows'))).toEqual([]);
  expect(`${stderr}${status}`).toBe('0');
});
