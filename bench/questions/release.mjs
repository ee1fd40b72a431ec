/** n tasks wait for a semaphore. It is released n times in a row, and the tasks are joined. Starting them does not count. */
export default {
  name: 'release',
  question: 'Release a semaphore that many tasks wait for, and join the one that gets the slot',
  n: 100_000,
  answer: (n) => n,
  contestants: {
    /** There is none: this is what one writes by hand, without cancelling. */
    async native(n, _, watch) {
      const waiting = [];
      let first = 0;
      let entered = 0;
      const work = async () => {
        await new Promise((resolve) => waiting.push(resolve));
        entered++;
      };
      const tasks = Array.from({ length: n }, work);
      await null;
      watch.start();
      for (let i = 0; i < n; i++) waiting[first++]();
      await Promise.all(tasks);
      watch.stop();
      return entered;
    },

    skein(n, { Semaphore, createTask, gather, run, sleep }, watch) {
      const semaphore = new Semaphore(0);
      let entered = 0;
      function* work() {
        yield* semaphore.acquire();
        entered++;
      }
      return run(function* () {
        const tasks = Array.from({ length: n }, () => createTask(work()));
        yield* sleep(0);
        watch.start();
        for (let i = 0; i < n; i++) semaphore.release();
        yield* gather(tasks);
        watch.stop();
        return entered;
      });
    },
  },
};
