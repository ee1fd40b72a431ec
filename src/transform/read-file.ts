/** What the transform looks for in a file, apart from what it rewrites. */
import type { AnyNode } from 'acorn';

/** Returns the module that a node imports, if it does that and names it. */
export function importedBy(node: AnyNode): string | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
    case 'ExportNamedDeclaration':
    case 'ImportExpression':
      return textOf(node.source);
    case 'CallExpression': {
      const { callee } = node;
      const isRequire = callee.type === 'Identifier' && callee.name === 'require';
      return isRequire ? textOf(node.arguments[0]) : undefined;
    }
    default:
      return undefined;
  }
}

function textOf(node: AnyNode | null | undefined): string | undefined {
  switch (node?.type) {
    case 'Literal':
      return typeof node.value === 'string' ? node.value : undefined;
    case 'TemplateLiteral':
      return node.quasis.length === 1 ? (node.quasis[0]?.value.cooked ?? undefined) : undefined;
    case 'ParenthesizedExpression':
      return textOf(node.expression);
    default:
      return undefined;
  }
}

/**
 * Returns of which kind a file is that has this node in it: a module, which may be given an `import`, or CommonJS, which needs a
 * `require()`; undefined if the node tells nothing.
 *
 * @param isOutside - True for what stands in no function.
 */
export function kindBy(node: AnyNode, isOutside: boolean): 'module' | 'commonjs' | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportDefaultDeclaration':
    case 'MetaProperty':
      return node.type !== 'MetaProperty' || node.meta.name === 'import' ? 'module' : undefined;
    case 'AwaitExpression':
      return isOutside ? 'module' : undefined;
    case 'ForOfStatement':
      return isOutside && node.await ? 'module' : undefined;
    case 'VariableDeclaration':
      return isOutside && node.kind === 'await using' ? 'module' : undefined;
    case 'CallExpression':
      return isNamed(node.callee, 'require') ? 'commonjs' : undefined;
    case 'UnaryExpression':
      return isNamed(node.argument, 'exports') ? 'commonjs' : undefined;
    case 'MemberExpression': {
      const isExports = isNamed(node.object, 'module') && isNamed(node.property, 'exports');
      return isExports || isNamed(node.object, 'exports') ? 'commonjs' : undefined;
    }
    default:
      return undefined;
  }
}

function isNamed(node: AnyNode, name: string): boolean {
  return node.type === 'Identifier' && node.name === name;
}

/** The functions by which compilers replace `async`, without underscores and capitals. */
const replacements = new Set([
  'awaiter', // TypeScript
  'asyncgenerator', // TypeScript, esbuild
  'asynctogenerator', // Babel, swc, oxc
  'wrapasyncgenerator', // Babel, swc, oxc
]);

/** Returns the function that a node calls in place of an `async` function, if it does. */
export function loweredBy(node: AnyNode): string | undefined {
  if (node.type !== 'CallExpression' || !hasBody(node.arguments)) return undefined;
  for (const name of namesOf(node.callee)) {
    // esbuild
    if (name === '__async') return name;
    if (replacements.has(name.replace(/_|\d+$/g, '').toLowerCase())) return name;
  }
  return undefined;
}

/**
 * True if a function is among the arguments that can stand for an `async` one: `__awaiter(…, function* () {})`, or
 * `_asyncToGenerator(regenerator.mark(function () {}))`. Functions of the program may have the names, too.
 */
function hasBody(values: readonly AnyNode[], isWithin = false): boolean {
  return values.some((value) => {
    if (value.type === 'FunctionExpression') return !value.async;
    return value.type === 'CallExpression' && !isWithin && hasBody(value.arguments, true);
  });
}

/** The names in `f`, `o.f`, and `(0, o.f)`, which compilers write in place of `o.f`. */
function namesOf(callee: AnyNode | undefined): string[] {
  switch (callee?.type) {
    case 'Identifier':
      return [callee.name];
    case 'MemberExpression':
      return [...namesOf(callee.property), ...namesOf(callee.object)];
    case 'ParenthesizedExpression':
      return namesOf(callee.expression);
    case 'SequenceExpression':
      return namesOf(callee.expressions.at(-1));
    default:
      return [];
  }
}
