/** Checks the types of the recipes, and runs their tests: each program against the real thing. `npm run recipes` */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const cwd = fileURLToPath(new URL('../recipes/', import.meta.url));
const tsc = fileURLToPath(new URL('../node_modules/typescript/bin/tsc', import.meta.url));
const tests = readdirSync(`${cwd}test`)
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => `./test/${name}`);
tests.push('./testing/node.test.ts');

/** Runs Node, and prints what it says when it has ended. @param {string[]} args */
async function run(...args) {
  // At run time `skein` is the built package, as for a user.
  const env = { ...process.env, TSX_TSCONFIG_PATH: 'tsconfig.run.json' };
  const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  /** @type {Buffer[]} */
  const said = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => said.push(part));
  const [code] = await once(child, 'close');
  process.stdout.write(Buffer.concat(said));
  return code === 0;
}

/** Several files in one process: to start one for each, with what it imports, would take as long as the tests. @param {string[]} files */
function inOneProcess(files) {
  const imports = files.map((file) => `await import(${JSON.stringify(file)});`).join('\n');
  return run('--import', 'tsx', '--input-type=module', '--eval', imports);
}

/** Those that begin other processes, send themselves signals, or take long: each has a process. */
const apart = /(?:databases|pages|runners|servers|processes)\.test\.ts$/;
const results = await Promise.all([
  run(tsc, '--project', '.'),
  run('--import', 'tsx', '--test', ...tests.filter((file) => apart.test(file))),
  inOneProcess(tests.filter((file) => !apart.test(file))),
]);
process.exitCode = results.every(Boolean) ? 0 : 1;
