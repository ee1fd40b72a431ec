/** A million items leave nothing behind, nor do many calls: programs of their own count what is alive. */
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

const many = `
import { fromPromise, mapConcurrent, run, sleep } from 'skein';
import { InlineExecutor } from 'skein/executors';

const inline = new InlineExecutor();
const calls = {
  *mapConcurrent() {
    yield* mapConcurrent([1], () => sleep(0)).toArray();
  },
  *map() {
    for (const result of inline.map((n) => n, [1])) yield* result;
  },
};
function* heap() {
  for (let turn = 0; turn < 3; turn++) {
    gc();
    // Finalizers run in a turn of the host.
    yield* fromPromise(new Promise((resolve) => setImmediate(resolve)));
  }
  return process.memoryUsage().heapUsed;
}

const report = await run(function* () {
  const kept = {};
  for (const [name, call] of Object.entries(calls)) {
    for (let n = 0; n < 4_000; n++) yield* call();
    const before = yield* heap();
    for (let n = 0; n < 16_000; n++) yield* call();
    kept[name] = ((yield* heap()) - before) / 16_000;
  }
  return kept;
});
console.log(JSON.stringify(report));
`;

test.each(['map', 'mapConcurrent'])(
  'a call of %s() that is over leaves nothing behind',
  { timeout: 60_000 },
  async (name) => {
    const { stdout, stderr } = await program(many, { flags: ['--expose-gc'] });
    const kept = JSON.parse(stdout || JSON.stringify({ stderr }));
    // Bytes a call: the host makes noise, and what once stayed was 72.
    expect(kept[name]).toBeLessThan(40);
  },
);
