/**
 * What a page loads, held by number: the programs in tools/size/programs.mjs, each bundled by esbuild and by rolldown, with and
 * without code splitting.
 *
 * A program that became too large says which modules grew, beside the sizes of each module that are recorded in
 * tools/size/modules.json. `npm run size -- --record` writes these anew.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ways, weigh } from '../../tools/size/bundle.mjs';
import { grownSince, programs } from '../../tools/size/programs.mjs';

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
