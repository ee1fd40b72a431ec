/** Which files hold examples. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import { type Fence, findFences } from './fences.ts';

/** The examples of the README, of docs/ and of the comments in src/, file by file. Files without one are left out. */
export function findDocuments(root: string): Map<string, Fence[]> {
  const documents = new Map<string, Fence[]>();
  const files = [
    ...['README.md'].filter((name) => existsSync(resolve(root, name))),
    ...filesUnder(root, 'docs', '.md'),
    ...filesUnder(root, 'src', '.ts'),
  ];
  for (const file of files) {
    const fences = findFences(readFileSync(resolve(root, file), 'utf8'), file);
    if (fences.length > 0) documents.set(file, fences);
  }
  return documents;
}

function filesUnder(root: string, folder: string, ending: string): string[] {
  const top = resolve(root, folder);
  if (!existsSync(top)) return [];
  return readdirSync(top, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => relative(root, resolve(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((file) => !file.includes('node_modules/'))
    .sort();
}
