/** All n inputs are given to `map()` of an executor at once: none of them waits for room. The results are taken one by one. */
export default {
  name: 'map',
  question: 'Map an input with an executor that runs it on the loop, all inputs at once',
  n: 100_000,
  answer: (n) => (n * (n - 1)) / 2,
  contestants: {
    async native(n) {
      const results = Array.from({ length: n }, async (_, i) => i);
      let sum = 0;
      for (const result of results) sum += await result;
      return sum;
    },

    skein(n, { InlineExecutor, run }) {
      return run(async () => {
        const executor = new InlineExecutor();
        let sum = 0;
        const inputs = Array.from({ length: n }, (_, i) => i);
        const results = executor.map((i) => i, inputs, { bufferSize: Number.POSITIVE_INFINITY });
        for await (const result of results) sum += result;
        await executor.shutdown();
        return sum;
      });
    },
  },
};
