/** One task opens n timeouts, one after the other; what is done under each needs no wait. */
export default {
  name: 'timeouts in turn',
  question: 'Do something under a timeout that does not fire, one after the other',
  n: 100_000,
  sizes: { 'effection, race with sleep': 2_000 },
  answer: (n) => n,
  contestants: {
    /** As what is done needs no wait, nobody listens to the signal. */
    async native(n) {
      let done = 0;
      const work = async (signal) => {
        signal.throwIfAborted();
        done++;
      };
      for (let i = 0; i < n; i++) await work(AbortSignal.timeout(60_000));
      return done;
    },

    async 'native, race with setTimeout'(n) {
      let done = 0;
      const work = async () => {
        done++;
      };
      const within = async (ms, promise) => {
        let timer;
        const late = new Promise((_, reject) => {
          timer = setTimeout(() => reject(new Error('late')), ms);
        });
        try {
          return await Promise.race([promise, late]);
        } finally {
          clearTimeout(timer);
        }
      };
      for (let i = 0; i < n; i++) await within(60_000, work());
      return done;
    },

    skein(n, { run, timeout }) {
      let done = 0;
      function* work() {
        done++;
      }
      return run(function* () {
        for (let i = 0; i < n; i++) yield* timeout(60_000, work);
        return done;
      });
    },

    effect(n, { Effect }) {
      let done = 0;
      const work = Effect.sync(() => {
        done++;
      });
      const main = Effect.gen(function* () {
        for (let i = 0; i < n; i++) yield* Effect.timeout(work, 60_000);
        return done;
      });
      return Effect.runPromise(main);
    },

    'effection, race with sleep'(n, { race, run, sleep }) {
      let done = 0;
      function* work() {
        done++;
      }
      return run(function* () {
        for (let i = 0; i < n; i++) yield* race([work(), sleep(60_000)]);
        return done;
      });
    },

    bluebird(n, Bluebird) {
      let done = 0;
      const work = Bluebird.coroutine(function* () {
        done++;
      });
      return Bluebird.coroutine(function* () {
        for (let i = 0; i < n; i++) yield work().timeout(60_000);
        return done;
      })();
    },

    async 'p-queue'(n, PQueue) {
      let done = 0;
      const queue = new PQueue({ timeout: 60_000 });
      const work = async () => {
        done++;
      };
      for (let i = 0; i < n; i++) await queue.add(work);
      return done;
    },

    asyncio: 'cpython.py',
  },
};
