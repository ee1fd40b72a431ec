import { variableOf } from '../knowledge/tree.js';

/**
 * Tells how a suggestion can use a name of skein: undefined where it cannot, as the name is another thing there, or nothing of skein is
 * imported by its name. `last`: the import that it is to be added behind, if it is not imported yet.
 *
 * @param {import('eslint').SourceCode} sourceCode
 * @param {string} name
 * @param {any} node - Where it would be used.
 * @returns {{ last?: any } | undefined}
 */
export function importOf(sourceCode, name, node) {
  const known = variableOf(sourceCode, { ...node, type: 'Identifier', name });
  const declaration = /** @type {any} */ (
    sourceCode.ast.body.find(
      (/** @type {any} */ each) =>
        each.type === 'ImportDeclaration' &&
        each.source.value === 'skein' &&
        each.importKind !== 'type' &&
        each.specifiers.some((/** @type {any} */ one) => one.type === 'ImportSpecifier'),
    )
  );
  if (known) return known.defs[0]?.parent === declaration ? {} : undefined;
  return declaration && { last: declaration.specifiers.at(-1) };
}

/**
 * The suggestion to make tasks of coroutines: `createTask(…)` around each, with its import.
 *
 * @param {import('eslint').SourceCode} sourceCode
 * @param {any[]} nodes
 * @param {{ messageId: string, before?: string }} about - `before`: what comes before `createTask(`.
 * @returns {any[]} none where the name cannot be used.
 */
export function asTasks(sourceCode, nodes, { messageId, before = '' }) {
  const found = importOf(sourceCode, 'createTask', nodes[0]);
  // `createTask(a?.b())` fails where there is no `a`.
  if (found === undefined || nodes.some(({ parent }) => parent.type === 'ChainExpression'))
    return [];
  return [
    {
      messageId,
      *fix(/** @type {any} */ fixer) {
        for (const node of nodes) {
          yield fixer.insertTextBefore(node, `${before}createTask(`);
          yield fixer.insertTextAfter(node, ')');
        }
        if (found.last) yield fixer.insertTextAfter(found.last, ', createTask');
      },
    },
  ];
}
