/** Runs what the comparisons say of other packages: the programs in JavaScript in docs/from, with the packages that the benchmarks have. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { comparisons, root } from '../tools/sources.mjs';

/** @param {(problem: string) => void} tell is called with each that does not hold */
export function checkPeers(tell) {
  if (!existsSync(`${root}bench/node_modules`)) {
    tell('The packages of the comparisons are not installed: `node tools/ensure.mjs --bench`.');
    return;
  }
  const folder = `${root}bench/.cache/from/`;
  mkdirSync(folder, { recursive: true });
  let count = 0;
  for (const name of comparisons) {
    const text = readFileSync(`${root}docs/from/${name}.md`, 'utf8');
    for (const [index, [, code]] of [...text.matchAll(/^```js\n([\s\S]*?)^```/gm)].entries()) {
      count++;
      const file = `${folder}${name}-${index}.mjs`;
      writeFileSync(file, code);
      const printed = execFileSync(process.execPath, [file], { encoding: 'utf8' }).trim();
      const promised = [...code.matchAll(/console\.log\(.*\/\/ => (.*)$/gm)].map(
        ([, each]) => each,
      );
      if (printed === promised.join('\n')) continue;
      tell(`docs/from/${name}.md: program ${index + 1} prints ${printed}`);
    }
  }
  console.log(`${count} programs with other packages ran.`);
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  checkPeers((problem) => console.error(problem));
}
