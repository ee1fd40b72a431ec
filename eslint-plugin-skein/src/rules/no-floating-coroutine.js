import { kindOf } from '../knowledge/kinds.js';
import { bare, functionAround } from '../knowledge/tree.js';
import { dropsResult, handsOut } from '../knowledge/types.js';
import { asTasks } from './import-of.js';
import { rule } from './rule.js';

/** The expressions whose results a statement drops: both branches of `a ? b() : c()`, the end of `a && b()`. @param {any} given @returns {any[]} */
function dropped(given) {
  const node = bare(given);
  switch (node.type) {
    case 'LogicalExpression':
      return dropped(node.right);
    case 'ConditionalExpression':
      return [...dropped(node.consequent), ...dropped(node.alternate)];
    case 'SequenceExpression':
      return node.expressions.flatMap(dropped);
    case 'UnaryExpression':
      return node.operator === 'void' ? dropped(node.argument) : [];
    case 'CallExpression':
      return [node];
    default:
      return [];
  }
}

/** Methods that call a function and drop what it returns, for files without types. */
const drops = new Set(['forEach', 'addEventListener', 'on', 'once']);
const dropping = new Set(['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask']);

export default rule(
  'no-floating-coroutine',
  {
    docs: 'A coroutine begins when it is awaited: one that is dropped never runs.',
    hasSuggestions: true,
    messages: {
      floating:
        '`{{ text }}` returns a coroutine, which never begins: nothing awaits it. Write `{{ awaited }}`, or `createTask({{ text }})` to run it at the side.',
      callback:
        '`{{ text }}` returns a coroutine, and the function that is given here has its result dropped: it never begins. Write `createTask({{ text }})`, or a loop that awaits it.',
      add: 'Write `{{ keyword }}`.',
      addTask: 'Write `await createTask()` around it.',
      task: 'Make it a task with `createTask()`, which runs at the side.',
    },
  },
  (context) => {
    const { sourceCode } = context;

    /** @param {any} node */
    const isCoroutine = (node) =>
      ['lazy', 'coroutine', 'generator'].includes(String(kindOf(sourceCode, node))) &&
      !handsOut(sourceCode, node);

    /** @param {any} node */
    function report(node) {
      const around = functionAround(node);
      const keyword = around?.generator ? 'yield*' : 'await';
      const canWait = around === undefined || around.generator || around.async;
      const text = textOf(sourceCode, node);
      const wraps = keyword === 'await' && kindOf(sourceCode, node) !== 'lazy';
      context.report({
        node,
        messageId: 'floating',
        data: { awaited: wraps ? `await createTask(${text})` : `${keyword} ${text}`, text },
        suggest: [
          ...(canWait && !wraps ? [added(node, keyword)] : []),
          // `await` does not run a generator.
          ...(canWait && wraps
            ? asTasks(sourceCode, [node], { messageId: 'addTask', before: 'await ' })
            : []),
          ...asTasks(sourceCode, [node], { messageId: 'task' }),
        ],
      });
    }

    /** A function whose body is the coroutine. @param {any} fn */
    function checkCallback(fn) {
      if (fn.expression !== true || fn.async) return;
      const call = fn.parent;
      if (call.type !== 'CallExpression' || !call.arguments.includes(fn)) return;
      const callee = bare(call.callee);
      const isDropped =
        dropsResult(sourceCode, fn) ||
        (callee.type === 'MemberExpression' && drops.has(callee.property.name)) ||
        (callee.type === 'Identifier' && dropping.has(callee.name));
      if (!isDropped) return;
      for (const node of dropped(fn.body)) {
        if (!isCoroutine(node)) continue;
        const text = textOf(sourceCode, node);
        const suggest = asTasks(sourceCode, [node], { messageId: 'task' });
        context.report({ node, messageId: 'callback', data: { text }, suggest });
      }
    }

    return {
      ExpressionStatement({ expression }) {
        for (const node of dropped(expression)) if (isCoroutine(node)) report(node);
      },
      ArrowFunctionExpression: checkCallback,
    };
  },
);

/** What binds its parts closer than `yield*` does: in `yield* b() as T`, the type is that of `b()`. */
const binding = new Set([
  'LogicalExpression',
  'UnaryExpression',
  'TSAsExpression',
  'TSSatisfiesExpression',
]);

/** @param {any} node @param {string} keyword */
function added(node, keyword) {
  const around = node.parent.type === 'ChainExpression' ? node.parent.parent : node.parent;
  // `await` may be a part of `a && b()` and of `void b()`. `yield*` may not.
  const inside = keyword === 'yield*' && binding.has(around.type);
  return {
    messageId: 'add',
    data: { keyword },
    *fix(/** @type {any} */ fixer) {
      yield fixer.insertTextBefore(node, `${inside ? '(' : ''}${keyword} `);
      if (inside) yield fixer.insertTextAfter(node, ')');
    },
  };
}

/** @param {any} sourceCode @param {any} node */
function textOf(sourceCode, node) {
  const text = sourceCode.getText(node).replace(/\s+/g, ' ');
  return text.length > 40 ? `${sourceCode.getText(node.callee)}(…)` : text;
}
