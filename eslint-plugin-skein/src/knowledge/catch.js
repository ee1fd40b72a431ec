/**
 * Follows a CancelledError through a `catch`: does it come out?
 *
 * Each statement is run in thought. A test such as `error instanceof TimeoutError` has a known result for a CancelledError; for
 * any other test both branches are tried, and one that throws is enough. A `catch` that names CancelledError, or asks the
 * task, has decided, whatever it does then.
 */
import { exportedName } from './imports.js';
import { bare, memberName, walk, walkInFunction } from './tree.js';
import { neverReturns } from './types.js';

/** Names by which a program asks for cancellations. */
const decided = new Set([
  'CancelledError',
  'cancelled',
  'cancelling',
  'cancelRequested',
  'uncancel',
  'cancelCaught',
]);

/** @type {(sourceCode: import('eslint').SourceCode, handler: any) => boolean} */
export function cancellationLeaves(sourceCode, handler) {
  let asked = false;
  walk(sourceCode, handler.body, (each) => {
    if (each.type === 'Identifier' && decided.has(each.name)) asked = true;
    if (each.type === 'Identifier' && exportedName(sourceCode, each) === 'CancelledError')
      asked = true;
    if (each.type === 'Literal' && (each.value === 'CancelledError' || each.value === 'cancelled'))
      asked = true;
    return !asked;
  });
  const name = handler.param?.type === 'Identifier' ? handler.param.name : undefined;
  return asked || throwsIn(sourceCode, handler.body.body, name);
}

/** @type {(sourceCode: any, statements: any[], name: string | undefined) => boolean} */
function throwsIn(sourceCode, statements, name) {
  for (const each of statements) {
    if (throws(sourceCode, each, name)) return true;
    if (leaves(each, name)) return false;
  }
  return false;
}

/** True for a statement after which nothing of the block is run. @param {any} statement @param {string | undefined} name @returns {boolean} */
function leaves(statement, name) {
  if (statement.type === 'BlockStatement')
    return statement.body.some((/** @type {any} */ each) => leaves(each, name));
  if (statement.type === 'IfStatement') {
    const result = test(statement.test, name);
    if (result === true) return leaves(statement.consequent, name);
    return result === false && statement.alternate ? leaves(statement.alternate, name) : false;
  }
  return ['ReturnStatement', 'ContinueStatement', 'BreakStatement'].includes(statement.type);
}

/** @type {(sourceCode: any, statement: any, name: string | undefined) => boolean} */
function throws(sourceCode, statement, name) {
  switch (statement.type) {
    case 'ThrowStatement':
      return true;
    case 'BlockStatement':
      return throwsIn(sourceCode, statement.body, name);
    case 'IfStatement': {
      const result = test(statement.test, name);
      return (
        (result !== false && throws(sourceCode, statement.consequent, name)) ||
        (result !== true &&
          statement.alternate !== null &&
          throws(sourceCode, statement.alternate, name))
      );
    }
    default: {
      let found = false;
      walkInFunction(sourceCode, statement, (each) => {
        if (each.type === 'ThrowStatement') found = true;
        if (each.type === 'CallExpression' && passesOn(sourceCode, each, name)) found = true;
        return !found;
      });
      return found;
    }
  }
}

/** `Promise.reject(error)`, `process.exit()`, `reject(error)`, `rethrow(error)`. @type {(sourceCode: any, call: any, name: string | undefined) => boolean} */
function passesOn(sourceCode, call, name) {
  const callee = bare(call.callee);
  const called = callee.type === 'MemberExpression' ? memberName(callee) : callee.name;
  if (called === 'exit' || called === 'abort') return true;
  const isGiven = call.arguments.some(
    (/** @type {any} */ each) => each.type === 'Identifier' && each.name === name,
  );
  return (
    (isGiven && /^(?:reject|setException|rethrow|throw)/i.test(called ?? '')) ||
    neverReturns(sourceCode, call)
  );
}

/** The result of a test for a CancelledError; undefined if it is not known. @param {any} given @param {string | undefined} name @returns {boolean | undefined} */
function test(given, name) {
  const node = bare(given);
  if (node.type === 'UnaryExpression' && node.operator === '!') {
    const result = test(node.argument, name);
    return result === undefined ? undefined : !result;
  }
  if (node.type === 'LogicalExpression') {
    const [left, right] = [test(node.left, name), test(node.right, name)];
    const decides = node.operator === '||';
    if (node.operator !== '||' && node.operator !== '&&') return undefined;
    if (left === decides || right === decides) return decides;
    return left === undefined || right === undefined ? undefined : !decides;
  }
  if (node.type === 'BinaryExpression' && node.operator === 'instanceof') {
    if (node.left.name !== name || name === undefined || node.right.type !== 'Identifier')
      return undefined;
    return node.right.name === 'Error' || node.right.name === 'Object';
  }
  return undefined;
}
