/**
 * Finds which names a function uses from outside, by its source text.
 *
 * Needs `acorn` and `eslint-scope`, two optional dependencies. They are loaded for the first function that crosses by source.
 * Without them nothing is found here; the worker's own ReferenceError tells later, and of one name only.
 */
import { builtin } from './node.ts';

interface Node {
  readonly type: string;
  readonly [key: string]: unknown;
}

interface Acorn {
  parse(text: string, options: { ecmaVersion: 'latest'; sourceType: 'module'; ranges: true }): Node;
}

interface EslintScope {
  analyze(
    ast: Node,
    options: { ecmaVersion: number; sourceType: 'module' },
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

/** Returns the names of tools that occur in a source text. */
export function helpersIn(text: string): string[] {
  const words =
    text.match(/\b_*(?:cov_[\w$]+|name\b|vite_ssr_dynamic_import__|vite__injectQuery\b)/g) ?? [];
  return [...new Set(words)].filter((word) => helper.test(word));
}

/**
 * Returns the names that the function uses from outside, as the programmer wrote them. Returns undefined if that cannot be
 * found out: the parsers are missing, or the text is no function.
 */
export function outerNames(text: string): string[] | undefined {
  if (parsers === undefined) parsers = load();
  if (parsers === null) return undefined;
  const ast = parse(parsers.acorn, text);
  if (ast === undefined) return undefined;
  const { scopes } = parsers.eslintScope.analyze(ast, { ecmaVersion: 2022, sourceType: 'module' });
  const guarded = new Set<string>();
  const found = new Set<string>();
  visit(ast, { root: rootOf(ast), owned: false, guarded, found });
  for (const { identifier } of scopes[0]?.through ?? []) {
    const { name } = identifier;
    if (name in globalThis || helper.test(name) || guarded.has(name)) continue;
    found.add(nameFor(name, text));
  }
  return [...found];
}

/** Parses the text of a function. That of a method (`double(n) { … }`) is a function only inside an object. */
function parse(acorn: Acorn, text: string): Node | undefined {
  for (const program of [`(${text})`, `({${text}})`]) {
    try {
      return acorn.parse(program, { ecmaVersion: 'latest', sourceType: 'module', ranges: true });
    } catch {
      // Not this form. If it is neither form, the worker's own parser says what is wrong.
    }
  }
  return undefined;
}

interface Search {
  /** The function itself: its `this` comes from outside. */
  readonly root: Node;
  /** True inside inner functions and classes, which have a `this` of their own. */
  readonly owned: boolean;
  /** Names that the function uses with `typeof`: it expects that they may be missing. */
  readonly guarded: Set<string>;
  readonly found: Set<string>;
}

function rootOf(ast: Node): Node {
  const [statement] = ast['body'] as Node[];
  const expression = (statement as Node)['expression'] as Node;
  if (expression.type !== 'ObjectExpression') return expression;
  const [method] = expression['properties'] as Node[];
  return (method as Node)['value'] as Node;
}

/** Finds what a function takes from its place without a name: `this`, `super`, `import.meta`, a relative import. */
function visit(node: Node, search: Search): void {
  const { guarded, found } = search;
  let { owned } = search;
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
      break;
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
  for (const child of childrenOf(node)) visit(child, { ...search, owned });
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
