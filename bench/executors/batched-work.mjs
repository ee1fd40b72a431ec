/** A worker without a pool that is sent many jobs in one message. */
import { parentPort } from 'node:worker_threads';
import * as work from './work.mjs';

const functions = new Map(Object.entries(work));

parentPort.on('message', (jobs) => {
  const results = [];
  for (let at = 0; at < jobs.length; at += 3) {
    results.push(jobs[at], functions.get(jobs[at + 1])(...jobs[at + 2]));
  }
  parentPort.postMessage(results);
});
