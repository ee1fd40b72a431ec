import { kindOf } from '../knowledge/kinds.js';
import { bare, functionAround, walkInFunction } from '../knowledge/tree.js';
import { asTasks } from './import-of.js';
import { rule } from './rule.js';

export default rule(
  'no-late-start',
  {
    docs: 'A coroutine that is kept in a variable begins when it is awaited, not when it is made.',
    hasSuggestions: true,
    messages: {
      late: '`{{ name }}` begins only here, after the `{{ keyword }}` in line {{ line }}: a coroutine does nothing until it is awaited. Write `createTask({{ text }})` where it is made, or await several at once with `gather([…])`.',
      list: 'These coroutines run one after the other: each begins when it is awaited. Write `gather({{ name }})`, or `createTask()` for each.',
      task: 'Begin with `createTask()` where it is made.',
    },
  },
  (context) => {
    const { sourceCode } = context;

    /** The places where a function waits. @param {any} around @returns {any[]} */
    function waitsOf(around) {
      /** @type {any[]} */
      const waits = [];
      walkInFunction(sourceCode, around, (each) => {
        if (each.type === 'AwaitExpression' || (each.type === 'YieldExpression' && each.delegate)) {
          waits.push(each);
        }
      });
      return waits;
    }

    /** @param {any} node */
    const isLazy = (node) =>
      bare(node).type === 'CallExpression' &&
      ['lazy', 'coroutine'].includes(String(kindOf(sourceCode, node)));

    /** @param {any} declarator */
    function check(declarator) {
      const { id, init } = declarator;
      if (id.type !== 'Identifier' || !init) return;
      const [variable] = sourceCode.getDeclaredVariables(declarator);
      const uses = (variable?.references ?? [])
        .filter((/** @type {any} */ each) => each.isRead())
        .map((/** @type {any} */ each) => each.identifier);
      const around = functionAround(declarator) ?? sourceCode.ast;
      if (init.type === 'ArrayExpression') {
        if (
          init.elements.length > 1 &&
          init.elements.every((/** @type {any} */ each) => each && isLazy(each))
        ) {
          checkList(id, uses, init.elements);
        }
        return;
      }
      if (!isLazy(init) || uses.length === 0) return;
      // Given to something else: it may begin there.
      const first = uses[0].parent;
      const waits =
        first.type === 'AwaitExpression' || (first.type === 'YieldExpression' && first.delegate);
      if (!waits || (functionAround(first) ?? sourceCode.ast) !== around) return;
      const before = waitsOf(around.body && around !== sourceCode.ast ? around.body : around).find(
        (each) => each.range[0] > declarator.range[1] && each.range[1] <= first.range[0],
      );
      if (before === undefined) return;
      context.report({
        node: first,
        messageId: 'late',
        data: {
          name: id.name,
          keyword: before.type === 'AwaitExpression' ? 'await' : 'yield*',
          line: before.loc.start.line,
          text: sourceCode.getText(init).length > 30 ? '…' : sourceCode.getText(init),
        },
        suggest: asTasks(sourceCode, [init], { messageId: 'task' }),
      });
    }

    /** `for (const each of list) await each;` @param {any} id @param {any[]} uses @param {any[]} elements */
    function checkList(id, uses, elements) {
      for (const { parent: loop } of uses) {
        if (
          loop.type !== 'ForOfStatement' ||
          loop.await ||
          loop.left.type !== 'VariableDeclaration'
        )
          continue;
        const [each] = sourceCode.getDeclaredVariables(loop.left);
        const awaited = each?.references.some(
          ({ identifier: { parent } }) => parent.type === 'AwaitExpression' || parent.delegate,
        );
        if (!awaited) continue;
        const suggest = asTasks(sourceCode, elements, { messageId: 'task' });
        context.report({ node: loop.right, messageId: 'list', data: { name: id.name }, suggest });
      }
    }

    return {
      VariableDeclarator: check,
    };
  },
);
