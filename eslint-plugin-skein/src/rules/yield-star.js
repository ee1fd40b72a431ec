import { exportedName } from '../knowledge/imports.js';
import { isCoroutineFunction, kindOf } from '../knowledge/kinds.js';
import { takesInputs } from '../knowledge/names.js';
import { functionAround, variableOf } from '../knowledge/tree.js';
import { rule } from './rule.js';

export default rule(
  'yield-star',
  {
    docs: 'A coroutine awaits with `yield*`: a `yield` without the star hands the loop something it cannot wait for.',
    fixable: true,
    messages: {
      star: '`yield` does not wait for this: the task fails with a TypeError. Write `yield*`.',
      promise:
        'A coroutine cannot wait for a promise by `yield`. Write `yield* fromPromise(…)` around it.',
    },
  },
  (context) => {
    const { sourceCode } = context;

    /** True for a generator that only makes inputs: it says so by its type, or is given to what takes a list. @param {any} fn */
    function makesInputs(fn) {
      if (isCoroutineFunction(sourceCode, fn)) return false;
      if (fn.returnType) return true;
      const call = fn.parent;
      // `*[Symbol.iterator]() { … }`, and a generator that is made where it is written.
      if (
        fn.parent.computed === true ||
        (call.type === 'CallExpression' && call.callee === fn && !isGivenToRun(call))
      )
        return true;
      // `all(items())`, `for (const item of items())`, `[...items()]`
      const variable = fn.id ? variableOf(sourceCode, fn.id) : undefined;
      const uses =
        variable?.references.map(({ identifier }) => /** @type {any} */ (identifier).parent) ?? [];
      const calls = call?.type === 'CallExpression' && call.callee === fn ? [call] : uses;
      return calls.some((use) => {
        if (use.type !== 'CallExpression') return false;
        const { parent } = use;
        if (parent.type === 'ForOfStatement' || parent.type === 'SpreadElement') return true;
        if (parent.type === 'VariableDeclarator' || parent.type === 'MemberExpression') return true;
        if (parent.type !== 'CallExpression' || !parent.arguments.includes(use)) return false;
        const name = exportedName(sourceCode, parent.callee);
        return name === undefined || takesInputs.has(name);
      });
    }

    /** @param {any} call */
    function isGivenToRun({ parent }) {
      return (
        parent.type === 'CallExpression' && exportedName(sourceCode, parent.callee) !== undefined
      );
    }

    return {
      YieldExpression(node) {
        if (node.delegate || !node.argument) return;
        const fn = functionAround(node);
        if (fn.async) return;
        const kind = kindOf(sourceCode, node.argument);
        if (kind === undefined || kind === 'generator' || makesInputs(fn)) return;
        if (kind === 'promise') {
          if (isCoroutineFunction(sourceCode, fn)) context.report({ node, messageId: 'promise' });
          return;
        }
        context.report({
          node,
          messageId: 'star',
          fix: (/** @type {any} */ fixer) =>
            fixer.insertTextAfter(sourceCode.getFirstToken(node), '*'),
        });
      },
    };
  },
);
