import { thenOfCoroutine } from './awaitable.ts';
import type { AwaitableCoroutine, Suspension } from './coroutine.ts';
import { differsByIdentity } from './identity.ts';
import { printsItself } from './prints-itself.ts';
import { seams } from './seams.ts';
import { watch } from './watch.ts';

/**
 * A coroutine of the library that is an object of a class, not a generator. Programs await some things very often, and
 * mostly without waiting: there a generator would be the larger part of the cost. To programs it looks like a generator.
 */
export interface LibraryCoroutine<T> {
  next(sent?: unknown): IteratorResult<Suspension, T>;
  throw(error: unknown): IteratorResult<Suspension, T>;
  return(value: T): IteratorResult<Suspension, T>;
}

/** The prototype that all iterators of the host inherit from, generators too. */
const iteratorPrototype: object = Object.getPrototypeOf(
  Object.getPrototypeOf(Object.getPrototypeOf((function* () {})())),
);

/** Gives the objects of a class what all coroutines have. A base class would cost a constructor call for each object. */
export function makeCoroutines(prototype: LibraryCoroutine<unknown>): void {
  Object.setPrototypeOf(prototype, iteratorPrototype);
  printsItself(prototype);
  differsByIdentity(prototype);
  Object.defineProperties(prototype, {
    [Symbol.toStringTag]: { value: 'Generator' },
    then: { value: thenOfCoroutine, writable: true },
    // True once a task runs it; see `driven.ts`.
    _driven: { value: false, writable: true },
  });
}

/** Returns a coroutine to the program. Debug mode watches that it is awaited, see `debug/never-awaited.ts`. */
export function handOut<T>(coroutine: LibraryCoroutine<T>): AwaitableCoroutine<T> {
  const handed = coroutine as unknown as AwaitableCoroutine<T>;
  if (watch.on) seams.debug?.watchCoroutine(handed);
  return handed;
}
