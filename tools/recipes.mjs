/** Checks the types of the recipes, and runs their tests: each program against the real thing. `npm run recipes` */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const cwd = fileURLToPath(new URL('../recipes/', import.meta.url));
const tsc = fileURLToPath(new URL('../node_modules/typescript/bin/tsc', import.meta.url));
const tests = readdirSync(`${cwd}test`)
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => `test/${name}`);

/** @param {string[]} args */
function run(...args) {
  // At run time `skein` is the built package, as for a user.
  const env = { ...process.env, TSX_TSCONFIG_PATH: 'tsconfig.run.json' };
  return spawnSync(process.execPath, args, { cwd, env, stdio: 'inherit' }).status === 0;
}

const typesOk = run(tsc, '--project', '.');
const testsOk = run('--import', 'tsx', '--test', ...tests, 'testing/node.test.ts');
process.exitCode = typesOk && testsOk ? 0 : 1;
