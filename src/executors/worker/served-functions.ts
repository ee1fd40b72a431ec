/**
 * The functions that a worker serves which the program has started (option `worker`). In a bundle the URL of a module differs
 * between program and worker, and to load it again could start the program again. So these functions are found by their names
 * alone, and no module is loaded.
 */
import { describe } from '../../core/text.ts';
import { referenceOf } from '../crossing/portable-function.ts';

type AnyFunction = (...args: never[]) => unknown;

let served: Map<string, AnyFunction> | undefined;

/**
 * Makes the functions of these modules the ones that this worker finds.
 *
 * @throws TypeError for a value that is no module, or if two functions have one name; Error when called again.
 */
export function serveFunctions(modules: readonly object[]): void {
  if (served !== undefined) {
    throw new Error(
      '`serve()` expected to be called once in a worker, but it was called before. Give it all modules at once: `serve(work, more)`.',
    );
  }
  const functions = new Map<string, AnyFunction>();
  for (const module of modules) {
    if (typeof module !== 'object' || module === null) {
      throw new TypeError(
        `\`serve()\` expected modules, but got ${describe(module)}. Write \`import * as work from './work.js'; serve(work);\`.`,
      );
    }
    for (const [exported, value] of Object.entries(module)) {
      if (typeof value !== 'function') continue;
      const fn = value as AnyFunction;
      // The program asks for a declared function by the name that it was declared with.
      const name = referenceOf(fn)?.name ?? exported;
      const other = functions.get(name);
      if (other !== undefined && other !== fn) {
        throw new TypeError(
          `\`serve()\` expected each name once, as functions are found by it, but got two functions \`${name}\`. Declare one by another name: \`declareFunctions(import.meta.url, { ${name}2: ${name} })\`.`,
        );
      }
      functions.set(name, fn);
    }
  }
  served = functions;
}

/**
 * Returns the function of this name; undefined in a worker that loads modules by their URLs.
 *
 * @throws TypeError if this worker serves functions, but not this one.
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
