/** The stacks of errors in whatever runtime this is, with `here` for the places in this file. */
import { createTask, run, sleep, timeout } from '../../../dist/node/index.js';

function* leaf() {
  yield* sleep(0);
  throw new Error('of coroutines');
}

function* branch() {
  yield* leaf();
}

async function fetchPage() {
  await sleep(1);
  throw new Error('of async functions');
}

async function inTime() {
  await fetchPage();
}

async function slow() {
  await timeout(5, async function load() {
    await sleep(60_000);
  });
}

async function failing(main, options) {
  const error = await run(main, options).then(undefined, (reason) => reason);
  return error.stack
    .replaceAll(/Task-\d+/g, 'Task-N')
    .replaceAll(/\(\S*stacks\.mjs:\d+:\d+\)/g, '(here)');
}

console.log(
  await failing(function* main() {
    yield* timeout(1000, branch);
  }),
);
console.log(
  await failing(async function main() {
    await timeout(1000, inTime);
  }),
);
console.log(
  await failing(async function main() {
    await createTask(slow, { name: 'slow' });
  }),
);
const debugged = await failing(slow, { debug: true });
console.log(debugged.split('\n')[0]);
const seen = debugged.split('\n').filter((line) => line.includes('slow (here)'));
console.log(seen.length < 3, !debugged.includes('dist/'), !debugged.includes('src/core'));
