/**
 * An async function that runs for a task: the future of its outcome, and all its awaits of library futures.
 *
 * A generator can be resumed with an exception wherever it waits. An async function cannot, as its awaits belong to the
 * host. But an `await` of a library future calls the `then` of this library, and the host's async context stores the
 * frame. So each such await is noted in the frame, and cancelling the frame cancels the awaited futures: the error comes
 * out of the `await`, as it does out of `yield*`. If the function awaits a promise of the host, no future is noted:
 * `cancel()` returns false, the task keeps the request (cancel-task.ts), and the next library await throws.
 *
 * Frames and parts nest. If a task's async function awaits `timeout(5, async () => { await sleep(9); })`:
 *
 *     Task           created from the async function
 *     └ AsyncFrame   the async function. `_part`: the task
 *       └ PartOfTask the coroutine of `timeout()`. `_task`: the task
 *         └ AsyncFrame   the async body. `_part`: the part
 *           └ Future     of the `sleep(9)` that the body awaits
 *
 * `_part` is the task or part that waits for the frame. It is cancelled on its own, so that a timeout stops what is inside
 * of it and nothing beside it, also in a `Promise.all`. `_task` is the whole task, which has the name and the context.
 *
 * The frame cannot tell which of several awaits are the main flow of the function. The losers of a `Promise.race()` stay
 * awaited until they are done, and an inner function that is called without `await` looks like any other branch.
 * docs/differences.md says what to use.
 *
 * States: those of a future. The promise of the async function makes the transition, never `cancel()`: the outcome waits for
 * the function to end.
 */
import { CancelledError } from '../errors.ts';
import type { AwaitedTurn } from './awaited-turn.ts';
import { isExempt, keepsPending, reportThrown, takePendingCancel } from './cancel-task.ts';
import { callers } from './continuations.ts';
import { current } from './current.ts';
import { Future } from './future.ts';
import { FAILED, PENDING } from './future-state.ts';
import { awaitsForeignLoop, awaitsItself } from './misuse.ts';
import { reportMethod } from './overrides.ts';
import { type CancelTargets, passCancel, takesRequests, tryCancel } from './pass-cancel.ts';
import { mustCancel } from './pending-cancel.ts';
import type { PromiseBridge } from './promise-bridge.ts';
import { seams } from './seams.ts';
import type { Task } from './task.ts';
import type { UnreadPromise } from './unread-promise.ts';

function isAbortError(reason: unknown): boolean {
  try {
    return (reason as Error | undefined)?.name === 'AbortError';
  } catch {
    return false;
  }
}

/** Leaving the scope restores the async context: that is cheaper than `run()`, which does so with a copy of its own. */
function enterAndCall(this: AsyncFrame, fn: () => unknown): unknown {
  current.asyncLocal?.enterWith?.(this);
  return fn();
}

interface BodyScope {
  /** Keeps the result of a body that has returned: a request to cancel may be delivered all the same. */
  _returned?(result: unknown): void;
}

export class AsyncFrame extends Future<unknown> {
  static {
    takesRequests(this.prototype);
  }

  // Set by the constructor, not as class fields, and no `#private` methods: each async function makes a frame.

  /** @internal The task, or part of a task, that waits for this function. */
  declare readonly _part: Task<unknown>;
  /** Its awaits, in order. A single one is stored without a set, as one is the usual number. */
  declare _awaits: UnreadPromise | Set<UnreadPromise> | undefined;
  /** True if the function awaits no future: it is counted as work outside of the loop. */
  declare _isOutside: boolean;
  /** True if the frame follows a promise: not if the function returned a coroutine. */
  declare _isFollowed: boolean;
  /** True if a request to cancel was not delivered when the function failed: the next wait of the task delivers it. */
  declare _keepsRequest: boolean;

  /** @internal What the function is given, if it is a body: a scope that can name itself. */
  declare readonly _scope: BodyScope | undefined;
  declare readonly _fn: unknown;

  constructor(part: Task<unknown>, fn: unknown, scope?: unknown) {
    super(undefined, part._loop);
    this._part = part;
    this._awaits = undefined;
    this._isOutside = false;
    this._isFollowed = false;
    this._keepsRequest = false;
    this._fn = fn;
    this._scope = scope as BodyScope | undefined;
  }

  /** @internal The name of the function, for stacks. */
  get _function(): string {
    return typeof this._fn === 'function' ? this._fn.name : '';
  }

  /** Calls `fn` with this frame in the async context, so that its awaits are noted here. */
  call<R>(fn: () => R): R {
    const local = callers();
    const scope = local.enterWith && this._loop._host.captureScope(true);
    return scope
      ? scope.runInAsyncScope(enterAndCall as (fn: () => R) => R, this, fn)
      : local.run(this, fn);
  }

  /** Settles the frame as the function's promise is settled. */
  follow(promise: PromiseLike<unknown>): void {
    // A thenable may throw, or call back twice. A promise made of it does not, with the `then` of the host.
    const resolved = Promise.resolve(promise);
    this._loop._meetsPromises = true;
    this._isFollowed = true;
    this._countOutside();
    Promise.prototype.then.call(
      resolved,
      (value) => {
        this._scope?._returned?.(value);
        if (this._state === PENDING) this._finish(value);
        this._countOutside();
      },
      (reason: unknown) => {
        if (this._state === PENDING) this._rejected(reason);
        else this._failedLate(reason);
        this._countOutside();
      },
    );
  }

  /** While the function awaits no future, it waits for something of the host, outside of the loop. */
  _countOutside(): void {
    const isOutside = this._isFollowed && this._state === PENDING && this._awaits === undefined;
    if (isOutside === this._isOutside) return;
    this._isOutside = isOutside;
    this._loop._outside += isOutside ? 1 : -1;
  }

  _rejected(reason: unknown): void {
    const part = this._part;
    if (reason instanceof CancelledError) {
      // `fetch` and its like reject with the reason of the aborted signal, which is the task's CancelledError.
      takePendingCancel(part);
      this._abandonWith(reason);
    } else if (part._mustCancel && isAbortError(reason)) {
      takePendingCancel(part);
      const error = part._makeCancelledError();
      error.cause ??= reason;
      this._abandonWith(error);
    } else {
      // An error of its own, which the task gets. If the function had a signal, that has delivered the request.
      this._keepsRequest = takePendingCancel(part) && part._signal?.told !== true;
      seams.stacks?.failed(this, reason);
      this._fail(reason);
    }
  }

  _failedLate(exception: unknown): void {
    if (exception instanceof CancelledError || isAbortError(exception)) return;
    const message = 'An async function failed after it was abandoned';
    this._loop._report({ message, exception, future: this._part._task });
  }

  /** @internal The task goes on, with the outcome. */
  override next(): IteratorResult<this, unknown> {
    if (this._keepsRequest && this._part._cancelRequests > 0) this._part._mustCancel = true;
    this._keepsRequest = false;
    return super.next();
  }

  /** @internal A request to cancel came when the function had failed: the next wait of the task delivers it, and its error is not lost. */
  override throw(error: unknown): never {
    if (this._state === FAILED) {
      this._keepsRequest = true;
      if (this._part._task === this._part) this.next();
      // A part of a task ends here, and would take the request with it.
      this._failedLate(this.exception());
    }
    throw error;
  }

  /** Cancels the futures that the function awaits. Returns true if one of them took it. */
  override cancel(reason?: unknown): boolean {
    return passCancel(this, reason);
  }

  /** @internal */
  override _passesCancelTo(): CancelTargets {
    return { futures: this.awaited() };
  }

  /** Returns the futures that the function awaits now. */
  awaited(): Future<unknown>[] {
    const awaits = this._awaits;
    if (awaits instanceof Set) return [...awaits].map(({ future }) => future);
    return awaits ? [awaits.future] : [];
  }

  _addAwait(bridge: UnreadPromise): void {
    current.hooks?.awaits(this, bridge);
    const awaits = this._awaits;
    if (awaits instanceof Set) awaits.add(bridge);
    else this._awaits = awaits === undefined ? bridge : new Set([awaits, bridge]);
    this._countOutside();
  }

  _removeAwait(bridge: UnreadPromise): void {
    current.hooks?.awaited(this, bridge);
    const awaits = this._awaits;
    const isLast =
      awaits instanceof Set ? awaits.delete(bridge) && awaits.size === 0 : awaits === bridge;
    if (isLast) this._awaits = undefined;
    this._countOutside();
  }

  /** @internal Notes an await of the function, or rejects it if the function may not await that future. */
  _await(bridge: PromiseBridge): void {
    const { future } = bridge;
    if (this.done()) {
      bridge.listen();
    } else if (future._loop !== this._loop) {
      bridge.reject(awaitsForeignLoop(this._part._task, future));
    } else if (future === this._part._task) {
      bridge.reject(awaitsItself(this._part._task));
    } else {
      this._addAwait(bridge);
      bridge.frame = this;
      try {
        bridge.listen();
      } catch (error) {
        // If it has called back before, the outcome has gone its way.
        if (bridge.isOver) return reportMethod(future, error);
        // `addDoneCallback()` may be code of the program. The await is over, or it would take requests to cancel the function.
        bridge.frame = undefined;
        this._removeAwait(bridge);
        bridge.reject(error);
        return;
      }
      this._deliver(bridge);
    }
  }

  /** @internal True if an await needs only to be noted: no request to cancel is to be delivered, and debug mode is off. */
  get _awaitsPlainly(): boolean {
    return (
      this._state === PENDING &&
      !this._part._mustCancel &&
      !this._loop.getDebug() &&
      !this._loop.isClosed()
    );
  }

  /** @internal Notes an await that is over in the next iteration. No request to cancel may be pending. */
  _awaitTurn(turn: AwaitedTurn): void {
    this._addAwait(turn);
    this._loop._enqueue(turn);
  }

  _isPart(future: Future<unknown>): boolean {
    return (future as Partial<Task<unknown>>)._task === this._part._task;
  }

  /** @internal An awaited future has a result or has failed. If it is a part of the task, a request that it did not get stays pending. */
  _partOver(future: Task<unknown>): void {
    if (future._mustCancel && this._isPart(future) && this._part._cancelRequests > 0)
      mustCancel(this._part, future._cancelReason);
  }

  /** Delivers a pending request to cancel at this await: the awaited future is cancelled, as in a coroutine. */
  _deliver(bridge: PromiseBridge): void {
    const part = this._part;
    // A part that is over keeps its outcome: the request was made while it ran, and is delivered at the next await.
    if (this._isPart(bridge.future) && bridge.future.done()) return;
    if (isExempt(part, bridge.future) || !takePendingCancel(part)) return;
    if (this._loop.getDebug()) seams.debug?.noteDeliveryAt(part, bridge.future);
    try {
      if (tryCancel(bridge.future, part._cancelReason)) return;
    } catch (exception) {
      // Code of the program, which counts as refusing: the request was taken, and is delivered here.
      reportThrown(part, exception);
    }
    bridge.reject(part._makeCancelledError());
  }

  /**
   * @internal An await is over. A request to cancel may have come when its future was done already. If the future was
   * cancelled, that delivers the request. If it has a result the request waits for the next await: an item that was taken
   * from a queue must not be lost.
   */
  _awaitOver(bridge: UnreadPromise): void {
    this._removeAwait(bridge);
    if (bridge.isCancelled && !keepsPending(this._part, bridge.future, true))
      takePendingCancel(this._part);
  }
}
