/**
 * `npm run bench` asks all questions, `npm run bench -- <words>` those whose name begins with the words,
 * `npm run bench -- growth [words]` how the figures grow with the number of operations,
 * `npm run bench -- executors [words]` those about pools; `npm run bench -- document` writes what is in `bench/figures` into
 * the documentation. Options:
 *
 * - `--rounds N`: how many times each contestant is asked (5; of growth 1);
 * - `--node PATH`: another Node to run them with;
 * - `--cpu`: compares CPU time in place of wall time, for a machine that has other things to do;
 * - `--json FILE`: where the figures go (`bench/results.json`); what is there of other questions stays.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writeDocuments } from './document.mjs';
import { askExecutors, executorsMarkdownOf, namesOfQuestions } from './executors/run.mjs';
import { growthMarkdownOf, markdownOf } from './markdown.mjs';
import { questions } from './questions/index.mjs';
import { ask, askSizes, machine } from './rounds.mjs';
import { save } from './save.mjs';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string' },
    node: { type: 'string', default: process.execPath },
    cpu: { type: 'boolean', default: false },
    json: { type: 'string', default: fileURLToPath(new URL('./results.json', import.meta.url)) },
  },
});
const [first, ...rest] = positionals;
if (!/^([1-9]\d*)?$/.test(options.rounds ?? '')) {
  console.error(`\`--rounds\` expected a number of rounds, but got ${options.rounds}.`);
  process.exit(1);
}

if (first === 'document') {
  for (const file of writeDocuments()) console.log(file);
  process.exit();
}

const about = machine(options.node);
const without = about.python === undefined ? ['asyncio'] : [];
if (without.length > 0) console.log('asyncio is left out: there is no python3 here.');
console.log(`${about.node}, ${about.cores} cores\n`);

if (first === 'executors') {
  askPools(rest.join(' '));
} else if (first === 'growth') {
  askGrowth(named(rest));
} else {
  askQuestions(named(positionals));
  if (first === undefined) {
    askGrowth(questions);
    askPools('');
  }
}

function named(words) {
  const found = questions.filter(({ name }) => name.startsWith(words.join(' ')));
  if (found.length > 0) return found;
  const names = [...questions.map(({ name }) => name), 'growth', 'executors'].join(', ');
  console.error(`No question begins with “${words.join(' ')}”. There are: ${names}.`);
  process.exit(1);
}

function metricOf({ metric }) {
  return options.cpu && metric === 'wall' ? 'cpu' : metric;
}

function askQuestions(wanted) {
  const rounds = Number(options.rounds ?? 5);
  for (const question of wanted) {
    const result = ask(question, {
      rounds,
      node: options.node,
      metric: metricOf(question),
      without,
    });
    console.log(markdownOf(result));
    save(options.json, about, 'results', result);
  }
}

/** How the price of one operation changes with their number: not at all, if all is well. */
function askGrowth(wanted) {
  const rounds = Number(options.rounds ?? 1);
  for (const question of wanted.filter(({ grows }) => grows)) {
    const result = askSizes(question, { rounds, node: options.node, metric: metricOf(question) });
    console.log(growthMarkdownOf(result));
    save(options.json, about, 'growth', result);
  }
}

function askPools(words) {
  const found = askExecutors(words, { rounds: Number(options.rounds ?? 7), node: options.node });
  let count = 0;
  for (const result of found) {
    console.log(`### ${result.name}\n\n${executorsMarkdownOf(result)}`);
    save(options.json, about, 'executors', result);
    count++;
  }
  if (count > 0) return;
  console.error(`No question begins with “${words}”. There are: ${namesOfQuestions.join(', ')}.`);
  process.exit(1);
}
