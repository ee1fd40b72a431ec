/** The same as a program of Node. `own` takes the library's own workers, `processes` takes processes. */
import { extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { ProcessPoolExecutor, ThreadPoolExecutor } from 'skein/executors';
import { scenarios } from './scenarios.js';

const asked = (word) => process.argv.includes(word);
// A bundle of CommonJS has `__dirname`.
const file = join(import.meta.dirname ?? __dirname, `worker${extname(process.argv[1])}`);
const own = asked('own');

function makePool() {
  if (asked('processes')) {
    return new ProcessPoolExecutor({ maxWorkers: 1, ...(own ? {} : { worker: file }) });
  }
  const worker = () => new Worker(file);
  return new ThreadPoolExecutor({ maxWorkers: 1, ...(own ? {} : { worker }) });
}

async function main() {
  const pool = makePool();
  console.log(
    JSON.stringify(
      own ? await pool.submit(() => 'done').then(String, String) : await scenarios(pool),
    ),
  );
}

void main();
