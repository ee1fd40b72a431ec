/**
 * What a page loads, held by number: the programs in tools/size/programs.mjs, each bundled by esbuild and by rolldown, with and
 * without code splitting.
 *
 * A program that became too large says which modules grew, beside the sizes of each module that are recorded in
 * tools/size/modules.json. `npm run size -- --record` writes these anew.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { ways, weigh } from '../../tools/size/bundle.mjs';
import { aboveLimit, grownSince, programs } from '../../tools/size/programs.mjs';

type Sizes = Record<string, Record<string, number>>;
const recorded = JSON.parse(
  readFileSync(new URL('../../tools/size/modules.json', import.meta.url), 'utf8'),
) as Sizes;

describe.each(programs)('$name', ({ name, code, limit, without }) => {
  test('has what it asks for, and nothing else', { timeout: 60_000 }, async () => {
    const { modules } = await weigh(code);
    const isUnasked = (module: string): boolean => without.some((part) => part.test(module));
    expect([...modules.keys()].filter(isUnasked)).toEqual([]);
  });

  test('is within its limit, however it is bundled', { timeout: 60_000 }, async () => {
    const { modules } = await weigh(code);
    const grown = grownSince(recorded[name] ?? {}, modules);
    for (const way of Object.keys(ways)) {
      const { bytes } = await weigh(code, { way });
      const told = `bytes, by ${way}. Modules that grew, in bytes before compression:\n${grown}`;
      expect.soft(bytes, told).toBeLessThanOrEqual(limit);
    }
  });
});

test('a module that grew is named, with what it had and what it has', () => {
  const before = { 'core/task.js': 100, 'core/text.js': 50, 'core/gone.js': 10 };
  const now = new Map([
    ['core/task.js', 140],
    ['core/new.js', 30],
    ['core/text.js', 50],
  ]);
  expect(grownSince(before, now)).toBe(
    '  +40  core/task.js (100 → 140)\n  +30  core/new.js (0 → 30)',
  );
});

test('a program above its limit is told with the modules that grew', () => {
  const large = {
    name: '{ sleep }',
    way: 'esbuild',
    bytes: 1010,
    limit: 1000,
    modules: new Map([['core/task.js', 140]]),
  };
  expect(aboveLimit(large, { 'core/task.js': 100 })).toBe(
    '{ sleep } has 1010 bytes, by esbuild: 10 above its limit. Modules that grew, in bytes before compression:\n  +40  core/task.js (100 → 140)',
  );
  expect(aboveLimit(large, { 'core/task.js': 140 })).toContain('No module grew');
});

test.each([
  [1_000_000, 0],
  [1000, 1],
])('npm run size with a limit of %d bytes exits with %d', { timeout: 60_000 }, (limit, code) => {
  const main = fileURLToPath(new URL('../../tools/size/main.mjs', import.meta.url));
  const args = [main, '{ sleep }', `--limit=${limit}`];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  expect(status).toBe(code);
  expect(stderr.match(/above its limit/g) ?? []).toHaveLength(code === 0 ? 0 : 4);
});

describe('the documents tell the sizes, within half a kB', () => {
  const limitOf = (name: string): number => programs.find((each) => each.name === name)!.limit;
  const two = limitOf('{ createTask, gather, sleep }');
  const every = limitOf('every name of `skein`');

  test.each([
    ['README.md', /skein (\d+\.\d) kB/, two],
    ['README.md', /together is (\d+\.\d) kB/, every],
    ['docs/performance.md', /`gather`, `sleep` \| \*\*(\d+\.\d)\*\*/, two],
    ['docs/performance.md', /every name of `skein` \| (\d+\.\d) \|/, every],
    ['docs/from/effect.md', /a page loads .* (\d+\.\d) kB \|/, two],
    ['docs/from/effection.md', /a page loads .* (\d+\.\d) kB \|/, two],
    ['docs/from/rxjs.md', /a page loads .* (\d+\.\d) kB with skein/, two],
  ])('%s: %s', (file, pattern, bytes) => {
    const text = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
    const told = Number(pattern.exec(text)?.[1]);
    expect(Math.abs(told - bytes / 1000)).toBeLessThan(0.5);
  });
});
