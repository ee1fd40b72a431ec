/** n tasks each wait for the first of two futures: of one of their own, which is settled, and of one for all, which stays pending. */
export default {
  name: 'wait',
  question: 'Wait for the first of a future and of one that stays pending for all',
  n: 100_000,
  answer: (n) => n,
  contestants: {
    /** Its reactions stay at the promise. */
    async native(n) {
      const lasting = new Promise(() => {});
      let done = 0;
      const settles = [];
      const work = async () => {
        await Promise.race([lasting, new Promise((resolve) => settles.push(resolve))]);
        done++;
      };
      const tasks = Array.from({ length: n }, work);
      for (const settle of settles) settle();
      await Promise.all(tasks);
      return done;
    },

    skein(n, { FIRST_COMPLETED, Future, createTask, gather, run, sleep, wait }) {
      return run(function* () {
        const lasting = new Future();
        const owns = Array.from({ length: n }, () => new Future());
        let done = 0;
        const tasks = owns.map((own) =>
          createTask(
            (function* () {
              yield* wait([lasting, own], { returnWhen: FIRST_COMPLETED });
              done++;
            })(),
          ),
        );
        yield* sleep(0);
        for (const own of owns) own.setResult();
        yield* gather(tasks);
        lasting.cancel();
        return done;
      });
    },
  },
};
