import { hasTypes } from '../knowledge/types.js';

/**
 * Gives a rule what all of them have.
 *
 * @param {string} name
 * @param {{ docs: string, messages: Record<string, string>, fixable?: true, hasSuggestions?: true, typed?: true }} about
 * @param {(context: any) => Record<string, (node: any) => void>} create
 * @returns {import('eslint').Rule.RuleModule}
 */
export function rule(name, { docs, messages, fixable, hasSuggestions }, create) {
  return {
    meta: {
      type: 'problem',
      docs: { description: docs, url: `docs/${name}.md` },
      ...(fixable ? { fixable: 'code' } : {}),
      ...(hasSuggestions ? { hasSuggestions } : {}),
      schema: [],
      messages,
    },
    create(context) {
      checkTypes(context);
      return create(context);
    },
  };
}

/**
 * With `recommendedTypeChecked` a file of TypeScript without types would be checked by half, and in silence.
 *
 * @param {any} context
 */
function checkTypes({ settings, sourceCode, filename }) {
  if (
    settings.skein?.typeChecked !== true ||
    hasTypes(sourceCode) ||
    !/\.[cm]?tsx?$/.test(filename)
  )
    return;
  throw new Error(
    '`recommendedTypeChecked` of eslint-plugin-skein expected a file with types, but got one without. Use the parser of typescript-eslint with `parserOptions: { projectService: true }`, or the config `recommended`.',
  );
}
