/**
 * `npm run bench` asks all questions, `npm run bench -- <words>` those whose name begins with the words, and
 * `npm run bench -- executors` those about pools. Options:
 *
 * - `--rounds N`: how many times each contestant is asked (5);
 * - `--node PATH`: another Node to run them with;
 * - `--cpu`: compares CPU time in place of wall time, for a machine that has other things to do;
 * - `--json FILE`: where the figures go; what is there of other questions stays.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { markdownOf } from './markdown.mjs';
import { questions } from './questions/index.mjs';
import { ask, machine } from './rounds.mjs';
import { save } from './save.mjs';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' },
    node: { type: 'string', default: process.execPath },
    cpu: { type: 'boolean', default: false },
    json: { type: 'string' },
  },
});
const words = positionals.join(' ');
const rounds = Number(options.rounds);

if (positionals[0] === 'executors') {
  const program = fileURLToPath(new URL('./executors/run.mjs', import.meta.url));
  const { status } = spawnSync(
    options.node,
    [program, rounds, ...positionals.slice(1)].map(String),
    {
      stdio: 'inherit',
    },
  );
  process.exit(status ?? 1);
}

const wanted = questions.filter(({ name }) => name.startsWith(words));
if (wanted.length === 0) {
  const names = questions.map(({ name }) => name).join(', ');
  console.error(`No question begins with “${words}”. There are: ${names}.`);
  process.exit(1);
}

const about = machine(options.node);
console.log(`${about.node}, ${about.cores} cores, ${rounds} rounds\n`);
for (const question of wanted) {
  const metric = options.cpu && question.metric === 'wall' ? 'cpu' : question.metric;
  const result = ask(question, { rounds, node: options.node, metric });
  console.log(markdownOf(result));
  if (options.json !== undefined) save(options.json, about, [result]);
}
