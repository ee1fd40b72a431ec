/**
 * What it costs to be able to watch: the same work without an instrument, with an empty one, and with one that counts. What is there
 * when nothing watches is seen with `npm run bench -- instruments --against main`.
 */
import { tasks } from './hooks.mjs';

/** Runs the tasks while `instrument` is there. */
async function watched(n, skein, instrument) {
  const added = skein.addInstrument(instrument);
  try {
    return await tasks(n, skein);
  } finally {
    added[Symbol.dispose]();
  }
}

export default {
  name: 'instruments',
  question: 'Run tasks that give way ten times and wait once, while an instrument watches',
  n: 10_000,
  reference: 'skein',
  growsBecause:
    'the more tasks are alive, the more the collector has to copy, and nothing native stands beside it (see `spawn`)',
  answer: (n) => 10 * n,
  contestants: {
    skein: (n, skein) => tasks(n, skein),

    'skein, once an instrument was there': async (n, skein) => {
      skein.addInstrument({ stepEnds() {} })[Symbol.dispose]();
      return await tasks(n, skein);
    },

    'skein, with an empty instrument': (n, skein) => watched(n, skein, {}),

    'skein, with an instrument that counts': (n, skein) => {
      let count = 0;
      const add = () => count++;
      return watched(n, skein, { taskCreated: add, stepEnds: add, taskDone: add });
    },
  },
};
