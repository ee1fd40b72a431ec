/** A worker without a pool: one message for each job. What moves there moves back. */
import { parentPort } from 'node:worker_threads';
import * as work from './work.mjs';

const functions = new Map(Object.entries(work));

parentPort.on('message', ([id, name, args]) => {
  if (name === 'move') parentPort.postMessage([id, args[0]], [args[0].buffer]);
  else parentPort.postMessage([id, functions.get(name)(...args)]);
});
