/**
 * Makes the working tree ready to run: installs what the lock file asks for, then builds, each only when due.
 * Says nothing when nothing is due. With `--install` it stops before the build; with `--bench` it installs what the
 * benchmarks compare us with, too, with `--lint-plugin` what the tests of the ESLint plugin need, with `--recipes` what the recipes
 * use, and with `--site` what builds the documentation site.
 *
 * Plain old JavaScript without dependencies: this file runs before anything is installed, and has to be
 * read by the Node that is too old for the rest.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { npm } from './npm.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { engines } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));

refuseOldNode();
ensureInstalled(root);
if (process.argv.includes('--bench')) ensureInstalled(`${root}bench/`);
if (process.argv.includes('--lint-plugin')) ensureInstalled(`${root}eslint-plugin-skein/`);
if (process.argv.includes('--site')) ensureInstalled(`${root}site/`);
if (process.argv.includes('--recipes')) ensureInstalled(`${root}recipes/`);
if (!process.argv.includes('--install')) {
  const { build, buildIsDue } = await import('./build.mjs');
  if (buildIsDue() && !(await build())) process.exit(1);
}

function refuseOldNode() {
  const [wantedMajor, wantedMinor] = engines.node.match(/\d+/g).map(Number);
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return;
  console.error(`skein needs Node ${engines.node}, but this is Node ${process.versions.node}.`);
  process.exit(1);
}

function ensureInstalled(folder) {
  if (installIsDue(folder)) install(folder);
}

function installIsDue(folder) {
  const installed = `${folder}node_modules/.package-lock.json`;
  if (!existsSync(installed)) return true;
  return statSync(installed).mtimeMs < statSync(`${folder}package-lock.json`).mtimeMs;
}

function install(folder) {
  console.log(`Installing what ${folder.slice(root.length)}package-lock.json asks for …`);
  if (npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund'], folder).ok) return;
  console.error('The installation failed: see the lines above. The same command repeats it.');
  process.exit(1);
}
