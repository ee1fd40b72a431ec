/**
 * Says which of asyncio's behaviours have a test here: `npm run behaviours`.
 *
 * test/behaviours.json lists them. A test carries the id of each that it checks at the end of its title,
 * `test('wakes one waiter a release [lock.acquire_fifo]', …)`; test/unit/not-applicable.json says of the others why they
 * mean nothing in JavaScript.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { commandLine } from './command-line.mjs';

const { values } = commandLine('npm run behaviours', {
  usage: `Usage: npm run behaviours -- [OPTION …]

Says which of asyncio's behaviours have a test here.

  --check     the exit code is 1 if a behaviour has neither a test nor a reason, or if a title names one that is not listed
  -h, --help  this text
`,
  options: { check: { type: 'boolean' } },
});
const root = fileURLToPath(new URL('..', import.meta.url));
/** What is still to come: the rest of concurrent.futures. */
const planned = /^cf\./;
/** A string that ends with ids in square brackets. */
const title = /(['"`])(?:\\.|(?!\1)[^\\\n])*?((?:\s\[[a-z_0-9., ]+\])+)\1/g;
/** A string that is an id: a case of `test.each`, put into the title. */
const bare = /(['"`])([a-z_0-9]+(?:\.[a-z_0-9]+)+)\1/g;

const sections = JSON.parse(readFileSync(`${root}test/behaviours.json`, 'utf8'));
const notApplicable = JSON.parse(readFileSync(`${root}test/unit/not-applicable.json`, 'utf8'));
const listed = new Map(Object.values(sections).flatMap((section) => Object.entries(section)));
const covered = coveredIds();

const missing = [];
for (const [section, behaviours] of Object.entries(sections))
  print(section, Object.keys(behaviours));

const wrong = [
  ...missing.map((id) => `${id} has neither a test nor a reason.`),
  ...[...covered]
    .filter(([id]) => !listed.has(id))
    .map(([id, file]) => `${id}, in ${file}, is not listed in test/behaviours.json.`),
  ...Object.keys(notApplicable)
    .filter((id) => !listed.has(id) || covered.has(id))
    .map(
      (id) =>
        `${id}, in test/unit/not-applicable.json, ${covered.has(id) ? 'has a test' : 'is not listed'}.`,
    ),
];
console.log(`\n${listed.size} behaviours, ${missing.length} missing`);
if (values.check && wrong.length > 0) {
  console.error(wrong.join('\n'));
  process.exitCode = 1;
}

/** Each id that a test title carries, with the file. */
function coveredIds() {
  const ids = new Map();
  for (const name of readdirSync(`${root}test`, { recursive: true })) {
    if (!/\.test\.ts$/.test(name)) continue;
    const text = readFileSync(`${root}test/${name}`, 'utf8');
    for (const [, , brackets] of text.matchAll(title)) {
      for (const [id] of brackets.matchAll(/[\w.]*\.[\w.]*/g)) ids.set(id, `test/${name}`);
    }
    for (const [, , id] of text.matchAll(bare)) if (listed.has(id)) ids.set(id, `test/${name}`);
  }
  return ids;
}

function print(section, ids) {
  const left = ids.filter((id) => !covered.has(id) && !(id in notApplicable));
  const lacking = left.filter((id) => !planned.test(id));
  const later = left.filter((id) => planned.test(id));
  const without = ids.filter((id) => id in notApplicable && !covered.has(id));
  missing.push(...lacking);
  const count = ids.length - left.length - without.length;
  console.log(
    `\n${section}: ${count} covered, ${without.length} not applicable, ${later.length} planned, ${lacking.length} missing`,
  );
  for (const id of without) console.log(`  not applicable  ${id}: ${notApplicable[id]}`);
  for (const id of later) console.log(`  planned         ${id}: ${listed.get(id)}`);
  for (const id of lacking) console.log(`  missing         ${id}: ${listed.get(id)}`);
}
