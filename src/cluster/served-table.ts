import { isClass } from '../core/function-kind.ts';
import { describe } from '../core/text.ts';
import { type AnyFunction, referenceOf } from '../executors/crossing/portable-function.ts';

/**
 * The functions that a server runs, by name. A name that comes from elsewhere finds nothing but these: the table is a Map, so
 * that `constructor` and `__proto__` are names as any other.
 */
export class ServedTable {
  readonly #functions = new Map<string, AnyFunction>();

  /**
   * @param needsModules - The functions run in other threads or processes, which find them by their modules.
   * @throws TypeError for what is no module, for a function that was not declared, and if two functions have one name.
   */
  constructor(work: object | readonly object[], needsModules: boolean) {
    for (const module of Array.isArray(work) ? (work as readonly unknown[]) : [work]) {
      if (typeof module !== 'object' || module === null) {
        throw new TypeError(
          `\`serveCluster()\` expected modules of functions, but got ${describe(module)}. Write \`import * as work from './work.js'; serveCluster(work, { … })\`.`,
        );
      }
      this.#addAll(module, needsModules);
    }
    if (this.#functions.size > 0) return;
    throw new TypeError(
      '`serveCluster()` expected at least one function, but the modules have none. Declare what executors may call: `export const { resize } = declareFunctions(import.meta.url, { resize })`.',
    );
  }

  #addAll(module: object, needsModules: boolean): void {
    for (const [exported, value] of Object.entries(module)) {
      if (typeof value !== 'function' || isClass(value)) continue;
      const fn = value as AnyFunction;
      const reference = referenceOf(fn);
      if (reference === undefined && needsModules) {
        throw new TypeError(
          `\`serveCluster()\` expected declared functions, as threads and processes find them by their modules, but \`${exported}\` is not. Write \`declareFunctions(import.meta.url, { ${exported} })\` in its module, or give the option \`executor: 'inline'\`.`,
        );
      }
      // Executors ask for a declared function by the name that it was declared with.
      const name = reference?.name ?? exported;
      const other = this.#functions.get(name);
      if (other !== undefined && other !== fn) {
        throw new TypeError(
          `\`serveCluster()\` expected each name once, as functions are found by it, but got two functions \`${name}\`. Declare one by another name: \`declareFunctions(import.meta.url, { ${name}2: ${name} })\`.`,
        );
      }
      this.#functions.set(name, fn);
    }
  }

  find(name: string): AnyFunction | undefined {
    return this.#functions.get(name);
  }

  /** The names, as a part of a sentence. */
  get names(): string {
    return [...this.#functions.keys()].map((name) => `\`${name}\``).join(', ');
  }
}
