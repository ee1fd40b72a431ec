/** Figures as Markdown. */

import { rounded as digits } from './figures.mjs';
import { questions } from './questions/index.mjs';

/** Nanoseconds as whatever reads best. */
function timeText(ns) {
  if (ns < 1e3) return `${digits(ns)} ns`;
  if (ns < 1e6) return `${digits(ns / 1e3)} µs`;
  return `${digits(ns / 1e6)} ms`;
}

export const valueText = (value, metric) =>
  metric === 'bytes' ? `${digits(value)} B` : timeText(value);

export const ratioText = (ratio) =>
  `${ratio < 0.995 ? ratio.toFixed(2) : digits(Number(ratio.toPrecision(3)))} ×`;

/** The marks of contestants that leave something out, by their names, and the notes that explain them. */
export function marksOf(name) {
  const { marks = {}, notes = [] } = questions.find((question) => question.name === name) ?? {};
  return { markOf: (contestant) => marks[contestant] ?? '', notes };
}

/** The notes of a question, where one of those was asked that have a mark. */
export function notesOf({ name, contestants }) {
  const { markOf, notes } = marksOf(name);
  return contestants.some((one) => markOf(one.name) !== '') ? notes : [];
}

export function markdownOf({ name, question, n, metric, contestants, rule }) {
  const unit = { wall: 'each', cpu: 'each, CPU time', bytes: 'each', reported: 'at most' }[metric];
  const { markOf } = marksOf(name);
  const lines = [
    `### ${name}`,
    '',
    `${question}${metric === 'reported' ? '' : `: ${n.toLocaleString('en')} of them`}.`,
    '',
    `| contestant | ${unit} | compared | lowest – highest |`,
    '|---|--:|--:|--:|',
  ];
  for (const one of contestants) {
    const size = one.n === n ? '' : ` (${one.n.toLocaleString('en')} of them)`;
    const range = `${valueText(one.lowest, metric)} – ${valueText(one.highest, metric)}`;
    const cells = [
      one.name + markOf(one.name) + size,
      valueText(one.median, metric),
      ratioText(one.ratio),
      range,
    ];
    lines.push(`| ${cells.join(' | ')} |`);
  }
  for (const note of notesOf({ name, contestants })) lines.push('', note);
  if (rule !== undefined) lines.push('', ...ruleLines(rule));
  return `${lines.join('\n')}\n`;
}

function ruleLines({ noMoreThan, verdicts }) {
  return verdicts.map(
    ({ name, ratio, noise, verdict }) =>
      `Rule: “${name}” costs no more than “${noMoreThan}”: ${ratioText(ratio)} of it, ${verdict} (± ${(noise * 100).toFixed(1)} %).`,
  );
}

function growthText(names, growth, failed, because) {
  const than = names.length > 1 ? ` as ${names.find((name) => name !== 'skein')}` : '';
  const verdict = failed ? ': too much' : because === undefined ? '' : `, because ${because}`;
  return `It grows ${ratioText(growth)}${than}${verdict}.`;
}

export function growthMarkdownOf({ name, question, metric, sizes, growth, failed, because }) {
  const names = sizes[0].contestants.map((one) => one.name);
  const lines = [
    `### ${name}`,
    '',
    `${question}: what one takes, with so many of them.`,
    '',
    `| contestant | ${sizes.map(({ n }) => n.toLocaleString('en')).join(' | ')} |`,
    `|---|${'--:|'.repeat(sizes.length)}`,
  ];
  for (const [index, one] of names.entries()) {
    const cells = sizes.map(({ contestants }) => valueText(contestants[index].median, metric));
    lines.push(`| ${[one, ...cells].join(' | ')} |`);
  }
  // Figures that were saved before growth was judged have none.
  if (growth !== undefined) lines.push('', growthText(names, growth, failed, because));
  return `${lines.join('\n')}\n`;
}
