/**
 * Compiles `src` into `dist`, one file for each.
 *
 * The compiler writes into a folder beside `dist` which then takes its place: nothing stale survives, a
 * build that fails leaves the last good one, and whoever reads `dist` meanwhile never sees half of it.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = `${root}dist`;
const stamp = `${root}.cache/build`;
const settings = ['package-lock.json', 'tsconfig.json', 'tsconfig.build.json', 'tools/build.mjs'];

/** Tells whether anything the build reads was added, removed or changed since the last one. */
export function buildIsDue() {
  return !existsSync(dist) || !existsSync(stamp) || readFileSync(stamp, 'utf8') !== fingerprint();
}

/** Builds, and tells whether that worked. */
export function build() {
  console.log('Building dist …');
  const built = fingerprint();
  const next = `${root}.dist-${process.pid}`;
  const tsc = `${root}node_modules/typescript/bin/tsc`;
  const args = [tsc, '--project', 'tsconfig.build.json', '--outDir', next];
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (status === 0) {
    const last = `${root}.dist-${process.pid}-last`;
    if (existsSync(dist)) renameSync(dist, last);
    renameSync(next, dist);
    rmSync(last, { recursive: true, force: true });
    mkdirSync(dirname(stamp), { recursive: true });
    writeFileSync(stamp, built);
    return true;
  }
  rmSync(next, { recursive: true, force: true });
  console.error('The build failed: see the lines above. `dist` is as it was before.');
  return false;
}

/** Path, size and time of everything the build reads: a deleted source makes nothing newer, but changes this. */
function fingerprint() {
  const sources = readdirSync(`${root}src`, { recursive: true })
    .map((name) => `src/${name}`)
    .sort();
  const hash = createHash('sha256');
  for (const name of [...settings, ...sources]) {
    const { mtimeMs, size } = statSync(root + name);
    hash.update(`${name} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

if (process.argv[1] === fileURLToPath(import.meta.url) && !build()) process.exit(1);
