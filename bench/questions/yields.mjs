/** n / 100 tasks give way 100 times each. One operation is one yield. */
const tasksOf = (n) => n / 100;

export default {
  name: 'yields',
  question: 'Give way to the other tasks',
  n: 1_000_000,
  answer: (n) => n,
  contestants: {
    async native(n) {
      let steps = 0;
      const work = async () => {
        for (let i = 0; i < 100; i++) {
          await null;
          steps++;
        }
      };
      await Promise.all(Array.from({ length: tasksOf(n) }, work));
      return steps;
    },

    skein(n, { createTask, gather, run, sleep }) {
      let steps = 0;
      function* work() {
        for (let i = 0; i < 100; i++) {
          yield* sleep(0);
          steps++;
        }
      }
      return run(function* () {
        yield* gather(Array.from({ length: tasksOf(n) }, () => createTask(work())));
        return steps;
      });
    },

    'skein, bare yield'(n, { createTask, gather, run }) {
      let steps = 0;
      function* work() {
        for (let i = 0; i < 100; i++) {
          yield;
          steps++;
        }
      }
      return run(function* () {
        yield* gather(Array.from({ length: tasksOf(n) }, () => createTask(work())));
        return steps;
      });
    },
  },
};
