import { createTask } from 'skein';
import { explore } from 'skein/testing';
import { describe, expect, test } from 'vitest';
import { inNode } from '../../hosts.ts';
import { laws } from './laws.ts';

/** A glance in each host. test/node/testing/laws.test.ts runs 10⁵ of the package as it is built. */
const schedules = 50;

describe.each(laws)('$name', ({ main, options }) => {
  test.each([1, 3])('with up to %i cancellations', (cancellations) => {
    for (const eager of [false, true]) {
      explore(main, { cancellations, eager, schedules, ...options });
    }
  });

  test.runIf(inNode)('where main is an async function', async () => {
    const report = await explore(
      async (env) => {
        await createTask(main(env), { name: 'body' });
      },
      { cancellations: 2, schedules: 30, ...options },
    );
    expect(report.schedules).toBeGreaterThan(0);
  });
});
