/** Asks the questions about clusters: each sample has a server, a worker and a client of its own, and the engines take turns. */
import { spawnSync } from 'node:child_process';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { median, rounded } from '../figures.mjs';
import { engines } from './engines.mjs';
import { isThere } from './servers.mjs';

const sample = fileURLToPath(new URL('./sample.mjs', import.meta.url));

/** The columns of a question, and what each is compared by: `[title, figure]`. */
const ofCalls = [
  ['p50, ms', 'p50'],
  ['p99, ms', 'p99'],
  ['jobs/s', 'perSecond'],
  ['CPU a job, µs', 'cpu'],
  ['client', 'client'],
  ['worker', 'worker'],
  ['server', 'server'],
];

export const clusterQuestions = [
  { name: 'one in flight', question: 'One job after the other', columns: ofCalls },
  { name: 'a thousand in flight', question: 'A thousand jobs at any time', columns: ofCalls },
  {
    name: 'queued',
    question: 'The memory of a future whose job waits, of 10,000',
    columns: [['bytes', 'bytes']],
  },
];

/** pg-boss needs Node 22. */
function enginesHere(node) {
  const { stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' });
  const major = Number(/^v(\d+)/.exec(stdout)?.[1]);
  return Object.entries(engines)
    .filter(([name, { server }]) => isThere[server]() && (name !== 'pg-boss' || major >= 22))
    .map(([name]) => name);
}

/** @returns `{ name, question, rounds, load, contestants: [{ name, figures: { [figure]: { median, ratio } } }] }`. */
export function askCluster(name, { rounds, node }) {
  const question = clusterQuestions.find((each) => each.name === name);
  const names = enginesHere(node);
  if (!isThere.redis()) {
    throw new RangeError('No redis-server was found. Debian: `apt-get install redis-server`.');
  }
  const samples = [];
  let load = 0;
  for (let round = 0; round < rounds; round++) {
    const ofRound = {};
    // Each is once the first, as a machine is not the same at the end of a round.
    for (let at = 0; at < names.length; at++) {
      const engine = names[(at + round) % names.length];
      ofRound[engine] = sampleOf(name, engine, node);
    }
    samples.push(ofRound);
    load = Math.max(load, loadavg()[0]);
  }
  const contestants = names.map((engine) => ({
    name: engine,
    figures: Object.fromEntries(
      question.columns.map(([, figure]) => [figure, summaryOf(samples, engine, figure)]),
    ),
  }));
  return { name, question: question.question, rounds, load, contestants };
}

/** Within a round all met the same load of the machine. `ratio`: of skein to this engine. */
function summaryOf(samples, engine, figure) {
  const values = samples.map((round) => round[engine][figure]);
  const ratios = samples.map((round) => round.skein[figure] / round[engine][figure]);
  return { median: median(values), ratio: median(ratios) };
}

/** A sample that takes longer hangs. */
const longestMs = 300_000;

function sampleOf(question, engine, node) {
  const args = ['--expose-gc', sample, question, engine];
  const { stdout, stderr, status } = spawnSync(node, args, {
    encoding: 'utf8',
    timeout: longestMs,
    env: { ...process.env, NODE_ENV: 'production' },
  });
  if (status === 0) return JSON.parse(stdout.trim().split('\n').at(-1));
  throw new Error(`${question}, ${engine}: ${stderr || stdout}`);
}

export function clusterMarkdownOf({ name, question, rounds, load, contestants }) {
  const { columns } = clusterQuestions.find((each) => each.name === name);
  const [first] = columns;
  const compared = name === 'a thousand in flight' ? 'cpu' : first[1];
  const of = columns.find(([, figure]) => figure === compared)[0].split(',')[0];
  const lines = [
    `${question} (${rounds} rounds, load up to ${rounded(load)}).`,
    '',
    `| | ${columns.map(([title]) => title).join(' | ')} | skein's ${of} to it |`,
    `|---|${'--:|'.repeat(columns.length + 1)}`,
  ];
  for (const { name: engine, figures } of contestants) {
    const cells = columns.map(([, figure]) => rounded(figures[figure].median));
    lines.push(`| ${engine} | ${cells.join(' | ')} | ${rounded(figures[compared].ratio)} × |`);
  }
  return `${lines.join('\n')}\n`;
}
