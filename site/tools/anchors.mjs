/** Each link within the site leads to a page that is there, and to a heading that is there; each picture is there. VitePress looks at pages only. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import process from 'node:process';
import { site } from './sources.mjs';

const built = `${site}dist`;

export function checkAnchors() {
  const pages = new Map();
  for (const name of readdirSync(built, { recursive: true })) {
    if (/\.html$|^llms\.txt$/.test(name)) pages.set(name, readFileSync(join(built, name), 'utf8'));
  }
  const ids = new Map([...pages].map(([name, html]) => [name, idsOf(html)]));
  const dead = [];
  let links = 0;
  for (const [page, html] of pages) {
    for (const href of hrefsOf(html)) {
      if (/^[a-z]+:/.test(href)) continue;
      links++;
      const problem = problemOf(page, href, ids);
      if (problem !== undefined) dead.push(`${page}: ${href} ${problem}`);
    }
  }
  if (dead.length > 0) {
    console.error(dead.join('\n'));
    console.error(`${dead.length} links of the site lead nowhere.`);
    process.exit(1);
  }
  console.log(`${links} links between ${pages.size} pages lead somewhere.`);
}

function problemOf(page, href, ids) {
  const base = process.env.SITE_BASE ?? '/';
  const [path, anchor] = href.split('#');
  const file = path === '' ? page : fileOf(page, path, base);
  if (!ids.has(file)) {
    return existsSync(join(built, file)) ? undefined : 'leads to no page';
  }
  if (anchor === undefined || anchor === '') return undefined;
  return ids.get(file).has(decodeURIComponent(anchor)) ? undefined : 'leads to no heading';
}

function fileOf(page, path, base) {
  const absolute = path.startsWith('/') ? path.slice(base.length) : posix.join(dirname(page), path);
  if (absolute === '' || absolute === '.' || absolute.endsWith('/'))
    return join(absolute, 'index.html');
  return /\.\w+$/.test(absolute) ? absolute : `${absolute}.html`;
}

const idsOf = (html) =>
  new Set([...html.matchAll(/\sid="([^"]+)"/g)].map((match) => text(match[1])));
/** The links of a page, and those of `llms.txt`, which is Markdown. */
const hrefsOf = (source) => {
  const pattern = source.startsWith('#')
    ? /\]\(([^)\s]+)\)/g
    : /<(?:a\b[^>]*\shref|img\b[^>]*\ssrc)="([^"]+)"/g;
  return new Set([...source.matchAll(pattern)].map((match) => text(match[1])));
};
const text = (html) =>
  html
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
