/** n / 100 tasks give way 100 times each. One operation is one yield. */
const tasksOf = (n) => n / 100;

export default {
  name: 'yields',
  question: 'Give way to the other tasks',
  n: 1_000_000,
  sizes: { effect: 100_000, effection: 20_000, asyncio: 100_000 },
  answer: (n) => n,
  contestants: {
    async native(n) {
      let steps = 0;
      const work = async () => {
        for (let i = 0; i < 100; i++) {
          await null;
          steps++;
        }
      };
      await Promise.all(Array.from({ length: tasksOf(n) }, work));
      return steps;
    },

    skein(n, { createTask, gather, run, sleep }) {
      let steps = 0;
      function* work() {
        for (let i = 0; i < 100; i++) {
          yield* sleep(0);
          steps++;
        }
      }
      return run(function* () {
        yield* gather(Array.from({ length: tasksOf(n) }, () => createTask(work())));
        return steps;
      });
    },

    'skein, bare yield'(n, { createTask, gather, run }) {
      let steps = 0;
      function* work() {
        for (let i = 0; i < 100; i++) {
          yield;
          steps++;
        }
      }
      return run(function* () {
        yield* gather(Array.from({ length: tasksOf(n) }, () => createTask(work())));
        return steps;
      });
    },

    effect(n, { Effect, Fiber }) {
      let steps = 0;
      const work = Effect.gen(function* () {
        for (let i = 0; i < 100; i++) {
          yield* Effect.yieldNow;
          steps++;
        }
      });
      const main = Effect.gen(function* () {
        const fibers = [];
        for (let i = 0; i < tasksOf(n); i++) fibers.push(yield* Effect.forkChild(work));
        yield* Fiber.joinAll(fibers);
        return steps;
      });
      return Effect.runPromise(main);
    },

    effection(n, { all, run, sleep, spawn }) {
      let steps = 0;
      function* work() {
        for (let i = 0; i < 100; i++) {
          yield* sleep(0);
          steps++;
        }
      }
      return run(function* () {
        const tasks = [];
        for (let i = 0; i < tasksOf(n); i++) tasks.push(yield* spawn(work));
        yield* all(tasks);
        return steps;
      });
    },

    async bluebird(n, Bluebird) {
      let steps = 0;
      const resolved = Bluebird.resolve();
      const work = Bluebird.coroutine(function* () {
        for (let i = 0; i < 100; i++) {
          yield resolved;
          steps++;
        }
      });
      await Bluebird.all(Array.from({ length: tasksOf(n) }, () => work()));
      return steps;
    },

    async co(n, co) {
      let steps = 0;
      const resolved = Promise.resolve();
      const work = co.wrap(function* () {
        for (let i = 0; i < 100; i++) {
          yield resolved;
          steps++;
        }
      });
      await Promise.all(Array.from({ length: tasksOf(n) }, () => work()));
      return steps;
    },

    limit(n, { List, Stepped }) {
      const list = new List();
      let steps = 0;
      function* work() {
        for (let i = 0; i < 100; i++) {
          yield;
          steps++;
        }
      }
      for (let i = 0; i < tasksOf(n); i++) new Stepped(work(), list);
      return list.run(() => steps);
    },

    asyncio: 'cpython.py',
  },
};
