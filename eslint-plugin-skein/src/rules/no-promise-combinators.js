import { importsSkein } from '../knowledge/imports.js';
import { kindOf } from '../knowledge/kinds.js';
import { runsInTask } from '../knowledge/tasks.js';
import { bare, functionAround, isGlobal, memberName } from '../knowledge/tree.js';
import { importOf } from './import-of.js';
import { rule } from './rule.js';

const ours = new Set(['allSettled', 'any', 'race']);

export default rule(
  'no-promise-combinators',
  {
    docs: 'In a task, `Promise.race()` and its like leave behind what is not needed any more, and keep a cancellation from it.',
    hasSuggestions: true,
    messages: {
      race: '`Promise.{{ name }}()` leaves the others running when one is done, and when this task is cancelled. Write `{{ name }}([…])` of skein: it cancels and awaits what is not needed any more.',
      allSettled:
        '`Promise.allSettled()` keeps a cancellation of this task from what it waits for. Write `allSettled([…])` of skein.',
      replace: 'Write `{{ name }}()` of skein.',
    },
  },
  (context) => {
    const { sourceCode } = context;
    if (!importsSkein(sourceCode)) return {};

    /** True if the input begins here, so that it is left behind: a name stands for what another part of the program holds. @param {any} given */
    function beginsHere(given) {
      const node = bare(given);
      if (!node) return false;
      if (node.type === 'SpreadElement') return beginsHere(node.argument);
      if (node.type === 'NewExpression') return kindOf(sourceCode, node) !== 'future';
      if (node.type === 'Identifier') return false;
      return node.type === 'CallExpression';
    }

    return {
      CallExpression(node) {
        const callee = bare(node.callee);
        if (callee.type !== 'MemberExpression' || !isGlobal(sourceCode, callee.object, 'Promise'))
          return;
        const name = memberName(callee);
        const [list] = node.arguments;
        if (name === undefined || !ours.has(name) || !list) return;
        const fn = functionAround(node);
        if (!fn || !runsInTask(sourceCode, fn)) return;
        const inputs = list.type === 'ArrayExpression' ? list.elements : [list];
        if (!inputs.some(beginsHere)) return;
        const found = importOf(sourceCode, name, callee.object);
        context.report({
          node,
          messageId: name === 'allSettled' ? 'allSettled' : 'race',
          data: { name },
          suggest: found
            ? [
                {
                  messageId: 'replace',
                  data: { name },
                  *fix(/** @type {any} */ fixer) {
                    yield fixer.replaceText(callee, name);
                    if (found.last) yield fixer.insertTextAfter(found.last, `, ${name}`);
                  },
                },
              ]
            : [],
        });
      },
    };
  },
);
