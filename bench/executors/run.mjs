/** Asks the questions of pools, each sample in a fresh process, the pools taking turns. */
import { spawnSync } from 'node:child_process';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { median, rounded } from '../figures.mjs';
import { questions } from './questions.mjs';

const sample = fileURLToPath(new URL('./sample.mjs', import.meta.url));

export const namesOfQuestions = questions.map(({ name }) => name);

/** @returns The results one by one: `{ name, question, unit, rounds, load, contestants }`. */
export function* askExecutors(words, { rounds, node }) {
  for (const question of questions.filter(({ name }) => name.startsWith(words))) {
    yield askQuestion(question, rounds, node);
  }
}

function askQuestion({ name, question, unit, less, pools }, rounds, node) {
  const samples = new Map(pools.map((pool) => [pool, []]));
  let load = 0;
  for (let round = 0; round < rounds; round++) {
    // Each is once the first, as a machine is not the same at the end of a round.
    for (let at = 0; at < pools.length; at++) {
      const pool = pools[(at + round) % pools.length];
      samples.get(pool).push(sampleOf(name, pool, node));
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

function sampleOf(question, pool, node) {
  const args = ['--expose-gc', sample, question, pool];
  const { stdout, stderr, status } = spawnSync(node, args, { encoding: 'utf8' });
  const value = Number(stdout.trim().split('\n').at(-1));
  if (status === 0 && Number.isFinite(value)) return value;
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
