/**
 * While a million yields run, the host wants to have a turn too, for its timers, its I/O, its rendering. How long did it
 * wait at most? Both its immediates and its timers are asked. An await of something done counts as a yield too where it is one.
 */
async function longestWait(load, watch) {
  let over = false;
  let longest = 0;
  let [immediate, timer] = [performance.now(), performance.now()];
  const look = () => {
    longest = Math.max(longest, performance.now() - immediate);
    immediate = performance.now();
    if (!over) setImmediate(look);
  };
  setImmediate(look);
  const interval = setInterval(() => {
    longest = Math.max(longest, performance.now() - timer - 1);
    timer = performance.now();
  }, 1);
  const result = await load();
  over = true;
  await new Promise((resolve) => setTimeout(resolve, 2));
  clearInterval(interval);
  watch.report(longest * 1e6);
  return result;
}

const shared = { n: 1_000_000, metric: 'reported', unit: 'ms', grows: false, answer: (n) => n };

export default [
  {
    ...shared,
    name: 'fairness of yields',
    question: 'The longest wait of the host while two tasks give way a million times',
    contestants: {
      native(n, _, watch) {
        const work = async () => {
          for (let i = 0; i < n / 2; i++) await null;
          return n / 2;
        };
        return longestWait(async () => (await work()) + (await work()), watch);
      },

      skein(n, { createTask, run, sleep }, watch) {
        function* work() {
          for (let i = 0; i < n / 2; i++) yield* sleep(0);
          return n / 2;
        }
        const main = function* () {
          const tasks = [createTask(work()), createTask(work())];
          return (yield* tasks[0]) + (yield* tasks[1]);
        };
        return longestWait(() => run(main), watch);
      },

      effect(n, { Effect, Fiber }, watch) {
        const work = Effect.gen(function* () {
          for (let i = 0; i < n / 2; i++) yield* Effect.yieldNow;
          return n / 2;
        });
        const main = Effect.gen(function* () {
          const fibers = [yield* Effect.forkChild(work), yield* Effect.forkChild(work)];
          return (yield* Fiber.join(fibers[0])) + (yield* Fiber.join(fibers[1]));
        });
        return longestWait(() => Effect.runPromise(main), watch);
      },

      effection(n, { run, sleep, spawn }, watch) {
        function* work() {
          for (let i = 0; i < n / 2; i++) yield* sleep(0);
          return n / 2;
        }
        const main = function* () {
          const tasks = [yield* spawn(work), yield* spawn(work)];
          return (yield* tasks[0]) + (yield* tasks[1]);
        };
        return longestWait(() => run(main), watch);
      },

      bluebird(n, Bluebird, watch) {
        const resolved = Bluebird.resolve();
        const work = Bluebird.coroutine(function* () {
          for (let i = 0; i < n / 2; i++) yield resolved;
          return n / 2;
        });
        return longestWait(async () => {
          const tasks = [work(), work()];
          return (await tasks[0]) + (await tasks[1]);
        }, watch);
      },

      co(n, co, watch) {
        const resolved = Promise.resolve();
        const work = co.wrap(function* () {
          for (let i = 0; i < n / 2; i++) yield resolved;
          return n / 2;
        });
        return longestWait(async () => {
          const tasks = [work(), work()];
          return (await tasks[0]) + (await tasks[1]);
        }, watch);
      },
    },
    sizes: { effect: 100_000, effection: 2_000 },
  },
  {
    ...shared,
    name: 'fairness of ready awaits',
    question: 'The longest wait of the host while a task awaits something done ten million times',
    n: 10_000_000,
    contestants: {
      native(n, _, watch) {
        const done = Promise.resolve(1);
        return longestWait(async () => {
          let sum = 0;
          for (let i = 0; i < n; i++) sum += await done;
          return sum;
        }, watch);
      },

      skein(n, { Future, run }, watch) {
        const main = function* () {
          const done = new Future();
          done.setResult(1);
          let sum = 0;
          for (let i = 0; i < n; i++) sum += yield* done;
          return sum;
        };
        return longestWait(() => run(main), watch);
      },

      effect(n, { Deferred, Effect }, watch) {
        const main = Effect.gen(function* () {
          const done = yield* Deferred.make();
          yield* Deferred.succeed(done, 1);
          let sum = 0;
          for (let i = 0; i < n; i++) sum += yield* Deferred.await(done);
          return sum;
        });
        return longestWait(() => Effect.runPromise(main), watch);
      },

      bluebird(n, Bluebird, watch) {
        const main = Bluebird.coroutine(function* () {
          const done = Bluebird.resolve(1);
          let sum = 0;
          for (let i = 0; i < n; i++) sum += yield done;
          return sum;
        });
        return longestWait(() => main(), watch);
      },
    },
  },
];
