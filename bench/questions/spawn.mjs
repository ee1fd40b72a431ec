/**
 * Starts n tasks, each to begin in a later turn, and joins them all at once. A native async function begins inside the
 * call; one `then` puts it off, as it is with tasks.
 */
export const sumOf = (values) => values.reduce((sum, value) => sum + value, 0);

export default {
  name: 'spawn',
  question: 'Start a task that returns a number, and join it with all others',
  n: 100_000,
  sizes: { effection: 2_000, asyncio: 20_000 },
  answer: (n) => (n * (n - 1)) / 2,
  contestants: {
    async native(n) {
      const work = async (i) => i;
      const resolved = Promise.resolve();
      const promises = [];
      for (let i = 0; i < n; i++) promises.push(resolved.then(() => work(i)));
      return sumOf(await Promise.all(promises));
    },

    async 'native, deferred by await'(n) {
      const work = async (i) => {
        await null;
        return i;
      };
      const promises = [];
      for (let i = 0; i < n; i++) promises.push(work(i));
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

    effect(n, { Effect, Fiber }) {
      const work = (i) =>
        Effect.gen(function* () {
          return i;
        });
      const main = Effect.gen(function* () {
        const fibers = [];
        for (let i = 0; i < n; i++) fibers.push(yield* Effect.forkChild(work(i)));
        return sumOf(yield* Fiber.joinAll(fibers));
      });
      return Effect.runPromise(main);
    },

    effection(n, { all, run, spawn }) {
      function* work(i) {
        return i;
      }
      return run(function* () {
        const tasks = [];
        for (let i = 0; i < n; i++) tasks.push(yield* spawn(() => work(i)));
        return sumOf(yield* all(tasks));
      });
    },

    async bluebird(n, Bluebird) {
      const work = Bluebird.coroutine(function* (i) {
        return i;
      });
      const resolved = Bluebird.resolve();
      const promises = [];
      for (let i = 0; i < n; i++) promises.push(resolved.then(() => work(i)));
      return sumOf(await Bluebird.all(promises));
    },

    async co(n, co) {
      const work = co.wrap(function* (i) {
        return i;
      });
      const resolved = Promise.resolve();
      const promises = [];
      for (let i = 0; i < n; i++) promises.push(resolved.then(() => work(i)));
      return sumOf(await Promise.all(promises));
    },

    async 'p-limit'(n, pLimit) {
      const work = async (i) => i;
      const limit = pLimit(Number.POSITIVE_INFINITY);
      const promises = [];
      for (let i = 0; i < n; i++) promises.push(limit(work, i));
      return sumOf(await Promise.all(promises));
    },

    async 'p-queue'(n, PQueue) {
      const work = async (i) => i;
      const queue = new PQueue();
      const promises = [];
      for (let i = 0; i < n; i++) promises.push(queue.add(() => work(i)));
      return sumOf(await Promise.all(promises));
    },

    limit(n, { List, Stepped }) {
      function* work(i) {
        return i;
      }
      const list = new List();
      const tasks = [];
      for (let i = 0; i < n; i++) tasks.push(new Stepped(work(i), list));
      return list.run(() => sumOf(tasks.map((task) => task.value)));
    },

    asyncio: 'cpython.py',
  },
};
