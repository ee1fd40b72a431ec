/** A worker without a pool: one message for each job. */
import { parentPort } from 'node:worker_threads';
import * as work from './work.mjs';

const functions = new Map(Object.entries(work));

parentPort.on('message', ([id, name, args]) => {
  parentPort.postMessage([id, functions.get(name)(...args)]);
});
