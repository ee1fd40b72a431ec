/** Asks a question of its contestants, who take turns, and puts the figures together. */
import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';

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

/** @returns One sample: `{ wall, cpu, bytes, reported }` of an operation. */
function sampleOf(question, contestant, n, node) {
  const command =
    contestant === 'asyncio'
      ? ['python3', cpython, question.name, n, question.answer(n)]
      : [node, ...flags, sample, question.name, contestant, n];
  const [program, ...args] = command.map(String);
  const { stdout, stderr, status } = spawnSync(program, args, {
    encoding: 'utf8',
    env: { ...process.env, NODE_ENV: 'production' },
  });
  if (status === 0) return JSON.parse(stdout.trim().split('\n').at(-1));
  throw new Error(`${question.name}, ${contestant}: ${stderr || stdout}`);
}

/** @returns `{ question, contestants: [{ name, n, median, lowest, highest, ratio }] }`, in ns or bytes an operation. */
export function ask(question, { rounds, node, metric, without, names, n = question.n }) {
  const asked =
    names ?? Object.keys(question.contestants).filter((name) => !without.includes(name));
  const values = new Map(asked.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    // Each is once the first, as a machine is not the same at the end of a round.
    for (let i = 0; i < asked.length; i++) {
      const name = asked[(i + round) % asked.length];
      const size = Math.min(question.sizes[name] ?? n, n);
      values.get(name).push(sampleOf(question, name, size, node)[metric]);
    }
  }
  const reference = values.get(question.reference);
  const contestants = asked.map((name) => {
    const own = values.get(name);
    return {
      name,
      n: Math.min(question.sizes[name] ?? n, n),
      median: median(own),
      lowest: Math.min(...own),
      highest: Math.max(...own),
      // Within a round all met the same load of the machine.
      ratio: reference && median(own.map((value, round) => value / reference[round])),
    };
  });
  return { name: question.name, question: question.question, n, metric, rounds, contestants };
}

/** @returns `{ metric, sizes: [{ n, contestants }] }`, for skein and the one it is compared with. */
export function askSizes(question, { rounds, node, metric }) {
  const names = [...new Set([question.reference, 'skein'])];
  const sizes = [1e3, 1e4, 1e5, 1e6].map((n) => {
    const { contestants } = ask(question, { rounds, node, metric, names, n });
    return { n, contestants };
  });
  return { name: question.name, question: question.question, metric, rounds, sizes };
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
