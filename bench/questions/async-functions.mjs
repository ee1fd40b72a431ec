/** Async functions that run as tasks. */
import spawn, { sumOf } from './spawn.mjs';

const tasksOf = (n) => n / 100;

/** n of them are started, and joined all at once, as in `spawn.mjs`: each begins in a later turn. */
const start = {
  name: 'async tasks',
  question: 'Start an async function as a task, and join it with all others',
  n: 100_000,
  answer: spawn.answer,
  contestants: {
    native: spawn.contestants.native,

    skein(n, { createTask, gather, run }) {
      return run(async () => {
        const tasks = [];
        for (let i = 0; i < n; i++) tasks.push(createTask(async () => i));
        return sumOf(await gather(tasks));
      });
    },
  },
};

/** The same yields as in `yields.mjs`: n / 100 of them give way 100 times each, with `await`. One operation is one yield. */
const giveWay = {
  name: 'async functions',
  question: 'Give way to the other tasks in an async function, with await',
  n: 100_000,
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
      const work = async () => {
        for (let i = 0; i < 100; i++) {
          await sleep(0);
          steps++;
        }
      };
      return run(async () => {
        await gather(Array.from({ length: tasksOf(n) }, () => createTask(work)));
        return steps;
      });
    },

    /** What it awaits is native; only starting and joining are those of a task. */
    'skein, await null'(n, { createTask, gather, run }) {
      let steps = 0;
      const work = async () => {
        for (let i = 0; i < 100; i++) {
          await null;
          steps++;
        }
      };
      return run(async () => {
        await gather(Array.from({ length: tasksOf(n) }, () => createTask(work)));
        return steps;
      });
    },
  },
};

export default [start, giveWay];
