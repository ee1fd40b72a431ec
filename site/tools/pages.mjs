/**
 * Makes the pages that VitePress reads. The documents stay where they are: this is a build step, not a copy that is kept. It
 * changes links, marks the examples that the playground can run, and makes pages of what is no document.
 */
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { markExamples } from './examples.mjs';
import { lessonPage } from './lessons.mjs';
import { pageOfFile, relink } from './links.mjs';
import { decisions, lessons, pageOf, pagesFolder, publicFolder, root, site } from './sources.mjs';
import { titleOf } from './titles.mjs';

export function makePages() {
  rmSync(pagesFolder, { recursive: true, force: true });
  const shown = new Set();
  for (const [file, page] of pageOf) {
    const text = readFileSync(root + file, 'utf8');
    const made = file.endsWith('.ts')
      ? lessonPage(file, text)
      : markExamples(
          relink(text, file, page, (other) => shown.add(other)),
          file,
        );
    write(page, made);
  }
  write(
    'glossary.md',
    glossaryPage((other) => shown.add(other)),
  );
  const forModels = listForModels((other) => shown.add(other));
  for (const file of shown) write(pageOfFile(file), filePage(file));
  write('decisions/index.md', decisionsPage());
  write('learn/index.md', learnPage());
  ownPages();
  pictures();
  cpSync(`${site}public`, publicFolder, { recursive: true });
  writeFileSync(`${publicFolder}llms.txt`, forModels);
}

/** `llms.txt`, which the site serves beside its pages: its links lead to them. */
function listForModels(shown) {
  const text = readFileSync(`${root}llms.txt`, 'utf8');
  return relink(text, 'llms.txt', 'llms.txt', shown).replaceAll(/\]\(([^)\s#]+)\.md/g, ']($1.html');
}

/** Pages that only the site has. */
function ownPages() {
  for (const name of readdirSync(`${site}pages`)) {
    write(name, readFileSync(`${site}pages/${name}`, 'utf8'));
  }
}

function pictures() {
  cpSync(`${root}docs/guides/images`, `${pagesFolder}guides/images`, { recursive: true });
  for (const name of readdirSync(`${root}docs`)) {
    if (name.endsWith('.svg')) cpSync(`${root}docs/${name}`, `${pagesFolder}${name}`);
  }
}

function filePage(file) {
  const language = /\.(\w+)$/.exec(file)?.[1] ?? 'text';
  const text = readFileSync(root + file, 'utf8');
  return `# ${file}\n\n\`\`\`\`${language === 'LICENSE' ? 'text' : language}\n${text.trimEnd()}\n\`\`\`\`\n`;
}

/** The words, from the one place where they stand: a section of ARCHITECTURE.md. */
function glossaryPage(shown) {
  const text = readFileSync(`${root}ARCHITECTURE.md`, 'utf8');
  const section = /^## The words\n([\s\S]*?)(?=^## )/m.exec(text)?.[1];
  if (section === undefined) throw new Error('ARCHITECTURE.md has no section "The words".');
  return relink(`# Glossary\n\n${section.trim()}\n`, 'ARCHITECTURE.md', 'glossary.md', shown);
}

function decisionsPage() {
  const rows = decisions.map((name) => {
    const title = titleOf(`decisions/${name}.md`);
    return `- [${title}](./${name}.md)`;
  });
  return `# Decisions\n\nWhere there was a choice, a record says what was chosen, and what was refused and why.\n\n${rows.join('\n')}\n`;
}

function learnPage() {
  const rows = lessons.map((name) => {
    const text = readFileSync(`${root}examples/tutorial/${name}.ts`, 'utf8');
    const about = /^\/\*\*\s*([\s\S]*?)\*\//
      .exec(text)?.[1]
      .replaceAll(/\s*\n \*\s*/g, ' ')
      .trim();
    return `1. [${titleOf(`examples/tutorial/${name}.ts`)}](./${name}.md). ${about}`;
  });
  const intro = existsSync(`${site}learn.md`)
    ? readFileSync(`${site}learn.md`, 'utf8')
    : '# Learn\n';
  return `${intro.trim()}\n\n${rows.join('\n')}\n`;
}

function write(page, text) {
  const file = pagesFolder + page;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
