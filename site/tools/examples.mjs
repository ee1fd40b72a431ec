/** Which examples of a document the playground runs. They are marked in the fence, and the theme shows a button. */

/**
 * What pages do not have: Node's modules, processes, other machines, bundlers. Such an example is shown without a button. Each
 * pattern says why.
 */
const notInPages = [
  [/from 'node:|import\('node:|require\(/, 'a module of Node'],
  [/\bprocess\./, 'the process'],
  [/ProcessPoolExecutor|ipc/, 'processes'],
  [/from 'skein\/(cluster|transform|testing\/fast-check)/, 'what runs in Node only'],
  [/from '(?!skein(\/testing|\/executors|\/debug|\/inspect)?')[^']+'/, 'another module'],
  [/\bfetch\(/, 'the network'],
  [/stands on its own/, 'the check of functions before they are sent, which reads their source'],
  [/encodeRecording/, 'the compression of Node'],
  [
    /\/\/ foreign:|\blevel: true\b|setTimeout\(resolve, 50, 'answer'\)/,
    'an async context that goes on after promises of the host',
  ],
  [/\bas Error\)\.stack\b/, 'stacks as Node writes them'],
  [/\bsetImmediate\b|\bBuffer\b/, 'a global of Node'],
];

function whyNotInPages(code) {
  return notInPages.find(([pattern]) => pattern.test(code))?.[1];
}

/** Marks each fence: `twoslash` for types on hover, `play` for a button. */
export function markExamples(text) {
  return text.replaceAll(
    /^([ \t]*)```ts( no-run| fragment)?\n([\s\S]*?)^\1```/gm,
    (whole, indent, mode, code) => {
      if (mode === ' fragment') return whole.replace('```ts fragment', '```ts');
      const marks = ['twoslash'];
      if (mode === undefined && whyNotInPages(code) === undefined) marks.push('play');
      return `${indent}\`\`\`ts ${marks.join(' ')}\n${code}${indent}\`\`\``;
    },
  );
}
