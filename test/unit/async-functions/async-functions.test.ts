import { describe, expect, test } from 'vitest';
import { virtualLoop } from '../loops.ts';
import { scenarios } from './scenarios.ts';

describe('async functions as tasks', () => {
  test.each(scenarios)('$title', async ({ expected, run }) => {
    expect(await run(virtualLoop())).toEqual(expected);
  });
});
