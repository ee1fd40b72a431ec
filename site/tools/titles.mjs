/** What a file of the repository is called in menus. */
import { readFileSync } from 'node:fs';
import { root } from './sources.mjs';

export function titleOf(file) {
  const text = readFileSync(root + file, 'utf8');
  const title = file.endsWith('.ts')
    ? /^export const title = '\d+\. (.*)';$/m.exec(text)?.[1]
    : /^# (.*)$/m.exec(text)?.[1];
  if (title === undefined) throw new Error(`${file} has no title.`);
  return title.replace(/^(\d+)\. /, '$1 · ');
}
