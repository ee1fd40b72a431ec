/**
 * A section of the tutorial as a page. The file is a program of Node: it says its lines on a stage that draws a picture in the
 * terminal. In the page the playground draws, so the stage is left out, and each lesson is a program that stands alone.
 */
import { existsSync, readFileSync } from 'node:fs';
import { markExamples } from './examples.mjs';
import { site } from './sources.mjs';
import { titleOf } from './titles.mjs';

/** What a lesson needs that pages do not have. Such a lesson is shown, and not run; `site/lessons/` may have a program beside it that can be. */
const needsNode = /from '\.\/(server|work|cluster-work)\.|from 'skein\/cluster'|process\./;

export function lessonPage(file, text) {
  const about = /^\/\*\*\s*([\s\S]*?)\*\/\n/.exec(text);
  if (about === null) throw new Error(`${file} does not say what it is about.`);
  const said = about[1].replaceAll(/\s*\n \*\s*/g, ' ').trim();
  const number = /(\d)-/.exec(file)[1];
  // A lesson has no headings to list beside it: its program gets the room.
  const head = `---\naside: false\n---\n\n# ${titleOf(file)}\n\n${said}\n`;
  const code = text.slice(about[0].length).trim();
  const end = `In a terminal: \`npm start -- ${number}\`. The file is \`${file}\`.\n`;
  if (needsNode.test(code)) {
    const beside = `${site}lessons/${file.split('/').at(-1).replace('.ts', '.md')}`;
    const inPage = existsSync(beside) ? `\n${markExamples(readFileSync(beside, 'utf8'))}` : '';
    return `${head}\nThis lesson needs Node. ${end}\n\`\`\`ts\n${code}\n\`\`\`\n${inPage}`;
  }
  return `${head}\n\`\`\`ts twoslash play\n${standingAlone(code)}\n\`\`\`\n\n${end}`;
}

/** The program without its stage: `say()` prints who speaks and when. */
function standingAlone(code) {
  const names = /^import \{([^}]*)\} from '\.\/stage\.ts';$/m.exec(code)?.[1] ?? '';
  const said = code
    .replace(/^import \{[^}]*\} from '\.\/stage\.ts';\n/m, '')
    .replace(/^export const title[\s\S]*$/m, '')
    .replace(/^export async function main/m, 'async function main')
    .trim();
  if (names.includes('watch')) throw new Error('A lesson with watch() needs a stage.');
  const skein = /^import \{([^}]*)\} from 'skein';$/m.exec(said);
  const wanted = new Set(
    [
      ...skein[1].split(',').map((name) => name.trim()),
      'currentTask',
      'getEventLoop',
      'run',
    ].filter(Boolean),
  );
  const list = [...wanted].sort((a, b) => plain(a).localeCompare(plain(b))).join(', ');
  const line = `import { ${list} } from 'skein';`;
  const stage = [
    '/** Prints a line with the time and the name of the task that speaks. */',
    "function say(text: string, who = currentTask()?.getName() ?? '(loop)'): void {",
    '  const ms = Math.round(getEventLoop().time() - began);',
    "  console.log(String(ms).padStart(4), 'ms ', who.padEnd(10), text);",
    '}',
  ];
  const program = [
    '',
    'let began = 0;',
    'await run(async () => {',
    "  currentTask()?.setName('main');",
    '  began = getEventLoop().time();',
    '  await main();',
    "}, { unretrieved: 'report' });",
  ];
  return [said.replace(skein[0], line), '', ...stage, ...program].join('\n');
}

const plain = (name) => name.replace(/^type /, '').toLowerCase();
