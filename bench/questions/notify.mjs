/** n tasks wait at a condition. They are notified one by one, and joined. Starting them does not count. */
export default {
  name: 'notify',
  question: 'Notify one of many tasks that wait at a condition, which takes its lock, and join it',
  n: 100_000,
  answer: (n) => n,
  contestants: {
    /** There is none: this is what one writes by hand, without a lock, as no other code runs in between. */
    async native(n, _, watch) {
      const waiting = [];
      let first = 0;
      let woken = 0;
      const work = async () => {
        await new Promise((resolve) => waiting.push(resolve));
        woken++;
      };
      const tasks = Array.from({ length: n }, work);
      await null;
      watch.start();
      for (let i = 0; i < n; i++) waiting[first++]();
      await Promise.all(tasks);
      watch.stop();
      return woken;
    },

    skein(n, { Condition, createTask, gather, run }, watch) {
      const condition = new Condition();
      let waiting = 0;
      let woken = 0;
      function* work() {
        yield* condition.acquire();
        waiting++;
        yield* condition.wait();
        woken++;
        condition.release();
      }
      return run(function* () {
        const tasks = Array.from({ length: n }, () => createTask(work()));
        while (waiting < n) yield;
        yield* condition.acquire();
        watch.start();
        for (let i = 0; i < n; i++) condition.notify();
        condition.release();
        yield* gather(tasks);
        watch.stop();
        return woken;
      });
    },
  },
};
