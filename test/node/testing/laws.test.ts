import { explore } from 'skein/testing';
import { afterAll, describe, expect, test } from 'vitest';
import { laws } from '../../unit/testing/explore/laws.ts';
import { lawsWithAwait } from './laws-with-await.ts';

/** In all over 10⁵ schedules: several laws have fewer than this. SKEIN_EXPLORE_SCHEDULES asks for more. */
const schedules = { coroutines: 650, asyncFunctions: 100 };
let ran = 0;

describe.each(laws)('$name', ({ main, options }) => {
  test.each([1, 3])('with up to %i cancellations', (cancellations) => {
    for (const eager of [false, true]) {
      const asked = { cancellations, eager, schedules: schedules.coroutines, ...options };
      ran += explore(main, asked).schedules;
    }
  });
});

describe.each(await lawsWithAwait())('in async functions: $name', ({ main, options }) => {
  test.each([1, 3])('with up to %i cancellations', async (cancellations) => {
    for (const eager of [false, true]) {
      const asked = { cancellations, eager, schedules: schedules.asyncFunctions, ...options };
      ran += (await explore(main, asked)).schedules;
    }
  });
});

afterAll(() => {
  if (process.env['SKEIN_EXPLORE_SCHEDULES'] === undefined) expect(ran).toBeGreaterThan(100_000);
});
