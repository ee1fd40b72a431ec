/** Functions that workers find by their module and their name: `declareFunctions()`, in its two forms. */
import { describe } from '../../core/text.ts';
import {
  type AnyFunction,
  crossByReference,
  declareFunction,
  withoutUrl,
} from './portable-function.ts';

/** The functions that a module exports: `typeof import('./work.js')` without the exports that are no functions. */
export type ModuleFunctions<Module> = {
  readonly [Name in keyof Module as Module[Name] extends AnyFunction ? Name : never]: Module[Name];
};

/**
 * Declares functions that workers find by the module they are in and their name. Returns the same functions, so that they
 * can be declared where they are written; they stay ordinary functions.
 *
 * A worker loads the module and takes what was declared there, or else the export of that name. So the functions may use
 * all that the module has: imports, constants, other functions. The module is loaded anew in every worker, with
 * everything that it does while it loads: keep the functions apart from the program that submits them.
 *
 * @param url - The module's own: `import.meta.url`. In a bundle of CommonJS it is undefined; executors need a `worker` there.
 * @param functions - The functions by name.
 * @returns `functions`, as they were given.
 * @throws TypeError when these are not a URL and an object of functions.
 *
 * @example
 * ```ts no-run
 * // work.ts
 * import { createHash } from 'node:crypto';
 * import { declareFunctions } from 'skein/executors';
 *
 * export const { digest } = declareFunctions(import.meta.url, {
 *   digest: (text: string): string => createHash('sha256').update(text).digest('hex'),
 * });
 *
 * // main.ts: await pool.submit(digest, 'some text')
 * ```
 *
 * Takes the place of pickle's rule that a function is found by its module and qualified name.
 */
export function declareFunctions<Functions extends Record<string, (...args: never[]) => unknown>>(
  url: string | URL,
  functions: Functions,
): Functions;
/**
 * Names the functions that a module exports, with their types, without loading it here: only workers do.
 *
 * The module needs nothing of this library. The functions that this returns are to be submitted, not called: the real ones
 * are not here. A function that the module does not have fails its job, with an error that lists the functions it has.
 *
 * @param url - Where the module is: `new URL('./work.js', import.meta.url)`.
 * @typeParam Module - What the module exports: `typeof import('./work.js')`, which loads nothing.
 * @throws TypeError when it is not a whole URL.
 *
 * @example
 * ```ts fragment
 * const work = declareFunctions<typeof import('./work.js')>(new URL('./work.js', import.meta.url));
 * await pool.submit(work.fib, 20);
 * ```
 */
export function declareFunctions<Module extends object>(url: string | URL): ModuleFunctions<Module>;
export function declareFunctions(
  url: string | URL | undefined,
  functions?: Record<string, AnyFunction>,
): object {
  if (functions === undefined) return functionsAt(hrefOf(url, elsewhere));
  const href = url === undefined ? withoutUrl() : hrefOf(url, here);
  if (typeof functions !== 'object' || functions === null) {
    throw new TypeError(
      `\`declareFunctions()\` expected an object of functions, but got ${describe(functions)}. Write \`declareFunctions(import.meta.url, { parse })\`.`,
    );
  }
  for (const [name, fn] of Object.entries(functions)) {
    if (typeof fn !== 'function') {
      throw new TypeError(
        `\`declareFunctions()\` expected functions, but \`${name}\` is ${describe(fn)}.`,
      );
    }
    crossByReference(fn, href, name);
    declareFunction(fn, href, name);
  }
  return functions;
}

/**
 * The former name of {@link declareFunctions}.
 *
 * @deprecated Write `declareFunctions`: this name goes with the next version.
 */
export const task: typeof declareFunctions = declareFunctions;

const here = 'Write `declareFunctions(import.meta.url, { … })`.';
const elsewhere =
  "Write `declareFunctions<typeof import('./work.js')>(new URL('./work.js', import.meta.url))`.";

function hrefOf(url: unknown, advice: string): string {
  const given = (url as Partial<URL> | null | undefined)?.href ?? url;
  const href = typeof given === 'string' ? given : '';
  // The drive of a path of Windows passes for a scheme.
  if (URL.canParse(href) && !/^[a-z]:/i.test(href)) return href;
  throw new TypeError(
    `\`declareFunctions()\` expected the URL of the module, but got ${describe(url)}. ${advice}`,
  );
}

/** Returns an object that has a function for any name: only the worker knows which names the module has. */
function functionsAt(href: string): object {
  const known = new Map<string, AnyFunction>();
  return new Proxy(Object.freeze({}), {
    get(_target, name) {
      // An `await` looks for `then` on any object. If it found a function here, it would wait for ever.
      if (typeof name === 'symbol' || name === 'then') return undefined;
      let fn = known.get(name);
      if (fn === undefined) {
        fn = absent(href, name);
        known.set(name, fn);
      }
      return fn;
    },
  });
}

/** Returns the stand-in for a function that only workers have. */
function absent(href: string, name: string): AnyFunction {
  const fn = (): never => {
    throw new Error(
      `\`${name}\` stands for a function of ${href}, which is loaded in workers only: it cannot be called here. Send it, \`pool.submit(work.${name})\`, or import the module.`,
    );
  };
  Object.defineProperty(fn, 'name', { value: name, configurable: true });
  crossByReference(fn, href, name);
  return fn;
}
