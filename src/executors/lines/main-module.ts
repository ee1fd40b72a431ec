/** Where the modules are that workers of this library begin with. */
import { CannotStart } from '../crossing/line.ts';
import { builtin } from '../crossing/node.ts';

/** Returns the reason why workers cannot start, as the end of a sentence. */
function missingEntry(main: string): string {
  return `the file that they begin with, \`${main}.js\`, does not stand beside this one, as in a bundle. Give the executor a \`worker\`, or leave \`skein/executors\` out of the bundle`;
}

/**
 * Returns the file that a worker begins with: `.ts` where the sources run directly, `.js` once compiled.
 *
 * @param here - `import.meta.url`, which a bundle of CommonJS leaves undefined.
 * @throws CannotStart if there is no such file.
 */
export function placeOf(main: string, here: string | undefined): URL {
  if (here === undefined) throw new CannotStart(missingEntry(main));
  // Not one expression with `new URL`: bundlers would take the file for an asset of the page.
  const file = `./${main}${here.slice(here.lastIndexOf('.'))}`;
  const entry = new URL(file, here);
  if (entry.protocol === 'file:' && builtin('node:fs')?.existsSync(entry) === false) {
    throw new CannotStart(missingEntry(main));
  }
  return entry;
}
