/**
 * An async function under way on behalf of a task: the future of its outcome, and all its library awaits.
 *
 * A generator can be resumed with an exception wherever it waits; an async function can not, as its awaits belong to
 * the host. But an `await` of something of ours calls our `then`, and the host's async context tells on whose behalf.
 * So each such await is noted here, and cancelling cancels what is awaited: the error comes out of the `await`, as it
 * does out of `yield*`. At a foreign promise nothing of ours is awaited: `cancel()` answers false, the task remembers
 * (as asyncio's does when what it waits for is done already), and the next library await throws.
 *
 * Frames nest: an async body of `timeout()` awaited in an async function is a frame below a task that runs
 * `timeout()`'s coroutine as a part of the first task. Each part is cancelled on its own, so that a timeout stops what
 * is inside of it and nothing beside it, `Promise.all` notwithstanding.
 *
 * What it cannot see is which of several awaits are the function's own flow: the losers of a `Promise.race()` stay awaited
 * until they are done, and a helper that nobody awaits looks like any other branch. docs/differences.md says what to use.
 *
 * States: those of a future. The transition is made by the async function's promise, never by `cancel()`: the outcome
 * waits for the function to end.
 */
import { CancelledError } from '../errors.ts';
import { current } from './current.ts';
import { Future } from './future.ts';
import { systemHost } from './host.ts';
import { awaitsForeignLoop, awaitsItself } from './misuse.ts';
import type { PromiseBridge } from './promise-bridge.ts';
import { awaitedAt } from './suspension-stack.ts';
import { noteDelivery } from './swallowed-cancellation.ts';
import type { Task } from './task.ts';

export class AsyncFrame extends Future<unknown> {
  /** @internal The task, or part of a task, that waits for this function. */
  readonly _runner: Task<unknown>;
  /** Its awaits, in order. A single one is stored without a set, as one is the usual number. */
  #awaits: PromiseBridge | Set<PromiseBridge> | undefined = undefined;
  #outside = false;
  /** True if the frame follows a promise: not if the function returned a coroutine. */
  #isFollowed = false;
  /** @internal True if the task was created from this async function, and does nothing but wait for it. */
  _isTask = false;

  constructor(runner: Task<unknown>) {
    super({ loop: runner._loop });
    this._runner = runner;
  }

  /** Calls `fn` with this frame in the async context, so that its awaits are noted here. */
  call<R>(fn: () => R): R {
    current.asyncLocal ??= systemHost.createAsyncLocal();
    return current.asyncLocal === undefined ? fn() : current.asyncLocal.run(this, fn);
  }

  /**
   * Calls the async function that the task was created from. The async context already stores the task, so none is made for
   * the frame: `continued()` maps the task to this frame while the task waits for it.
   */
  callForTask<R>(fn: () => R): R {
    if (current.asyncLocal?.getStore() !== this._runner) return this.call(fn);
    this._isTask = true;
    return fn();
  }

  /** Settles the frame as the function's promise is settled. */
  follow(promise: PromiseLike<unknown>): void {
    this._loop._meetsPromises = true;
    this.#isFollowed = true;
    this.#countOutside();
    // A thenable may throw, or call back twice. A promise made of it does not.
    Promise.resolve(promise).then(
      (value) => {
        this._finish(value);
        this.#countOutside();
      },
      (reason: unknown) => {
        this.#rejected(reason);
        this.#countOutside();
      },
    );
  }

  /** Counts the frame among `loop._outside` while it awaits no future: then it waits for something of the host. */
  #countOutside(): void {
    const outside = this.#isFollowed && !this.done() && this.#isAwaitingNothing;
    if (outside === this.#outside) return;
    this.#outside = outside;
    this._loop._outside += outside ? 1 : -1;
  }

  #rejected(reason: unknown): void {
    const runner = this._runner;
    const undelivered = runner._mustCancel;
    const aborted = (reason as Error | undefined)?.name === 'AbortError';
    if (reason instanceof CancelledError) {
      // `fetch` and its like reject with the reason of the aborted signal, which is the task's CancelledError.
      runner._mustCancel = false;
      this._detail = reason;
      this._abandon(undefined);
    } else if (undelivered && (aborted || runner._signal?.told !== true)) {
      runner._mustCancel = false;
      const error = runner._makeCancelledError();
      error.cause ??= reason;
      this._detail = error;
      this._abandon(undefined);
    } else {
      // The signal delivered the cancellation. The function then failed with an error of its own.
      if (undelivered) runner._mustCancel = false;
      this._fail(reason);
    }
  }

  /** Cancels the futures that the function awaits. Returns true if one of them took it. */
  override cancel(reason?: unknown): boolean {
    let any = false;
    for (const future of this.awaited()) any = future.cancel(reason) || any;
    return any;
  }

  /** Returns the futures that the function awaits now. */
  awaited(): Future<unknown>[] {
    const awaits = this.#awaits;
    if (awaits instanceof Set) return [...awaits].map(({ future }) => future);
    return awaits === undefined ? [] : [awaits.future];
  }

  get #isAwaitingNothing(): boolean {
    return this.#awaits instanceof Set ? this.#awaits.size === 0 : this.#awaits === undefined;
  }

  #addAwait(bridge: PromiseBridge): void {
    if (this.#awaits === undefined) this.#awaits = bridge;
    else if (this.#awaits instanceof Set) this.#awaits.add(bridge);
    else this.#awaits = new Set([this.#awaits, bridge]);
  }

  #removeAwait(bridge: PromiseBridge): void {
    if (this.#awaits === bridge) this.#awaits = undefined;
    else if (this.#awaits instanceof Set) this.#awaits.delete(bridge);
  }

  /** @internal Notes an await of the function, or rejects it if the function may not await that future. */
  _await(bridge: PromiseBridge): void {
    const { future } = bridge;
    if (this.done()) {
      future._addWaiter(bridge);
    } else if (future._loop !== this._loop) {
      bridge.reject(awaitsForeignLoop(this._runner._owner, future));
    } else if (future === this._runner._owner) {
      bridge.reject(awaitsItself(this._runner._owner));
    } else {
      this.#addAwait(bridge);
      this.#countOutside();
      bridge.frame = this;
      future._addWaiter(bridge);
      this.#deliver(bridge);
    }
  }

  /** Delivers a pending request to cancel at this await: the awaited future is cancelled, as in a coroutine. */
  #deliver(bridge: PromiseBridge): void {
    const runner = this._runner;
    if (!runner._mustCancel) return;
    runner._mustCancel = false;
    if (this._loop.getDebug()) noteDelivery(runner, awaitedAt(bridge.future));
    if (bridge.future.cancel(runner._value)) return;
    bridge.reject(runner._makeCancelledError());
  }

  /**
   * @internal An await is over. A request to cancel may have come when its future was done already. If the future was
   * cancelled, that delivers the request. If it has a result the request waits for the next await: an item that was taken
   * from a queue must not be lost.
   */
  _awaitOver(bridge: PromiseBridge): void {
    this.#removeAwait(bridge);
    this.#countOutside();
    if (bridge.future.cancelled()) this._runner._mustCancel = false;
  }

  /** @internal */
  override _shortText(): string {
    const awaited = this.awaited().map((future) => future._shortText());
    return awaited.length === 0 ? 'something outside of the loop' : awaited.join(', ');
  }
}
