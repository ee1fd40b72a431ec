/** The same as a program of Node. `own` takes the library's own workers. */
import { Worker } from 'node:worker_threads';
import { ThreadPoolExecutor } from 'skein/executors';
import { scenarios } from './scenarios.js';

const worker = () => new Worker(new URL('./worker.js', import.meta.url));
const own = process.argv.includes('own');
const pool = new ThreadPoolExecutor({ maxWorkers: 1, ...(own ? {} : { worker }) });
console.log(
  JSON.stringify(
    own ? await pool.submit(() => 'done').then(String, String) : await scenarios(pool),
  ),
);
