/**
 * Each pool under the same functions: `run(name, ...args)`, `move(bytes)` where memory can be moved there and back, and
 * `end()`. They are loaded only when they are asked for. `build` is the URL of the `dist` that is skein.
 */
import { fileURLToPath } from 'node:url';

const here = (name) => new URL(name, import.meta.url).href;
const pathOf = (name) => fileURLToPath(here(name));

async function skein(name, workers, build) {
  const executors = await import(`${build}executors/index.js`);
  // A build to compare with may be older than the name.
  const declareFunctions = executors.declareFunctions ?? executors.task;
  const work = declareFunctions(here('./work.mjs'));
  const moving = declareFunctions(here(`./moving/skein.mjs?build=${encodeURIComponent(build)}`));
  const pool = new executors[name]({ maxWorkers: workers });
  return {
    run: (job, ...args) => pool.submit(work[job], ...args),
    move: (bytes) => pool.submitWith({ transfer: [bytes.buffer] }, moving.move, bytes),
    end: () => pool.shutdown(),
  };
}

function likePiscina(Pool, moving, workers) {
  const size = { minThreads: workers, maxThreads: workers };
  const pool = new Pool({ filename: here('./peer-work.mjs'), ...size });
  const filename = here(moving);
  return {
    run: (name, ...args) => pool.run(args, { name }),
    move: (bytes) => pool.run([bytes], { filename, name: 'move', transferList: [bytes.buffer] }),
    end: () => pool.destroy(),
  };
}

async function workerpool(workerType, workers) {
  const { default: library } = await import('workerpool');
  const pool = library.pool(pathOf('./workerpool-work.mjs'), { workerType, maxWorkers: workers });
  let moving;
  return {
    run: (job, ...args) => pool.exec(job, args),
    move(bytes) {
      moving ??= library.pool(pathOf('./moving/workerpool.mjs'), { workerType, maxWorkers: 1 });
      return moving.exec('move', [bytes], { transfer: [bytes.buffer] });
    },
    end: () => pool.terminate(),
  };
}

export const pools = {
  skein: (workers, build) => skein('ThreadPoolExecutor', workers, build),

  'skein, processes': (workers, build) => skein('ProcessPoolExecutor', workers, build),

  async piscina(workers) {
    const { Piscina } = (await import('piscina')).default;
    return likePiscina(Piscina, './moving/piscina.mjs', workers);
  },

  async tinypool(workers) {
    const { Tinypool } = await import('tinypool');
    return likePiscina(Tinypool, './moving/tinypool.mjs', workers);
  },

  workerpool: (workers) => workerpool('thread', workers),

  'workerpool, processes': (workers) => workerpool('process', workers),

  async poolifier(workers) {
    const { FixedThreadPool } = await import('poolifier');
    const pool = new FixedThreadPool(workers, pathOf('./poolifier-work.mjs'));
    return { run: (name, ...args) => pool.execute(args, name), end: () => pool.destroy() };
  },

  /** No pool at all: one message for each call, and one for its answer. */
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
    const call = (name, args, transfer) =>
      new Promise((resolve) => {
        waiting.set(++last, resolve);
        worker.postMessage([last, name, args], transfer);
      });
    return {
      run: (name, ...args) => call(name, args),
      move: (bytes) => call('move', [bytes], [bytes.buffer]),
      end: () => worker.terminate(),
    };
  },

  /** Several, which take turns: all that the machine can give. */
  async 'bare Workers'(workers) {
    const opened = await Promise.all(Array.from({ length: workers }, () => pools['bare Worker']()));
    let last = 0;
    return {
      run: (...call) => opened[last++ % workers].run(...call),
      end: () => Promise.all(opened.map((one) => one.end())),
    };
  },

  /** What many calls in one message reach at best: nothing can be cancelled, nothing may fail. */
  async 'bare Worker, many in a message'() {
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
