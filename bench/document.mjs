/**
 * Writes what was measured into the documentation: `bench/figures/*.json`, one file for each Node, become the generated part
 * of `docs/performance.md`, a plot, and the full tables beside the files.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  growthMarkdownOf,
  markdownOf,
  marksOf,
  notesOf,
  ratioText,
  valueText,
} from './markdown.mjs';
import { plotOf } from './plot.mjs';
import { questions } from './questions/index.mjs';

const pathOf = (name) => fileURLToPath(new URL(name, import.meta.url));
const folder = pathOf('./figures/');
const page = pathOf('../docs/performance.md');
const [begin, end] = ['<!-- generated: npm run bench -- document -->', '<!-- /generated -->'];
const allPeers = [
  'effect',
  'effection',
  'redux-saga',
  'bluebird',
  'co',
  'p-limit',
  'p-queue',
  'asyncio',
];

/** @returns The names of the files it wrote. */
export function writeDocuments() {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  const measured = files.sort().map((file) => {
    const figures = JSON.parse(readFileSync(folder + file, 'utf8'));
    return { file: file.replace('.json', ''), ...figures, results: inOrder(figures.results) };
  });
  const written = [page];
  const text = readFileSync(page, 'utf8');
  const [before, after] = [text.split(begin)[0], text.split(end)[1]];
  const parts = measured.flatMap(summaryOf);
  writeFileSync(page, `${before}${begin}\n\n${parts.join('\n')}\n${end}${after}`);
  for (const figures of measured) {
    const plot = pathOf(`../docs/performance-${figures.file}.svg`);
    writeFileSync(plot, plotOf(figures));
    writeFileSync(`${folder}${figures.file}.md`, fullTablesOf(figures));
    written.push(plot, `${folder}${figures.file}.md`);
  }
  return written;
}

/** They are in the file in the order in which they were asked. */
function inOrder(results) {
  const names = questions.map(({ name }) => name);
  return [...results].sort((a, b) => names.indexOf(a.name) - names.indexOf(b.name));
}

const baseNameOf = ({ name }) => name.split(',')[0];

/** A contestant or, if there is none of just that name, the first variant of it. */
function contestantOf({ contestants }, name) {
  return (
    contestants.find((one) => one.name === name) ??
    contestants.find((one) => baseNameOf(one) === name)
  );
}

function isCompared({ contestants }) {
  return contestants[0].name === 'native';
}

function machineText({ node, python, cores }) {
  const versions = [node, ...(python === undefined ? [] : [python])].join(', ');
  return `${versions}, ${cores} virtual cores`;
}

function summaryOf(figures) {
  const asked = new Set(figures.results.flatMap(({ contestants }) => contestants.map(baseNameOf)));
  const peers = allPeers.filter((name) => asked.has(name));
  const lines = [
    `### ${figures.node}`,
    '',
    `${machineText(figures)}, medians of ${figures.results[0].rounds} rounds. What one operation takes, of native promises and of`,
    `skein, in ${timeOf(figures)} or bytes; and for all, the multiple of native promises: less is better.`,
    '',
    ...(figures.note === undefined ? [] : [figures.note, '']),
    `![Multiples of native promises](performance-${figures.file}.svg)`,
    '',
    `| ${['', 'native', 'skein', '', ...peers].join(' | ')} |`.replaceAll('|  |', '| |'),
    `|---|--:|--:|--:|${'--:|'.repeat(peers.length)}`,
  ];
  for (const result of figures.results.filter(isCompared)) {
    const [native, skein] = ['native', 'skein'].map((name) => contestantOf(result, name));
    const cells = [
      `${result.question} (\`${result.name}\`)`,
      valueText(native.median, result.metric),
      valueText(skein.median, result.metric),
      `**${ratioText(skein.ratio)}**`,
      ...peers.map((name) => {
        const one = contestantOf(result, name);
        if (one === undefined) return '';
        return ratioText(one.ratio) + marksOf(result.name).markOf(one.name);
      }),
    ];
    lines.push(`| ${cells.join(' | ')} |`);
  }
  for (const note of figures.results.flatMap(notesOf)) lines.push('', note);
  lines.push('', ...limitsOf(figures), ...markedBesideLimits(figures));
  if (figures.growth !== undefined) lines.push(...growthOf(figures));
  return lines;
}

/** How near skein is to what its means allow, where somebody measured that. */
function limitsOf({ results, node }) {
  const limited = results.filter((result) => contestantOf(result, 'limit') !== undefined);
  if (limited.length === 0) return [];
  const lines = [
    `The least that a generator with an async context can take (${node}; \`bench/limit.mjs\`), and how near`,
    'skein is to that.',
    '',
    '| | limit | of native | skein | of the limit |',
    '|---|--:|--:|--:|--:|',
  ];
  for (const result of limited) {
    const [limit, skein] = ['limit', 'skein'].map((name) => contestantOf(result, name));
    const cells = [
      `\`${result.name}\``,
      valueText(limit.median, result.metric),
      ratioText(limit.ratio),
      valueText(skein.median, result.metric),
      `**${ratioText(skein.ratio / limit.ratio)}**`,
    ];
    lines.push(`| ${cells.join(' | ')} |`);
  }
  return [...lines, ''];
}

/** Contestants that leave something out, beside the least that those can take which do not. */
function markedBesideLimits({ results }) {
  const lines = [];
  for (const result of results) {
    const { markOf } = marksOf(result.name);
    const limit = contestantOf(result, 'limit');
    const marked = result.contestants.filter(({ name }) => markOf(name) !== '');
    if (limit === undefined || marked.length === 0) continue;
    const texts = marked.map(
      ({ name, ratio }) => `${name}${markOf(name)} ${ratioText(ratio / limit.ratio)}`,
    );
    const skein = contestantOf(result, 'skein');
    lines.push(
      `\`${result.name}\` beside the least that a \`throw\` into the task can take: skein ${ratioText(skein.ratio / limit.ratio)},`,
      `${texts.join(', ')}.`,
      '',
    );
  }
  return lines;
}

/** CPU time where the machine was not quiet enough for the other. */
function timeOf({ results }) {
  return results.some(({ metric }) => metric === 'wall') ? 'time' : 'CPU time';
}

function growthOf({ growth, node }) {
  const [{ sizes }] = growth;
  const counts = sizes.map(({ n }) => n.toLocaleString('en')).join(' | ');
  const lines = [
    `How it grows (${node}): what one operation of skein takes where there are so many of them, and the multiple of native`,
    'promises, that of as many.',
    '',
    `| | ${counts} |`,
    `|---|${'--:|'.repeat(sizes.length)}`,
  ];
  for (const { name, metric, sizes } of inOrder(growth)) {
    const cells = sizes.map(({ contestants }) => {
      const one = contestants.find((contestant) => contestant.name === 'skein');
      const multiple = contestants.length > 1 ? ` (${ratioText(one.ratio)})` : '';
      return valueText(one.median, metric) + multiple;
    });
    lines.push(`| ${[`\`${name}\``, ...cells].join(' | ')} |`);
  }
  return [...lines, ''];
}

function fullTablesOf(figures) {
  const { rounds } = figures.results[0];
  const parts = [
    `# All figures: ${figures.node}\n`,
    `${machineText(figures)}. Medians of ${rounds} rounds. Written by \`npm run bench -- document\`.\n`,
    ...figures.results.map(markdownOf),
  ];
  if (figures.growth !== undefined) {
    parts.push('# Growth\n', ...inOrder(figures.growth).map(growthMarkdownOf));
  }
  return parts.join('\n');
}
