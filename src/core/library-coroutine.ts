import { thenOfCoroutine } from './awaitable.ts';
import type { AwaitableCoroutine, Suspension } from './coroutine.ts';
import { watch, watchCoroutine } from './never-awaited.ts';
import { printsItself } from './text.ts';

/**
 * A coroutine of the library's own that is an object of a class, not a generator: for what programs await very often, and
 * mostly need not wait for long, a generator is the larger part of the cost. To programs it looks like any other.
 */
export interface LibraryCoroutine<T> {
  next(sent?: unknown): IteratorResult<Suspension, T>;
  throw(error: unknown): IteratorResult<Suspension, T>;
  return(value: T): IteratorResult<Suspension, T>;
}

/** What all iterators of the host inherit, generators among them. */
const iteratorPrototype: object = Object.getPrototypeOf(
  Object.getPrototypeOf(Object.getPrototypeOf((function* () {})())),
);

/** Gives the objects of a class what all coroutines have. A base class would have to be constructed, for each of them. */
export function makeCoroutines(prototype: LibraryCoroutine<unknown>): void {
  Object.setPrototypeOf(prototype, iteratorPrototype);
  printsItself(prototype);
  Object.defineProperties(prototype, {
    [Symbol.toStringTag]: { value: 'Generator' },
    then: { value: thenOfCoroutine, writable: true },
    // Whether a task runs it; see `driven.ts`.
    _driven: { value: false, writable: true },
  });
}

/** Hands a coroutine to the program; in debug mode it is watched, see `never-awaited.ts`. */
export function handOut<T>(coroutine: LibraryCoroutine<T>): AwaitableCoroutine<T> {
  const handed = coroutine as unknown as AwaitableCoroutine<T>;
  if (watch.on) watchCoroutine(handed);
  return handed;
}
