/** What docs/guides/blocking-work.md says about esbuild and `using` in loops. When this fails, esbuild is mended: take the sentence out. */
import { transformSync } from 'esbuild';
import { expect, test } from 'vitest';

test('of esbuild, a round of a loop that fails has its error thrown again by the next round', () => {
  const source = `
    for (const round of [1, 2]) {
      try {
        using each = { [Symbol.dispose]() {} };
        if (round === 1) throw new Error('of round 1');
      } catch (error) {
        log.push(\`round \${round}: \${error.message}\`);
      }
    }`;
  const log: string[] = [];
  new Function('log', transformSync(source, { target: 'es2022' }).code)(log);
  expect(log).toEqual(['round 1: of round 1', 'round 2: of round 1']);
});
