/**
 * Prints what a page loads of this package, and, with `--peers`, what it loads of other libraries for the same job.
 *
 * `--modules` adds the bytes that each module brings, before compression. `--why WORDS` does so for the programs whose name
 * has these words.
 */
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { ways, weigh } from './bundle.mjs';
import { peers } from './peers.mjs';
import { programs } from './programs.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const flags = process.argv.slice(2);

await printTable('Bytes (gzip -9), limits', programs, undefined);
if (flags.includes('--peers')) {
  await printTable('The same job with others', peers, `${root}bench/node_modules`);
}

async function printTable(title, list, packages) {
  const names = Object.keys(ways);
  console.log(`\n| ${title} | limit | ${names.join(' | ')} |`);
  console.log(`|---|---:|${names.map(() => '---:').join('|')}|`);
  const details = [];
  for (const { name, code, limit, conditions } of list) {
    const cells = [];
    for (const way of names) {
      const { bytes, modules } = await weigh(code, { way, packages, conditions });
      cells.push(bytes.toLocaleString('en'));
      if (flags.includes('--modules')) details.push({ name, way, modules });
    }
    console.log(`| ${name} | ${limit?.toLocaleString('en') ?? ''} | ${cells.join(' | ')} |`);
  }
  for (const { name, way, modules } of details) {
    console.log(`\n${name}, ${way}:`);
    for (const [module, bytes] of modules) console.log(`${String(bytes).padStart(8)}  ${module}`);
  }
}
