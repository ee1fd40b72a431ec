/** A million items leave nothing behind: a program of its own counts what is alive while they pass. */
import { expect, test } from 'vitest';
import { program } from './program.ts';

const code = `
import { allTasks, mapConcurrent, run } from 'skein';

function* items(n) {
  for (let i = 0; i < n; i++) yield { i };
}
function* work({ i }) {
  yield;
  return i;
}
const heap = () => (gc(), process.memoryUsage().heapUsed);

const report = await run(function* () {
  const seen = { count: 0, mostTasks: 0, heaps: [] };
  const results = mapConcurrent(items(1_000_000), work, { concurrency: 10 });
  for (let step = yield* results.next(); !step.done; step = yield* results.next()) {
    if (++seen.count % 100_000 !== 0) continue;
    seen.mostTasks = Math.max(seen.mostTasks, allTasks().size);
    seen.heaps.push(heap());
  }
  return seen;
});
console.log(JSON.stringify(report));
`;

test('a million items pass in the memory of a few', { timeout: 60_000 }, async () => {
  const { stdout, stderr } = await program(code, { flags: ['--expose-gc'] });
  const { count, mostTasks, heaps } = JSON.parse(stdout || JSON.stringify({ stderr }));
  expect(count).toBe(1_000_000);
  // The calls, the task that takes items, and main.
  expect(mostTasks).toBeLessThanOrEqual(12);
  const growth = Math.max(...heaps.slice(1)) - heaps[0];
  expect(growth).toBeLessThan(500_000);
});
