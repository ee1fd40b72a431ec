/** The coroutines that wait for a result of `mapConcurrent()`. */
import type { AsyncFrame } from '../core/async-frame.ts';
import { Attempt, type notYet } from '../core/attempt.ts';
import { takePendingCancel } from '../core/cancel-task.ts';
import type { Coroutine, Suspension } from '../core/coroutine.ts';
import { asyncCaller } from '../core/current.ts';
import type { EventLoop } from '../core/event-loop.ts';
import { asExit } from '../core/exits.ts';
import type { Future } from '../core/future.ts';
import { LinkedList } from '../core/linked-list.ts';
import { isAwait, readsThen, type Then } from '../core/read-then.ts';
import type { OnFulfilled, OnRejected } from '../core/then-of-coroutine.ts';

/** Coroutines that wait until something has changed, in the order in which they came. */
export class Asking {
  readonly #loop: EventLoop;
  readonly #purpose: unknown;
  readonly #futures = new LinkedList<Future<void>>();

  constructor(loop: EventLoop, purpose: unknown) {
    this.#loop = loop;
    this.#purpose = purpose;
  }

  get any(): boolean {
    return this.#futures.size > 0;
  }

  /** @param isExit - True for the wait at the end, in which work is awaited that was cancelled. */
  *wait(isExit: boolean): Coroutine<void> {
    const future = this.#loop.createFuture<void>();
    future._purpose = this.#purpose;
    const link = this.#futures.push(isExit ? asExit(future) : future);
    try {
      yield* future;
    } finally {
      this.#futures.remove(link);
    }
  }

  wakeNext(): void {
    for (let next = this.#futures.shift(); next !== undefined; next = this.#futures.shift()) {
      if (next.done()) continue;
      next.setResult();
      return;
    }
  }

  wakeAll(): void {
    while (this.any) this.wakeNext();
  }

  [Symbol.iterator](): Iterator<Future<void>> {
    return this.#futures[Symbol.iterator]();
  }
}

/** Results, as `next()` takes one of them. */
interface Results<Step> {
  /** @internal The next step, if it is there. */
  _tryNext(): Step | typeof notYet;
  /** @internal Waits for the next step. */
  _next(): Coroutine<Step>;
  /** Gives up the rest. */
  return(): Coroutine<unknown>;
}

/** The coroutine of `next()`. */
export class NextResult<Step> extends Attempt<Step> {
  static {
    readsThen(this.prototype, this.prototype.then as Then);
  }

  readonly #results: Results<Step>;

  constructor(results: Results<Step>) {
    super();
    this.#results = results;
  }

  protected override _try(): Step | typeof notYet {
    return this.#results._tryNext();
  }

  protected override _wait(): Coroutine<Step> {
    return this.#results._next();
  }

  /** An async function that was cancelled before, and awaits this now, gives up the rest first. */
  override then(onFulfilled?: OnFulfilled, onRejected?: OnRejected): Promise<unknown> {
    const caller = this._isNew && isAwait(onFulfilled) ? asyncCaller() : undefined;
    const part = (caller as Partial<AsyncFrame> | undefined)?._part;
    if (part?._mustCancel === true) {
      this.#goOnWith(
        this.#giveUp(() => {
          takePendingCancel(part);
          return part._makeCancelledError();
        }),
      );
      asExit(this);
    }
    return this._then(onFulfilled, onRejected);
  }

  /** A task was made of it, and cancelled before its first step. */
  override throw(error: unknown): IteratorResult<Suspension, Step> {
    if (!this._isNew) return super.throw(error);
    this.#goOnWith(this.#giveUp(() => error));
    return this.next();
  }

  #goOnWith(coroutine: Coroutine<never>): void {
    this._isNew = false;
    this._waiting = coroutine;
  }

  *#giveUp(errorOf: () => unknown): Coroutine<never> {
    yield* this.#results.return();
    throw errorOf();
  }
}
