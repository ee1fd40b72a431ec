/**
 * What an operation allocates, and what a waiting task keeps, in bytes. The program counts in a process of its own with the optimizing compilers off and
 * room enough for no collection to happen: so the figures are those of the interpreter, an upper bound of what happens in
 * earnest, and the same each time.
 */
import { beforeAll, expect, test } from 'vitest';
import { program } from './program.ts';

const code = `
import v8 from 'node:v8';
import { createTask, Future, gather, Queue, run, sleep, timeout } from 'skein';

const operations = {
  *'a task that is started and joined'(n) {
    function* work() {}
    yield* gather(Array.from({ length: n }, () => createTask(work())));
  },
  *'an await of something done'(n) {
    const done = new Future();
    done.setResult();
    for (let i = 0; i < n; i++) yield* done;
  },
  *'a switch to a task that waits for a future'(n) {
    let ping = new Future();
    let pong = new Future();
    const playing = createTask(function* () {
      for (let i = 0; i < n / 2; i++) {
        yield* ping;
        ping = new Future();
        pong.setResult();
      }
    });
    for (let i = 0; i < n / 2; i++) {
      ping.setResult();
      yield* pong;
      pong = new Future();
    }
    yield* playing;
  },
  *'a yield among a hundred tasks'(n) {
    function* work() {
      for (let i = 0; i < n / 100; i++) yield* sleep(0);
    }
    yield* gather(Array.from({ length: 100 }, () => createTask(work())));
  },
  *'a timeout that does not fire'(n) {
    function* work() {}
    for (let i = 0; i < n; i++) yield* timeout(60_000, work);
  },
  *'a waiting task that is cancelled and joined'(n) {
    function* work() {
      yield* new Future();
    }
    const tasks = Array.from({ length: n }, () => createTask(work()));
    yield* sleep(0);
    for (const task of tasks) task.cancel();
    yield* gather(tasks, { returnExceptions: true });
  },
  *'an item that goes through a queue of 100'(n) {
    const queue = new Queue(100);
    const producing = createTask(function* () {
      for (let i = 0; i < n; i++) yield* queue.put(i);
    });
    for (let i = 0; i < n; i++) yield* queue.get();
    yield* producing;
  },
};

async function allocated(operation, n) {
  globalThis.gc();
  const before = v8.getHeapStatistics().used_heap_size;
  await run(() => operation(n));
  return v8.getHeapStatistics().used_heap_size - before;
}

// The heap is counted in pages of 256 KB, so it takes many of what is small.
const many = { 'an await of something done': 200_000 };
const figures = {};
for (const [name, operation] of Object.entries(operations)) {
  const n = many[name] ?? 20_000;
  await allocated(operation, n / 10);
  // What the first and the last operation cost besides is the same for all.
  const a = await allocated(operation, n / 10);
  const b = await allocated(operation, n / 10 + n);
  const c = await allocated(operation, n / 10 + 2 * n);
  figures[name] = { first: (b - a) / n, later: (c - b) / n };
}

/** What n waiting tasks, each with a future of its own, keep in memory. */
async function kept(n) {
  let bytes = 0;
  await run(function* () {
    const futures = new Array(n).fill(undefined);
    function* work(i) {
      futures[i] = new Future();
      yield* futures[i];
    }
    globalThis.gc();
    const before = v8.getHeapStatistics().used_heap_size;
    const tasks = futures.map((_, i) => createTask(work(i)));
    yield* sleep(0);
    globalThis.gc();
    bytes = v8.getHeapStatistics().used_heap_size - before;
    for (const future of futures) future.setResult();
    yield* gather(tasks);
  });
  return bytes;
}
await kept(1000);
const [a, b, c] = [await kept(2000), await kept(22_000), await kept(42_000)];
figures['a task that waits'] = { first: (b - a) / 20_000, later: (c - b) / 20_000 };

console.log(JSON.stringify(figures));
`;

const flags = [
  '--expose-gc',
  '--no-opt',
  '--no-maglev',
  '--no-sparkplug',
  '--max-semi-space-size=256',
];

/** Bytes of one operation at most, up to Node 22 and from Node 24 on: a tenth above what it needs. */
const limits = [
  ['a task that is started and joined', 1000, 1980],
  ['an await of something done', 62, 62],
  ['a switch to a task that waits for a future', 315, 460],
  ['a yield among a hundred tasks', 270, 435],
  ['a timeout that does not fire', 1130, 1130],
  ['a waiting task that is cancelled and joined', 1650, 2635],
  ['an item that goes through a queue of 100', 315, 315],
  ['a task that waits', 525, 730],
] as const;

const upTo22 = Number.parseInt(process.versions.node, 10) < 24;

/** From Node 24 on, what an error takes for its stack differs from run to run by a third. */
const spread = upTo22 ? 0.15 : 0.45;

let figures: Record<string, { first: number; later: number }>;

beforeAll(async () => {
  const {
    code: status,
    stdout,
    stderr,
  } = await program(code, { flags: [...flags, '--min-semi-space-size=256'] });
  expect(`${stderr}${status}`).toBe('0');
  figures = JSON.parse(stdout);
});

test.each(limits)(
  '%s takes no more than %i bytes up to Node 22, %i from Node 24 on',
  (name, limit22, limit24) => {
    expect(figures[name]?.first).toBeLessThan(upTo22 ? limit22 : limit24);
  },
);

test.each(limits)('%s takes as much where there are more of them', (name) => {
  const { first, later } = figures[name] as { first: number; later: number };
  expect(later / first).toBeGreaterThan(1 - spread);
  expect(later / first).toBeLessThan(1 + spread);
});
