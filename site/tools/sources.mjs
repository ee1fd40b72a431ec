/** Which files of the repository are pages of the site, and at which address. */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The root of the repository, with a slash at its end. */
export const root = fileURLToPath(new URL('../..', import.meta.url));
export const site = `${root}site/`;
/** What VitePress reads: made anew by each build, and never edited. */
export const pagesFolder = `${site}.cache/pages/`;

const named = (folder, ending) =>
  readdirSync(root + folder)
    .filter((name) => name.endsWith(ending))
    .sort();

/** Files that are served as they are. */
export const publicFolder = `${site}.cache/public/`;

/** The sections of the tutorial, as `1-tasks`. */
export const lessons = named('examples/tutorial', '.ts')
  .filter((name) => /^\d/.test(name))
  .map((name) => name.slice(0, -'.ts'.length));

export const guides = named('docs/guides', '.md').map((name) => name.slice(0, -'.md'.length));
export const comparisons = named('docs/from', '.md').map((name) => name.slice(0, -'.md'.length));
export const decisions = named('decisions', '.md').map((name) => name.slice(0, -'.md'.length));

/** A file of the repository, and the page that it becomes. */
export const pageOf = new Map([
  ['README.md', 'start.md'],
  ['ARCHITECTURE.md', 'architecture.md'],
  ['CONTRIBUTING.md', 'contributing.md'],
  ['CHANGELOG.md', 'changes.md'],
  ['docs/ask-about.md', 'ask-about.md'],
  ['docs/differences.md', 'from/asyncio-differences.md'],
  ['docs/rosetta.md', 'from/asyncio.md'],
  ['docs/performance.md', 'performance.md'],
  ...guides.map((name) => [`docs/guides/${name}.md`, `guides/${name}.md`]),
  ...comparisons.map((name) => [`docs/from/${name}.md`, `from/${name}.md`]),
  ...decisions.map((name) => [`decisions/${name}.md`, `decisions/${name}.md`]),
  ...lessons.map((name) => [`examples/tutorial/${name}.ts`, `learn/${name}.md`]),
]);

/** Folders that a link may name. */
export const pageOfFolder = new Map([
  ['examples/tutorial', 'learn/index.md'],
  ['decisions', 'decisions/index.md'],
]);
