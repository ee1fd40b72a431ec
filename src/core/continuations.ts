/**
 * Which async function the running code continues, in a host without an async context, as browsers are.
 *
 * While a function runs up to its first `await`, its frame is the caller (`run`). An `await` of something of this library reads
 * `then` there, and what it reads remembers the caller (`thenOf`). The outcome is handed over between two microtasks:
 *
 *     enter      the caller is known
 *     resolve    the function goes on, up to its next `await`
 *     leave      no caller is known
 *
 * Only the continuation of that `await` runs between the two. So a caller is known there and nowhere else: after an `await` of
 * a promise of the host it is not, as nothing tells which function goes on then.
 */
import type { AsyncFrame } from './async-frame.ts';
import { current } from './current.ts';
import { type AsyncLocal, systemHost } from './host.ts';
import { asAwait, isAwait, type Then } from './read-then.ts';
import type { Task } from './task.ts';

export type Caller = Task<unknown> | AsyncFrame;
type Callback = (value: unknown) => unknown;

export class Continuations implements AsyncLocal<Caller> {
  #caller: Caller | undefined = undefined;
  /** The task whose step ran when the caller was set. Inside of a step of another task, that one is the caller. */
  #task: Task<unknown> | undefined = undefined;

  /** The functions that await something wrapped, with the number of such awaits. */
  readonly wrapped: Map<Caller, number> = new Map();

  getStore(): Caller | undefined {
    return current.task === this.#task ? this.#caller : current.task;
  }

  run<R>(caller: Caller | undefined, fn: () => R): R {
    const outer = this.#caller;
    const task = this.#task;
    this.#enter(caller);
    try {
      return fn();
    } finally {
      this.#caller = outer;
      this.#task = task;
    }
  }

  #enter(caller: Caller | undefined): void {
    this.#caller = caller;
    this.#task = current.task;
  }

  readonly #leave = (): void => this.#enter(undefined);

  /** Returns what `then` is to the code that reads it now: if an `await` calls that, it is an `await` of this caller. */
  thenOf(then: Then): Then {
    const caller = this.getStore();
    if (caller === undefined) return then;
    const continuations = this;
    return function (this: unknown, onFulfilled?: unknown, onRejected?: unknown) {
      const call = then as (this: unknown, ...callbacks: unknown[]) => Promise<unknown>;
      if (!isAwait(onFulfilled)) return call.call(this, onFulfilled, onRejected);
      const resolve = continuations.continuing(caller, onFulfilled);
      const reject =
        typeof onRejected === 'function'
          ? continuations.continuing(caller, onRejected as Callback)
          : onRejected;
      return continuations.run(caller, () =>
        asAwait(resolve, () => call.call(this, resolve, reject)),
      );
    } as Then;
  }

  /** Returns a function that settles the promise of an `await`, after which `caller` goes on. */
  continuing(caller: Caller, settle: Callback): Callback {
    return (value) => {
      systemHost.microtask(() => this.#enter(caller));
      const returned = settle(value);
      systemHost.microtask(this.#leave);
      return returned;
    };
  }
}

/** Returns what leads from an `await` to the function that awaits; made when first needed. */
export function callers(): AsyncLocal<Caller> {
  current.asyncLocal ??= systemHost.createAsyncLocal() ?? new Continuations();
  return current.asyncLocal;
}
