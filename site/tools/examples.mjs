/** Which examples of a document the playground runs. They are marked in the fence, and the theme shows a button. */

/**
 * What pages do not have. Such an example is shown without a button, and a line below it tells what the page lacks. Examples of the
 * documents are run by the tests in Node.
 */
const notInPages = [
  [/from 'node:|import\('node:|require\(/, 'the modules of Node'],
  [/\bprocess\./, '`process`'],
  [/ProcessPoolExecutor|ipc/, 'processes to start'],
  [/from 'skein\/(cluster|transform|testing\/fast-check|inspect\/\w+)/, 'what this import needs'],
  [/from '(?!skein(\/testing|\/executors|\/debug|\/inspect)?')[^']+'/, 'the other module'],
  [/\bfetch\(/, 'a network'],
  [/stands on its own/, 'the check of functions before they are sent'],
  [/encodeRecording/, 'the compression of Node'],
  [
    /\/\/ foreign:|\blevel: true\b|setTimeout\(resolve, 50, 'answer'\)/,
    'an async context that goes on after promises of the host',
  ],
  [/\bas Error\)\.stack\b/, 'stacks as Node writes them'],
  [/\bsetImmediate\b|\bBuffer\b/, 'the globals of Node'],
];

function whyNotInPages(code) {
  return notInPages.find(([pattern]) => pattern.test(code))?.[1];
}

/** Marks each fence: `twoslash` for types on hover, `play` for a button, `lacks:…` for a reason why there is none. */
export function markExamples(text) {
  return text.replaceAll(
    /^([ \t]*)```ts( no-run| fragment)?\n([\s\S]*?)^\1```/gm,
    (whole, indent, mode, code) => {
      if (mode === ' fragment') return whole.replace('```ts fragment', '```ts');
      const marks = ['twoslash'];
      const lacks = whyNotInPages(code);
      if (mode === undefined) {
        marks.push(lacks === undefined ? 'play' : `lacks:${encodeURIComponent(lacks)}`);
      }
      return `${indent}\`\`\`ts ${marks.join(' ')}\n${code}${indent}\`\`\``;
    },
  );
}
