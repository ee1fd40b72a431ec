/** The package as JSR publishes it: sources, whose types Deno reads by a compiler of another version than ours. */
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { found, outputOf } from './runtimes.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const read = (file: string) => JSON.parse(readFileSync(root + file, 'utf8'));

test('jsr.json has the version and the entries of package.json', () => {
  const { version, license, exports } = read('package.json');
  const entries: Record<string, unknown> = {};
  for (const [name, conditions] of Object.entries<Record<string, unknown> | string>(exports)) {
    if (typeof conditions === 'string') continue;
    const source = conditions['@skein/source'] as string | { deno: string };
    entries[name] = typeof source === 'string' ? source : source.deno;
  }
  expect(read('jsr.json')).toMatchObject({ version, license, exports: entries });
});

test('Deno can publish the package', { timeout: 300_000 }, async ({ skip }) => {
  const deno = found('deno');
  if (deno === undefined && !process.env['CI'])
    skip('deno was not found; set SKEIN_RUNTIMES to its folder');
  expect(deno, 'deno is needed in CI: .ci/run installs it').toBeDefined();
  const publish = ['publish', '--dry-run', '--allow-dirty', '--quiet'];
  // It says what is wrong, and fails.
  expect(await outputOf(deno as string, publish)).toBe('');
});
