/** Races of two, of which one is done at once and the other would take a minute. */
const minute = 60_000;

export default {
  name: 'race',
  question: 'Race two jobs, of which one would take a minute',
  n: 20_000,
  sizes: { effection: 2_000 },
  answer: (n) => n,
  contestants: {
    /** The loser runs on: its timer is left to the host. */
    async native(n) {
      let won = 0;
      const slow = () =>
        new Promise((resolve) => {
          setTimeout(resolve, minute, 0).unref();
        });
      for (let i = 0; i < n; i++) won += await Promise.race([slow(), (async () => 1)()]);
      return won;
    },

    async 'native, with a signal'(n) {
      const { setTimeout } = await import('node:timers/promises');
      let won = 0;
      for (let i = 0; i < n; i++) {
        const controller = new AbortController();
        const { signal } = controller;
        const slow = setTimeout(minute, 0, { signal });
        try {
          won += await Promise.race([slow, (async () => 1)()]);
        } finally {
          controller.abort();
          await slow.catch(() => {});
        }
      }
      return won;
    },

    skein(n, { race, run, sleep }) {
      return run(async () => {
        let won = 0;
        for (let i = 0; i < n; i++) won += await race([sleep(minute, 0), async () => 1]);
        return won;
      });
    },

    'skein, coroutines'(n, { race, run, sleep }) {
      function* fast() {
        return 1;
      }
      return run(function* () {
        let won = 0;
        for (let i = 0; i < n; i++) won += yield* race([sleep(minute, 0), fast()]);
        return won;
      });
    },

    effect(n, { Effect }) {
      return Effect.runPromise(
        Effect.gen(function* () {
          let won = 0;
          const slow = Effect.as(Effect.sleep(minute), 0);
          for (let i = 0; i < n; i++)
            won += yield* Effect.raceFirst(
              slow,
              Effect.promise(async () => 1),
            );
          return won;
        }),
      );
    },

    effection(n, { call, race, run, sleep }) {
      return run(function* () {
        let won = 0;
        function* slow() {
          yield* sleep(minute);
          return 0;
        }
        for (let i = 0; i < n; i++) won += yield* race([slow(), call(async () => 1)]);
        return won;
      });
    },
  },
};
