/**
 * What an expression is, as far as the rules need to know:
 *
 * | kind        | example                               | begins                |
 * |-------------|---------------------------------------|-----------------------|
 * | `lazy`      | `sleep(10)`, `queue.put(1)`           | when it is awaited    |
 * | `coroutine` | a call of an own generator function   | when it is awaited, by `yield*` only |
 * | `generator` | a generator that is no coroutine      | when it is iterated   |
 * | `future`    | `createTask(work)`, `gather([…])`     | has begun             |
 * | `promise`   | a call of an async function           | has begun             |
 *
 * With types the type checker tells; without, the imports and declarations of the file.
 */
import { className, exportedName } from './imports.js';
import { declaringFunctions, futureFunctions, lazyFunctions, lazyMethods } from './names.js';
import { bare, isFunction, memberName, variableOf, walkInFunction } from './tree.js';
import { kindOfType, typeOf } from './types.js';

/** @typedef {'lazy' | 'coroutine' | 'generator' | 'future' | 'promise' | undefined} Kind */

/**
 * @param {import('eslint').SourceCode} sourceCode
 * @param {any} given
 * @returns {Kind}
 */
export function kindOf(sourceCode, given) {
  const node = bare(given);
  if (!node) return undefined;
  const type = typeOf(sourceCode, node);
  if (type !== undefined) {
    const kind = kindOfType(type);
    if (kind !== undefined) return kind;
    // A file that does not find skein's types has `any` there; its imports tell as much as without types.
    if (!type.isAny) return undefined;
  }
  return kindBySyntax(sourceCode, node);
}

/** @param {any} sourceCode @param {any} node @returns {Kind} */
function kindBySyntax(sourceCode, node) {
  if (node.type === 'Identifier') return kindOfConstant(sourceCode, node);
  if (node.type === 'NewExpression') {
    return exportedName(sourceCode, node.callee) === 'Future' ? 'future' : undefined;
  }
  if (node.type !== 'CallExpression') return undefined;
  const name = exportedName(sourceCode, node.callee);
  if (name !== undefined) {
    if (lazyFunctions.has(name)) return 'lazy';
    return futureFunctions.has(name) ? 'future' : undefined;
  }
  const callee = bare(node.callee);
  if (callee.type === 'MemberExpression') {
    const of = className(sourceCode, callee.object);
    const method = memberName(callee);
    if (of === undefined || method === undefined) {
      return method === 'createTask' ? 'future' : undefined;
    }
    if (lazyMethods.get(of)?.has(method)) return 'lazy';
    return method === 'createTask' || method === 'submit' || method === 'submitWith'
      ? 'future'
      : undefined;
  }
  return kindOfCall(sourceCode, functionOf(sourceCode, callee));
}

/** @param {any} sourceCode @param {any} fn @returns {Kind} */
function kindOfCall(sourceCode, fn) {
  if (fn?.type === 'CallExpression') {
    const name = exportedName(sourceCode, fn.callee);
    return name !== undefined && declaringFunctions.has(name) ? 'lazy' : undefined;
  }
  if (!isFunction(fn)) return undefined;
  if (fn.generator)
    return !fn.async && isCoroutineFunction(sourceCode, fn) ? 'coroutine' : 'generator';
  return fn.async ? 'promise' : undefined;
}

/** A constant is what it is made of. @param {any} sourceCode @param {any} node @returns {Kind} */
function kindOfConstant(sourceCode, node) {
  const definition = variableOf(sourceCode, node)?.defs[0];
  const { init, id } = /** @type {any} */ (definition?.node ?? {});
  if (definition?.type !== 'Variable' || definition.parent?.kind !== 'const') return undefined;
  if (id.type !== 'Identifier' || !init || init.type === 'Identifier') return undefined;
  return kindOf(sourceCode, init);
}

/**
 * Returns the function that an expression names, if the file declares it: a function, or the call that makes it.
 *
 * @param {import('eslint').SourceCode} sourceCode
 * @param {any} given
 * @returns {any}
 */
export function functionOf(sourceCode, given) {
  const node = bare(given);
  if (isFunction(node)) return node;
  if (node?.type !== 'Identifier') return undefined;
  const definition = /** @type {any} */ (variableOf(sourceCode, node)?.defs[0]);
  if (definition?.type === 'FunctionName') return definition.node;
  if (definition?.type !== 'Variable' || definition.parent.kind !== 'const') return undefined;
  const init = bare(definition.node.init);
  return isFunction(init) || init?.type === 'CallExpression' ? init : undefined;
}

/**
 * True for a generator function that is meant as a coroutine: it awaits with `yield*`, or says so by its type. One that only
 * yields values of its own is a generator.
 *
 * @param {import('eslint').SourceCode} sourceCode
 * @param {any} fn
 * @returns {boolean}
 */
export function isCoroutineFunction(sourceCode, fn) {
  if (!fn.generator || fn.async) return false;
  const said = fn.returnType?.typeAnnotation?.typeName;
  if (said !== undefined)
    return exportedName(sourceCode, said) === 'Coroutine' || said.name === 'Coroutine';
  const name =
    fn.parent?.type === 'CallExpression' ? exportedName(sourceCode, fn.parent.callee) : undefined;
  if (name !== undefined && fn.parent.callee !== fn) return true;
  let found = false;
  walkInFunction(sourceCode, fn.body, (each) => {
    if (each.type === 'YieldExpression' && each.delegate) {
      const kind = kindOf(sourceCode, each.argument);
      if (kind === 'lazy' || kind === 'future' || kind === 'coroutine') found = true;
      // What is called there may come from another file.
      if (kind === undefined && bare(each.argument).type === 'CallExpression') found = true;
    }
    return !found;
  });
  return found;
}
