/**
 * The functions that a worker of the program's own serves. In a bundle a module has another URL on each side, and to load it
 * once more could start the program again: so they are found by their names alone, and no module is loaded.
 */
import { describe } from '../core/text.ts';
import { referenceOf } from './portable-function.ts';

type AnyFunction = (...args: never[]) => unknown;

let served: Map<string, AnyFunction> | undefined;

/**
 * Has these functions be found.
 *
 * @throws TypeError for what is no module with functions, or when two functions have one name; Error when called again.
 */
export function serveFunctions(modules: readonly object[]): void {
  if (served !== undefined) {
    throw new Error(
      'serve() expected to be called once in a worker, but it was called before. Give it all modules at once: `serve(work, more)`.',
    );
  }
  const functions = new Map<string, AnyFunction>();
  for (const module of modules) {
    if (typeof module !== 'object' || module === null) {
      throw new TypeError(
        `serve() expected modules, but got ${describe(module)}. Write \`import * as work from './work.js'; serve(work);\`.`,
      );
    }
    for (const [exported, value] of Object.entries(module)) {
      if (typeof value !== 'function') continue;
      const fn = value as AnyFunction;
      // A declared function is asked for by the name that it was declared with.
      const name = referenceOf(fn)?.name ?? exported;
      const other = functions.get(name);
      if (other !== undefined && other !== fn) {
        throw new TypeError(
          `serve() expected each name once, as functions are found by it, but got two functions \`${name}\`. Declare one by another name: \`task(import.meta.url, { ${name}2: ${name} })\`.`,
        );
      }
      functions.set(name, fn);
    }
  }
  served = functions;
}

/**
 * The function of this name; undefined in a worker that loads modules by their URLs.
 *
 * @throws TypeError when this worker serves others, and not that one.
 */
export function servedFunction(name: string): AnyFunction | undefined {
  if (served === undefined) return undefined;
  const fn = served.get(name);
  if (fn !== undefined) return fn;
  const names = [...served.keys()].map((each) => `\`${each}\``);
  const but = names.length === 0 ? 'it serves none' : `it serves ${names.join(', ')}`;
  throw new TypeError(
    `The worker expected to serve a function \`${name}\`, but ${but}. Give its module to \`serve()\`, in the module of the worker: \`import * as work from './work.js'; serve(work);\`.`,
  );
}
