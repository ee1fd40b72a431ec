/**
 * What is asked of the pools. A question has: `name`; `question`, in plain words; `unit`; `less`, when less is better;
 * `pools`, of which the first is what the others are compared with, processes only with processes; `ask(open, watch)`, which
 * returns the figure of one sample, and has the watch take the CPU time of what counts.
 */
import { median } from '../figures.mjs';

/** How many ms it takes. */
async function timeOf(work) {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** Calls per second, with so many callers that each wait for their own call. */
async function throughput(call, callers, calls) {
  let left = calls;
  const caller = async () => {
    while (left-- > 0) await call();
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: callers }, caller));
  return (calls / (performance.now() - began)) * 1000;
}

/** Runs until the compiler has seen everything often enough, then takes half a second that counts. */
async function measured(call, callers, watch) {
  const warmUntil = performance.now() + 1500;
  let rate = await throughput(call, callers, callers * 5);
  while (performance.now() < warmUntil) {
    rate = await throughput(call, callers, Math.max(Math.round(rate / 5), callers * 5));
  }
  const calls = Math.max(Math.round(rate / 2), callers * 5);
  return watch.during(calls, () => throughput(call, callers, calls));
}

const inFlight = (callers, workers) => async (open, watch) => {
  const { run } = await open(workers);
  return measured(() => run('add', 1, 2), callers, watch);
};

const processes = ['workerpool, processes', 'skein, processes'];
const pooled = ['piscina', 'tinypool', 'workerpool', 'poolifier', 'skein'];
const bare = ['bare Worker', 'bare Worker, many in a message'];

/** What the program has more of while two workers are idle. A thread is in the RSS of the program, a process is not. */
function idle(word, figure) {
  return {
    name: `idle ${word}`,
    question: `What a pool with two idle workers adds to the ${figure} of the program, in bytes`,
    unit: 'bytes',
    less: true,
    pools: [...pooled, ...processes],
    async ask(open) {
      // Loads the library.
      await (await open(1)).end();
      globalThis.gc();
      const before = process.memoryUsage()[figure];
      const { run } = await open(2);
      await Promise.all([run('hold', 50), run('hold', 50)]);
      // What starting left behind is collected.
      await new Promise((resolve) => setTimeout(resolve, 300));
      globalThis.gc();
      return process.memoryUsage()[figure] - before;
    },
  };
}

export const questions = [
  {
    name: 'one in flight',
    question: 'Calls of `(a, b) => a + b` a second, one after the other',
    unit: '/s',
    pools: [...pooled, ...bare, ...processes],
    ask: inFlight(1, 1),
  },
  {
    name: 'thousand in flight',
    question: 'The same, 1,000 at a time, on one worker',
    unit: '/s',
    pools: [...pooled, ...bare, ...processes],
    ask: inFlight(1000, 1),
  },
  {
    name: 'thousand on two workers',
    question: 'The same, 1,000 at a time, on two workers',
    unit: '/s',
    pools: [...pooled, ...processes],
    ask: inFlight(1000, 2),
  },
  {
    name: 'first result',
    question: 'From making the pool to the first result, the import of the library aside',
    unit: 'ms',
    less: true,
    pools: ['bare Worker', ...pooled, ...processes],
    async ask(open, watch) {
      // Loads the library.
      await (await open(1)).end();
      const first = async () => {
        const { run } = await open(1);
        await run('add', 1, 2);
      };
      return timeOf(() => watch.during(1, first));
    },
  },
  {
    name: 'megabyte moved',
    question: 'Times a second that 1 MB is moved to a worker and back',
    unit: '/s',
    pools: ['piscina', 'tinypool', 'workerpool', 'skein', 'bare Worker'],
    async ask(open, watch) {
      const { move } = await open(1);
      let bytes = new Uint8Array(2 ** 20);
      const there = async () => {
        bytes = await move(bytes);
      };
      return measured(there, 1, watch);
    },
  },
  {
    name: 'short behind long',
    question:
      'A job of 500 ms, then 4,000 of 0.05 ms, on two workers: when the last of the short ones is done',
    unit: 'ms',
    less: true,
    pools: [...pooled, ...processes],
    async ask(open, watch) {
      const { run } = await open(2);
      await Promise.all([run('hold', 20), run('hold', 20)]);
      const jobs = Array.from({ length: 4000 }, () => ['hold', 0.05]);
      return watch.during(jobs.length, async () => {
        const began = performance.now();
        const long = run('hold', 500);
        await Promise.all(jobs.map((job) => run(...job)));
        const short = performance.now() - began;
        await long;
        return short;
      });
    },
  },
  {
    name: 'speed-up',
    question: '16 × `fibonacci(32)` on two workers: how many times as fast as on the main thread',
    unit: '×',
    pools: [...pooled, 'bare Workers', ...processes],
    async ask(open, watch) {
      const { fibonacci } = await import('./work.mjs');
      const { run } = await open(2);
      // Until each thread's compiler has seen enough of it: that takes longer than the question.
      for (let n = 0; n < 8; n++) {
        await Promise.all([run('fibonacci', 30), run('fibonacci', 30)]);
        fibonacci(30);
      }
      // One after the other, several times: a virtual core is not always as fast as it was.
      const ratios = [];
      for (let n = 0; n < 5; n++) {
        const alone = await timeOf(() => Array.from({ length: 16 }, () => fibonacci(32)));
        const jobs = () => Promise.all(Array.from({ length: 16 }, () => run('fibonacci', 32)));
        ratios.push(alone / (await timeOf(() => watch.during(16, jobs))));
      }
      return median(ratios);
    },
  },
  idle('heap', 'heapUsed'),
  idle('memory', 'rss'),
  {
    name: 'memory',
    question: 'What a job that waits in the queue costs',
    unit: 'bytes',
    less: true,
    pools: pooled,
    async ask(open) {
      const { run } = await open(1);
      await run('add', 1, 2);
      void run('hold', 3000);
      const kept = [];
      globalThis.gc();
      const before = process.memoryUsage().heapUsed;
      for (let n = 0; n < 100_000; n++) kept.push(run('add', 1, 2));
      await new Promise(setImmediate);
      globalThis.gc();
      return (process.memoryUsage().heapUsed - before) / kept.length;
    },
  },
];
