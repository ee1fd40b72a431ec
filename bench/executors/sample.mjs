/** One sample, in a process of its own: `node sample.mjs <question> <pool>` prints a number. */
import { pools } from './pools.mjs';

const [question, name] = process.argv.slice(2);

/** Calls per second, with so many callers that each wait for their own call. */
async function throughput(run, callers, calls) {
  let left = calls;
  const call = async () => {
    while (left-- > 0) await run('add', 1, 2);
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: callers }, call));
  return (calls / (performance.now() - began)) * 1000;
}

/** Runs until the compiler has seen everything often enough, then takes half a second that counts. */
async function measured(run, callers) {
  const warmUntil = performance.now() + 1500;
  let rate = await throughput(run, callers, callers * 5);
  while (performance.now() < warmUntil) {
    rate = await throughput(run, callers, Math.max(Math.round(rate / 5), callers * 5));
  }
  return throughput(run, callers, Math.max(Math.round(rate / 2), callers * 5));
}

const questions = {
  async 'one in flight'(open) {
    const { run } = await open(1);
    return measured(run, 1);
  },
  async 'thousand in flight'(open) {
    const { run } = await open(1);
    return measured(run, 1000);
  },
  async 'thousand in flight, two workers'(open) {
    const { run } = await open(2);
    return measured(run, 1000);
  },
  /** From making the pool to the first result, without the import of the library, in ms. */
  async 'first result'(open) {
    await (await open(1)).end();
    const began = performance.now();
    const { run } = await open(1);
    await run('add', 1, 2);
    return performance.now() - began;
  },
  /** A job of 500 ms, then 4,000 of 0.05 ms, on two workers: when the last of the short ones is done, in ms. */
  async 'short behind long'(open) {
    const { run } = await open(2);
    await Promise.all([run('hold', 20), run('hold', 20)]);
    const began = performance.now();
    const long = run('hold', 500);
    await Promise.all(Array.from({ length: 4000 }, () => run('hold', 0.05)));
    const short = performance.now() - began;
    await long;
    return short;
  },
  /** 16 × fibonacci(32): how many times as fast as on the main thread two workers are. */
  async speedup(open) {
    const { fibonacci } = await import('./work.mjs');
    const { run } = await open(2);
    await Promise.all([run('fibonacci', 25), run('fibonacci', 25)]);
    fibonacci(25);
    let began = performance.now();
    for (let n = 0; n < 16; n++) fibonacci(32);
    const alone = performance.now() - began;
    began = performance.now();
    await Promise.all(Array.from({ length: 16 }, () => run('fibonacci', 32)));
    return alone / (performance.now() - began);
  },
  /** What a job costs that waits in the queue, in bytes. */
  async 'memory per queued job'(open) {
    const { run } = await open(1);
    await run('add', 1, 2);
    void run('hold', 3000);
    const count = 100_000;
    const kept = [];
    globalThis.gc();
    const before = process.memoryUsage().heapUsed;
    for (let n = 0; n < count; n++) kept.push(run('add', 1, 2));
    await new Promise(setImmediate);
    globalThis.gc();
    return (process.memoryUsage().heapUsed - before) / kept.length;
  },
};

console.log(await questions[question](pools[name]));
process.exit();
