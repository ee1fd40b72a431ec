/** Awaits, n times, something that is done already. */
export default {
  name: 'ready',
  question: 'Await something that is done',
  n: 1_000_000,
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
  },
};
