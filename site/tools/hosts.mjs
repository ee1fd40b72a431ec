/** No page asks another host for anything as it is shown: each script, style, font and picture is a file beside it. Links are another matter. */
import { readdirSync, readFileSync } from 'node:fs';
import process from 'node:process';
import { site } from './sources.mjs';

const built = `${site}dist/`;
const tags = /<(?:script|img|iframe|audio|video|source|track|embed|object|link)\b[^>]*>/g;
const foreignAddress = /\s(?:src|srcset|href|data|poster)=["']?(?:https?:)?\/\/[^"'\s>]+/;
const foreignStyle = /(?:url\(|@import)\s*["']?(?:https?:)?\/\/[^"')\s]+/g;

export function checkHosts() {
  const foreign = [];
  let files = 0;
  for (const name of readdirSync(built, { recursive: true })) {
    if (!/\.(?:html|css)$/.test(name)) continue;
    files++;
    const text = readFileSync(built + name, 'utf8');
    const found = name.endsWith('.css')
      ? [...text.matchAll(foreignStyle)].map(([each]) => each)
      : [...text.matchAll(tags)].flatMap(([tag]) => foreignAddress.exec(tag)?.[0] ?? []);
    foreign.push(...found.map((each) => `${name} asks another host:${each}`));
  }
  if (foreign.length > 0) {
    console.error(foreign.join('\n'));
    process.exit(1);
  }
  console.log(`${files} pages and styles ask no other host.`);
}
