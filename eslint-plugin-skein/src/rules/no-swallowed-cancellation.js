import { cancellationLeaves } from '../knowledge/catch.js';
import { importsSkein } from '../knowledge/imports.js';
import { kindOf } from '../knowledge/kinds.js';
import { runsInTask } from '../knowledge/tasks.js';
import {
  bare,
  functionAround,
  memberName,
  variableOf,
  walk,
  walkInFunction,
} from '../knowledge/tree.js';
import { calledFromOutside } from '../knowledge/types.js';
import { rule } from './rule.js';

export default rule(
  'no-swallowed-cancellation',
  {
    docs: 'A `catch` around an `await` throws a cancellation on, so that the task can be stopped.',
    hasSuggestions: true,
    messages: {
      swallowed:
        'This `catch` takes a cancellation for a failure: the task goes on, and cannot be stopped. Begin it with `if ({{ name }} instanceof CancelledError) throw {{ name }};`.',
      rethrow: 'Throw a CancelledError on.',
    },
  },
  (context) => {
    const { sourceCode } = context;
    if (!importsSkein(sourceCode)) return {};

    /** True if a cancellation of the task can be thrown where the node waits. @param {any} waiting @param {any} fn */
    function canBeCancelled(waiting, fn) {
      const awaited = bare(waiting.argument);
      if (awaited.type === 'Identifier') {
        const kind = kindOf(sourceCode, awaited);
        return (
          (kind === 'lazy' || kind === 'future' || kind === 'coroutine') &&
          !isCancelledHere(awaited, fn)
        );
      }
      if (awaited.type !== 'CallExpression') return false;
      const callee = bare(awaited.callee);
      if (callee.type === 'MemberExpression' && memberName(callee) === 'stop') return false;
      const kind = kindOf(sourceCode, awaited);
      if (kind === 'lazy' || kind === 'future' || kind === 'coroutine') return true;
      const outside = calledFromOutside(sourceCode, awaited);
      if (outside !== undefined) return !outside && kind === 'promise';
      // Without types: a function that the file declares, or imports from beside it.
      const [definition] =
        (callee.type === 'Identifier' && variableOf(sourceCode, callee)?.defs) || [];
      if (definition === undefined) return false;
      if (definition.type !== 'ImportBinding') return kind === 'promise';
      return String(/** @type {any} */ (definition.parent).source.value).startsWith('.');
    }

    /** `task.cancel(); try { await task; } catch {}`: the outcome of a task that was cancelled here. @param {any} awaited @param {any} fn */
    function isCancelledHere(awaited, fn) {
      let found = false;
      walk(sourceCode, fn.body, (each) => {
        const callee = each.type === 'CallExpression' ? bare(each.callee) : undefined;
        if (callee?.type === 'MemberExpression' && callee.object.name === awaited.name) {
          if (memberName(callee) === 'cancel') found = true;
        }
        return !found;
      });
      return found;
    }

    return {
      TryStatement({ block, handler }) {
        if (!handler) return;
        const fn = functionAround(handler);
        if (!fn || !runsInTask(sourceCode, fn)) return;
        let reachable = false;
        walkInFunction(sourceCode, block, (each) => {
          const waits =
            each.type === 'AwaitExpression' || (each.type === 'YieldExpression' && each.delegate);
          if (waits && canBeCancelled(each, fn)) reachable = true;
          // A `try` inside that lets nothing out keeps it from here as well; it has a report of its own.
          return !reachable;
        });
        if (!reachable || cancellationLeaves(sourceCode, handler)) return;
        const name = handler.param?.type === 'Identifier' ? handler.param.name : 'error';
        const canName = handler.param === null || handler.param.type === 'Identifier';
        const isKnown = variableOf(sourceCode, {
          ...block,
          type: 'Identifier',
          name: 'CancelledError',
        });
        context.report({
          loc: sourceCode.getFirstToken(handler).loc,
          messageId: 'swallowed',
          data: { name },
          suggest:
            canName && isKnown
              ? [
                  {
                    messageId: 'rethrow',
                    *fix(/** @type {any} */ fixer) {
                      const open = sourceCode.getFirstToken(handler.body);
                      if (!handler.param) yield fixer.insertTextBefore(open, `(${name}) `);
                      yield fixer.insertTextAfter(
                        open,
                        ` if (${name} instanceof CancelledError) throw ${name};`,
                      );
                    },
                  },
                ]
              : [],
        });
      },
    };
  },
);
