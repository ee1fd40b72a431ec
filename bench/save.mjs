/** Keeps figures in a file, a question beside the other, so that they can be asked one at a time. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** @param kind - `results`, `growth`, `executors` or `cluster`. */
export function save(file, about, kind, result) {
  const found = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  // Figures of another Node are no company for these.
  const kept = found.node === about.node ? found : {};
  const others = (kept[kind] ?? []).filter(({ name }) => name !== result.name);
  const all = { ...kept, ...about, [kind]: [...others, result] };
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(all, null, 2)}\n`);
}
