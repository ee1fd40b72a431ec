import { describe, expect, test } from 'vitest';
import { inNode } from '../hosts.ts';
import { virtualLoop } from '../loops.ts';
import { scenarios } from './scenarios.ts';

describe.runIf(inNode)('async functions as tasks', () => {
  test.each(scenarios)('$title', async ({ expected, run }) => {
    expect(await run(virtualLoop())).toEqual(expected);
  });
});
