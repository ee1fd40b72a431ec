/**
 * n tasks sleep for 0 to 100 ms. The last one cannot be done before 100 ms have passed; what counts is the CPU time, which
 * has no such floor.
 */
const delay = (i) => (i * 37) % 101;

export default {
  name: 'timers',
  question: 'Sleep for 0 to 100 ms, beside all others (CPU time)',
  n: 100_000,
  metric: 'cpu',
  answer: (n) => n,
  contestants: {
    async native(n) {
      let awake = 0;
      const work = async (i) => {
        await new Promise((resolve) => setTimeout(resolve, delay(i)));
        awake++;
      };
      await Promise.all(Array.from({ length: n }, (_, i) => work(i)));
      return awake;
    },

    skein(n, { createTask, gather, run, sleep }) {
      let awake = 0;
      function* work(i) {
        yield* sleep(delay(i));
        awake++;
      }
      return run(function* () {
        yield* gather(Array.from({ length: n }, (_, i) => createTask(work(i))));
        return awake;
      });
    },
  },
};
