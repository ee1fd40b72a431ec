/**
 * n tasks wait for something that never comes. They are cancelled, their `finally` runs, and they are joined. Starting them
 * does not count. A native async function is stopped by an AbortController of its own, as one for all could not stop one of
 * them.
 */
export default {
  name: 'cancel',
  question: 'Cancel a task that waits, run its cleanup, and join it',
  n: 10_000,
  answer: (n) => 2 * n,
  contestants: {
    async native(n, _, watch) {
      let cleaned = 0;
      const aborted = (signal) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason), { once: true });
        });
      const work = async (signal) => {
        try {
          await aborted(signal);
        } finally {
          cleaned++;
        }
      };
      const controllers = Array.from({ length: n }, () => new AbortController());
      const tasks = controllers.map(({ signal }) => work(signal));
      await null;
      watch.start();
      for (const controller of controllers) controller.abort();
      const outcomes = await Promise.allSettled(tasks);
      watch.stop();
      return cleaned + outcomes.filter(({ status }) => status === 'rejected').length;
    },

    skein(n, { Future, createTask, gather, run, sleep }, watch) {
      let cleaned = 0;
      function* work() {
        try {
          yield* new Future();
        } finally {
          cleaned++;
        }
      }
      return run(function* () {
        const tasks = Array.from({ length: n }, () => createTask(work()));
        yield* sleep(0);
        watch.start();
        for (const task of tasks) task.cancel();
        yield* gather(tasks, { returnExceptions: true });
        watch.stop();
        return cleaned + tasks.filter((task) => task.cancelled()).length;
      });
    },
  },
};
