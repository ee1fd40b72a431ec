/**
 * Which functions of a file run as a task, or as a part of one: those that are given to the library, those that await
 * something of the library, and those that are called from such functions.
 */
import { exportedName } from './imports.js';
import { isCoroutineFunction, kindOf } from './kinds.js';
import { pools, runningMethods, sendingMethods } from './names.js';
import { bare, functionAround, memberName, variableOf, walkInFunction } from './tree.js';

/** Functions of skein that take a function for a worker, or for a promise: it runs in no task. */
const runsElsewhere = new Set(['toThread', 'fromPromise', 'declareFunctions', ...pools]);

/** @type {WeakMap<object, Map<any, boolean>>} */
const known = new WeakMap();

/**
 * @param {import('eslint').SourceCode} sourceCode
 * @param {any} fn
 * @returns {boolean}
 */
export function runsInTask(sourceCode, fn) {
  let answers = known.get(sourceCode);
  if (answers === undefined) {
    answers = new Map();
    known.set(sourceCode, answers);
  }
  const answer = answers.get(fn);
  if (answer !== undefined) return answer;
  // Functions that call each other: the one that is asked first decides.
  answers.set(fn, false);
  const found =
    (fn.async || fn.generator) &&
    (isCoroutineFunction(sourceCode, fn) ||
      isGiven(sourceCode, fn) ||
      awaitsLibrary(sourceCode, fn) ||
      isUsedInTask(sourceCode, fn));
  answers.set(fn, found);
  return found;
}

/** Given to the library where it stands: `run(async () => …)`. @param {any} sourceCode @param {any} node @returns {boolean} */
function isGiven(sourceCode, node) {
  let given = node;
  // An input among several: `all([async () => …])`, `all({ user: async () => … })`.
  while (['ArrayExpression', 'ObjectExpression', 'Property'].includes(given.parent?.type))
    given = given.parent;
  const call = given.parent;
  if (call?.type !== 'CallExpression' || !call.arguments.includes(given)) return false;
  const name = exportedName(sourceCode, call.callee);
  if (name !== undefined) return !runsElsewhere.has(name);
  const callee = bare(call.callee);
  if (callee.type !== 'MemberExpression') return false;
  const method = memberName(callee);
  return method !== undefined && runningMethods.has(method) && !sendingMethods.has(method);
}

/** @param {any} sourceCode @param {any} fn */
function awaitsLibrary(sourceCode, fn) {
  let found = false;
  walkInFunction(sourceCode, fn.body, (each) => {
    if (each.type === 'AwaitExpression') {
      const awaited = bare(each.argument);
      if (awaited.type === 'CallExpression' && kindOf(sourceCode, awaited) === 'lazy') found = true;
    }
    return !found;
  });
  return found;
}

/** @param {any} sourceCode @param {any} fn */
function isUsedInTask(sourceCode, fn) {
  const id = fn.id ?? (fn.parent?.type === 'VariableDeclarator' ? fn.parent.id : undefined);
  if (id?.type !== 'Identifier') return false;
  const variable = variableOf(sourceCode, id);
  return (variable?.references ?? []).some(({ identifier }) => {
    const use = /** @type {any} */ (identifier);
    if (isGiven(sourceCode, use)) return true;
    if (use.parent.type !== 'CallExpression' || use.parent.callee !== use) return false;
    const around = functionAround(use);
    if (around === undefined || around === fn) return false;
    if (around.async || around.generator) return runsInTask(sourceCode, around);
    // `createTask(() => work(1))`
    return isGiven(sourceCode, around);
  });
}
