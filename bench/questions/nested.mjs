/**
 * Coroutines that await one another, so many deep, and never wait. One operation is one of them: called, awaited, returned. Then the same
 * with functions that are declared with `coroutine()`.
 */
export default [1, 10, 100].flatMap((depth) => [plain(depth), declared(depth)]);

function plain(depth) {
  return {
    name: `nested ${depth}`,
    question: `Await a coroutine, ${depth} inside each other, which returns a number`,
    n: 1_000_000,
    sizes: { effection: 100_000 },
    answer: (n) => n,
    contestants: {
      async native(n) {
        const down = async (levels) => (levels === 0 ? 1 : 1 + (await down(levels - 1)));
        let sum = 0;
        for (let i = 0; i < n / depth; i++) sum += await down(depth - 1);
        return sum;
      },

      skein(n, { run }) {
        function* down(levels) {
          return levels === 0 ? 1 : 1 + (yield* down(levels - 1));
        }
        return run(function* () {
          let sum = 0;
          for (let i = 0; i < n / depth; i++) sum += yield* down(depth - 1);
          return sum;
        });
      },

      effect(n, { Effect }) {
        const down = (levels) =>
          Effect.gen(function* () {
            return levels === 0 ? 1 : 1 + (yield* down(levels - 1));
          });
        const main = Effect.gen(function* () {
          let sum = 0;
          for (let i = 0; i < n / depth; i++) sum += yield* down(depth - 1);
          return sum;
        });
        return Effect.runPromise(main);
      },

      effection(n, { run }) {
        function* down(levels) {
          return levels === 0 ? 1 : 1 + (yield* down(levels - 1));
        }
        return run(function* () {
          let sum = 0;
          for (let i = 0; i < n / depth; i++) sum += yield* down(depth - 1);
          return sum;
        });
      },

      bluebird(n, Bluebird) {
        const down = Bluebird.coroutine(function* (levels) {
          return levels === 0 ? 1 : 1 + (yield down(levels - 1));
        });
        return Bluebird.coroutine(function* () {
          let sum = 0;
          for (let i = 0; i < n / depth; i++) sum += yield down(depth - 1);
          return sum;
        })();
      },

      co(n, co) {
        const down = co.wrap(function* (levels) {
          return levels === 0 ? 1 : 1 + (yield down(levels - 1));
        });
        return co(function* () {
          let sum = 0;
          for (let i = 0; i < n / depth; i++) sum += yield down(depth - 1);
          return sum;
        });
      },

      asyncio: 'cpython.py',
    },
  };
}

function declared(depth) {
  return {
    name: `nested ${depth} declared`,
    question: `Await a coroutine, ${depth} inside each other, which returns a number, of declared functions`,
    n: 1_000_000,
    answer: (n) => n,
    contestants: {
      native: plain(depth).contestants.native,

      skein(n, { coroutine, run }) {
        const down = coroutine(function* (levels) {
          return levels === 0 ? 1 : 1 + (yield* down(levels - 1));
        });
        return run(function* () {
          let sum = 0;
          for (let i = 0; i < n / depth; i++) sum += yield* down(depth - 1);
          return sum;
        });
      },
    },
  };
}
