/** A thread with one build of the library: it runs a burst when it is told to, and says how much CPU time that took, in µs. */
import { parentPort, workerData } from 'node:worker_threads';
import { operations } from './operations.mjs';

const { build, watch } = workerData;
const skein = await import(new URL('node/index.js', build).href);
const inspect = await import(new URL('node/inspect.js', build).href);

const nothing = () => {};

/** What goes on beside the work. */
const ways = {
  nothing: nothing,
  past: () => inspect.addInstrument({ stepEnds: nothing })[Symbol.dispose](),
  empty: () =>
    inspect.addInstrument({ taskCreated: nothing, stepEnds: nothing, taskDone: nothing }),
  recorder: () => inspect.recordTasks({ tasks: 10_000 }),
};
ways[watch]();

parentPort.on('message', async ({ operation, n }) => {
  // Of the whole process, in which nothing else is at work: this thread and its collector.
  const before = process.cpuUsage();
  await operations[operation].run(skein, n);
  const { user, system } = process.cpuUsage(before);
  parentPort.postMessage(user + system);
});
parentPort.postMessage('ready');
