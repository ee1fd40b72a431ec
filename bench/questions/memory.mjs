/** n tasks wait, each for a future of its own; handles and futures are kept. What each takes of the heap, in bytes. */
export default {
  name: 'memory',
  question: 'Memory of a task that waits',
  n: 100_000,
  metric: 'bytes',
  answer: (n) => n,
  contestants: {
    async native(n, _, watch) {
      const resolvers = new Array(n).fill(undefined);
      const tasks = new Array(n).fill(undefined);
      const work = async (i) =>
        await new Promise((resolve) => {
          resolvers[i] = resolve;
        });
      watch.start();
      for (let i = 0; i < n; i++) tasks[i] = work(i);
      watch.stop();
      for (const resolve of resolvers) resolve(1);
      return (await Promise.all(tasks)).length;
    },

    /** What it takes to be able to cancel it. */
    async 'native, with AbortController'(n, _, watch) {
      const resolvers = new Array(n).fill(undefined);
      const controllers = new Array(n).fill(undefined);
      const tasks = new Array(n).fill(undefined);
      const work = async (i, signal) =>
        await new Promise((resolve, reject) => {
          resolvers[i] = resolve;
          signal.addEventListener('abort', () => reject(signal.reason), { once: true });
        });
      watch.start();
      for (let i = 0; i < n; i++) {
        controllers[i] = new AbortController();
        tasks[i] = work(i, controllers[i].signal);
      }
      watch.stop();
      for (const resolve of resolvers) resolve(1);
      return (await Promise.all(tasks)).length;
    },

    skein: blocked(() => undefined),

    'skein, given a name': blocked((i) => ({ name: `worker ${i}` })),
  },
};

function blocked(options) {
  return (n, { Future, createTask, gather, run, sleep }, watch) =>
    run(function* () {
      const futures = new Array(n).fill(undefined);
      const tasks = new Array(n).fill(undefined);
      function* work(i) {
        futures[i] = new Future();
        return yield* futures[i];
      }
      watch.start();
      for (let i = 0; i < n; i++) tasks[i] = createTask(work(i), options(i));
      yield* sleep(0);
      watch.stop();
      for (const future of futures) future.setResult(1);
      return (yield* gather(tasks)).length;
    });
}
