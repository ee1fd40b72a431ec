/** Asks a question of its contestants, who take turns, and puts the figures together. */
import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { median } from './figures.mjs';
import { thisBuild } from './libraries.mjs';
import { growthOf, ruleOf } from './verdict.mjs';

const pathOf = (name) => fileURLToPath(new URL(name, import.meta.url));
const sample = pathOf('./sample.mjs');
const cpython = pathOf('./cpython.py');
const flags = ['--expose-gc', '--max-old-space-size=6000'];

/** @throws Error when `node` is none. */
export function machine(node) {
  const { stdout, status } = spawnSync(node, ['--version'], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`\`--node\` expected the path of a Node, but got ${node}.`);
  return { node: `Node ${stdout.trim()}`, python: pythonHere(), cores: cpus().length };
}

/** @returns The version of the `python3` that is here, or undefined. */
function pythonHere() {
  const { stdout, status } = spawnSync('python3', ['--version'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

/** @returns One sample: `{ wall, cpu, bytes, reported }` of an operation. `build` is the URL of the `dist` that is skein. */
export function sampleOf(question, contestant, n, node, build = thisBuild) {
  const command =
    contestant === 'asyncio'
      ? ['python3', cpython, question.name, n, question.answer(n)]
      : [node, ...flags, sample, question.name, contestant, n, build];
  const [program, ...args] = command.map(String);
  const { stdout, stderr, status } = spawnSync(program, args, {
    encoding: 'utf8',
    env: { ...process.env, NODE_ENV: 'production' },
  });
  if (status === 0) return JSON.parse(stdout.trim().split('\n').at(-1));
  throw new Error(`${question.name}, ${contestant}: ${stderr || stdout}`);
}

/** @returns What each contestant takes in one round: `{ native: 50, skein: 40 }`, in ns or bytes an operation. */
function askOnce(question, { round, node, metric, without, names, n = question.n }) {
  const asked =
    names ?? Object.keys(question.contestants).filter((name) => !without.includes(name));
  // Each is once the first, as a machine is not the same at the end of a round.
  const start = round % asked.length;
  const inTurn = [...asked.slice(start), ...asked.slice(0, start)];
  const values = inTurn.map((name) => [
    name,
    sampleOf(question, name, sizeFor(question, name, n), node)[metric],
  ]);
  return Object.fromEntries(values);
}

export function sizeFor(question, contestant, n) {
  return Math.min(question.sizes[contestant] ?? n, n);
}

/**
 * @returns `{ question, contestants: [{ name, n, median, lowest, highest, ratio }] }`, in ns or bytes an operation; and `rule`, with
 * its `verdicts`, if the question has one.
 */
export function ask(question, options) {
  const rounds = Array.from({ length: options.rounds }, (_, round) =>
    askOnce(question, { ...options, round }),
  );
  const summary = summaryOf(question, options, rounds);
  const { rule } = question;
  if (rule === undefined || options.names !== undefined) return summary;
  return { ...summary, rule: { ...rule, verdicts: ruleOf(rule, rounds) } };
}

/** @param rounds - What `askOnce()` answered, for each round. */
function summaryOf(question, { metric, n = question.n }, rounds) {
  const names = Object.keys(question.contestants).filter((name) => name in rounds[0]);
  const contestants = names.map((name) => {
    const values = rounds.map((round) => round[name]);
    return {
      name,
      n: sizeFor(question, name, n),
      median: median(values),
      lowest: Math.min(...values),
      highest: Math.max(...values),
      // Within a round all met the same load of the machine.
      ratio: median(rounds.map((round) => round[name] / round[question.reference])),
    };
  });
  const { name, question: text } = question;
  return { name, question: text, n, metric, rounds: rounds.length, contestants };
}

/** @returns `{ metric, sizes: [{ n, contestants }], growth, failed, because }`, for skein and the one it is compared with. */
export function askSizes(question, { rounds, node, metric }) {
  const names = [...new Set([question.reference, 'skein'])];
  const sizes = [1e3, 1e4, 1e5, 1e6].map((n) => {
    const { contestants } = ask(question, { rounds, node, metric, names, n });
    return { n, contestants };
  });
  const { name, question: text } = question;
  return { name, question: text, metric, rounds, sizes, ...growthOf(question, sizes) };
}
