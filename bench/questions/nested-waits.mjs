/**
 * The innermost of so many coroutines that await one another gives way n times. One operation is one yield. Then the same with
 * functions that are declared with `coroutine()`.
 */
export default [1, 10, 100].flatMap((depth) => [plain(depth), declared(depth)]);

function plain(depth) {
  return {
    name: `nested waits ${depth}`,
    question: `Give way in a coroutine that is ${depth} deep`,
    n: 100_000,
    sizes: { effection: 500 },
    answer: (n) => n,
    contestants: {
      async native(n) {
        const down = async (levels) => {
          if (levels > 0) return await down(levels - 1);
          for (let i = 0; i < n; i++) await null;
          return n;
        };
        return await down(depth - 1);
      },

      skein(n, { run, sleep }) {
        function* down(levels) {
          if (levels > 0) return yield* down(levels - 1);
          for (let i = 0; i < n; i++) yield* sleep(0);
          return n;
        }
        return run(down(depth - 1));
      },

      effect(n, { Effect }) {
        const down = (levels) =>
          Effect.gen(function* () {
            if (levels > 0) return yield* down(levels - 1);
            for (let i = 0; i < n; i++) yield* Effect.yieldNow;
            return n;
          });
        return Effect.runPromise(down(depth - 1));
      },

      effection(n, { run, sleep }) {
        function* down(levels) {
          if (levels > 0) return yield* down(levels - 1);
          for (let i = 0; i < n; i++) yield* sleep(0);
          return n;
        }
        return run(() => down(depth - 1));
      },

      bluebird(n, Bluebird) {
        const resolved = Bluebird.resolve();
        const down = Bluebird.coroutine(function* (levels) {
          if (levels > 0) return yield down(levels - 1);
          for (let i = 0; i < n; i++) yield resolved;
          return n;
        });
        return down(depth - 1);
      },

      co(n, co) {
        const resolved = Promise.resolve();
        const down = co.wrap(function* (levels) {
          if (levels > 0) return yield down(levels - 1);
          for (let i = 0; i < n; i++) yield resolved;
          return n;
        });
        return down(depth - 1);
      },

      limit(n, { List, Stepped }) {
        const list = new List();
        function* down(levels) {
          if (levels > 0) return yield* down(levels - 1);
          for (let i = 0; i < n; i++) yield;
          return n;
        }
        const task = new Stepped(down(depth - 1), list);
        return list.run(() => task.value);
      },

      asyncio: 'cpython.py',
    },
  };
}

function declared(depth) {
  return {
    name: `nested waits ${depth} declared`,
    question: `Give way in a coroutine that is ${depth} deep, of declared functions`,
    n: 100_000,
    answer: (n) => n,
    contestants: {
      native: plain(depth).contestants.native,

      skein(n, { coroutine, run, sleep }) {
        const down = coroutine(function* (levels) {
          if (levels > 0) return yield* down(levels - 1);
          for (let i = 0; i < n; i++) yield* sleep(0);
          return n;
        });
        return run(down(depth - 1));
      },
    },
  };
}
