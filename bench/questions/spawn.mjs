/**
 * Starts n tasks, each to begin in a later turn, and joins them all at once. A native async function begins inside the
 * call; one `then` puts it off, as it is with tasks.
 */
const sumOf = (values) => values.reduce((sum, value) => sum + value, 0);

export default {
  name: 'spawn',
  question: 'Start a task that returns a number, and join it with all others',
  n: 100_000,
  answer: (n) => (n * (n - 1)) / 2,
  contestants: {
    async native(n) {
      const work = async (i) => i;
      const resolved = Promise.resolve();
      const promises = [];
      for (let i = 0; i < n; i++) promises.push(resolved.then(() => work(i)));
      return sumOf(await Promise.all(promises));
    },

    skein(n, { createTask, gather, run }) {
      function* work(i) {
        return i;
      }
      return run(function* () {
        const tasks = [];
        for (let i = 0; i < n; i++) tasks.push(createTask(work(i)));
        return sumOf(yield* gather(tasks));
      });
    },

    'skein, joined one by one'(n, { createTask, run }) {
      function* work(i) {
        return i;
      }
      return run(function* () {
        const tasks = [];
        for (let i = 0; i < n; i++) tasks.push(createTask(work(i)));
        let sum = 0;
        for (const task of tasks) sum += yield* task;
        return sum;
      });
    },
  },
};
