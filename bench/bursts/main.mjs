/**
 * Runs bursts of some milliseconds in turn, each variant in a thread of its own of one process, and prints the tenth percentile of each as
 * JSON: `node main.mjs '[{ "name", "build", "watch" }, …]' ROUNDS`. A burst that met other work of the machine is not among the quickest
 * tenth. So this tells 1 % from nothing where whole processes in turn, on a busy machine, are a quarter apart.
 */
import { Worker } from 'node:worker_threads';
import { operations } from './operations.mjs';

const [variants, rounds] = process.argv.slice(2).map((text) => JSON.parse(text));

const said = (worker) =>
  new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('message', (message) => {
      worker.off('error', reject);
      resolve(message);
    });
  });

const workers = [];
for (const { build, watch } of variants) {
  const worker = new Worker(new URL('./worker.mjs', import.meta.url), {
    workerData: { build, watch },
  });
  await said(worker);
  workers.push(worker);
}

async function burst(worker, operation, n) {
  const answer = said(worker);
  worker.postMessage({ operation, n });
  return await answer;
}

const warmUp = 30;

const tenth = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 10)];

const figures = {};
for (const [operation, { n }] of Object.entries(operations)) {
  const took = variants.map(() => []);
  for (let round = -warmUp; round < rounds; round++) {
    // The other way round every second time: a machine is not the same at the end of a round.
    const order = variants.map((_, at) => (round % 2 === 0 ? at : variants.length - 1 - at));
    for (const at of order) {
      const us = await burst(workers[at], operation, n);
      if (round >= 0) took[at].push((us * 1000) / n);
    }
  }
  figures[operation] = took.map(tenth);
}
console.log(JSON.stringify(figures));
process.exit();
