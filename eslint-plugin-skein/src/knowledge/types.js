/**
 * What the type checker knows of an expression. It asks the services of the parser, so that nothing here loads TypeScript.
 */

/** `TypeFlags.Any` and those of `undefined`, `null`, `void`, in all versions of TypeScript since 4. */
const flags = { any: 1, nothing: 4 | 8 | 16, undefined: 4, never: 131_072, typeParameter: 262_144 };

/** @param {any} sourceCode */
function services(sourceCode) {
  const found = sourceCode.parserServices;
  return found?.program ? found : undefined;
}

/** @param {import('eslint').SourceCode} sourceCode */
export function hasTypes(sourceCode) {
  return services(sourceCode) !== undefined;
}

/**
 * @typedef {{ type: any, checker: any, isAny: boolean, at: any }} Typed
 */

/**
 * @param {import('eslint').SourceCode} sourceCode
 * @param {any} node
 * @returns {Typed | undefined}
 */
export function typeOf(sourceCode, node) {
  const found = services(sourceCode);
  const at = found?.esTreeNodeToTSNodeMap.get(node);
  if (at === undefined) return undefined;
  const checker = found.program.getTypeChecker();
  const type = checker.getTypeAtLocation(at);
  return { type, checker, at, isAny: (type.flags & flags.any) !== 0 };
}

/** The members of a union, without `undefined`, `null` and `void`. @param {any} type @returns {any[]} */
function members(type) {
  const all = type.isUnion() ? type.types : [type];
  return all.filter((/** @type {any} */ each) => (each.flags & flags.nothing) === 0);
}

/**
 * @param {Typed} typed
 * @returns {import('./kinds.js').Kind}
 */
export function kindOfType({ type, checker, at }) {
  for (const each of members(type)) {
    if (each.flags & (flags.any | flags.never)) continue;
    const apparent = checker.getApparentType(each);
    // A future is its own iterator, so it looks like a generator.
    if (has(apparent, 'addDoneCallback') && has(apparent, 'cancelled')) return 'future';
    const generator = has(apparent, 'next') && has(apparent, 'throw') && has(apparent, 'return');
    const thenable = has(apparent, 'then');
    if (generator && thenable) return 'lazy';
    if (generator) {
      const asynchronous = each
        .getProperties()
        .some((/** @type {any} */ property) =>
          String(property.escapedName).startsWith('__@asyncIterator'),
        );
      return !asynchronous && yieldsSuspensions(each, checker, at) ? 'coroutine' : 'generator';
    }
    if (thenable) return 'promise';
  }
  return undefined;
}

/** @param {any} type @param {string} name */
const has = (type, name) => type.getProperty(name) !== undefined;

/** A coroutine yields what the library gives out as suspensions, and nothing else. @param {any} type @param {any} checker @param {any} at */
function yieldsSuspensions(type, checker, at) {
  const next = type.getProperty('next');
  const [signature] = checker.getTypeOfSymbolAtLocation(next, at).getCallSignatures();
  const yielded = signature ? yieldedBy(signature.getReturnType(), checker, at) : [];
  return yielded.some((each) =>
    each
      .getProperties()
      .some((/** @type {any} */ property) =>
        String(property.escapedName).startsWith('__@suspended'),
      ),
  );
}

/** The types in `{ done?: false, value: T }`. @param {any} result @param {any} checker @param {any} at @returns {any[]} */
function yieldedBy(result, checker, at) {
  for (const each of members(result)) {
    if (each.symbol?.name !== 'IteratorYieldResult') continue;
    return members(checker.getTypeOfSymbolAtLocation(each.getProperty('value'), at));
  }
  return [];
}

/**
 * Returns the name of the class that the expression is an object of.
 *
 * @param {import('eslint').SourceCode} sourceCode
 * @param {any} node
 * @returns {string | undefined}
 */
export function classOfType(sourceCode, node) {
  return typeOf(sourceCode, node)?.type.symbol?.name;
}

/**
 * True for a call that never returns, as `process.exit()`.
 *
 * @param {import('eslint').SourceCode} sourceCode
 * @param {any} node
 */
export function neverReturns(sourceCode, node) {
  const typed = typeOf(sourceCode, node);
  return typed !== undefined && (typed.type.flags & flags.never) !== 0;
}

/**
 * True if the place wants no result: `list.forEach(() => …)`, `setTimeout(() => …)`.
 *
 * @param {import('eslint').SourceCode} sourceCode
 * @param {any} fn
 */
export function dropsResult(sourceCode, fn) {
  const found = services(sourceCode);
  const at = found?.esTreeNodeToTSNodeMap.get(fn);
  if (at === undefined) return false;
  const type = found.program.getTypeChecker().getContextualType(at);
  const signatures = type?.getCallSignatures() ?? [];
  return (
    signatures.length > 0 &&
    signatures.every((/** @type {any} */ each) => (each.getReturnType().flags & 16) !== 0)
  );
}

/**
 * True if a call only hands out what is there already, as `list.pop()` and `same(coroutine)`: another part of the program may hold it.
 *
 * @param {import('eslint').SourceCode} sourceCode
 * @param {any} call
 */
export function handsOut(sourceCode, call) {
  const found = services(sourceCode);
  const at = found?.esTreeNodeToTSNodeMap.get(call);
  if (at === undefined) return false;
  const checker = found.program.getTypeChecker();
  // `asExit(this)`: marks what it is given, and returns it.
  if (call.arguments.some((/** @type {any} */ each) => each.type === 'ThisExpression')) return true;
  const declaration = checker.getResolvedSignature(at)?.declaration;
  if (declaration === undefined) return false;
  const file = declaration.getSourceFile();
  if (found.program.isSourceFileDefaultLibrary(file)) return true;
  const returned = checker.getSignatureFromDeclaration(declaration)?.getReturnType();
  if (returned === undefined) return false;
  // A function that may return undefined tells of something that is there, and makes nothing.
  const maybe =
    returned.isUnion() &&
    returned.types.some((/** @type {any} */ each) => (each.flags & flags.nothing) !== 0);
  return maybe || (returned.flags & flags.typeParameter) !== 0;
}

/**
 * True if what is called comes from a package, or from the language: it knows nothing of the tasks of skein. Undefined if the
 * types do not tell.
 *
 * @param {import('eslint').SourceCode} sourceCode
 * @param {any} call
 * @returns {boolean | undefined}
 */
export function calledFromOutside(sourceCode, call) {
  const found = services(sourceCode);
  const at = found?.esTreeNodeToTSNodeMap.get(call);
  if (at === undefined) return undefined;
  const declaration = found.program.getTypeChecker().getResolvedSignature(at)?.declaration;
  const file = declaration?.getSourceFile();
  if (file === undefined) return undefined;
  return (
    found.program.isSourceFileDefaultLibrary(file) ||
    /[\\/]node_modules[\\/](?!skein[\\/])/.test(file.fileName)
  );
}
