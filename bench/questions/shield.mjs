/** One future stays pending. n shields of it are made, and then given up one after the other. */
export default {
  name: 'shield',
  question: 'Shield a future that stays pending, beside all others, and give that up',
  n: 100_000,
  answer: (n) => n,
  contestants: {
    /** What can be given up is a race. Its reactions stay at the promise. */
    async native(n) {
      const lasting = new Promise(() => {});
      let left = 0;
      const giveUps = [];
      const races = Array.from({ length: n }, () =>
        Promise.race([lasting, new Promise((resolve) => giveUps.push(resolve))]).then(() => {
          left++;
        }),
      );
      for (const giveUp of giveUps) giveUp();
      await Promise.all(races);
      return left;
    },

    skein(n, { Future, run, shield, sleep }) {
      return run(function* () {
        const lasting = new Future();
        const shields = Array.from({ length: n }, () => shield(lasting));
        for (const each of shields) each.cancel();
        yield* sleep(0);
        lasting.cancel();
        return shields.filter((each) => each.cancelled()).length;
      });
    },
  },
};
