/** Runs all probes of the cluster, those too that take long. They want a redis-server. */
import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));
const args = ['run', '--project', 'node', 'test/node/cluster', ...process.argv.slice(2)];
const env = { ...process.env, SKEIN_PROBES: '1' };
process.exitCode =
  spawnSync(process.execPath, [vitest, ...args], { stdio: 'inherit', env }).status ?? 1;
