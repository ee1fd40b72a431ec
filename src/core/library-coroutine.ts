import { thenOfCoroutine } from './awaitable.ts';
import type { AwaitableCoroutine, Suspension } from './coroutine.ts';
import { watch, watchCoroutine } from './never-awaited.ts';

/**
 * A coroutine of the library's own that is an object of a class, not a generator: for what programs await very often, and
 * mostly need not wait for long, a generator is the larger part of the cost. To programs it looks like any other.
 */
export abstract class LibraryCoroutine<T> {
  static {
    Object.defineProperty(this.prototype, Symbol.toStringTag, { value: 'Generator' });
    Object.defineProperty(this.prototype, 'then', { value: thenOfCoroutine, writable: true });
  }

  /** @internal Whether a task runs it; see `driven.ts`. */
  _driven = false;

  abstract next(sent?: unknown): IteratorResult<Suspension, T>;
  abstract throw(error: unknown): IteratorResult<Suspension, T>;
  abstract return(value: T): IteratorResult<Suspension, T>;

  [Symbol.iterator](): this {
    return this;
  }
}

/** Hands a coroutine to the program; in debug mode it is watched, see `never-awaited.ts`. */
export function handOut<T>(coroutine: LibraryCoroutine<T>): AwaitableCoroutine<T> {
  const handed = coroutine as unknown as AwaitableCoroutine<T>;
  if (watch.on) watchCoroutine(handed);
  return handed;
}
