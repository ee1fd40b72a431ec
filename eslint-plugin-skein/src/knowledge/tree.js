/**
 * Reading the syntax tree: functions, names and where they come from.
 *
 * @typedef {import('eslint').SourceCode} SourceCode
 * @typedef {import('eslint').Scope.Variable} Variable
 */

const functionTypes = new Set([
  'ArrowFunctionExpression',
  'FunctionDeclaration',
  'FunctionExpression',
]);

/** @param {any} node */
export function isFunction(node) {
  return functionTypes.has(node?.type);
}

/**
 * Returns the function that the node is in; undefined at the top of a module.
 *
 * @param {any} node
 * @returns {any}
 */
export function functionAround(node) {
  let each = node.parent;
  while (each && !isFunction(each)) {
    // A block of a class that runs with the class belongs to no function.
    if (each.type === 'StaticBlock' || each.type === 'PropertyDefinition') return undefined;
    each = each.parent;
  }
  return each ?? undefined;
}

/**
 * Returns the node below parentheses of types: `x!`, `x as T`, `<T>x`, `x satisfies T`, and `a?.b`.
 *
 * @param {any} node
 * @returns {any}
 */
export function bare(node) {
  let each = node;
  while (
    each &&
    (each.type === 'TSNonNullExpression' ||
      each.type === 'TSAsExpression' ||
      each.type === 'TSTypeAssertion' ||
      each.type === 'TSSatisfiesExpression' ||
      each.type === 'ChainExpression')
  ) {
    each = each.expression;
  }
  return each;
}

/**
 * Returns the variable that an identifier names; undefined for one that is not declared in the file.
 *
 * @param {SourceCode} sourceCode
 * @param {any} identifier
 * @returns {Variable | undefined}
 */
export function variableOf(sourceCode, identifier) {
  let scope = /** @type {any} */ (sourceCode.getScope(identifier));
  while (scope) {
    const variable = scope.set.get(identifier.name);
    if (variable) return variable.defs.length > 0 ? variable : undefined;
    scope = scope.upper;
  }
  return undefined;
}

/**
 * True for a global name that the file does not declare.
 *
 * @param {SourceCode} sourceCode
 * @param {any} node
 * @param {string} name
 */
export function isGlobal(sourceCode, node, name) {
  return (
    node.type === 'Identifier' && node.name === name && variableOf(sourceCode, node) === undefined
  );
}

/**
 * Returns the name of a member: `a.b`, `a['b']`, `a.#b`; undefined for one that is computed.
 *
 * @param {any} node
 * @returns {string | undefined}
 */
export function memberName(node) {
  if (node.property.type === 'PrivateIdentifier') return `#${node.property.name}`;
  if (!node.computed && node.property.type === 'Identifier') return node.property.name;
  if (node.property.type === 'Literal') return String(node.property.value);
  return undefined;
}

/**
 * Calls `visit` with the node and all nodes below. Where `visit` returns false, what is below is left out.
 *
 * @param {SourceCode} sourceCode
 * @param {any} node
 * @param {(node: any) => boolean | void} visit
 */
export function walk(sourceCode, node, visit) {
  if (visit(node) === false) return;
  for (const key of sourceCode.visitorKeys[node.type] ?? []) {
    const child = node[key];
    for (const each of Array.isArray(child) ? child : [child]) {
      if (each && typeof each.type === 'string') walk(sourceCode, each, visit);
    }
  }
}

/**
 * As `walk()`, without the functions and classes in the node.
 *
 * @param {SourceCode} sourceCode
 * @param {any} node
 * @param {(node: any) => boolean | void} visit
 */
export function walkInFunction(sourceCode, node, visit) {
  walk(sourceCode, node, (each) => {
    if (each !== node && (isFunction(each) || each.type.startsWith('Class'))) return false;
    return visit(each);
  });
}
