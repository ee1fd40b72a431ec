import { explore } from 'skein/testing';
import { afterAll, describe, expect, test } from 'vitest';
import { laws } from '../../unit/testing/explore/laws.ts';

/** In all over 10⁵ schedules: several laws have fewer than this. SKEIN_EXPLORE_SCHEDULES asks for more. */
const schedules = 1800;
let ran = 0;

describe.each(laws)('$name', ({ main, options }) => {
  test.each([1, 3])('with up to %i cancellations', (cancellations) => {
    for (const eager of [false, true]) {
      ran += explore(main, { cancellations, eager, schedules, ...options }).schedules;
    }
  });
});

afterAll(() => {
  if (process.env['SKEIN_EXPLORE_SCHEDULES'] === undefined) expect(ran).toBeGreaterThan(100_000);
});
