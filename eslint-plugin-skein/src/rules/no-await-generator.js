import { kindOf } from '../knowledge/kinds.js';
import { bare, isGlobal, memberName } from '../knowledge/tree.js';
import { asTasks } from './import-of.js';
import { rule } from './rule.js';

const combinators = new Set(['all', 'allSettled', 'any', 'race', 'resolve']);

export default rule(
  'no-await-generator',
  {
    docs: '`await` of a generator does not run it: the result is the generator itself.',
    hasSuggestions: true,
    messages: {
      generator:
        '`await` does not run a generator: the result is the generator object, and its body never begins. Write `await createTask(…)` around it, or declare the function with `coroutine()`.',
      list: '`Promise.{{ name }}()` does not run a generator: its body never begins. Write `gather([…])`, or declare the function with `coroutine()`.',
      task: 'Write `createTask()` around it.',
    },
  },
  (context) => {
    const { sourceCode } = context;
    /** @param {any} node */
    const isGenerator = (node) =>
      ['coroutine', 'generator'].includes(String(kindOf(sourceCode, node)));

    return {
      AwaitExpression({ argument }) {
        if (!isGenerator(argument)) return;
        context.report({
          node: argument,
          messageId: 'generator',
          suggest: asTasks(sourceCode, [argument], { messageId: 'task' }),
        });
      },
      CallExpression({ callee, arguments: [list] }) {
        const member = bare(callee);
        if (member.type !== 'MemberExpression' || !isGlobal(sourceCode, member.object, 'Promise'))
          return;
        const name = memberName(member);
        if (name === undefined || !combinators.has(name)) return;
        const inputs = list?.type === 'ArrayExpression' ? list.elements : [list];
        for (const each of inputs) {
          if (each && isGenerator(each) && each.type === 'CallExpression') {
            // A list that a generator makes is a list.
            if (each === list && name !== 'resolve') continue;
            context.report({ node: each, messageId: 'list', data: { name } });
          }
        }
      },
    };
  },
);
