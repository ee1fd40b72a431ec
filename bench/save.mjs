/** Keeps figures in a file, a question beside the other, so that they can be asked one at a time. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

export function save(file, about, results) {
  const kept = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).results : [];
  const names = new Set(results.map(({ name }) => name));
  const all = [...kept.filter(({ name }) => !names.has(name)), ...results];
  writeFileSync(file, `${JSON.stringify({ ...about, results: all }, null, 2)}\n`);
}
