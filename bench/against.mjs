/**
 * Compares two builds of skein: `npm run bench -- spawn,yields --against ../before`. Only the contestants that are skein are
 * asked, each sample in a process of its own. The builds take turns, and the figures are CPU time, because that hardly
 * depends on what else the machine does. A question about bytes compares bytes.
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { poolsOfSkein, samplesOfPool } from './executors/run.mjs';
import { thisBuild } from './libraries.mjs';
import { ratioText, valueText } from './markdown.mjs';
import { sampleOf, sizeFor } from './rounds.mjs';
import { verdictOf } from './verdict.mjs';

/** @throws RangeError when `folder` is no built checkout. */
export function buildIn(folder) {
  const dist = resolve(folder, 'dist');
  if (existsSync(resolve(dist, 'index.js'))) return pathToFileURL(`${dist}/`).href;
  throw new RangeError(
    `\`--against\` expected the folder of a built checkout, but there is no dist/index.js in ${folder}. ` +
      'Run `npm run build` there first.',
  );
}

/**
 * @param wanted - What `wantedOf()` returned, without growth.
 * @returns One by one `{ name, contestant, metric, old, new, ratio, spread, noise, verdict }`; or `{ name, contestant,
 * failed }` where the old build cannot answer, as it has not what the question asks for.
 */
export function* compareBuilds(wanted, { old, rounds, node, metricOf }) {
  for (const { kind, found } of wanted) {
    for (const question of found) {
      const asked =
        kind === 'executors' ? poolsOf(question, node) : tasksOf(question, node, metricOf);
      for (const one of asked) yield compare(one, old, rounds);
    }
  }
}

function tasksOf(question, node, metricOf) {
  const metric = metricOf(question);
  return Object.keys(question.contestants)
    .filter((contestant) => /^skein\b/.test(contestant))
    .map((contestant) => {
      const n = sizeFor(question, contestant, question.n);
      const sample = (build) => sampleOf(question, contestant, n, node, build)[metric];
      return { name: question.name, contestant, metric, sample };
    });
}

function poolsOf({ name }, node) {
  return poolsOfSkein(name).map((contestant) => ({
    name: `executors ${name}`,
    contestant,
    ...samplesOfPool(name, contestant, node),
  }));
}

function compare({ name, contestant, metric, sample }, old, rounds) {
  const values = [];
  try {
    for (let round = 0; round < rounds; round++) values.push(askedInTurn(sample, old, round));
  } catch (error) {
    return { name, contestant, failed: error.message };
  }
  return { name, contestant, metric, rounds, ...verdictOf(values) };
}

/** Each is once the first, as a machine is not the same at the end of a round. */
function askedInTurn(sample, old, round) {
  const builds = [
    ['old', old],
    ['new', thisBuild],
    ['again', old],
  ];
  const start = round % builds.length;
  const inTurn = [...builds.slice(start), ...builds.slice(0, start)];
  return Object.fromEntries(inTurn.map(([name, build]) => [name, sample(build)]));
}

const percent = (share) => `${(share * 100).toFixed(1)} %`;

export const headOfComparison = [
  '| question | contestant | old | new | new to old | old to itself | verdict |',
  '|---|---|--:|--:|--:|--:|---|',
].join('\n');

export function rowOfComparison(result) {
  const { name, contestant, metric, failed } = result;
  if (failed !== undefined) {
    const reason =
      failed
        .trim()
        .split('\n')
        .find((line) => /Error/.test(line)) ?? failed.trim();
    return `| ${name} | ${contestant} | | | | | cannot be compared: ${reason.trim()} |`;
  }
  const { old, ratio, spread, verdict } = result;
  const cells = [valueText(old, metric), valueText(result.new, metric), ratioText(ratio)];
  return `| ${[name, contestant, ...cells, `± ${percent(spread)}`, verdict].join(' | ')} |`;
}

/** One sentence about all of them. */
export function sentenceOf(results) {
  const compared = results.filter(({ failed }) => failed === undefined);
  const list = (wanted) =>
    compared
      .filter(({ verdict }) => verdict === wanted)
      .map(({ name, contestant, ratio }) => `${name} (${contestant}) ${ratioText(ratio)}`);
  const parts = ['worse', 'better'].flatMap((wanted) => {
    const names = list(wanted);
    return names.length > 0 ? [`${wanted}: ${names.join(', ')}`] : [];
  });
  const same = compared.length - list('worse').length - list('better').length;
  return [`${same} of ${results.length} within noise`, ...parts].join('; ');
}
