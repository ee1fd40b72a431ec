/** Awaits, n times, something that is done already. */
export default {
  name: 'ready',
  question: 'Await something that is done',
  n: 1_000_000,
  sizes: { effection: 50_000 },
  answer: (n) => n,
  contestants: {
    async native(n) {
      const done = Promise.resolve(1);
      let sum = 0;
      for (let i = 0; i < n; i++) sum += await done;
      return sum;
    },

    async 'native, a value'(n) {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += await 1;
      return sum;
    },

    skein(n, { Future, run }) {
      return run(function* () {
        const done = new Future();
        done.setResult(1);
        let sum = 0;
        for (let i = 0; i < n; i++) sum += yield* done;
        return sum;
      });
    },

    effect(n, { Deferred, Effect }) {
      const main = Effect.gen(function* () {
        const done = yield* Deferred.make();
        yield* Deferred.succeed(done, 1);
        let sum = 0;
        for (let i = 0; i < n; i++) sum += yield* Deferred.await(done);
        return sum;
      });
      return Effect.runPromise(main);
    },

    'effect, a value'(n, { Effect }) {
      const main = Effect.gen(function* () {
        const done = Effect.succeed(1);
        let sum = 0;
        for (let i = 0; i < n; i++) sum += yield* done;
        return sum;
      });
      return Effect.runPromise(main);
    },

    effection(n, { run, withResolvers }) {
      return run(function* () {
        const done = withResolvers();
        done.resolve(1);
        let sum = 0;
        for (let i = 0; i < n; i++) sum += yield* done.operation;
        return sum;
      });
    },

    bluebird(n, Bluebird) {
      return Bluebird.coroutine(function* () {
        const done = Bluebird.resolve(1);
        let sum = 0;
        for (let i = 0; i < n; i++) sum += yield done;
        return sum;
      })();
    },

    co(n, co) {
      return co(function* () {
        const done = Promise.resolve(1);
        let sum = 0;
        for (let i = 0; i < n; i++) sum += yield done;
        return sum;
      });
    },

    asyncio: 'cpython.py',
  },
};
