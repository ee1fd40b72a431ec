/** Prints what a page loads of this package, and what it loads of other libraries for the same job: bytes, compressed. */
import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { commandLine } from '../command-line.mjs';
import { ways, weigh } from './bundle.mjs';
import { peers } from './peers.mjs';
import { aboveLimit, programs } from './programs.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const {
  values: { limit: otherLimit, modules: tellsModules, record },
  positionals: words,
} = commandLine('npm run size', {
  usage: `Usage: npm run size -- [WORD …] [OPTION …]

Prints what a page loads of this package, and what it loads of other libraries for the same job: bytes, compressed. The exit code is
1 if a line is above its limit; which of its modules grew is said.

  WORD …      only lines whose names have one of the words: npm run size -- --modules sleep
  --record    writes the bytes of each module, before compression, to modules.json, which tells the test what grew
  --modules   adds the bytes that each module brings, before compression
  --limit N   stands for the limits of all lines
  -h, --help  this text
`,
  words: true,
  options: {
    limit: { type: 'string', isNumber: true },
    modules: { type: 'boolean' },
    record: { type: 'boolean' },
  },
});

const recordFile = `${root}tools/size/modules.json`;
const recordedBefore = JSON.parse(readFileSync(recordFile, 'utf8'));

if (record) {
  const recorded = {};
  for (const { name, code } of programs) {
    const { modules } = await weigh(code);
    recorded[name] = Object.fromEntries(modules);
  }
  writeFileSync(recordFile, `${JSON.stringify(recorded, undefined, 2)}\n`);
}
await printTable('bytes (gzip -9)', programs);
await printTable('the same job with others', peers);

function isChosen({ name }) {
  return words.length === 0 || words.some((word) => name.includes(word));
}

async function printTable(title, list) {
  const chosen = list.filter(isChosen);
  if (chosen.length === 0) return;
  const names = Object.keys(ways);
  console.log(`\n| ${title} | limit | ${names.join(' | ')} |`);
  console.log(`|---|---:|${names.map(() => '---:').join('|')}|`);
  const details = [];
  const tooLarge = [];
  for (const { name, code, limit: ownLimit, packages } of chosen) {
    const limit = ownLimit && Number(otherLimit ?? ownLimit);
    const cells = [];
    for (const way of names) {
      const { bytes, modules } = await weigh(code, { way, packages });
      cells.push(bytes.toLocaleString('en'));
      if (bytes > limit)
        tooLarge.push(aboveLimit({ name, way, bytes, limit, modules }, recordedBefore[name]));
      if (tellsModules) details.push({ name, way, modules });
    }
    console.log(`| ${name} | ${limit?.toLocaleString('en') ?? ''} | ${cells.join(' | ')} |`);
  }
  for (const text of tooLarge) {
    process.exitCode = 1;
    console.error(`\n${text}`);
  }
  for (const { name, way, modules } of details) {
    console.log(`\n${name}, ${way}:`);
    for (const [module, bytes] of modules) console.log(`${String(bytes).padStart(8)}  ${module}`);
  }
}
