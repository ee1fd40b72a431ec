/**
 * Finds which names a function uses from outside, by its source text.
 *
 * Needs `acorn` and `eslint-scope`, two optional dependencies. They are loaded for the first function that crosses by source.
 * Without them nothing is found here; the worker's own ReferenceError tells later, and of one name only.
 */
import { append, apply, KeptSet } from './intrinsics.ts';
import { builtin } from './node.ts';

interface Node {
  readonly type: string;
  readonly [key: string]: unknown;
}

interface Acorn {
  parse(text: string, options: typeof acornOptions): Node;
}

/** A function may use what only its place allows, which is found then and named. */
const acornOptions = {
  ecmaVersion: 'latest',
  sourceType: 'module',
  ranges: true,
  allowSuperOutsideMethod: true,
  checkPrivateFields: false,
} as const;

interface EslintScope {
  analyze(
    ast: Node,
    options: { ecmaVersion: number; sourceType: 'module'; ignoreEval: true },
  ): { scopes: { through: { identifier: Node & { name: string } }[] }[] };
}

let parsers: { acorn: Acorn; eslintScope: EslintScope } | null | undefined;

function load(): { acorn: Acorn; eslintScope: EslintScope } | null {
  try {
    const require = builtin('node:module')?.createRequire(import.meta.url);
    if (require === undefined) return null;
    return {
      acorn: require('acorn') as Acorn,
      eslintScope: require('eslint-scope') as EslintScope,
    };
  } catch {
    return null;
  }
}

/**
 * Names that tools put into the functions they compile: esbuild's names for inner functions, Vite's dynamic import, istanbul's
 * counters. The worker has a stand-in for each.
 */
const helper = /^(?:__name|__vite_ssr_dynamic_import__|__vite__injectQuery|_*cov_[\w$]+)$/;

const word = /\b_*(?:cov_[\w$]+|name\b|vite_ssr_dynamic_import__|vite__injectQuery\b)/g;
// Kept, as a job may replace it in a worker.
const exec = RegExp.prototype.exec;

/** Returns the names of tools that occur in a source text. */
export function helpersIn(text: string): string[] {
  const found: string[] = [];
  const seen = new KeptSet<string>();
  word.lastIndex = 0;
  for (;;) {
    const name = apply(exec, word, [text])?.[0];
    if (name === undefined) return found;
    if (seen.has(name) || apply(exec, helper, [name]) === null) continue;
    seen.add(name);
    append(found, name);
  }
}

/** How a function depends on its place. */
export interface Ties {
  /** The names that it uses from outside, as the programmer wrote them. */
  readonly names: readonly string[];
  /** True if it calls `eval()`, and so may use any name. */
  readonly callsEval: boolean;
  /** Why its text cannot be compiled by itself; undefined if it can, as far as is known. */
  readonly uncompilable?: string | undefined;
}

/** Returns how the function of this text depends on its place. Without the parsers no ties are found. */
export function tiesOf(text: string): Ties {
  if (parsers === undefined) parsers = load();
  if (parsers === null) return { names: [], callsEval: false };
  const parsed = parse(parsers.acorn, text);
  if (parsed === undefined) {
    return { names: [], callsEval: false, uncompilable: whyUncompilable(text) };
  }
  try {
    return tiesIn(parsed, parsers.eslintScope, text);
  } catch (error) {
    // Nested too deep to look into, as what the parser gives up.
    if (error instanceof RangeError) return { names: [], callsEval: false };
    throw error;
  }
}

function tiesIn({ ast, root }: Parsed, eslintScope: EslintScope, text: string): Ties {
  const { scopes } = eslintScope.analyze(ast, {
    ecmaVersion: 2022,
    sourceType: 'module',
    ignoreEval: true,
  });
  const search: Search = {
    root,
    guarded: new Set(),
    found: new Set(),
    declaredPrivate: new Set(),
    usedPrivate: new Set(),
    callsEval: false,
  };
  visit(root, search, false);
  const { found, guarded, usedPrivate, declaredPrivate, callsEval } = search;
  for (const name of usedPrivate) if (!declaredPrivate.has(name)) found.add(name);
  for (const { identifier } of scopes[0]?.through ?? []) {
    const { name } = identifier;
    if (name in globalThis || helper.test(name) || guarded.has(name)) continue;
    found.add(nameFor(name, text));
  }
  return { names: [...found], callsEval };
}

interface Parsed {
  readonly ast: Node;
  /** The function itself. */
  readonly root: Node;
}

/** The texts in which a function may stand, and where it stands there. */
const forms: readonly (readonly [
  program: (text: string) => string,
  root: (whole: Node) => unknown,
])[] = [
  [(text) => `(${text})`, (whole) => whole],
  // A method: `double(n) { … }`.
  [(text) => `({${text}})`, (whole) => (whole['properties'] as Node[])[0]?.['value']],
  // An arrow function may have `new.target` only inside another function.
  [
    (text) => `(function () { (${text}); })`,
    (whole) => ((whole['body'] as Node)['body'] as Node[])[0]?.['expression'],
  ],
];

function parse(acorn: Acorn, text: string): Parsed | undefined {
  for (const [program, root] of forms) {
    try {
      const ast = acorn.parse(program(text), acornOptions);
      const [statement] = ast['body'] as Node[];
      return { ast, root: root((statement as Node)['expression'] as Node) as Node };
    } catch {
      // Not this form.
    }
  }
  return undefined;
}

/** Has the engine compile the text as the worker does: it may know more syntax than the parser, and it allows no sloppy mode. */
function whyUncompilable(text: string): string | undefined {
  let why: string | undefined;
  for (const expression of [`(${text})`, `({${text}})`]) {
    try {
      new Function(`'use strict'; return ${expression}`);
      return undefined;
    } catch (error) {
      // Where text must not be compiled at all, the worker says so.
      if (!(error instanceof SyntaxError)) return undefined;
      why ??= error.message.replace(/\.$/, '');
    }
  }
  return why;
}

interface Search {
  /** The function itself: its `this` comes from outside. */
  readonly root: Node;
  /** Names that the function uses with `typeof`: it expects that they may be missing. */
  readonly guarded: Set<string>;
  readonly found: Set<string>;
  /** The private names of the classes inside the function, and those that it uses. */
  readonly declaredPrivate: Set<string>;
  readonly usedPrivate: Set<string>;
  callsEval: boolean;
}

/**
 * Finds what a function takes from its place without a name: `this`, `super`, `new.target`, `import.meta`, a private name, a
 * relative import.
 *
 * @param isOwned - True inside inner functions and classes, which have a `this` of their own.
 */
function visit(node: Node, search: Search, isOwned: boolean): void {
  const { guarded, found } = search;
  let owned = isOwned;
  switch (node.type) {
    case 'FunctionExpression':
    case 'FunctionDeclaration':
      owned ||= node !== search.root;
      break;
    case 'ClassBody':
      owned = true;
      break;
    case 'ThisExpression':
      if (!owned) found.add('this');
      break;
    case 'MemberExpression':
      // The worker gives a function its job as `this`. An arrow function has the `this` of its place instead.
      if (isOfJob(node) && search.root.type === 'FunctionExpression') return;
      break;
    case 'Super':
      if (!owned) found.add('super');
      break;
    case 'MetaProperty':
      if ((node['meta'] as Node)['name'] === 'import') found.add('import.meta');
      else if (!owned && search.root.type === 'ArrowFunctionExpression') found.add('new.target');
      break;
    case 'PropertyDefinition':
    case 'MethodDefinition':
      if (isPrivate(node['key'])) search.declaredPrivate.add(`#${node['key'].name}`);
      break;
    case 'PrivateIdentifier':
      if (isPrivate(node)) search.usedPrivate.add(`#${node.name}`);
      break;
    case 'CallExpression': {
      const callee = node['callee'] as Node;
      // `eval?.()` and `(0, eval)()` see global names only.
      if (callee.type === 'Identifier' && callee['name'] === 'eval' && node['optional'] !== true) {
        search.callsEval = true;
      }
      break;
    }
    case 'ImportExpression': {
      const specifier = (node['source'] as Node)['value'];
      if (typeof specifier === 'string' && /^\.\.?\//.test(specifier)) {
        found.add(`import('${specifier}')`);
      }
      break;
    }
    case 'UnaryExpression': {
      const argument = node['argument'] as Node;
      if (node['operator'] === 'typeof' && argument.type === 'Identifier') {
        guarded.add(argument['name'] as string);
      }
      break;
    }
  }
  for (const child of childrenOf(node)) visit(child, search, owned);
}

function isPrivate(node: unknown): node is { readonly name: string } {
  return (node as Node).type === 'PrivateIdentifier';
}

/** The properties of `this` that every job has: `this.signal`. */
const ofJob: readonly unknown[] = ['signal', 'transfer', 'progress'];

function isOfJob(node: Node): boolean {
  const property = node['property'] as Node;
  return (
    (node['object'] as Node).type === 'ThisExpression' &&
    node['computed'] === false &&
    ofJob.includes(property['name'])
  );
}

function* childrenOf(node: Node): Iterable<Node> {
  for (const value of Object.values(node)) {
    for (const each of Array.isArray(value) ? value : [value]) {
      if (typeof (each as Node | null)?.type === 'string') yield each as Node;
    }
  }
}

/** The names that loaders and bundlers give to imported modules. */
const imported = /^(?:__vi_import_\d+__|__vite_ssr_import_\d+__|import_\w+|_\w+|\w+__WEBPACK_\w+)$/;

/** Returns a name as the programmer wrote it: loaders write `__vite_ssr_import_0__.readFile` for an imported `readFile`. */
export function nameFor(name: string, text: string): string {
  if (name === '__vite_ssr_import_meta__') return 'import.meta';
  if (!imported.test(name)) return name;
  const pattern = new RegExp(`(?<![\\w$.])${name.replace(/\$/g, '\\$')}\\.([\\w$]+)`);
  return pattern.exec(text)?.[1] ?? name;
}
