import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Continuations } from '../../../src/core/continuations.ts';
import { current } from '../../../src/core/current.ts';
import { hostTurn, inNode } from '../hosts.ts';
import { virtualLoop } from '../loops.ts';
import { type Scenario, scenarios } from './scenarios.ts';

/** Returns the log of a scenario; undefined if it hangs. */
async function logOf({ run }: Scenario): Promise<string[] | undefined> {
  const loop = virtualLoop();
  loop.setExceptionHandler(() => {});
  const hangs = (async () => {
    for (let i = 0; i < 20; i++) await hostTurn();
  })();
  const log = run(loop).catch((error: unknown) => [String(error)]);
  const ended = await Promise.race([log, hangs.then(() => undefined)]);
  if (ended === undefined) {
    // The loop waits for something outside. Woken, it finds that it is closed.
    loop.callSoon(() => {});
    loop.close();
    await log;
  }
  return ended;
}

describe.runIf(inNode)('async functions as tasks', () => {
  test.each(scenarios)('$title', async ({ expected, run }) => {
    expect(await run(virtualLoop())).toEqual(expected);
  });
});

describe('async functions as tasks in a host without an async context', () => {
  const outer = current.asyncLocal;
  beforeAll(() => {
    current.asyncLocal = new Continuations();
  });
  afterAll(() => {
    current.asyncLocal = outer;
  });

  const kept = scenarios.filter(({ lost }) => lost === undefined);
  test.each(kept)('$title', async ({ expected, run }) => {
    expect(await run(virtualLoop())).toEqual(expected);
  });

  test.each(scenarios.filter(({ lost }) => lost !== undefined))(
    'differ: $title',
    async (scenario) => {
      expect(await logOf(scenario)).not.toEqual(scenario.expected);
    },
  );
});
