/** Marks suspensions. */
export declare const suspended: unique symbol;

/**
 * The value that a coroutine yields to the loop when it waits. Only `yield*` on a future, a task or a library coroutine
 * makes one. A bare `yield` is allowed too: it gives way for one iteration, as `yield* sleep(0)` does.
 */
export type Suspension = { readonly [suspended]: true } | undefined;

/**
 * A coroutine: what calling a `function*` returns. It has not started; `yield*` runs it as part of the caller,
 * `createTask()` runs it at the side. `yield*` is Python's `await`.
 */
export type Coroutine<T> = Generator<Suspension, T, unknown>;

/**
 * A coroutine of this library: `yield*` it in a coroutine, or `await` it in an async function. It fits wherever a promise is
 * expected, and does nothing until it is awaited.
 */
export type AwaitableCoroutine<T> = Coroutine<T> & Promise<T>;

/** An object that can be awaited with `yield*`: a coroutine, a future, or anything that iterates as they do. */
export interface Yieldable<T> {
  /** Called by `yield*`; what the iterator returns is the result. */
  [Symbol.iterator](): Iterator<Suspension, T, unknown>;
}

/** Everything that can be awaited: coroutines, futures and tasks, promises. */
export type Awaitable<T> = Yieldable<T> | PromiseLike<T>;

/** The result of awaiting an `A`. */
export type ResultOf<A> =
  A extends Yieldable<infer T> ? T : A extends PromiseLike<infer T> ? Awaited<T> : never;

/** A body, as `timeout()` and `taskGroup()` take one: a generator function, or an async function. */
export type Body<Args extends unknown[], T> = (...args: Args) => Coroutine<T> | PromiseLike<T>;

/** Marks futures: those of every copy of this package, and futures of other libraries that follow the same protocol. */
export const futureMarker: unique symbol = Symbol.for('skein.future');

/** The `next` of all generator objects of this realm. */
export const generatorNext: unknown = (function* () {})().next;

/** Tells whether `value` is a coroutine: a generator object, or anything with its `next` and `throw`. */
export function isCoroutine(value: unknown): value is Coroutine<unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const { next } = value as Partial<Coroutine<unknown>>;
  // Nearly all are plain generators. Each generator function makes its own shape of objects, so looking up more is slow.
  return next === generatorNext || (typeof next === 'function' && isOtherCoroutine(value));
}

function isOtherCoroutine(value: object): boolean {
  return (
    typeof (value as Partial<Coroutine<unknown>>).throw === 'function' &&
    !(Symbol.asyncIterator in value) &&
    !(futureMarker in value)
  );
}

export function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return (
    (typeof value === 'object' || typeof value === 'function') &&
    value !== null &&
    typeof (value as { then?: unknown }).then === 'function'
  );
}
