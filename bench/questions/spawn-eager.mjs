/** Starts n tasks whose first step is made inside the call, as that of an async function is, and joins them all at once. */
const sumOf = (values) => values.reduce((sum, value) => sum + value, 0);

export default {
  name: 'spawn eager',
  question: 'Start a task at once that returns a number, and join it with all others',
  n: 100_000,
  answer: (n) => (n * (n - 1)) / 2,
  contestants: {
    async native(n) {
      const work = async (i) => i;
      const promises = [];
      for (let i = 0; i < n; i++) promises.push(work(i));
      return sumOf(await Promise.all(promises));
    },

    skein(n, { createTask, gather, run }) {
      function* work(i) {
        return i;
      }
      const options = { eagerStart: true };
      return run(function* () {
        const tasks = [];
        for (let i = 0; i < n; i++) tasks.push(createTask(work(i), options));
        return sumOf(yield* gather(tasks));
      });
    },

    'skein, joined one by one'(n, { createTask, run }) {
      function* work(i) {
        return i;
      }
      const options = { eagerStart: true };
      return run(function* () {
        const tasks = [];
        for (let i = 0; i < n; i++) tasks.push(createTask(work(i), options));
        let sum = 0;
        for (const task of tasks) sum += yield* task;
        return sum;
      });
    },

    async bluebird(n, Bluebird) {
      const work = Bluebird.coroutine(function* (i) {
        return i;
      });
      const promises = [];
      for (let i = 0; i < n; i++) promises.push(work(i));
      return sumOf(await Bluebird.all(promises));
    },

    async co(n, co) {
      const work = co.wrap(function* (i) {
        return i;
      });
      const promises = [];
      for (let i = 0; i < n; i++) promises.push(work(i));
      return sumOf(await Promise.all(promises));
    },
    limit(n, { Stepped }) {
      function* work(i) {
        return i;
      }
      const tasks = [];
      for (let i = 0; i < n; i++) tasks.push(Stepped.once(work(i)));
      return sumOf(tasks.map((task) => task.value));
    },
  },
};
