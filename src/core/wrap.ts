import type { Caller } from './continuations.ts';
import { current, storedCaller } from './current.ts';
import { isFuture } from './is-future.ts';

type Callback = ((value: unknown) => unknown) | null | undefined;

/** Counts the awaits of something wrapped that `caller` makes at once. */
function count(wrapped: Map<Caller, number> | undefined, caller: Caller, change: 1 | -1): void {
  const awaits = (wrapped?.get(caller) ?? 0) + change;
  if (awaits === 0) wrapped?.delete(caller);
  else wrapped?.set(caller, awaits);
}

/** What is not of this library, while an async function awaits it whose task is known by its place alone. */
class Wrapped {
  static {
    Object.setPrototypeOf(this.prototype, Promise.prototype);
  }

  readonly #value: unknown;
  readonly #caller: Caller;

  constructor(value: unknown, caller: Caller) {
    this.#value = value;
    this.#caller = caller;
  }

  then(onFulfilled?: Callback, onRejected?: Callback): Promise<unknown> {
    const local = current.asyncLocal;
    const caller = this.#caller;
    const settled = Promise.resolve(this.#value);
    count(local?.wrapped, caller, 1);
    const over = (): void => count(local?.wrapped, caller, -1);
    void settled.then(over, over);
    const continuing = (callback: Callback): Callback =>
      typeof callback === 'function' ? local?.continuing?.(caller, callback) : callback;
    return settled.then(continuing(onFulfilled), continuing(onRejected));
  }
}

/**
 * Returns what an async function is to await in place of `awaited`, so that its task is known after that too. Where the host
 * has an async context, outside of tasks, and for what is of this library, that is `awaited` itself.
 *
 * Unlike `fromPromise()` it makes nothing cancellable: a request to cancel comes out of the next await of something of this
 * library, as it does in hosts with an async context.
 */
export function wrap<T>(awaited: T): T {
  if (current.asyncLocal?.continuing === undefined) return awaited;
  const caller = storedCaller();
  if (caller === undefined || isFuture(awaited) || '_runBy' in Object(awaited)) return awaited;
  return new Wrapped(awaited, caller) as T;
}

/** Wraps the steps of an async iterator, for `for await`. */
export function wrapSteps<Iterator extends AsyncIterator<unknown, unknown, never>>(
  iterator: Iterator,
): Iterator {
  if (current.asyncLocal?.continuing === undefined) return iterator;
  const { next, return: close } = iterator;
  iterator.next = (...sent) => wrap(next.apply(iterator, sent));
  if (close !== undefined) iterator.return = (value) => wrap(close.call(iterator, value));
  return iterator;
}
