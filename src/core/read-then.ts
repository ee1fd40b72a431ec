/**
 * Tells an `await` from a call of `then` by the program.
 *
 * `await x` reads `x.then` at once, and calls what it read in a microtask of its own; so does a promise that is resolved with
 * `x`. A program calls at once what it reads. So `then` is a getter. It notes that it was read, until a microtask that runs
 * before the call of an `await`: if no read is noted when `then` is called, an `await` calls it. If one is noted it may be
 * that of other code, and the text of the callback decides.
 *
 * In a host without an async context the getter also notes which function reads, see continuations.ts.
 */
import { current } from './current.ts';
import type { ResolvingFunction } from './unread-promise.ts';

export type Then = (this: never, onFulfilled?: never, onRejected?: never) => Promise<unknown>;

let isRead = false;
const resolved = Promise.resolve();
const forget = (): void => {
  isRead = false;
};

/** Makes `then` of the objects of a class a getter of `then`. */
export function readsThen(prototype: object, then: Then): void {
  Object.defineProperty(prototype, 'then', {
    configurable: true,
    get() {
      if (!isRead) {
        isRead = true;
        void resolved.then(forget);
      }
      const local = current.asyncLocal;
      return local?.thenOf === undefined ? then : local.thenOf(then);
    },
    set(value: unknown) {
      Object.defineProperty(this, 'then', { value, writable: true, configurable: true });
    },
  });
}

const native = /\{\s*\[native code\]\s*\}$/;

/** The source text of native resolving functions, which all have the same. */
let resolvingText = '';

/** Tells whether `callback` is a promise's own resolving function. A program passes functions of its own. */
function isResolvingFunction(callback: () => unknown): boolean {
  if (callback.name !== '') return false;
  const text = Function.prototype.toString.call(callback);
  if (text === resolvingText) return true;
  if (!native.test(text)) return false;
  resolvingText = text;
  return true;
}

/** The callback that stands for the resolving function of an `await`, while its `then` is called. */
let standIn: unknown;

/** Calls `call` for an `await`, with `onFulfilled` in place of its resolving function. */
export function asAwait<R>(onFulfilled: unknown, call: () => R): R {
  standIn = onFulfilled;
  try {
    return call();
  } finally {
    standIn = undefined;
  }
}

/**
 * Tells whether an `await`, or a promise that was resolved with the object, calls `then` with `onFulfilled`. Only an `await` is a
 * cancellation point: `then(callback)` merely listens.
 */
export function isAwait(onFulfilled: unknown): onFulfilled is ResolvingFunction {
  if (typeof onFulfilled !== 'function') return false;
  return !isRead || onFulfilled === standIn || isResolvingFunction(onFulfilled as () => unknown);
}
