/** `npm run bench` asks the questions of the benchmarks. `npm run bench -- --help` lists the words and options, see usage.mjs. */
import { fileURLToPath } from 'node:url';
import { commandLine } from '../tools/command-line.mjs';
import {
  buildIn,
  compareBuilds,
  headOfComparison,
  rowOfComparison,
  sentenceOf,
} from './against.mjs';
import { askUnused, mostCost, unusedMarkdownOf } from './bursts/unused.mjs';
import { askCluster, clusterMarkdownOf } from './cluster/run.mjs';
import { writeDocuments } from './document.mjs';
import { askExecutors, executorsMarkdownOf } from './executors/run.mjs';
import { growthMarkdownOf, markdownOf, ratioText } from './markdown.mjs';
import { ask, askSizes, machine } from './rounds.mjs';
import { save } from './save.mjs';
import { usage } from './usage.mjs';
import { worseThan } from './verdict.mjs';
import { wantedOf } from './wanted.mjs';

const defaults = {
  node: process.execPath,
  json: fileURLToPath(new URL('./results.json', import.meta.url)),
};
const { values, positionals } = parsed();
const options = { ...defaults, ...values };

try {
  main();
} catch (error) {
  const isMisuse = error instanceof RangeError;
  console.error(isMisuse ? error.message : error);
  process.exitCode = isMisuse ? 2 : 1;
}

function main() {
  checkOptions();
  if (positionals.join(' ') === 'document') {
    for (const file of writeDocuments()) console.log(file);
    return;
  }
  if (positionals.join(' ') === 'unused') {
    unused();
    return;
  }
  const wanted = wantedOf(positionals);
  const comparable = wanted.filter(({ kind }) => kind !== 'growth' && kind !== 'cluster');
  const old = options.against === undefined ? undefined : buildIn(options.against);
  const about = machine(options.node);
  if (old !== undefined && comparable.length === 0) {
    throw new RangeError(
      `\`--against\` expected questions, but got ${wanted[0].kind} alone. Ask for the question itself: \`npm run bench -- spawn --against DIR\`.`,
    );
  }
  console.log(`${about.node}, ${about.cores} cores\n`);
  if (old === undefined) askAll(wanted, about);
  else compareAll(comparable, old, about);
}

/** Returns the words and options of the command line. */
function parsed() {
  const text = { type: 'string' };
  return commandLine('npm run bench', {
    usage,
    words: true,
    options: {
      against: text,
      'fail-above': text,
      rounds: text,
      node: text,
      json: text,
      contestants: text,
      cpu: { type: 'boolean' },
    },
  });
}

function checkOptions() {
  if (!/^([1-9]\d*)?$/.test(options.rounds ?? '')) {
    throw new RangeError(`\`--rounds\` expected a number of rounds, but got ${options.rounds}.`);
  }
  const percent = options['fail-above'];
  if (percent === undefined) return;
  if (!/^\d+(\.\d+)?$/.test(percent)) {
    throw new RangeError(`\`--fail-above\` expected a number of percent, but got ${percent}.`);
  }
  if (options.against === undefined) {
    throw new RangeError('`--fail-above` expected `--against DIR` beside it, but got none.');
  }
}

function askAll(wanted, about) {
  const without = about.python === undefined ? ['asyncio'] : [];
  if (without.length > 0) console.log('asyncio is left out: there is no python3 here.');
  const asked = {
    results: askQuestion,
    growth: askGrowth,
    executors: askPools,
    cluster: askClusters,
  };
  const broken = [];
  for (const { kind, found } of wanted) {
    for (const question of found) {
      const { result, text } = asked[kind](question, without);
      console.log(text);
      save(options.json, about, kind, result);
      broken.push(...brokenBy(result));
    }
  }
  for (const sentence of broken) console.error(sentence);
  if (broken.length > 0) process.exitCode = 1;
}

/** What a result must not be, in sentences. */
function brokenBy({ name, growth, failed, rule }) {
  const slow = rule?.verdicts.filter(({ verdict }) => verdict === 'worse') ?? [];
  return [
    ...(failed
      ? [
          `${name}: skein's price grows ${ratioText(growth)} as much as the other's. Mend that, or give the question a \`growsBecause\`.`,
        ]
      : []),
    ...slow.map(
      (one) =>
        `${name}: “${one.name}” costs ${ratioText(one.ratio)} of “${rule.noMoreThan}”, which is to cost no less.`,
    ),
  ];
}

function metricOf({ metric }) {
  return (options.cpu || options.against !== undefined) && metric === 'wall' ? 'cpu' : metric;
}

function askQuestion(question, without) {
  const rounds = Number(options.rounds ?? 5);
  const metric = metricOf(question);
  const names = namesOf(question);
  const result = ask(question, { rounds, node: options.node, metric, without, names });
  return { result, text: markdownOf(result) };
}

/** The contestants that are wanted, and the one that they are compared with; undefined means all. */
function namesOf({ contestants, reference }) {
  const wanted = options.contestants?.split(',').map((name) => name.trim());
  if (wanted === undefined) return undefined;
  return Object.keys(contestants).filter((name) => name === reference || wanted.includes(name));
}

/** How the price of one operation changes with their number: not at all, if all is well. */
function askGrowth(question) {
  const rounds = Number(options.rounds ?? 1);
  const result = askSizes(question, { rounds, node: options.node, metric: metricOf(question) });
  return { result, text: growthMarkdownOf(result) };
}

function askPools({ name }) {
  const rounds = Number(options.rounds ?? 7);
  const result = askExecutors(name, { rounds, node: options.node });
  return { result, text: `### ${name}\n\n${executorsMarkdownOf(result)}` };
}

function askClusters({ name }) {
  const rounds = Number(options.rounds ?? 7);
  const result = askCluster(name, { rounds, node: options.node });
  return { result, text: `### cluster ${name}\n\n${clusterMarkdownOf(result)}` };
}

/** What hooks cost that nothing uses. */
function unused() {
  const about = machine(options.node);
  console.log(`${about.node}, ${about.cores} cores\n`);
  const results = askUnused({ rounds: Number(options.rounds ?? 5), node: options.node });
  console.log(unusedMarkdownOf(results));
  save(options.json, about, 'unused', { name: 'unused', results });
  for (const { name, cost, noise } of results.filter(({ failed }) => failed)) {
    process.exitCode = 1;
    console.error(
      `${name}: hooks that nothing uses cost ${(cost * 100).toFixed(1)} %, more than ${mostCost * 100} % and the noise of ${(noise * 100).toFixed(1)} %.`,
    );
  }
}

function compareAll(wanted, old, about) {
  const rounds = Number(options.rounds ?? 7);
  const results = [];
  console.log(headOfComparison);
  for (const result of compareBuilds(wanted, { old, rounds, node: options.node, metricOf })) {
    console.log(rowOfComparison(result));
    results.push(result);
    save(options.json, about, 'against', {
      ...result,
      name: `${result.name}, ${result.contestant}`,
    });
  }
  console.log(`\n${sentenceOf(results)}.`);
  const limit = options['fail-above'];
  if (limit === undefined) return;
  const failed = worseThan(Number(limit), results);
  const incomparable = results.filter((one) => one.failed !== undefined);
  if (failed.length + incomparable.length > 0) process.exitCode = 1;
}
