/**
 * Makes a build in which the core has no hooks for instruments: what it would cost if there were none. The places are taken out of the
 * text of this build, so the two differ in nothing else.
 */
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Each place where the core reads the field. The name is still there, so that what uses it stays as it is. */
const reads = [
  [/\bcurrent\.hooks\?\./g, 'undefined?.'],
  [/\bconst \{ hooks \} = current;/g, 'const hooks = undefined;'],
  [/\bconst \{ ([\w, ]+), hooks \} = current;/g, 'const { $1 } = current, hooks = undefined;'],
];

/**
 * @param code - The text of a module.
 * @returns `{ text, count }`: the text without hooks, and how many places there were.
 */
export function withoutHooks(code) {
  let count = 0;
  let text = code;
  for (const [pattern, instead] of reads) {
    text = text.replace(pattern, (...match) => {
      count++;
      return instead.replace('$1', match[1]);
    });
  }
  return { text, count };
}

/**
 * Copies the build in `from` to `to`, and takes the hooks out.
 *
 * @throws Error when the core has fewer places than it is known to have: the patterns above are old then, and a comparison would
 * say nothing.
 */
export function buildWithoutHooks(from, to) {
  cpSync(from, to, { recursive: true });
  let places = 0;
  for (const name of readdirSync(join(to, 'node'))) {
    if (!name.startsWith('skein-') || !name.endsWith('.js')) continue;
    const file = join(to, 'node', name);
    const { text, count } = withoutHooks(readFileSync(file, 'utf8'));
    if (count > 0) writeFileSync(file, text);
    places += count;
  }
  if (places >= fewestPlaces) return;
  throw new Error(
    `Only ${places} places of hooks were found in the build: bench/bursts/build-without-hooks.mjs has to learn how the core reads them.`,
  );
}

/** Births, requests to cancel, two of awaits, two of steps, failures; executors have more. */
const fewestPlaces = 7;
