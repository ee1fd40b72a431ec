/** Each pool under the same two functions: `run(name, ...args)` and `end()`. They are loaded only when they are asked for. */
import { fileURLToPath } from 'node:url';

const here = (name) => new URL(name, import.meta.url).href;
const pathOf = (name) => fileURLToPath(here(name));

async function skein(name, workers) {
  const executors = await import('../../dist/executors/index.js');
  const work = await import('./work.mjs');
  const pool = new executors[name]({ maxWorkers: workers });
  return {
    run: (job, ...args) => pool.submit(work[job], ...args),
    end: () => pool.shutdown(),
  };
}

async function workerpool(workerType, workers) {
  const { default: library } = await import('workerpool');
  const pool = library.pool(pathOf('./workerpool-work.mjs'), { workerType, maxWorkers: workers });
  return { run: (job, ...args) => pool.exec(job, args), end: () => pool.terminate() };
}

export const pools = {
  skein: (workers) => skein('ThreadPoolExecutor', workers),

  'skein, processes': (workers) => skein('ProcessPoolExecutor', workers),

  async piscina(workers) {
    const { Piscina } = (await import('piscina')).default;
    const size = { minThreads: workers, maxThreads: workers };
    const pool = new Piscina({ filename: here('./peer-work.mjs'), ...size });
    return { run: (name, ...args) => pool.run(args, { name }), end: () => pool.destroy() };
  },

  async tinypool(workers) {
    const { Tinypool } = await import('tinypool');
    const size = { minThreads: workers, maxThreads: workers };
    const pool = new Tinypool({ filename: here('./peer-work.mjs'), ...size });
    return { run: (name, ...args) => pool.run(args, { name }), end: () => pool.destroy() };
  },

  workerpool: (workers) => workerpool('thread', workers),

  'workerpool, processes': (workers) => workerpool('process', workers),

  async 'bare Worker'() {
    const { Worker } = await import('node:worker_threads');
    const worker = new Worker(new URL('./bare-work.mjs', import.meta.url));
    const waiting = new Map();
    let last = 0;
    worker.on('message', ([id, value]) => {
      const resolve = waiting.get(id);
      waiting.delete(id);
      resolve(value);
    });
    return {
      run: (name, ...args) =>
        new Promise((resolve) => {
          waiting.set(++last, resolve);
          worker.postMessage([last, name, args]);
        }),
      end: () => worker.terminate(),
    };
  },

  /** What sending many jobs in one message reaches at best: no cancelling, no errors, no second worker. */
  async 'raw, batched'() {
    const { Worker } = await import('node:worker_threads');
    const worker = new Worker(new URL('./batched-work.mjs', import.meta.url));
    const waiting = new Map();
    let last = 0;
    let batch = [];
    worker.on('message', (results) => {
      for (let at = 0; at < results.length; at += 2) {
        const resolve = waiting.get(results[at]);
        waiting.delete(results[at]);
        resolve(results[at + 1]);
      }
    });
    const flush = () => {
      worker.postMessage(batch);
      batch = [];
    };
    return {
      run: (name, ...args) =>
        new Promise((resolve) => {
          waiting.set(++last, resolve);
          if (batch.push(last, name, args) === 3) queueMicrotask(flush);
        }),
      end: () => worker.terminate(),
    };
  },
};
