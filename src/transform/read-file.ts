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

/** The functions by which compilers replace `async`, without underscores and capitals. */
const replacements = new Set([
  'awaiter', // TypeScript
  'asyncgenerator', // TypeScript, esbuild
  'asynctogenerator', // Babel, swc, oxc
  'wrapasyncgenerator', // Babel, swc, oxc
]);

/** Returns the function that a node calls in place of an `async` function, if it does. */
export function loweredBy(node: AnyNode): string | undefined {
  if (node.type !== 'CallExpression') return undefined;
  for (const name of namesOf(node.callee)) {
    // esbuild
    if (name === '__async') return name;
    if (replacements.has(name.replace(/_|\d+$/g, '').toLowerCase())) return name;
  }
  return undefined;
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
