/** Tells generator functions and async functions from plain ones. */
import type { AwaitableCoroutine } from './coroutine.ts';

const generatorFunction = Object.getPrototypeOf(function* () {});

/** Tells whether `fn` is a generator function of this realm: each call makes a new coroutine. */
export function isPlainGeneratorFunction(fn: unknown): boolean {
  return Object.getPrototypeOf(fn) === generatorFunction;
}

/** Tells whether `fn` is a generator function: calling it makes a coroutine and runs none of its code. */
export function isGeneratorFunction(fn: unknown): fn is (...args: unknown[]) => Generator {
  return (
    typeof fn === 'function' &&
    (Object.getPrototypeOf(fn) === generatorFunction ||
      (fn as { [Symbol.toStringTag]?: unknown } & object)[Symbol.toStringTag] ===
        'GeneratorFunction')
  );
}

/** The tag of functions that `coroutine()` has declared. */
export const kindOfCoroutines = 'CoroutineFunction';

/** Tells whether `fn` was declared with `coroutine()`, of this copy of the package or of another one. */
export function isCoroutineFunction(
  fn: unknown,
): fn is (...args: unknown[]) => AwaitableCoroutine<unknown> {
  return (
    typeof fn === 'function' &&
    (fn as { [Symbol.toStringTag]?: unknown } & object)[Symbol.toStringTag] === kindOfCoroutines
  );
}

/** Tells whether the work of a function goes on after the call has returned. */
export function isUnfinished(fn: unknown): boolean {
  // Nearly all are plain functions of this realm.
  if (Object.getPrototypeOf(fn) === Function.prototype) return false;
  const tag = (fn as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag];
  return typeof tag === 'string' && /^(?:Coroutine|(?:Async)?Generator|Async)Function$/.test(tag);
}

const asyncFunction = Object.getPrototypeOf(async () => {});

/** Tells whether `fn` is an async function. False for one that was compiled to a plain function. */
export function isAsyncFunction(fn: unknown): boolean {
  return typeof fn === 'function' && Object.getPrototypeOf(fn) === asyncFunction;
}

/** Tells whether a function was written as a class. */
export function isClass(fn: unknown): boolean {
  // A function may have another `toString()`, or none.
  return /^class\b/.test(Function.prototype.toString.call(fn));
}
