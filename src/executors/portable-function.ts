/**
 * How a function crosses to a worker. By reference, as pickle does it: the module that declares it and its name there,
 * which works alike for threads, processes and other machines. Or, for a function that stands on its own, by source.
 */
import { describe, isGeneratorFunction } from '../core/text.ts';
import { nameFor, outerNames } from './free-variables.ts';
import type { Code } from './protocol.ts';

type AnyFunction = (...args: never[]) => unknown;

interface Registry {
  /** What is known of each function that crossed before, or was declared. */
  readonly codes: WeakMap<AnyFunction, Code>;
  /** Functions declared with `task()`, by module and name. */
  readonly declared: Map<string, AnyFunction>;
}

/** On `globalThis`, as a program may have two copies of this package, and a worker loads the program's. */
const key = Symbol.for('skein.tasks/0');
const shared = globalThis as unknown as Record<symbol, Registry | undefined>;
shared[key] ??= { codes: new WeakMap(), declared: new Map() };
const registry: Registry = shared[key];

/**
 * Declares functions that workers find by the module they are in and their name. Answers them, so that they can be
 * declared where they are written; they stay ordinary functions.
 *
 * A worker loads the module and takes what was declared there, or else the export of that name. So the functions may use
 * all that the module has: imports, constants, other functions. The module is loaded anew in every worker, with
 * everything that it does while it loads: keep the functions apart from the program that submits them.
 *
 * @param url - The module's own: `import.meta.url`.
 * @param functions - The functions by name.
 * @throws TypeError when these are not a URL and an object of functions.
 *
 * @example
 * ```ts no-run
 * // work.ts
 * import { createHash } from 'node:crypto';
 * import { task } from 'skein/executors';
 *
 * export const { digest } = task(import.meta.url, {
 *   digest: (text: string): string => createHash('sha256').update(text).digest('hex'),
 * });
 *
 * // main.ts: await pool.submit(digest, 'some text')
 * ```
 *
 * Takes the place of pickle's rule that a function is found by its module and qualified name.
 */
export function task<Functions extends Record<string, (...args: never[]) => unknown>>(
  url: string | URL,
  functions: Functions,
): Functions {
  const href = String(url);
  if (!URL.canParse(href)) {
    throw new TypeError(
      `task() expected the URL of the module, but got ${describe(url)}. Write \`task(import.meta.url, { … })\`.`,
    );
  }
  if (typeof functions !== 'object' || functions === null) {
    throw new TypeError(
      `task() expected an object of functions, but got ${describe(functions)}. Write \`task(import.meta.url, { parse })\`.`,
    );
  }
  for (const [name, fn] of Object.entries(functions)) {
    if (typeof fn !== 'function') {
      throw new TypeError(`task() expected functions, but \`${name}\` is ${describe(fn)}.`);
    }
    registry.codes.set(fn, { kind: 'reference', name, url: href });
    registry.declared.set(`${href}#${name}`, fn);
  }
  return functions;
}

/** The function that `task()` declared, in this thread. */
export function declaredFunction(url: string, name: string): AnyFunction | undefined {
  return registry.declared.get(`${url}#${name}`);
}

/**
 * Returns how `fn` crosses.
 *
 * @param caller - The call to name in errors: "submit".
 * @throws TypeError when it cannot.
 */
export function codeOf(fn: AnyFunction, caller: string): Code {
  if (typeof fn !== 'function') {
    throw new TypeError(
      `${caller}() expected a function and then its arguments, but got ${describe(fn)}. Write \`${caller}(fn, 1, 2)\`, not \`${caller}(fn(1, 2))\`.`,
    );
  }
  let code = registry.codes.get(fn);
  if (code === undefined) {
    code = sourceOf(fn, caller);
    registry.codes.set(fn, code);
  }
  return code;
}

function sourceOf(fn: AnyFunction, caller: string): Code {
  const text = Function.prototype.toString.call(fn);
  const name = fn.name === '' ? shortened(text) : fn.name;
  if (/\{\s*\[native code\]\s*\}$/.test(text)) {
    throw new TypeError(
      `${caller}() expected a function written in JavaScript, but \`${name}\` is built in or bound, and has no source to send. Wrap it: \`(value) => ${name.replace(/^bound /, '') || 'fn'}(value)\`.`,
    );
  }
  if (/^class\b/.test(text)) {
    throw new TypeError(
      `${caller}() expected a function, but \`${name}\` is a class. Send a function that makes one and uses it.`,
    );
  }
  if (isGeneratorFunction(fn) || /^async\s*(?:function\s*)?\*/.test(text)) {
    throw new TypeError(
      `${caller}() expected a plain or async function, but \`${name}\` is a generator function: calling it runs nothing. A coroutine runs on the loop: use \`createTask(${fn.name || 'coroutine'}())\`.`,
    );
  }
  const names = outerNames(text) ?? [];
  if (names.length > 0) throw new TypeError(closureMessage(caller, name, names));
  return { kind: 'source', name, text };
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 60 ? `${line.slice(0, 57)}...` : line;
}

/** The error for a function that needs what stays behind, the same whichever side finds it. */
export function closureMessage(caller: string, name: string, names: readonly string[]): string {
  const list = names.map((each) => `\`${each}\``).join(', ');
  const it = names.length === 1 ? 'it' : 'them';
  return `${caller}() expected a function that stands on its own, but \`${name}\` uses ${list} from outside, and only its source goes to the worker. Pass ${it} as an argument, declare ${it} inside the function, or put the function into a module and declare it there: \`task(import.meta.url, { … })\`.`;
}

/** What a worker's "x is not defined" says about a function that came by source, or undefined for any other error. */
export function missingName(error: unknown, text: string): string | undefined {
  if (!(error instanceof ReferenceError)) return undefined;
  const name = /^([\w$]+) is not defined$/.exec(error.message)?.[1];
  if (
    name === undefined ||
    !new RegExp(`(?<![\\w$])${name.replace(/\$/g, '\\$')}(?![\\w$])`).test(text)
  ) {
    return undefined;
  }
  return nameFor(name, text);
}
