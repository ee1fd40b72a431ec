import { rule } from './rule.js';

export default rule(
  'using-is-used',
  {
    docs: 'A variable of `using` or `await using` is used by the end of its block: it does not count as unused.',
    messages: {},
  },
  ({ sourceCode }) => ({
    VariableDeclaration(node) {
      if (node.kind !== 'using' && node.kind !== 'await using') return;
      for (const variable of sourceCode.getDeclaredVariables(node)) {
        sourceCode.markVariableAsUsed(variable.name, node);
      }
    },
  }),
);
