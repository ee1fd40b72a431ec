/** Asks the questions of pools, each sample in a fresh process, the pools taking turns. */
import { spawnSync } from 'node:child_process';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { median, rounded } from '../figures.mjs';
import { thisBuild } from '../libraries.mjs';
import { questions } from './questions.mjs';

const sample = fileURLToPath(new URL('./sample.mjs', import.meta.url));

export const namesOfQuestions = questions.map(({ name }) => name);

/** @returns The result of the question of that name: `{ name, question, unit, rounds, load, contestants }`. */
export function askExecutors(name, { rounds, node }) {
  return askQuestion(questionOf(name), rounds, node);
}

const questionOf = (wanted) => questions.find(({ name }) => name === wanted);

/** The pools of skein that a question is asked of. */
export const poolsOfSkein = (name) =>
  questionOf(name).pools.filter((pool) => /^skein\b/.test(pool));

/**
 * To compare two builds with.
 *
 * @returns `metric`, and a function that takes one sample of a build: CPU time, or bytes if the question is about those.
 */
export function samplesOfPool(name, pool, node) {
  const inBytes = questionOf(name).unit === 'bytes';
  const sample = (build) => {
    const { figure, cpu } = sampleOf(name, pool, node, build);
    return inBytes ? figure : cpu;
  };
  return { metric: inBytes ? 'bytes' : 'cpu', sample };
}

function askQuestion({ name, question, unit, less, pools }, rounds, node) {
  const samples = new Map(pools.map((pool) => [pool, []]));
  let load = 0;
  for (let round = 0; round < rounds; round++) {
    // Each is once the first, as a machine is not the same at the end of a round.
    for (let at = 0; at < pools.length; at++) {
      const pool = pools[(at + round) % pools.length];
      samples.get(pool).push(sampleOf(name, pool, node).figure);
    }
    load = Math.max(load, loadavg()[0]);
  }
  const contestants = pools.map((pool) => {
    const values = samples.get(pool);
    const reference = pools.find((other) => isProcess(other) === isProcess(pool));
    // Within a round both met the same load of the machine.
    const ratios = values.map((value, round) => value / samples.get(reference)[round]);
    return {
      name: pool,
      median: median(values),
      lowest: Math.min(...values),
      highest: Math.max(...values),
      reference,
      ratio: median(ratios),
    };
  });
  return { name, question, unit, less: less === true, rounds, load, contestants };
}

const isProcess = (pool) => pool.endsWith('processes');

/** @returns `{ figure, cpu }`. `build` is the URL of the `dist` that is skein. */
function sampleOf(question, pool, node, build = thisBuild) {
  const args = ['--expose-gc', sample, question, pool, build];
  const { stdout, stderr, status } = spawnSync(node, args, { encoding: 'utf8' });
  if (status === 0) return JSON.parse(stdout.trim().split('\n').at(-1));
  throw new Error(`${question}, ${pool}: ${stderr || stdout}`);
}

export function executorsMarkdownOf({ question, unit, less, rounds, load, contestants }) {
  const lines = [
    `${question} (${less ? 'less' : 'more'} is better; ${rounds} rounds, load up to ${rounded(load)}).`,
    '',
    `| pool | ${unit} | compared | lowest – highest |`,
    '|---|--:|--:|--:|',
  ];
  for (const { name, median: value, lowest, highest, reference, ratio } of contestants) {
    const compared = name === reference ? '1 ×' : `${rounded(ratio)} ×`;
    lines.push(
      `| ${name} | ${rounded(value)} | ${compared} | ${rounded(lowest)} – ${rounded(highest)} |`,
    );
  }
  return `${lines.join('\n')}\n`;
}
