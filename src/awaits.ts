/**
 * The entry `skein/transform/awaits`: what `skein/transform` imports into the files that it rewrites. Programs do not import it.
 *
 * Each function returns what it is given where nothing would be lost without it: in hosts with an async context, and in code
 * that runs for no task. See `wrap()`.
 */
import { current, storedCaller } from './core/current.ts';
import { wrap } from './core/wrap.ts';

export { wrap };

const wrapsNothing = (): boolean =>
  current.asyncLocal?.continuing === undefined || storedCaller() === undefined;

type Steps = AsyncIterator<unknown, unknown, unknown>;
type Method = (...args: unknown[]) => Promise<IteratorResult<unknown, unknown>>;

/** Steps through a sync iterable as `for await` does, whose rules for that a program cannot call. */
async function* stepsOfSync(iterable: Iterable<unknown>): AsyncGenerator<unknown> {
  return yield* iterable;
}

const isAsyncGenerator = (iterator: object): boolean =>
  Object.prototype.toString.call(iterator) === '[object AsyncGenerator]';

/** The steps of an iterator, each as something that is wrapped. It has the methods that the iterator has. */
class WrappedSteps {
  readonly #steps: Steps;
  readonly #next: Method;

  constructor(steps: Steps) {
    this.#steps = steps;
    this.#next = steps.next as Method;
  }

  next(...sent: unknown[]): Promise<IteratorResult<unknown, unknown>> {
    return wrap(Reflect.apply(this.#next, this.#steps, sent));
  }

  get return(): Method | undefined {
    const close = this.#steps.return as Method | undefined;
    if (typeof close !== 'function') return close;
    // An async generator awaits what it is given, before its `finally` blocks run.
    if (isAsyncGenerator(this.#steps))
      return (value) => wrap(Reflect.apply(close, this.#steps, [wrap(value)]));
    return (...args) => wrap(Reflect.apply(close, this.#steps, args));
  }

  get throw(): Method | undefined {
    const fail = this.#steps.throw as Method | undefined;
    if (typeof fail !== 'function') return fail;
    return (...args) => wrap(Reflect.apply(fail, this.#steps, args));
  }
}

/** Returns what `for await`, or `yield*` in an async generator, is to step through in place of `iterable`. */
export function steps<T>(iterable: T): T {
  if (wrapsNothing()) return iterable;
  const source = iterable as Partial<AsyncIterable<unknown> & Iterable<unknown>> | null | undefined;
  const openAsync = source?.[Symbol.asyncIterator] ?? undefined;
  // The host has an error for what has no steps.
  if (typeof (openAsync ?? source?.[Symbol.iterator]) !== 'function') return iterable;
  const open = (): WrappedSteps =>
    new WrappedSteps(
      openAsync === undefined
        ? stepsOfSync(source as Iterable<unknown>)
        : (Reflect.apply(openAsync, source, []) as Steps),
    );
  return { [Symbol.asyncIterator]: open } as T;
}

/** Returns what `await using` is to dispose in place of `value`. */
export function disposal<T>(value: T): T {
  if (wrapsNothing()) return value;
  const resource = value as Partial<AsyncDisposable & Disposable> | null | undefined;
  const asyncDispose = resource?.[Symbol.asyncDispose] as unknown;
  const dispose = asyncDispose ?? (resource?.[Symbol.dispose] as unknown);
  const isNothing = resource === null || resource === undefined;
  // The host has an error for what cannot be disposed.
  if (!isNothing && typeof dispose !== 'function') return value;
  const wrapped = {
    [Symbol.asyncDispose]: () => {
      const disposed: unknown = isNothing
        ? undefined
        : Reflect.apply(dispose as () => unknown, resource, []);
      return wrap(dispose === asyncDispose ? disposed : undefined);
    },
  };
  return wrapped as unknown as T;
}
