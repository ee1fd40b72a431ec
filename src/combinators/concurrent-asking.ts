/** The coroutines that wait for a result of `mapConcurrent()`. */
import { Attempt, type notYet } from '../core/attempt.ts';
import type { Coroutine } from '../core/coroutine.ts';
import type { EventLoop } from '../core/event-loop.ts';
import { asExit } from '../core/exits.ts';
import type { Future } from '../core/future.ts';
import { LinkedList } from '../core/linked-list.ts';

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
}

/** The coroutine of `next()`. */
export class NextResult<Step> extends Attempt<Step> {
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
}
