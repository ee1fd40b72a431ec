/**
 * Writes every example as a TypeScript file under `.cache`, where `tsconfig.json` finds it: examples are
 * type-checked together with the rest. The file repeats the document's name and line numbers, so that an error
 * in `docs/guide.md.40.ts(42,7)` is one in line 42 of `docs/guide.md`.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findDocuments } from './documents.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const target = resolve(root, '.cache/doctest/types');

rmSync(target, { recursive: true, force: true });
for (const fence of [...findDocuments(root).values()].flat()) {
  if (fence.mode === 'fragment') continue;
  const file = resolve(target, `${fence.file}.${fence.line}.ts`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${'\n'.repeat(fence.line - 1)}${fence.code}\n`);
}
