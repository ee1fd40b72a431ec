import all from './all.mjs';
import asyncContext from './async-context.mjs';
import asyncFunctions from './async-functions.mjs';
import cancel from './cancel.mjs';
import channel from './channel.mjs';
import fairness from './fairness.mjs';
import gather from './gather.mjs';
import hooks from './hooks.mjs';
import instruments from './instruments.mjs';
import jobs from './jobs.mjs';
import lock from './lock.mjs';
import map from './map.mjs';
import mapConcurrent from './map-concurrent.mjs';
import memory from './memory.mjs';
import nested from './nested.mjs';
import nestedWaits from './nested-waits.mjs';
import notify from './notify.mjs';
import queue from './queue.mjs';
import race from './race.mjs';
import rateLimiter from './rate-limiter.mjs';
import ready from './ready.mjs';
import release from './release.mjs';
import retry from './retry.mjs';
import scopes from './scopes.mjs';
import shield from './shield.mjs';
import spawn from './spawn.mjs';
import spawnEager from './spawn-eager.mjs';
import switching from './switch.mjs';
import timeouts from './timeouts.mjs';
import timeoutsInTurn from './timeouts-in-turn.mjs';
import timers from './timers.mjs';
import wait from './wait.mjs';
import yields from './yields.mjs';

/**
 * All questions, in the order of the report. A question has: `name`; `question`, in plain words; `n`, how many operations;
 * `answer(n)`, what each contestant has to return; `contestants`, a function each, which is given n, the library, and a
 * watch that it may start and stop, or `cpython.py`, where that has the function. And if it is not the usual: `metric`
 * (`wall`, `cpu`, `bytes`, or `reported` by the function), `reference` (whom the others are compared with), `sizes` (a
 * smaller n for those who would take minutes), `grows: false` (its figure is not one of an operation), `growsBecause` (why its price
 * may grow more than twice as much as the reference's), `rule` (see `ruleOf()`: what some contestants may cost),
 * `marks` and `notes` (what contestants leave out that the others do).
 */
export const questions = [
  spawn,
  spawnEager,
  ready,
  switching,
  yields,
  fairness,
  queue,
  channel,
  lock,
  retry,
  rateLimiter,
  cancel,
  gather,
  mapConcurrent,
  all,
  race,
  release,
  notify,
  shield,
  wait,
  timers,
  timeouts,
  timeoutsInTurn,
  scopes,
  nested,
  nestedWaits,
  memory,
  asyncFunctions,
  asyncContext,
  hooks,
  instruments,
  map,
  jobs,
]
  .flat()
  .map((question) => ({
    metric: 'wall',
    reference: 'native',
    sizes: {},
    grows: true,
    ...question,
  }));
