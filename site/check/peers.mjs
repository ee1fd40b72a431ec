/** Runs what the comparisons say of other packages: the programs in JavaScript in docs/from, with the packages that the benchmarks have. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { comparisons, root } from '../tools/sources.mjs';

/** @returns {string[]} what does not hold */
export function checkPeers() {
  if (!existsSync(`${root}bench/node_modules`)) {
    console.log(
      'The packages of the comparisons are not installed: `node tools/ensure.mjs --bench`.',
    );
    return [];
  }
  const folder = `${root}bench/.cache/from/`;
  mkdirSync(folder, { recursive: true });
  const problems = [];
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
      problems.push(`docs/from/${name}.md: program ${index + 1} prints ${printed}`);
    }
  }
  console.log(`${count} programs with other packages print what their page says.`);
  return problems;
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  for (const problem of checkPeers()) console.error(problem);
}
