/** Links of the documents lead to files of the repository. On the site they lead to its pages. */
import { existsSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path/posix';
import { pageOf, pageOfFolder, root } from './sources.mjs';

/**
 * The text of a document with its links changed, so that they lead from one page to another.
 *
 * @param {string} text
 * @param {string} file the document
 * @param {string} page the page that it becomes
 * @param {(file: string) => void} shown is given each file that a link leads to, and that is no page yet
 */
export function relink(text, file, page, shown) {
  return outsideOfFences(text, (line) =>
    line.replaceAll(/\]\(([^)\s#]+)(#[^)\s]*)?\)/g, (whole, to, anchor = '') => {
      if (/^[a-z]+:/.test(to) || /\.(svg|png)$/.test(to)) return whole;
      const target = join(dirname(file), to).replace(/\/$/, '');
      return `](${from(page, pageOfTarget(target, file, shown))}${anchor})`;
    }),
  );
}

function pageOfTarget(target, file, shown) {
  const known = pageOf.get(target) ?? pageOfFolder.get(target);
  if (known !== undefined) return known;
  if (!existsSync(root + target) || !statSync(root + target).isFile()) {
    throw new Error(`${file} has a link to ${target}, which is no file of the repository.`);
  }
  shown(target);
  return pageOfFile(target);
}

/** The page that shows a file which is no document. */
export function pageOfFile(file) {
  return `files/${file.replaceAll('/', '-').replaceAll('.', '-').toLowerCase()}.md`;
}

/** A link from a page to another. */
function from(page, other) {
  const path = relative(dirname(page), other);
  return path.startsWith('.') ? path : `./${path}`;
}

/** Changes the lines that are not in a fence. */
function outsideOfFences(text, change) {
  let marks = '';
  return text
    .split('\n')
    .map((line) => {
      const fence = /^\s*(`{3,}|~{3,})/.exec(line)?.[1];
      if (fence === undefined) return marks === '' ? change(line) : line;
      if (marks === '') marks = fence;
      else if (fence.startsWith(marks)) marks = '';
      return line;
    })
    .join('\n');
}
