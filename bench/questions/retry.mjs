/** Each fails twice and succeeds the third time, without a wait between: so the cost is that of the attempts. */
const failures = 2;

function flaky() {
  let calls = 0;
  return () => {
    if (++calls % (failures + 1) !== 0) throw busy;
    return 1;
  };
}

/** One error for all, as making its stack would be most of the time. */
const busy = new Error('busy');

export default {
  name: 'retry',
  question: 'Call a function that fails twice, until it succeeds',
  n: 30_000,
  answer: (n) => n,
  reference: 'skein',
  contestants: {
    /** A loop, as it is written by hand, without options. */
    async native(n) {
      const call = flaky();
      let sum = 0;
      for (let i = 0; i < n; i++) {
        for (let attempt = 1; ; attempt++) {
          try {
            sum += await call();
            break;
          } catch (error) {
            if (attempt > failures) throw error;
          }
        }
      }
      return sum;
    },

    skein(n, { retry, run }) {
      const call = flaky();
      async function load() {
        return call();
      }
      return run(async () => {
        let sum = 0;
        for (let i = 0; i < n; i++) sum += await retry(load, { attempts: 3, delay: 0 });
        return sum;
      });
    },

    'skein, coroutines'(n, { retry, run }) {
      const call = flaky();
      function* load() {
        return call();
      }
      return run(function* () {
        let sum = 0;
        for (let i = 0; i < n; i++) sum += yield* retry(load, { attempts: 3, delay: 0 });
        return sum;
      });
    },

    effect(n, { Effect }) {
      const call = flaky();
      const load = Effect.try({ try: call, catch: (error) => error });
      const main = Effect.gen(function* () {
        let sum = 0;
        for (let i = 0; i < n; i++) sum += yield* Effect.retry(load, { times: failures });
        return sum;
      });
      return Effect.runPromise(main);
    },

    async 'p-retry'(n, pRetry) {
      const call = flaky();
      const load = async () => call();
      let sum = 0;
      for (let i = 0; i < n; i++) sum += await pRetry(load, { retries: failures, minTimeout: 0 });
      return sum;
    },
  },
};
