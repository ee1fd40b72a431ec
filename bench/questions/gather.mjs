/** Waits for n pending futures together, and gets all their results. Making the futures does not count; settling does. */
const sumOf = (values) => values.reduce((sum, value) => sum + value, 0);

export default {
  name: 'gather',
  question: 'Gather a pending future with all others, and settle it',
  n: 100_000,
  sizes: { effection: 2_000 },
  answer: (n) => (n * (n - 1)) / 2,
  contestants: {
    async native(n, _, watch) {
      const resolvers = [];
      const promises = Array.from({ length: n }, () => new Promise((r) => resolvers.push(r)));
      watch.start();
      const gathered = Promise.all(promises);
      for (let i = 0; i < n; i++) resolvers[i](i);
      const results = await gathered;
      watch.stop();
      return sumOf(results);
    },

    skein(n, { Future, gather, run, sleep }, watch) {
      return run(function* () {
        const futures = Array.from({ length: n }, () => new Future());
        yield* sleep(0);
        watch.start();
        const gathered = gather(futures);
        yield* sleep(0);
        for (let i = 0; i < n; i++) futures[i].setResult(i);
        const results = yield* gathered;
        watch.stop();
        return sumOf(results);
      });
    },

    effect(n, { Deferred, Effect, Fiber }, watch) {
      const main = Effect.gen(function* () {
        const futures = [];
        for (let i = 0; i < n; i++) futures.push(yield* Deferred.make());
        const waits = futures.map((future) => Deferred.await(future));
        watch.start();
        const gathered = yield* Effect.forkChild(Effect.all(waits, { concurrency: 'unbounded' }));
        yield* Effect.yieldNow;
        for (let i = 0; i < n; i++) yield* Deferred.succeed(futures[i], i);
        const results = yield* Fiber.join(gathered);
        watch.stop();
        return sumOf(results);
      });
      return Effect.runPromise(main);
    },

    effection(n, { all, run, sleep, spawn, withResolvers }, watch) {
      return run(function* () {
        const futures = Array.from({ length: n }, () => withResolvers());
        watch.start();
        const gathered = yield* spawn(() => all(futures.map(({ operation }) => operation)));
        yield* sleep(0);
        for (let i = 0; i < n; i++) futures[i].resolve(i);
        const results = yield* gathered;
        watch.stop();
        return sumOf(results);
      });
    },

    async bluebird(n, Bluebird, watch) {
      const resolvers = [];
      const promises = Array.from({ length: n }, () => new Bluebird((r) => resolvers.push(r)));
      watch.start();
      const gathered = Bluebird.all(promises);
      for (let i = 0; i < n; i++) resolvers[i](i);
      const results = await gathered;
      watch.stop();
      return sumOf(results);
    },

    co(n, co, watch) {
      return co(function* () {
        const resolvers = [];
        const promises = Array.from({ length: n }, () => new Promise((r) => resolvers.push(r)));
        watch.start();
        for (let i = 0; i < n; i++) resolvers[i](i);
        const results = yield promises;
        watch.stop();
        return sumOf(results);
      });
    },

    asyncio: 'cpython.py',
  },
};
