import './register-tasks.ts';
import type { AwaitableCoroutine, Coroutine, Suspension } from './coroutine.ts';
import type { RunBy } from './driven.ts';
import { handOut, type LibraryCoroutine, makeCoroutines } from './library-coroutine.ts';

/** A generator of the library. `yield*` gets the generator itself, so that nothing stands between it and the task. */
class LibraryGenerator<T> implements LibraryCoroutine<T> {
  static {
    makeCoroutines(this.prototype);
  }

  readonly #generator: Coroutine<T>;
  /** @internal */
  _runBy: RunBy = null;

  constructor(generator: Coroutine<T>) {
    this.#generator = generator;
  }

  [Symbol.iterator](): Coroutine<T> {
    return this.#generator;
  }

  next(sent?: unknown): IteratorResult<Suspension, T> {
    return this.#generator.next(sent);
  }

  throw(error: unknown): IteratorResult<Suspension, T> {
    return this.#generator.throw(error);
  }

  return(value: T): IteratorResult<Suspension, T> {
    return this.#generator.return(value);
  }
}

/** Makes the coroutines of a generator function awaitable with `await`, as well as with `yield*`. */
export function awaitable<Args extends unknown[], T>(
  generatorFunction: (...args: Args) => Coroutine<T>,
): (...args: Args) => AwaitableCoroutine<T> {
  return (...args) => handOut(new LibraryGenerator(generatorFunction(...args)));
}

/**
 * Makes the coroutines of generator methods awaitable, as {@link awaitable} does. To be called in a static block of the class,
 * whose methods are declared so that callers see the awaitable type:
 *
 *     wait(): AwaitableCoroutine<true>;
 *     *wait(): Coroutine<true> { … }
 */
export function awaitableMethods<Class extends object>(
  prototype: Class,
  ...names: readonly (keyof Class & string)[]
): void {
  for (const name of names) {
    const method = prototype[name] as (...args: unknown[]) => Coroutine<unknown>;
    // Debug mode names it as a function that was never awaited, so it needs the name.
    const awaitableMethod = {
      [name](this: Class, ...args: unknown[]): AwaitableCoroutine<unknown> {
        return handOut(new LibraryGenerator(method.apply(this, args)));
      },
    }[name];
    Object.defineProperty(prototype, name, {
      value: awaitableMethod,
      writable: true,
      configurable: true,
    });
  }
}
