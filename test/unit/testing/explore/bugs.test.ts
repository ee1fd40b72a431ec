import { createTask } from 'skein';
import { ExplorationError, type ExploreOptions, explore } from 'skein/testing';
import { describe, expect, test } from 'vitest';
import { inNode } from '../../hosts.ts';
import { type Bug, bugs, limitOf } from './bugs.ts';

function failureOf({ main, orders }: Bug, options: ExploreOptions): ExplorationError | undefined {
  try {
    explore((env) => main(env, false), { orders, maxSteps: 500, ...options });
  } catch (error) {
    if (error instanceof ExplorationError) return error;
    throw error;
  }
  return undefined;
}

describe.each(bugs)('$name', (bug) => {
  test('is not seen in the usual order', () => {
    expect(failureOf(bug, { schedules: 1 })).toBe(undefined);
  });

  test.each([
    ['mixed', 3],
    ['random', 2],
    ['lots', 2],
    ['pct', 2],
  ] as const)('is found by the strategy %s', (strategy, seeds) => {
    for (let seed = 1; seed <= (bug.isRare || !inNode ? 1 : seeds); seed++) {
      const failure = failureOf(bug, { seed, strategy, schedules: limitOf(bug, strategy) });
      expect(failure?.kind).toBe(bug.fails);
      expect(failure?.departures).toBeLessThanOrEqual(bug.departures + 1);
    }
  });

  test.skipIf(bug.isRare)('is found by going through the departures, in the fewest', () => {
    const failure = failureOf(bug, { strategy: 'departures', schedules: 300 });
    expect(failure?.kind).toBe(bug.fails);
    expect(failure?.departures).toBeLessThanOrEqual(bug.departures);
  });

  test('comes again from the text of its schedule', () => {
    const failure = failureOf(bug, { schedules: limitOf(bug, 'mixed') }) as ExplorationError;
    const again = failureOf(bug, { replay: failure.replay }) as ExplorationError;
    expect([again.kind, again.timeline]).toEqual([failure.kind, failure.timeline]);
  });

  test('is not seen in its mended twin', () => {
    for (const eager of [false, true]) {
      explore((env) => bug.main(env, true), { orders: 'both', eager, schedules: 100 });
    }
  });

  test.runIf(inNode)('is found where main is an async function, and not in its twin', async () => {
    const main = (mended: boolean) => async (env: Parameters<Bug['main']>[0]) => {
      await createTask(bug.main(env, mended), { name: 'body' });
    };
    const { orders } = bug;
    const options = { orders, maxSteps: 500, schedules: limitOf(bug, 'mixed') };
    const found = await explore(main(false), options).catch((error: unknown) => error);
    expect((found as ExplorationError).kind).toBe(bug.fails);
    await explore(main(true), { ...options, schedules: 50 });
  });
});
