/**
 * Calls everything that the package exports with hostile values, as test/node/fuzz/ does in `npm test`:
 *
 *     npm run fuzz -- --calls 100000 --seed 7 --members '^gather$' --index 12
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({
  options: {
    calls: { type: 'string' },
    seed: { type: 'string' },
    members: { type: 'string' },
    index: { type: 'string' },
  },
});

for (const name of ['calls', 'seed', 'index']) {
  const value = values[name];
  if (value === undefined || /^\d+$/.test(value)) continue;
  console.error(
    `--${name} expected a number, but got ${value}. Write \`npm run fuzz -- --${name} 7\`.`,
  );
  process.exit(2);
}
values.seed ??= String(Date.now() % 2 ** 31);
for (const [name, value] of Object.entries(values)) {
  process.env[`SKEIN_FUZZ_${name.toUpperCase()}`] = value;
}
const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'node', 'test/node/fuzz'];
process.exitCode = spawnSync(process.execPath, vitest, { cwd: root, stdio: 'inherit' }).status ?? 1;
