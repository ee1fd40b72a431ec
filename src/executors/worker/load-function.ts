/** The worker's side of portable functions: turns what crossed into a function again. */
import { current } from '../../core/current.ts';
import { describe } from '../../core/text.ts';
import { helpersIn } from '../crossing/free-variables.ts';
import { apply, getOwnPropertyDescriptor, KeptMap, kept, ownKeys } from '../crossing/intrinsics.ts';
import { markLoading } from '../crossing/module-loading.ts';
import { builtin, process } from '../crossing/node.ts';
import { closureMessage, declaredFunction, missingName } from '../crossing/portable-function.ts';
import type { Code, ReferenceCode, SourceCode } from '../crossing/protocol.ts';
import { webWorkerScope } from '../crossing/web-worker-scope.ts';
import { servedFunction } from './served-functions.ts';

export type Loaded = (this: unknown, ...args: unknown[]) => unknown;

/** The most functions that a worker keeps: a program that always makes new ones must not fill its memory. */
const mostLoaded = 1000;
const loaded = new KeptMap<string, Loaded>();

/** Returns the function, or a promise of it while its module loads. */
export function loadFunction(code: Code, tsx: string | undefined): Loaded | Promise<Loaded> {
  const key = code.kind === 'source' ? code.text : `${code.url}#${code.name}`;
  const known = loaded.get(key);
  if (known !== undefined) return known;
  const keep = (fn: Loaded): Loaded => {
    if (loaded.size >= mostLoaded) loaded.clear();
    loaded.set(key, fn);
    return fn;
  };
  return code.kind === 'source' ? keep(compile(code)) : keepLater(find(code, tsx), keep);
}

async function keepLater(finding: Promise<Loaded>, keep: (fn: Loaded) => Loaded): Promise<Loaded> {
  return keep(await finding);
}

function compile(code: SourceCode): Loaded {
  const fn = evaluate(code);
  const explain = (error: unknown): never => {
    const name = missingName(error, code.text);
    if (name === undefined) throw error;
    throw new kept.TypeError(closureMessage('submit', code.name, [name]), { cause: error });
  };
  return function (this: unknown, ...args: unknown[]) {
    try {
      const result = apply(fn, this, args);
      return result instanceof kept.Promise ? explained(result, explain) : result;
    } catch (error) {
      return explain(error);
    }
  };
}

async function explained(
  result: Promise<unknown>,
  explain: (error: unknown) => never,
): Promise<unknown> {
  try {
    return await result;
  } catch (error) {
    return explain(error);
  }
}

function evaluate(code: SourceCode): Loaded {
  const helpers = helpersIn(code.text);
  const make = (expression: string): unknown => {
    const body = `'use strict'; return (${expression});\n//# sourceURL=${sourceName(code.name)}`;
    // This evaluates text. It is source of the program itself, which crosses in this way.
    if (helpers.length === 0) return new kept.Function(body)();
    return new kept.Function(...helpers, body)(...helpers.map(standIn));
  };
  let error: unknown;
  try {
    return make(code.text) as Loaded;
  } catch (thrown) {
    if (thrown instanceof EvalError) throw forbidden(code.name, thrown);
    error = thrown;
  }
  try {
    // The text of a method is a function only inside an object.
    const holder = make(`{${code.text}}`) as Record<PropertyKey, Loaded>;
    const key = ownKeys(holder)[0] as PropertyKey;
    const { value, get, set } = getOwnPropertyDescriptor(holder, key) ?? {};
    return (value ?? get ?? set) as Loaded;
  } catch {
    throw error;
  }
}

/** Returns the error for a content security policy, or an option of Node, that forbids to make functions from text. */
function forbidden(name: string, cause: EvalError): TypeError {
  return new kept.TypeError(
    `The worker expected to be allowed to compile \`${name}\`, which crosses by source, but its content security policy or Node forbids that. Put it into a module and declare it there: \`declareFunctions(import.meta.url, { … })\`.`,
    { cause },
  );
}

const replaceIn = String.prototype.replace;

/** How stacks call the place of the function. */
function sourceName(name: string): string {
  return `skein:${apply(replaceIn, name, [/[^\w$]+/g, '-'])}`;
}

function standIn(helper: string): unknown {
  if (helper === '__name') {
    return (fn: object, name: string) =>
      Object.defineProperty(fn, 'name', { value: name, configurable: true });
  }
  if (helper === '__vite_ssr_dynamic_import__') return importAsVite;
  // Vite marks what a page imports. A worker imports it without the mark.
  if (helper === '__vite__injectQuery') return (url: string) => url;
  return counters;
}

/** Vite writes the paths of files relative to the folder of the project, which is usually the current folder. */
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

/** Stands for istanbul's counters, used as `cov().b[1][0]++`: each property of it is itself, and as a number it is 0. */
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
    throw new kept.TypeError(
      `The worker expected a function \`${code.name}\` in ${code.url}, but ${but}; ${functionsOf(module)}. Export it there, or declare it there with \`declareFunctions(import.meta.url, { ${code.name} })\`.`,
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

async function importModule(
  code: ReferenceCode,
  tsx: string | undefined,
): Promise<Record<string, unknown>> {
  // Only in a worker: on the program's own thread the rest of the program goes on meanwhile.
  const marks =
    current.isWorkerProcess ||
    builtin('node:worker_threads')?.isMainThread === false ||
    webWorkerScope() !== undefined;
  if (marks) markLoading(code.url);
  try {
    // Before the first attempt: a module that failed to load is not loaded again.
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
    if (marks) markLoading(undefined);
  }
}

/** Returns why a module did not load, as the end of a sentence, and what to do. */
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

/** Tells if there is such a file; undefined where that is not known. */
function exists(url: string): boolean | undefined {
  return url.startsWith('file:') ? builtin('node:fs')?.existsSync(new URL(url)) : undefined;
}

/** Returns the TypeScript source of a JavaScript module that does not exist, if that source exists. */
function typeScriptFor(url: string): string | undefined {
  const source = url.replace(/\.([mc]?)js$/, '.$1ts');
  return source !== url && exists(url) === false && exists(source) === true ? source : undefined;
}

let registered: Promise<void> | undefined;

/**
 * Registers tsx in this worker. On Node 20 a worker inherits `--import tsx`, but tsx then does nothing in it; registered from
 * inside the worker it works.
 *
 * @param loader - The value of `--import`: "tsx", or its file.
 */
function registerTsx(loader: string, module: string): Promise<void> {
  const register = async (): Promise<void> => {
    const require = builtin('node:module')?.createRequire(
      loader.startsWith('file:') ? loader : module,
    );
    const file = require?.resolve('tsx/esm/api');
    if (file === undefined) return;
    // `resolve()` finds the CommonJS form, which looks for its parts in the wrong folder.
    const api: unknown = await import(
      /* @vite-ignore */ /* webpackIgnore: true */ file.replace(/\.cjs$/, '.mjs')
    );
    (api as { register(): unknown }).register();
  };
  // If that fails, the import that follows says what is wrong.
  registered ??= register().catch(() => {});
  return registered;
}
