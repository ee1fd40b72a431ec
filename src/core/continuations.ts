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
import type { Future } from './future.ts';
import { type AsyncLocal, systemHost } from './host.ts';
import { asAwait, isAwait, type Then } from './read-then.ts';
import type { Runnable } from './ready-queue.ts';
import type { Task } from './task.ts';

export type Caller = Task<unknown> | AsyncFrame;
type Callback = (value: unknown) => unknown;

export class Continuations implements AsyncLocal<Caller> {
  #caller: Caller | undefined = undefined;
  /** The task whose step ran when the caller was set. Inside of a step of another task, that one is the caller. */
  #task: Task<unknown> | undefined = undefined;

  /** The functions that await something wrapped, with the number of such awaits. */
  readonly #wrapped = new Map<Caller, number>();

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

  abandon(task: Task<unknown>): void {
    task._loop._enqueue(new Abandoning(task, this.#wrapped));
  }

  wraps(caller: Caller, change: 1 | -1): void {
    const count = (this.#wrapped.get(caller) ?? 0) + change;
    if (count === 0) this.#wrapped.delete(caller);
    else this.#wrapped.set(caller, count);
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

/**
 * How many iterations a function has for what it does when it is cancelled, before it counts as one that was not reached: it may
 * have been on its way to an await, or reject because of its signal.
 */
const patience = 10;

/** Returns the async functions that `task` waits for in the end, and that a request to cancel did not reach. */
function unreached(task: Task<unknown>, wrapped: Map<Caller, number>): AsyncFrame[] {
  const frames: AsyncFrame[] = [];
  const futures = new Set<Future<unknown>>([task]);
  // The set grows while it is read.
  for (const future of futures) {
    if (future.done() || wrapped.has(future as AsyncFrame)) continue;
    const { _waiter: waiter } = future as Partial<Task<unknown>>;
    const targets = waiter === undefined ? future._passesCancelTo?.()?.futures : [waiter];
    for (const target of targets ?? []) futures.add(target);
    const { _part: part, _isFollowed: isFollowed } = future as Partial<AsyncFrame>;
    if (isFollowed && targets?.length === 0 && part?._mustCancel) frames.push(future as AsyncFrame);
  }
  return frames;
}

class Abandoning implements Runnable {
  readonly #task: Task<unknown>;
  readonly #wrapped: Map<Caller, number>;
  #left = patience;

  constructor(task: Task<unknown>, wrapped: Map<Caller, number>) {
    this.#task = task;
    this.#wrapped = wrapped;
  }

  _run(): void {
    const task = this.#task;
    if (task.done()) return;
    if (this.#left-- > 0) {
      task._loop._enqueue(this);
      return;
    }
    for (const frame of unreached(task, this.#wrapped)) {
      const name = frame._function === '' ? 'An async function' : `\`${frame._function}()\``;
      frame._abandonFunction();
      task._loop.callExceptionHandler({
        message: `${name} was abandoned at its deadline: it awaits a promise of the host. Write \`await fromPromise(promise)\`.`,
        future: frame._part._task,
      });
    }
  }
}

/** Returns what leads from an `await` to the function that awaits; made when first needed. */
export function callers(): AsyncLocal<Caller> {
  current.asyncLocal ??= systemHost.createAsyncLocal() ?? new Continuations();
  return current.asyncLocal;
}
