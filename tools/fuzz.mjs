/** Calls everything that the package exports with hostile values, as test/node/fuzz/ does in `npm test`. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { commandLine } from './command-line.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = commandLine('npm run fuzz', {
  usage: `Usage: npm run fuzz -- [OPTION …]

Calls everything that the package exports with hostile values. The exit code is 1 if a call ends as none may.

  --calls N          how many calls (4000)
  --seed N           the same calls again; without it another seed each time, which is printed
  --members PATTERN  only members whose name matches the regular expression: --members '^gather$'
  --index N          only the call of this number
  -h, --help         this text
`,
  options: {
    calls: { type: 'string', isNumber: true },
    seed: { type: 'string', isNumber: true },
    members: { type: 'string' },
    index: { type: 'string', isNumber: true },
  },
});
values.seed ??= String(Date.now() % 2 ** 31);
for (const [name, value] of Object.entries(values)) {
  process.env[`SKEIN_FUZZ_${name.toUpperCase()}`] = value;
}
const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'node', 'test/node/fuzz'];
process.exitCode = spawnSync(process.execPath, vitest, { cwd: root, stdio: 'inherit' }).status ?? 1;
