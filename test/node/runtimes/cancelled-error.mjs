/** Prints what a CancelledError lists of itself, and what it keeps to itself: `node cancelled-error.mjs <dist/node/index.js>`. */
import process from 'node:process';
import { pathToFileURL } from 'node:url';

const { createTask, sleep } = await import(pathToFileURL(process.argv[2]).href);
const task = createTask(sleep(60_000));
task.cancel('enough');
try {
  await task;
} catch (error) {
  console.log(`${Object.keys(error).sort().join(' ')}; ${error.stack}`);
}
process.exit();
