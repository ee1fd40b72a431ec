import { className, exportedName } from '../knowledge/imports.js';
import { functionOf } from '../knowledge/kinds.js';
import { pools, sendingMethods } from '../knowledge/names.js';
import { bare, isFunction, memberName } from '../knowledge/tree.js';
import { classOfType } from '../knowledge/types.js';
import { rule } from './rule.js';

export default rule(
  'no-closure-in-job',
  {
    docs: 'A function that is sent to a worker stands on its own: only its source goes there.',
    messages: {
      closure:
        '`{{ name }}` comes from outside of the function, and only the source of the function goes to the worker. Pass it as an argument, declare it inside, or put the function into a module and declare it there: `declareFunctions(import.meta.url, { … })`.',
    },
  },
  (context) => {
    const { sourceCode } = context;

    /** The function that a call sends to a worker. @param {any} call */
    function sentBy(call) {
      const name = exportedName(sourceCode, call.callee);
      if (name === 'toThread') return call.arguments[0];
      const callee = bare(call.callee);
      if (callee.type !== 'MemberExpression') return undefined;
      const method = memberName(callee);
      if (method === 'runInExecutor') {
        const [executor, fn] = call.arguments;
        const inline = executor && (classOf(executor) ?? '') === 'InlineExecutor';
        return inline ? undefined : fn;
      }
      const place = method === undefined ? undefined : sendingMethods.get(method);
      return place !== undefined && pools.has(classOf(callee.object) ?? '')
        ? call.arguments[place]
        : undefined;
    }

    /** @param {any} node */
    const classOf = (node) => className(sourceCode, node) ?? classOfType(sourceCode, node);

    /** The names from outside. @param {any} fn @returns {any[]} */
    function outsideOf(fn) {
      const scope =
        sourceCode.scopeManager.acquire(fn, true) ?? sourceCode.scopeManager.acquire(fn);
      const seen = new Set();
      return (scope?.through ?? []).filter((/** @type {any} */ reference) => {
        const variable = reference.resolved;
        if (!variable || variable.defs.length === 0 || seen.has(variable)) return false;
        if (reference.isValueReference === false) return false;
        const [definition] = variable.defs;
        // Its own name is part of its source, and types are not.
        if (definition.node === fn) return false;
        if (
          definition.type === 'Type' ||
          definition.node.importKind === 'type' ||
          definition.parent?.importKind === 'type'
        )
          return false;
        if (definition.node.declare === true || definition.parent?.declare === true) return false;
        seen.add(variable);
        return true;
      });
    }

    /** @param {any} sent */
    function check(sent) {
      const fn = sent && functionOf(sourceCode, sent);
      if (!isFunction(fn)) return;
      for (const { identifier } of outsideOf(fn)) {
        context.report({
          node: bare(sent) === fn ? identifier : sent,
          messageId: 'closure',
          data: { name: identifier.name },
        });
      }
    }

    return {
      CallExpression: (call) => check(sentBy(call)),
      // Each worker calls these, as it begins and before it ends.
      NewExpression(made) {
        const [options] = made.arguments;
        if (!pools.has(classOf(made) ?? '') || options?.type !== 'ObjectExpression') return;
        for (const property of options.properties) {
          const name = property.type === 'Property' && !property.computed && property.key.name;
          if (name === 'initializer' || name === 'teardown') check(property.value);
        }
      },
    };
  },
);
