/** Where `getStack()` says that a task is, in whatever runtime this is: only in this file, whose name and functions it writes. */
import { createTask, run, sleep } from '../../../dist/node/index.js';

function* inner() {
  yield* sleep(60_000);
}

function* outer() {
  yield* inner();
}

const main = function* () {
  const task = createTask(outer());
  yield* sleep(1);
  return task.getStack();
};

for (const { file, functionName } of await run(main, { debug: true }))
  console.log(file.split('/').at(-1), functionName);
