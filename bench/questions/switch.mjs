/**
 * Two tasks play ping-pong: each waits for a pending future that the other one settles. One operation is one switch from
 * the one to the other: a future made, awaited and settled.
 */
export default {
  name: 'switch',
  question: 'Await a pending future that another task settles',
  n: 100_000,
  sizes: { effection: 10_000 },
  answer: (n) => n,
  contestants: {
    async native(n) {
      const deferred = () => {
        const made = {};
        made.promise = new Promise((resolve) => {
          made.resolve = resolve;
        });
        return made;
      };
      let ping = deferred();
      let pong = deferred();
      const player = async () => {
        let hits = 0;
        for (let i = 0; i < n / 2; i++) {
          await ping.promise;
          hits++;
          ping = deferred();
          pong.resolve();
        }
        return hits;
      };
      const playing = player();
      let hits = 0;
      for (let i = 0; i < n / 2; i++) {
        ping.resolve();
        await pong.promise;
        hits++;
        pong = deferred();
      }
      return hits + (await playing);
    },

    async 'native, await null'(n) {
      const player = async () => {
        let hits = 0;
        for (let i = 0; i < n / 2; i++) {
          await null;
          hits++;
        }
        return hits;
      };
      const playing = player();
      return (await player()) + (await playing);
    },

    skein(n, { Future, createTask, run }) {
      return run(function* () {
        let ping = new Future();
        let pong = new Future();
        const playing = createTask(function* () {
          let hits = 0;
          for (let i = 0; i < n / 2; i++) {
            yield* ping;
            hits++;
            ping = new Future();
            pong.setResult();
          }
          return hits;
        });
        let hits = 0;
        for (let i = 0; i < n / 2; i++) {
          ping.setResult();
          yield* pong;
          hits++;
          pong = new Future();
        }
        return hits + (yield* playing);
      });
    },

    effect(n, { Deferred, Effect, Fiber }) {
      const main = Effect.gen(function* () {
        let ping = yield* Deferred.make();
        let pong = yield* Deferred.make();
        const playing = yield* Effect.forkChild(
          Effect.gen(function* () {
            let hits = 0;
            for (let i = 0; i < n / 2; i++) {
              yield* Deferred.await(ping);
              hits++;
              ping = yield* Deferred.make();
              yield* Deferred.succeed(pong, undefined);
            }
            return hits;
          }),
        );
        let hits = 0;
        for (let i = 0; i < n / 2; i++) {
          yield* Deferred.succeed(ping, undefined);
          yield* Deferred.await(pong);
          hits++;
          pong = yield* Deferred.make();
        }
        return hits + (yield* Fiber.join(playing));
      });
      return Effect.runPromise(main);
    },

    effection(n, { run, spawn, withResolvers }) {
      return run(function* () {
        let ping = withResolvers();
        let pong = withResolvers();
        const playing = yield* spawn(function* () {
          let hits = 0;
          for (let i = 0; i < n / 2; i++) {
            yield* ping.operation;
            hits++;
            ping = withResolvers();
            pong.resolve();
          }
          return hits;
        });
        let hits = 0;
        for (let i = 0; i < n / 2; i++) {
          ping.resolve();
          yield* pong.operation;
          hits++;
          pong = withResolvers();
        }
        return hits + (yield* playing);
      });
    },

    bluebird(n, Bluebird) {
      return pingPong(n, Bluebird, Bluebird.coroutine);
    },

    co(n, co) {
      return pingPong(n, Promise, co.wrap);
    },

    limit(n, { List, Place, Stepped }) {
      const list = new List();
      let ping = new Place();
      let pong = new Place();
      let hits = 0;
      function* player() {
        for (let i = 0; i < n / 2; i++) {
          yield* ping;
          hits++;
          ping = new Place();
          list.settle(pong);
        }
      }
      function* main() {
        for (let i = 0; i < n / 2; i++) {
          list.settle(ping);
          yield* pong;
          hits++;
          pong = new Place();
        }
      }
      new Stepped(player(), list);
      new Stepped(main(), list);
      return list.run(() => hits);
    },

    asyncio: 'cpython.py',
  },
};

/** For those who make coroutines of generators that yield promises. */
async function pingPong(n, PromiseClass, coroutine) {
  const deferred = () => {
    const made = {};
    made.promise = new PromiseClass((resolve) => {
      made.resolve = resolve;
    });
    return made;
  };
  let ping = deferred();
  let pong = deferred();
  const playing = coroutine(function* () {
    let hits = 0;
    for (let i = 0; i < n / 2; i++) {
      yield ping.promise;
      hits++;
      ping = deferred();
      pong.resolve();
    }
    return hits;
  })();
  const hits = await coroutine(function* () {
    let hits = 0;
    for (let i = 0; i < n / 2; i++) {
      ping.resolve();
      yield pong.promise;
      hits++;
      pong = deferred();
    }
    return hits;
  })();
  return hits + (await playing);
}
