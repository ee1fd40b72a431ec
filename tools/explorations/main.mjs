/**
 * Runs measure.ts, which says what is measured, on the package as users have it: compiled, by a plain Node. A loader that compiles
 * the programs on the way gives each function in them its name by a call, which would take a third of the time.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { commandLine } from '../command-line.mjs';
import { compareCost } from './cost.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const outdir = fileURLToPath(new URL('../../.cache/explorations', import.meta.url));

const { values } = commandLine('npm run explorations', {
  usage: `Usage: npm run explorations -- [OPTION …]

Measures how soon \`explore()\` finds known bugs, and how fast it is: 25 seeds, and 5,000 schedules for each mended twin in each mode.
The exit code is 1 if a demand is not met.

  --seeds N   how many seeds (25)
  --short     as \`npm test\` runs it: few seeds, and speed is not judged
  --cost      what exploration costs a program that does not explore, and nothing else
  -h, --help  this text
`,
  options: {
    seeds: { type: 'string', isNumber: true },
    short: { type: 'boolean' },
    cost: { type: 'boolean' },
  },
});
if (values.cost) process.exitCode = compareCost();
else await judge(process.argv.slice(2));

async function judge(args) {
  await build({
    entryPoints: ['measure.ts', 'replay.ts'].map((name) => `${here}${name}`),
    outdir,
    bundle: true,
    format: 'esm',
    outExtension: { '.js': '.mjs' },
    platform: 'node',
    external: ['skein', 'skein/*'],
    logLevel: 'warning',
  });
  process.exitCode =
    spawnSync(process.execPath, ['--expose-gc', `${outdir}/measure.mjs`, ...args], {
      stdio: 'inherit',
    }).status ?? 1;
}
