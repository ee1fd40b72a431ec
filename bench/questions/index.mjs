import cancel from './cancel.mjs';
import memory from './memory.mjs';
import ready from './ready.mjs';
import spawn from './spawn.mjs';
import spawnEager from './spawn-eager.mjs';
import switching from './switch.mjs';
import timeouts from './timeouts.mjs';
import timers from './timers.mjs';
import yields from './yields.mjs';

/**
 * All questions, in the order of the report. A question has: `name`; `question`, in plain words; `n`, how many operations;
 * `answer(n)`, what each contestant has to return; `contestants`, a function each, which is given n, the library, and a
 * watch that it may start and stop. And if it is not the usual: `metric` (`wall`, `cpu`, `bytes`), `reference` (whom the
 * others are compared with), `sizes` (a smaller n for those who would take minutes).
 */
export const questions = [
  spawn,
  spawnEager,
  ready,
  switching,
  yields,
  cancel,
  timers,
  timeouts,
  memory,
]
  .flat()
  .map((question) => ({
    metric: 'wall',
    reference: 'native',
    sizes: {},
    operations: (n) => n,
    ...question,
  }));
