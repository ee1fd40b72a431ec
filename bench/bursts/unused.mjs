/**
 * `npm run bench -- unused`: what the hooks for instruments cost a program that has none. A build without hooks stands in the comparison twice:
 * how far it is from itself is the noise.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { median } from '../figures.mjs';
import { thisBuild } from '../libraries.mjs';
import { buildWithoutHooks } from './build-without-hooks.mjs';
import { operations } from './operations.mjs';

/** The hooks may cost so much, beside the noise. */
export const mostCost = 0.03;

const main = fileURLToPath(new URL('./main.mjs', import.meta.url));

/** What is compared; the first two do the same. `watch`: see worker.mjs. */
const variants = [
  { name: 'without hooks', watch: 'nothing', hasHooks: false },
  { name: 'again', watch: 'nothing', hasHooks: false },
  { name: 'unused', watch: 'nothing', hasHooks: true },
  { name: 'once used', watch: 'past', hasHooks: true },
  { name: 'empty instrument', watch: 'empty', hasHooks: true },
  { name: 'recorder', watch: 'recorder', hasHooks: true },
];

/**
 * @param runs - For each process what each variant took: `[without, again, unused, …]`.
 * @returns `{ medians, cost, noise, failed }`: what the unused hooks cost more, as a share, the median of the processes; and how far the build
 * without them is from itself in two thirds of the processes.
 */
export function verdictOfUnused(runs) {
  const costs = runs.map(([one, other, unused]) => (2 * unused) / (one + other) - 1);
  const distances = runs.map(([one, other]) => Math.abs(other / one - 1)).sort((a, b) => a - b);
  const noise = distances[Math.ceil((distances.length * 2) / 3) - 1];
  const cost = median(costs);
  const medians = runs[0].map((_, at) => median(runs.map((run) => run[at])));
  return { medians, cost, noise, failed: cost > mostCost + noise };
}

function askOnce(node, base) {
  const asked = variants.map(({ hasHooks, watch }) => ({
    watch,
    build: hasHooks ? thisBuild : base,
  }));
  const { stdout, stderr, status } = spawnSync(node, [main, JSON.stringify(asked), '50'], {
    encoding: 'utf8',
    env: { ...process.env, NODE_ENV: 'production' },
  });
  if (status !== 0) throw new Error(stderr || stdout);
  return JSON.parse(stdout);
}

const percent = (share) => `${share < 0 ? '' : '+'}${(share * 100).toFixed(1)} %`;
const ns = (value) => value.toFixed(1);

/** @returns `{ name, steps, medians, cost, noise, failed }` for each operation. */
export function askUnused({ rounds, node }) {
  const folder = mkdtempSync(join(tmpdir(), 'skein-unused-'));
  try {
    buildWithoutHooks(fileURLToPath(thisBuild), folder);
    const base = `${pathToFileURL(folder).href}/`;
    const runs = Array.from({ length: rounds }, () => askOnce(node, base));
    return Object.entries(operations).map(([name, { steps }]) => ({
      name,
      steps,
      ...verdictOfUnused(runs.map((run) => run[name])),
    }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A table: ns an operation, and what the recorder takes more for a step. */
export function unusedMarkdownOf(results) {
  const heads = [
    'ns',
    ...variants.map(({ name }) => name),
    'unused costs',
    'A/A',
    'recorder, a step',
  ];
  const rows = results.map(({ name, steps, medians, cost, noise }) => {
    const recorder = (medians.at(-1) - medians[2]) / steps;
    return [
      name,
      ...medians.map(ns),
      percent(cost),
      `± ${percent(noise).slice(1)}`,
      `+${ns(recorder)}`,
    ];
  });
  const lines = [heads, heads.map((_, at) => (at === 0 ? '---' : '--:')), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
