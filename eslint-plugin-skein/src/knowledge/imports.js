/**
 * Which names of a file are names of skein: by `import` and `require()`, and by what variables are made of.
 */
import { bare, memberName, variableOf } from './tree.js';

/** @param {unknown} source */
const isSkein = (source) =>
  typeof source === 'string' && (source === 'skein' || source.startsWith('skein/'));

/**
 * Returns the name by which skein exports what the node is: `sleep` for `sleep`, `pause` (imported as that), `skein.sleep`.
 *
 * @param {import('eslint').SourceCode} sourceCode
 * @param {any} given
 * @returns {string | undefined}
 */
export function exportedName(sourceCode, given) {
  const node = bare(given);
  if (node?.type === 'MemberExpression') {
    if (node.object.type !== 'Identifier') return undefined;
    const variable = variableOf(sourceCode, node.object);
    return variable && isNamespace(variable) ? memberName(node) : undefined;
  }
  if (node?.type !== 'Identifier') return undefined;
  const definition = variableOf(sourceCode, node)?.defs[0];
  if (definition?.type === 'ImportBinding') {
    const specifier = /** @type {any} */ (definition.node);
    if (!isSkein(/** @type {any} */ (definition.parent).source.value)) return undefined;
    if (specifier.type !== 'ImportSpecifier') return undefined;
    return specifier.imported.name ?? specifier.imported.value;
  }
  if (
    definition?.type === 'Variable' &&
    (isRequired(definition.node) || isOfNamespace(sourceCode, definition.node))
  ) {
    const { id } = /** @type {any} */ (definition.node);
    if (id.type !== 'ObjectPattern') return undefined;
    const property = id.properties.find(
      (/** @type {any} */ each) => each.value?.name === node.name,
    );
    return property?.key.name;
  }
  return undefined;
}

/** `const { sleep } = skein;` @param {import('eslint').SourceCode} sourceCode @param {any} declarator */
function isOfNamespace(sourceCode, { init }) {
  const variable = init?.type === 'Identifier' ? variableOf(sourceCode, init) : undefined;
  return variable !== undefined && isNamespace(variable);
}

/** @param {any} variable */
function isNamespace(variable) {
  if (variable.defs.length === 0) return false;
  const [definition] = variable.defs;
  if (definition.type === 'ImportBinding') {
    return (
      definition.node.type === 'ImportNamespaceSpecifier' && isSkein(definition.parent.source.value)
    );
  }
  return (
    definition.type === 'Variable' &&
    definition.node.id.type === 'Identifier' &&
    isRequired(definition.node)
  );
}

/** `require('skein')` or `await import('skein')`. @param {any} declarator */
function isRequired(declarator) {
  const init =
    declarator.init?.type === 'AwaitExpression' ? declarator.init.argument : declarator.init;
  if (init?.type === 'ImportExpression') return isSkein(init.source.value);
  return (
    init?.type === 'CallExpression' &&
    init.callee.name === 'require' &&
    isSkein(init.arguments[0]?.value)
  );
}

/** True if the file imports anything of skein. @param {import('eslint').SourceCode} sourceCode */
export function importsSkein(sourceCode) {
  return sourceCode.ast.body.some(
    (each) => each.type === 'ImportDeclaration' && isSkein(each.source.value),
  );
}

/**
 * Returns the class of skein that the node is an object of, as far as the file tells: by `new Queue()`, by a type that is written
 * beside it, or by the parameter of the body of `taskGroup()`.
 *
 * @param {import('eslint').SourceCode} sourceCode
 * @param {any} given
 * @returns {string | undefined}
 */
export function className(sourceCode, given) {
  const node = bare(given);
  if (node?.type === 'NewExpression') return exportedName(sourceCode, node.callee);
  if (node?.type === 'MemberExpression' && node.object.type === 'ThisExpression') {
    return fieldClass(sourceCode, node);
  }
  if (node?.type !== 'Identifier') return undefined;
  const definition = variableOf(sourceCode, node)?.defs[0];
  const named = annotated(sourceCode, /** @type {any} */ (definition?.name));
  if (named !== undefined) return named;
  if (definition?.type === 'Parameter') {
    const around = /** @type {any} */ (definition.node);
    const call = around.parent;
    const isBody =
      call?.type === 'CallExpression' &&
      call.arguments[0] === around &&
      around.params[0] === definition.name;
    return isBody && exportedName(sourceCode, call.callee) === 'taskGroup'
      ? 'TaskGroup'
      : undefined;
  }
  if (definition?.type !== 'Variable') return undefined;
  const { id, init } = /** @type {any} */ (definition.node);
  if (id.type === 'Identifier') {
    return init?.type === 'NewExpression' ? exportedName(sourceCode, init.callee) : undefined;
  }
  // `const { sender, receiver } = channel()`
  if (id.type !== 'ObjectPattern' || init?.type !== 'CallExpression') return undefined;
  if (exportedName(sourceCode, init.callee) !== 'channel') return undefined;
  const property = id.properties.find((/** @type {any} */ each) => each.value?.name === node.name);
  return property?.key.name === 'sender' ? 'Sender' : 'Receiver';
}

/** The class in `x: Queue<number>`. @param {any} sourceCode @param {any} identifier */
function annotated(sourceCode, identifier) {
  const type = identifier?.typeAnnotation?.typeAnnotation;
  return type?.type === 'TSTypeReference' ? exportedName(sourceCode, type.typeName) : undefined;
}

/** The class of `this.field`, by what its class gives it first. @param {any} sourceCode @param {any} node */
function fieldClass(sourceCode, node) {
  let around = node.parent;
  while (around && around.type !== 'ClassBody') around = around.parent;
  const name = memberName(node);
  for (const member of around?.body ?? []) {
    if (
      member.type !== 'PropertyDefinition' ||
      memberName({ ...member, property: member.key }) !== name
    ) {
      continue;
    }
    const type = member.typeAnnotation?.typeAnnotation;
    if (type?.type === 'TSTypeReference') return exportedName(sourceCode, type.typeName);
    if (member.value?.type === 'NewExpression')
      return exportedName(sourceCode, member.value.callee);
  }
  return undefined;
}
