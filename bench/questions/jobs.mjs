import { Worker } from 'node:worker_threads';

/** n jobs are queued for one thread, each of which returns its argument, and all are joined. Starting the thread does not count. */
export default {
  name: 'jobs',
  question: 'Queue a job for a thread beside all others, and join it',
  n: 10_000,
  answer: (n) => (n * (n - 1)) / 2,
  contestants: {
    /** A worker that sends back what it gets, without an error that could come back, names, or a way to cancel. */
    async native(n, _, watch) {
      const worker = new Worker(
        "const { parentPort } = require('node:worker_threads'); parentPort.on('message', (m) => parentPort.postMessage(m));",
        { eval: true },
      );
      const settles = [];
      worker.on('message', ([at, value]) => settles[at](value));
      const submit = (value) =>
        new Promise((resolve) => {
          worker.postMessage([settles.push(resolve) - 1, value]);
        });
      await submit(0);
      watch.start();
      const results = await Promise.all(Array.from({ length: n }, (_, i) => submit(i)));
      watch.stop();
      await worker.terminate();
      return results.reduce((sum, value) => sum + value, 0);
    },

    skein(n, { ThreadPoolExecutor, gather, run }, watch) {
      return run(async () => {
        const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
        const same = (value) => value;
        await pool.submit(same, 0);
        watch.start();
        const results = await gather(Array.from({ length: n }, (_, i) => pool.submit(same, i)));
        watch.stop();
        await pool.shutdown();
        return results.reduce((sum, value) => sum + value, 0);
      });
    },
  },
};
