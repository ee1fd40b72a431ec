/**
 * n tasks sleep for 0 to 100 ms. The last one cannot be done before 100 ms have passed; what counts is the CPU time, which
 * has no such floor.
 */
const delay = (i) => (i * 37) % 101;

export default {
  name: 'timers',
  question: 'Sleep for 0 to 100 ms, beside all others (CPU time)',
  n: 100_000,
  sizes: { effection: 2_000, asyncio: 20_000 },
  metric: 'cpu',
  answer: (n) => n,
  contestants: {
    async native(n) {
      let awake = 0;
      const work = async (i) => {
        await new Promise((resolve) => setTimeout(resolve, delay(i)));
        awake++;
      };
      await Promise.all(Array.from({ length: n }, (_, i) => work(i)));
      return awake;
    },

    skein(n, { createTask, gather, run, sleep }) {
      let awake = 0;
      function* work(i) {
        yield* sleep(delay(i));
        awake++;
      }
      return run(function* () {
        yield* gather(Array.from({ length: n }, (_, i) => createTask(work(i))));
        return awake;
      });
    },

    effect(n, { Effect, Fiber }) {
      let awake = 0;
      const work = (i) =>
        Effect.gen(function* () {
          yield* Effect.sleep(delay(i));
          awake++;
        });
      const main = Effect.gen(function* () {
        const fibers = [];
        for (let i = 0; i < n; i++) fibers.push(yield* Effect.forkChild(work(i)));
        yield* Fiber.joinAll(fibers);
        return awake;
      });
      return Effect.runPromise(main);
    },

    effection(n, { all, run, sleep, spawn }) {
      let awake = 0;
      function* work(i) {
        yield* sleep(delay(i));
        awake++;
      }
      return run(function* () {
        const tasks = [];
        for (let i = 0; i < n; i++) tasks.push(yield* spawn(() => work(i)));
        yield* all(tasks);
        return awake;
      });
    },

    async bluebird(n, Bluebird) {
      let awake = 0;
      const work = Bluebird.coroutine(function* (i) {
        yield Bluebird.delay(delay(i));
        awake++;
      });
      await Bluebird.all(Array.from({ length: n }, (_, i) => work(i)));
      return awake;
    },

    async co(n, co) {
      let awake = 0;
      const work = co.wrap(function* (i) {
        yield new Promise((resolve) => setTimeout(resolve, delay(i)));
        awake++;
      });
      await Promise.all(Array.from({ length: n }, (_, i) => work(i)));
      return awake;
    },

    limit(n, { List, Stepped }) {
      const list = new List();
      let awake = 0;
      function* work(i) {
        yield* list.sleep(delay(i));
        awake++;
      }
      for (let i = 0; i < n; i++) new Stepped(work(i), list);
      return list.run(() => awake);
    },

    asyncio: 'cpython.py',
  },
};
