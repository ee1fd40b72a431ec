import type { AwaitableCoroutine, Suspension } from './coroutine.ts';
import type { Marked } from './driven.ts';
import { comparesByIdentity } from './identity.ts';
import { printsItself } from './prints-itself.ts';
import { readsThen, type Then } from './read-then.ts';
import type { TaskParts } from './register-tasks.ts';
import { seams } from './seams.ts';
import type { OnFulfilled, OnRejected } from './then-of-coroutine.ts';
import { watch } from './watch.ts';

/**
 * A coroutine of the library: an object of a class, which looks like a generator and like a promise. Programs await some
 * things very often, and mostly without waiting: there a generator would be the larger part of the cost.
 */
export interface LibraryCoroutine<T> extends Marked {
  next(sent?: unknown): IteratorResult<Suspension, T>;
  throw(error: unknown): IteratorResult<Suspension, T>;
  return(value: T): IteratorResult<Suspension, T>;
  /** For coroutines that an `await` can do without making them a part of its task. */
  then?(onFulfilled?: OnFulfilled, onRejected?: OnRejected): Promise<unknown>;
}

/** The prototype that all iterators of the host inherit from, generators too. */
const iteratorPrototype: object = Object.getPrototypeOf(
  Object.getPrototypeOf(Object.getPrototypeOf((function* () {})())),
);

function runThen(
  this: LibraryCoroutine<unknown>,
  onFulfilled?: OnFulfilled,
  onRejected?: OnRejected,
): Promise<unknown> {
  return (seams.tasks as TaskParts).thenOfCoroutine.call(this, onFulfilled, onRejected);
}

/** Gives the objects of a class what all coroutines have. A base class would cost a constructor call for each object. */
export function makeCoroutines(prototype: LibraryCoroutine<unknown>): void {
  Object.setPrototypeOf(prototype, iteratorPrototype);
  printsItself(prototype);
  Object.defineProperties(prototype, {
    [Symbol.toStringTag]: { value: 'Generator' },
    catch: { value: Promise.prototype.catch, writable: true },
    finally: { value: Promise.prototype.finally, writable: true },
    _runBy: { value: null, writable: true },
  });
  readsThen(prototype, (prototype.then ?? runThen) as Then);
  comparesByIdentity(prototype);
}

/** Returns a coroutine to the program. Debug mode watches that it is awaited, see `debug/never-awaited.ts`. */
export function handOut<T>(coroutine: LibraryCoroutine<T>): AwaitableCoroutine<T> {
  const handed = coroutine as unknown as AwaitableCoroutine<T>;
  if (watch.on) seams.debug?.watchCoroutine(handed);
  return handed;
}
