import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

test('every behaviour of asyncio has a test here, or a reason why it means nothing in JavaScript', () => {
  const script = fileURLToPath(new URL('../../tools/behaviours.mjs', import.meta.url));
  const { stderr, status } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' });
  expect([stderr, status]).toEqual(['', 0]);
});
