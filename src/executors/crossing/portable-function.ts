/**
 * How a function crosses to a worker. By reference, as pickle does it: the module that declares it and its name there,
 * which works alike for threads, processes and other machines. Or, for a function that stands on its own, by source.
 */

import { isCoroutineFunction, isGeneratorFunction } from '../../core/function-kind.ts';
import { describe, nameOf } from '../../core/text.ts';
import { nameFor, tiesOf } from './free-variables.ts';
import type { Code, ReferenceCode } from './protocol.ts';

export type AnyFunction = (...args: never[]) => unknown;

interface Registry {
  /** The code of each function that crossed before, or was declared. */
  readonly codes: WeakMap<AnyFunction, Code>;
  /** Functions declared with `declareFunctions()`, by module and name. */
  readonly declared: Map<string, AnyFunction>;
}

/** On `globalThis`: a program may have two copies of this package, and a worker loads the program's copy. Both share this. */
const key = Symbol.for('skein.tasks/0');
const shared = globalThis as unknown as Record<symbol, Registry | undefined>;
shared[key] ??= { codes: new WeakMap(), declared: new Map() };
const registry: Registry = shared[key];

/** Makes `fn` cross by reference, as this name of a module. */
export function crossByReference(fn: AnyFunction, url: string, name: string): void {
  registry.codes.set(fn, { kind: 'reference', name, url, ...generating(fn) });
}

/** The scheme of the URLs of functions that were declared without one. */
const noUrl = 'commonjs:';
let declaredWithoutUrl = 0;

/** Returns a URL for functions that were declared without one, as in a bundle of CommonJS: only their names are known. */
export function withoutUrl(): string {
  return `${noUrl}${++declaredWithoutUrl}`;
}

/** True if only the name of the function is known. */
export function hasNoUrl({ url }: ReferenceCode): boolean {
  return url.startsWith(noUrl);
}

/** Makes `fn` the function that this thread finds as this name of a module. */
export function declareFunction(fn: AnyFunction, url: string, name: string): void {
  registry.declared.set(`${url}#${name}`, fn);
}

/** Returns how a declared function crosses; undefined for a function that was not declared. */
export function referenceOf(fn: AnyFunction): ReferenceCode | undefined {
  const code = registry.codes.get(fn);
  return code?.kind === 'reference' ? code : undefined;
}

/** Returns the function that `declareFunctions()` has declared in this thread. */
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
      `\`${caller}()\` expected a function and then its arguments, but got ${describe(fn)}. Write \`${caller}(fn, 1, 2)\`, not \`${caller}(fn(1, 2))\`.`,
    );
  }
  let code = registry.codes.get(fn);
  if (code === undefined) {
    code = sourceOf(fn, caller);
    registry.codes.set(fn, code);
  }
  if (code.generates === true && caller !== 'stream') {
    throw new TypeError(
      `\`${caller}()\` expected a plain or async function, but \`${code.name}\` is a generator function: calling it runs nothing. For its items use \`stream(${nameOf(fn, 'fn')}, …)\`. A coroutine runs on the loop: use \`createTask(${nameOf(fn, 'coroutine')}())\`.`,
    );
  }
  return code;
}

function generating(fn: AnyFunction): { generates?: true } {
  const kind: unknown = (fn as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag];
  return kind === 'AsyncGeneratorFunction' || isGeneratorFunction(fn) ? { generates: true } : {};
}

/** The most texts that are kept: a program that always makes new ones must not fill its memory. */
const mostTexts = 256;
/**
 * The code of each text that crossed before. A closure in a loop is a new function in each round: to parse it each time would
 * take far longer than to send it, and the pools know by its code what a worker has, and whether it is quick.
 */
const codesOfTexts = new Map<string, Code>();

function sourceOf(fn: AnyFunction, caller: string): Code {
  const text = Function.prototype.toString.call(fn);
  const name = nameOf(fn, shortened(text));
  if (isCoroutineFunction(fn)) {
    throw new TypeError(
      `\`${caller}()\` expected a function that stands on its own, but \`${name}\` is a coroutine function: put the function into a module and declare it there: \`declareFunctions(import.meta.url, { … })\`.`,
    );
  }
  const known = codesOfTexts.get(text);
  if (known?.name === name) return known;
  if (/\{\s*\[native code\]\s*\}$/.test(text)) {
    throw new TypeError(
      `\`${caller}()\` expected a function written in JavaScript, but \`${name}\` is built in or bound, and has no source to send. Wrap it: \`(value) => ${name.replace(/^bound /, '') || 'fn'}(value)\`.`,
    );
  }
  if (/^class\b/.test(text)) {
    throw new TypeError(
      `\`${caller}()\` expected a function, but \`${name}\` is a class. Send a function that makes one and uses it.`,
    );
  }
  const { names, callsEval, uncompilable } = tiesOf(text);
  if (callsEval) {
    throw new TypeError(
      `\`${caller}()\` expected a function that stands on its own, but \`${name}\` calls \`eval\`, which cannot be analysed: what it evaluates may use any name from outside. Write \`(0, eval)(text)\`, which sees global names only, or put the function into a module and declare it there: \`declareFunctions(import.meta.url, { … })\`.`,
    );
  }
  if (uncompilable !== undefined) {
    throw new TypeError(
      `\`${caller}()\` expected a function whose source can be compiled by itself, in strict mode, but that of \`${name}\` cannot: ${uncompilable}. Write it without that, or put the function into a module and declare it there: \`declareFunctions(import.meta.url, { … })\`.`,
    );
  }
  if (names.length > 0) throw new TypeError(closureMessage(caller, name, names));
  const code: Code = { kind: 'source', name, text, ...generating(fn) };
  if (codesOfTexts.size >= mostTexts) codesOfTexts.clear();
  codesOfTexts.set(text, code);
  return code;
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 60 ? `${line.slice(0, 57)}...` : line;
}

/** Returns the message for a function that uses names from outside. Both sides use it: either may find the names. */
export function closureMessage(caller: string, name: string, names: readonly string[]): string {
  const list = names.map((each) => `\`${each}\``).join(', ');
  const it = names.length === 1 ? 'it' : 'them';
  return `\`${caller}()\` expected a function that stands on its own, but \`${name}\` uses ${list} from outside, and only its source goes to the worker. Pass ${it} as an argument, declare ${it} inside the function, or put the function into a module and declare it there: \`declareFunctions(import.meta.url, { … })\`.`;
}

/** Returns the name from outside that a worker's "x is not defined" tells of; undefined for any other error. */
export function missingName(error: unknown, text: string): string | undefined {
  if (!isReferenceError(error)) return undefined;
  const name = /^([\w$]+) is not defined$/.exec(error.message)?.[1];
  if (
    name === undefined ||
    !new RegExp(`(?<![\\w$])${name.replace(/\$/g, '\\$')}(?![\\w$])`).test(text)
  ) {
    return undefined;
  }
  return nameFor(name, text);
}

/** False for a proxy that throws when asked. */
function isReferenceError(thrown: unknown): thrown is ReferenceError {
  try {
    return thrown instanceof ReferenceError;
  } catch {
    return false;
  }
}
