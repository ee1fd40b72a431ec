/** The worker's side of portable functions: turns what crossed into a function again. */
import { describe } from '../core/text.ts';
import { helpersIn } from './free-variables.ts';
import { builtin, process } from './node.ts';
import { closureMessage, declaredFunction, missingName } from './portable-function.ts';
import type { Code, ReferenceCode, SourceCode } from './protocol.ts';
import { servedFunction } from './served-functions.ts';
import { webWorkerScope } from './web-worker-scope.ts';

export type Loaded = (this: unknown, ...args: unknown[]) => unknown;

/** How many functions are kept compiled: a program that makes ever new ones must not fill its workers. */
const limit = 1000;
const loaded = new Map<string, Loaded>();

/** Returns the function, or a promise of it while its module loads. */
export function loadFunction(code: Code, tsx: string | undefined): Loaded | Promise<Loaded> {
  const key = code.kind === 'source' ? code.text : `${code.url}#${code.name}`;
  const known = loaded.get(key);
  if (known !== undefined) return known;
  const keep = (fn: Loaded): Loaded => {
    if (loaded.size >= limit) loaded.clear();
    loaded.set(key, fn);
    return fn;
  };
  return code.kind === 'source' ? keep(compile(code)) : find(code, tsx).then(keep);
}

function compile(code: SourceCode): Loaded {
  const fn = evaluate(code);
  const explain = (error: unknown): never => {
    const name = missingName(error, code.text);
    if (name === undefined) throw error;
    throw new TypeError(closureMessage('submit', code.name, [name]), { cause: error });
  };
  return function (this: unknown, ...args: unknown[]) {
    try {
      const result = fn.apply(this, args);
      return result instanceof Promise ? result.catch(explain) : result;
    } catch (error) {
      return explain(error);
    }
  };
}

function evaluate(code: SourceCode): Loaded {
  const helpers = helpersIn(code.text);
  const make = (expression: string): unknown => {
    const body = `'use strict'; return (${expression});\n//# sourceURL=${sourceName(code.name)}`;
    // An indirect eval by another name: the source is the program's own, and this is how it crosses.
    return new Function(...helpers, body)(...helpers.map(standIn));
  };
  let error: unknown;
  try {
    return make(code.text) as Loaded;
  } catch (thrown) {
    if (thrown instanceof EvalError) throw forbidden(code.name, thrown);
    error = thrown;
  }
  try {
    // A method's text is a function only inside of an object.
    const holder = make(`{${code.text}}`) as Record<PropertyKey, Loaded>;
    return holder[Reflect.ownKeys(holder)[0] as PropertyKey] as Loaded;
  } catch {
    throw error;
  }
}

/** A content security policy, or an option of Node, has it that no text becomes a function. */
function forbidden(name: string, cause: EvalError): TypeError {
  return new TypeError(
    `The worker expected to be allowed to compile \`${name}\`, which crosses by source, but its content security policy forbids that. Put it into a module, and declare it there: \`task(import.meta.url, { … })\`.`,
    { cause },
  );
}

/** How stacks call the place of the function. */
function sourceName(name: string): string {
  return `skein:${name.replace(/[^\w$]+/g, '-')}`;
}

function standIn(helper: string): unknown {
  if (helper === '__name') {
    return (fn: object, name: string) =>
      Object.defineProperty(fn, 'name', { value: name, configurable: true });
  }
  if (helper === '__vite_ssr_dynamic_import__') return importAsVite;
  // It marks what a page imports; a worker imports it as it is.
  if (helper === '__vite__injectQuery') return (url: string) => url;
  return counters;
}

/** Vite writes the places of files as seen from the folder of the project, which is usually the current one. */
async function importAsVite(url: string): Promise<unknown> {
  const inProject = `${process.cwd?.() ?? ''}${url}`;
  const file = url.startsWith('/@fs/') ? url.slice('/@fs'.length) : inProject;
  try {
    return await import(/* @vite-ignore */ /* webpackIgnore: true */ url);
  } catch (error) {
    if (!url.startsWith('/')) throw error;
    return import(/* @vite-ignore */ /* webpackIgnore: true */ file);
  }
}

/** Stands for istanbul's counters, whose shape is `cov().b[1][0]++`: whatever is read of it is itself, and counts as 0. */
const counters: unknown = new Proxy(() => {}, {
  apply: () => counters,
  get: (_target, property) => (property === Symbol.toPrimitive ? () => 0 : counters),
  set: () => true,
});

async function find(code: ReferenceCode, tsx: string | undefined): Promise<Loaded> {
  const served = servedFunction(code.name);
  if (served !== undefined) return served as Loaded;
  const before = declaredFunction(code.url, code.name);
  if (before !== undefined) return before as Loaded;
  const module = await importModule(code, tsx);
  const found: unknown =
    declaredFunction(code.url, code.name) ??
    module[code.name] ??
    (module['default'] as Record<string, unknown> | undefined)?.[code.name];
  if (typeof found !== 'function') {
    const but =
      found === undefined ? 'it has no export of that name' : `that export is ${describe(found)}`;
    throw new TypeError(
      `The worker expected a function \`${code.name}\` in ${code.url}, but ${but}; ${functionsOf(module)}. Export it there, or declare it there with \`task(import.meta.url, { ${code.name} })\`.`,
    );
  }
  return found as Loaded;
}

function functionsOf(module: Record<string, unknown>): string {
  const names = Object.keys(module).filter((name) => typeof module[name] === 'function');
  if (names.length === 0) return 'it exports no functions';
  const rest = names.length > 10 ? `, and ${names.length - 10} more` : '';
  const list = names.slice(0, 10).map((name) => `\`${name}\``);
  return `it exports ${list.join(', ')}${rest}`;
}

/** Set while a module is being loaded for its functions; see `checkNotLoading()`. */
const key = Symbol.for('skein.loading/0');
const shared = globalThis as unknown as Record<symbol, string | undefined>;

async function importModule(
  code: ReferenceCode,
  tsx: string | undefined,
): Promise<Record<string, unknown>> {
  // Not on the program's own thread, where the rest of the program goes on meanwhile.
  const marks =
    builtin('node:worker_threads')?.isMainThread === false || webWorkerScope() !== undefined;
  if (marks) shared[key] = code.url;
  try {
    // First of all, as a module that failed to load is not tried again.
    if (marks && tsx !== undefined && (isTypeScript(code.url) || typeScriptFor(code.url))) {
      await registerTsx(tsx, code.url);
    }
    return (await import(/* @vite-ignore */ /* webpackIgnore: true */ code.url)) as Record<
      string,
      unknown
    >;
  } catch (cause) {
    throw new Error(`The module of \`${code.name}\`, ${code.url}, ${reasonOf(cause, code.url)}`, {
      cause,
    });
  } finally {
    if (marks) shared[key] = undefined;
  }
}

/** Why a module did not load, as the end of a sentence and advice. */
function reasonOf(error: unknown, url: string): string {
  const code = String((error as { code?: unknown } | null)?.code);
  if (isTypeScript(url) && code === 'ERR_UNKNOWN_FILE_EXTENSION') {
    return 'is TypeScript, and this runtime cannot load that in a worker. Use Node 22.18 or later, run the program with `node --import tsx`, or compile the module first.';
  }
  if (isTypeScript(url) && code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX') {
    return 'has TypeScript syntax that this runtime cannot leave out, as that of `enum`. Run the program with `node --import tsx`, or compile the module first.';
  }
  if (webWorkerScope() !== undefined) {
    return 'failed to load in the worker. If it is a bundle, give the executor a `worker` of the program, which serves the functions.';
  }
  if (exists(url) !== false) return 'failed to load in the worker.';
  const source = typeScriptFor(url);
  return source === undefined
    ? 'does not exist.'
    : `does not exist, but ${source} does. Name that, run the program with \`node --import tsx\`, or compile it first.`;
}

function isTypeScript(url: string): boolean {
  return /\.[mc]?tsx?$/.test(new URL(url).pathname);
}

/** Whether there is such a file; undefined where that cannot be told. */
function exists(url: string): boolean | undefined {
  return url.startsWith('file:') ? builtin('node:fs')?.existsSync(new URL(url)) : undefined;
}

/** The TypeScript module beside a JavaScript module that is not there: what it would be compiled from. */
function typeScriptFor(url: string): string | undefined {
  const source = url.replace(/\.([mc]?)js$/, '.$1ts');
  return source !== url && exists(url) === false && exists(source) === true ? source : undefined;
}

let registered: Promise<void> | undefined;

/**
 * Makes the loader of the program's thread the worker's too. On Node 20 a worker inherits `--import tsx`, but the loader
 * then stays out of its way; called in the worker it works.
 *
 * @param loader - What `--import` was given: "tsx", or its file.
 */
function registerTsx(loader: string, module: string): Promise<void> {
  const register = async (): Promise<void> => {
    const require = builtin('node:module')?.createRequire(
      loader.startsWith('file:') ? loader : module,
    );
    const file = require?.resolve('tsx/esm/api');
    if (file === undefined) return;
    // Its CommonJS form, which `resolve()` finds, looks for its parts in the wrong folder.
    const api: unknown = await import(
      /* @vite-ignore */ /* webpackIgnore: true */ file.replace(/\.cjs$/, '.mjs')
    );
    (api as { register(): unknown }).register();
  };
  // When it cannot be had, the import that follows says what is wrong.
  registered ??= register().catch(() => {});
  return registered;
}

/**
 * Refuses work given by a module that a worker is just loading: usually a program whose own functions were sent, so that
 * each worker would start it again.
 *
 * @throws Error while a module is being loaded.
 */
export function checkNotLoading(caller: string): void {
  const url = shared[key];
  if (url === undefined) return;
  throw new Error(
    `${caller}() expected to be called by the program, but a worker is loading ${url} for its functions, and that module starts work while it loads. Put the functions into a module of their own.`,
  );
}
