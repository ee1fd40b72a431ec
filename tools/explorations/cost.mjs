/**
 * What exploration costs a program that does not explore. The core has one thing for its sake: the ring of the queue is allocated when
 * it is needed. So this makes a build without that, and compares the two as `npm run bench -- --against` does, which asks the other build
 * twice in each round: it says how far a build is from itself.
 *
 *     npm run explorations -- --cost
 */
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const without = `${root}.cache/explorations/without`;
const questions = 'spawn,switch,yields,queue';

/** What the core has for explorations, in what Node loads of it, and what it would have without them. */
const hooks = [
  ['#ring = [];', '#ring = new Array(64);'],
  ['#mask = -1;', '#mask = 63;'],
];

/** Makes the build without exploration. */
function makeBuild() {
  rmSync(without, { recursive: true, force: true });
  cpSync(`${root}dist`, `${without}/dist`, { recursive: true });
  rmSync(`${without}/dist/testing`, { recursive: true });
  const file = `${without}/dist/node/skein-core.js`;
  let text = readFileSync(file, 'utf8');
  for (const [hook, usual] of hooks) {
    if (text.split(hook).length !== 2) {
      throw new Error(
        `\`--cost\` expected \`${hook}\` once in skein-core.js, but got another core. Correct \`hooks\` here.`,
      );
    }
    text = text.replace(hook, usual);
  }
  writeFileSync(file, text);
}

/** Returns the exit code: 1 if a question takes longer than noise explains, and by more than 3 %. */
export function compareCost() {
  makeBuild();
  const args = [
    questions,
    '--against',
    without,
    '--fail-above',
    '3',
    '--json',
    `${root}.cache/explorations/cost.json`,
  ];
  return (
    spawnSync(process.execPath, [`${root}bench/main.mjs`, ...args], { stdio: 'inherit' }).status ??
    1
  );
}
