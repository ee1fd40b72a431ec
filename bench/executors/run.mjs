/**
 * Asks all questions of all pools, each sample in a fresh process, the pools taking turns, and writes the medians as
 * Markdown (to the console) and JSON (to `results.json`).
 *
 * `npm run bench -- executors [words of a question]`, or `node bench/executors/run.mjs [rounds] [words]`.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';

const [rounds = '7', ...words] = process.argv.slice(2);
const wanted = words.join(' ');
const sample = fileURLToPath(new URL('./sample.mjs', import.meta.url));

const threads = ['piscina', 'tinypool', 'workerpool', 'bare Worker', 'skein'];
const pooled = ['piscina', 'tinypool', 'workerpool', 'skein'];
const processes = ['workerpool, processes', 'skein, processes'];

/** The first pool of each is the one that the others are compared with. */
const plan = [
  { question: 'one in flight', unit: '/s', pools: [...threads, ...processes] },
  { question: 'thousand in flight', unit: '/s', pools: [...threads, ...processes] },
  { question: 'thousand in flight, two workers', unit: '/s', pools: [...pooled, ...processes] },
  { question: 'first result', unit: ' ms', pools: [...threads, ...processes] },
  { question: 'short behind long', unit: ' ms', pools: [...pooled, ...processes] },
  { question: 'speedup', unit: '×', pools: [...pooled, ...processes] },
  { question: 'memory per queued job', unit: ' B', pools: pooled },
].filter(({ question }) => question.startsWith(wanted));

function ask(question, pool) {
  const args = ['--expose-gc', sample, question, pool];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  const value = Number(stdout.trim().split('\n').at(-1));
  if (status === 0 && Number.isFinite(value)) return value;
  throw new Error(`${pool}, ${question}: ${stderr || stdout}`);
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Three digits are more than a shared machine can promise. */
function rounded(value) {
  return Number(value.toPrecision(3)).toLocaleString('en');
}

const results = [];
console.log(`Node ${process.version}, ${cpus().length} cores, medians of ${rounds} rounds\n`);
console.log('| question | pool | median | compared | lowest – highest |');
console.log('|---|---|---|---|---|');
for (const { question, unit, pools } of plan) {
  const samples = new Map(pools.map((pool) => [pool, []]));
  for (let round = 0; round < Number(rounds); round++) {
    for (const pool of pools) samples.get(pool).push(ask(question, pool));
  }
  for (const pool of pools) {
    const values = samples.get(pool);
    const peer = pool.includes('processes') ? processes[0] : pools[0];
    // Within a round both met the same load of the machine.
    const ratio = median(values.map((value, round) => value / samples.get(peer)[round]));
    results.push({ question, pool, unit: unit.trim(), median: median(values), ratio, values });
    const range = `${rounded(Math.min(...values))} – ${rounded(Math.max(...values))}`;
    const compared = pool === peer ? '1' : `${ratio.toPrecision(3)}×`;
    console.log(
      `| ${question} | ${pool} | ${rounded(median(values))}${unit} | ${compared} | ${range} |`,
    );
  }
}
writeFileSync(
  new URL('./results.json', import.meta.url),
  `${JSON.stringify({ node: process.version, rounds: Number(rounds), load: loadavg(), results }, null, 2)}\n`,
);
