/**
 * A program that is bundled into one file together with the functions of its workers. `processes` takes processes; `itself`
 * gives the program as the `worker`, and the name of a file that file.
 */
import { Worker } from 'node:worker_threads';
import { ProcessPoolExecutor, ThreadPoolExecutor } from 'skein/executors';
import { cube } from './work.js';

console.log('the program runs');
const [, program, kind, file] = process.argv;
const worker = file === 'itself' ? program : file;

function makePool() {
  if (kind === 'processes') return new ProcessPoolExecutor({ maxWorkers: 1, worker });
  return new ThreadPoolExecutor({
    maxWorkers: 1,
    ...(worker && { worker: () => new Worker(worker) }),
  });
}

async function main() {
  try {
    const pool = makePool();
    console.log(await pool.submit(cube, 2));
    await pool.shutdown();
  } catch (error) {
    console.log(`${error.name}: ${error.message}`);
    console.log(error.cause?.message);
  }
}

void main();
