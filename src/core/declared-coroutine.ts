import './register-tasks.ts';
import { iteratorOf, stepOf } from './call-stack.ts';
import type { AwaitableCoroutine, Coroutine, Suspension } from './coroutine.ts';
import type { RunBy } from './driven.ts';
import { unexpected } from './expected.ts';
import { isCoroutineFunction, isGeneratorFunction, kindOfCoroutines } from './function-kind.ts';
import { type LibraryCoroutine, makeCoroutines } from './library-coroutine.ts';
import { seams } from './seams.ts';
import type { CallPart, Missing, WorkOf, WorkParts } from './type-messages.ts';
import { watch } from './watch.ts';

/** A coroutine of a declared function. `yield*` gets the generator itself, so that nothing stands between it and the task. */
class DeclaredCoroutine<T> implements LibraryCoroutine<T> {
  static {
    makeCoroutines(this.prototype);
  }

  readonly #generator: Coroutine<T>;
  /** @internal */
  _runBy: RunBy = null;

  constructor(generator: Coroutine<T>) {
    this.#generator = generator;
  }

  [Symbol.iterator](): Iterator<Suspension, T, unknown> {
    return iteratorOf(this.#generator);
  }

  next(sent?: unknown): IteratorResult<Suspension, T> {
    return stepOf(this, this.#generator, 'next', sent);
  }

  throw(error: unknown): IteratorResult<Suspension, T> {
    return stepOf(this, this.#generator, 'throw', error);
  }

  return(value: T): IteratorResult<Suspension, T> {
    return stepOf(this, this.#generator, 'return', value);
  }
}

/** The iterator of the generators of declared functions. */
const ownIterator: PropertyDescriptor = {
  value(this: Coroutine<unknown>): Iterator<Suspension, unknown, unknown> {
    return iteratorOf(this);
  },
  writable: true,
  configurable: true,
};

/**
 * Has calls of the generator function itself be made by the task, too: within a function expression its name is not the declared
 * function. For the rest its generators stay as they are.
 */
function letNest(fn: object): void {
  const prototype: unknown = Object.getOwnPropertyDescriptor(fn, 'prototype')?.value;
  if (typeof prototype !== 'object' || prototype === null) return;
  Reflect.defineProperty(prototype, Symbol.iterator, ownIterator);
}

type NotGeneratorFunction =
  '`coroutine()` expected a generator function. Write `coroutine(function* () { … })`, with the star.';

/** What declared functions inherit from. */
const coroutineFunction: object = Object.create(Function.prototype, {
  [Symbol.toStringTag]: { value: kindOfCoroutines },
});

/**
 * Declares a coroutine function. What it returns is awaited with `yield*` in coroutines and with `await` in async functions, like
 * the coroutines of this library, and fits wherever a promise is expected. It starts when it is awaited, or made a task; debug mode
 * reports one that never is.
 *
 * The function keeps its `this`, its types (also type parameters), its name and its length. Where such functions call each other with
 * `yield*`, a wait costs the same at any depth, and calls may be nested as deep as memory allows; in debug mode, as deep as the stack.
 *
 * @param fn - A generator function.
 * @returns The coroutine function. One that was declared before is returned as it is.
 * @throws TypeError when it is not a generator function.
 *
 * @example
 * ```ts
 * import { coroutine, run, sleep } from 'skein';
 *
 * const greet = coroutine(function* (who: string) {
 *   yield* sleep(5);
 *   return `hello ${who}`;
 * });
 *
 * await run(async () => await greet('ada')); // => 'hello ada'
 * await run(function* () {
 *   return yield* greet('bob');
 * }); // => 'hello bob'
 * ```
 *
 * Follows `async def`.
 */
export function coroutine<
  This,
  Args extends unknown[],
  T,
  Way extends CallPart = Missing,
  Other = Missing,
>(
  fn:
    | ((this: This, ...args: Args) => WorkOf<Way, Other, Coroutine<T>, NotGeneratorFunction>)
    | WorkParts<Way, Other, { readonly [Symbol.iterator]: Way }>,
): (this: This, ...args: Args) => AwaitableCoroutine<T>;
export function coroutine(fn: (...args: never) => unknown): unknown {
  if (isCoroutineFunction(fn)) return fn;
  if (!isGeneratorFunction(fn)) throw unexpected('coroutine', 'a generator function', fn);
  const { name, length } = fn as (...args: unknown[]) => unknown;
  letNest(fn);
  // A method, as those cannot be called with `new`.
  const { declared } = {
    declared(this: unknown, ...args: unknown[]): AwaitableCoroutine<unknown> {
      const made = new DeclaredCoroutine(Reflect.apply(fn, this, args) as Coroutine<unknown>);
      const handed = made as unknown as AwaitableCoroutine<unknown>;
      if (watch.on) seams.debug?.watchCoroutine(handed, name);
      return handed;
    },
  };
  Object.setPrototypeOf(declared, coroutineFunction);
  return Object.defineProperties(declared, {
    name: { value: name, configurable: true },
    length: { value: length, configurable: true },
  });
}
