/** Runs the probes of the cluster. */
import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { helpIfAsked } from './command-line.mjs';

helpIfAsked(`Usage: npm run probes -- [ARGUMENT OF vitest …]

Runs all probes of the cluster, those too that take long. They want a redis-server.

  -t PATTERN  only probes whose name matches: what follows is handed to vitest
  -h, --help  this text
`);

const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));
const args = ['run', '--project', 'node', 'test/node/cluster', ...process.argv.slice(2)];
const env = { ...process.env, SKEIN_PROBES: '1' };
process.exitCode =
  spawnSync(process.execPath, [vitest, ...args], { stdio: 'inherit', env }).status ?? 1;
