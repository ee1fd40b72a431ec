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
import { takePendingCancel } from './cancel-task.ts';
import { callers } from './continuations.ts';
import { current } from './current.ts';
import { Future } from './future.ts';
import { PENDING } from './future-state.ts';
import { awaitsForeignLoop, awaitsItself } from './misuse.ts';
import type { OutsideWork } from './outside-work.ts';
import { type CancelTargets, passCancel } from './pass-cancel.ts';
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

export class AsyncFrame extends Future<unknown> {
  /** @internal The task, or part of a task, that waits for this function. */
  readonly _part: Task<unknown>;
  /** Its awaits, in order. A single one is stored without a set, as one is the usual number. */
  #awaits: UnreadPromise | Set<UnreadPromise> | undefined = undefined;
  /** Open while the function awaits no future. */
  #outside: OutsideWork | undefined = undefined;
  /** True if the frame follows a promise: not if the function returned a coroutine. */
  #isFollowed = false;
  /** True if a request to cancel was not delivered when the function failed: the next wait of the task delivers it. */
  #keepsRequest = false;

  /** @internal What the function is given, if it is a body: a scope that can name itself. */
  readonly _scope: unknown;
  readonly #fn: unknown;

  constructor(part: Task<unknown>, fn: unknown, scope?: unknown) {
    super({ loop: part._loop });
    this._part = part;
    this.#fn = fn;
    this._scope = scope;
  }

  /** @internal The name of the function, for stacks. */
  get _function(): string {
    return typeof this.#fn === 'function' ? this.#fn.name : '';
  }

  /** Calls `fn` with this frame in the async context, so that its awaits are noted here. */
  call<R>(fn: () => R): R {
    const local = callers();
    const scope = local.enterWith && this._loop._host.captureScope();
    if (scope === undefined) return local.run(this, fn);
    return scope.runInAsyncScope(enterAndCall as (fn: () => R) => R, this, fn);
  }

  /** Settles the frame as the function's promise is settled. */
  follow(promise: PromiseLike<unknown>): void {
    // A thenable may throw, or call back twice. A promise made of it does not, with the `then` of the host.
    const resolved = Promise.resolve(promise);
    this._loop._meetsPromises = true;
    this.#isFollowed = true;
    this.#countOutside();
    Promise.prototype.then.call(
      resolved,
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

  /** While the function awaits no future, it waits for something of the host, outside of the loop. */
  #countOutside(): void {
    const isOutside = this.#isFollowed && !this.done() && this.#isAwaitingNothing;
    if (!isOutside) this.#outside?.close();
    else if (this.#outside === undefined) this.#outside = this._loop._expectOutside();
    else this.#outside.open();
  }

  #rejected(reason: unknown): void {
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
      this.#keepsRequest = takePendingCancel(part) && part._signal?.told !== true;
      seams.stacks?.failed(this, reason);
      this._fail(reason);
    }
  }

  /** @internal The task goes on, with the outcome. */
  override next(): IteratorResult<this, unknown> {
    if (this.#keepsRequest && this._part._cancelRequests > 0) this._part._mustCancel = true;
    this.#keepsRequest = false;
    return super.next();
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
    const awaits = this.#awaits;
    if (awaits instanceof Set) return [...awaits].map(({ future }) => future);
    return awaits === undefined ? [] : [awaits.future];
  }

  get #isAwaitingNothing(): boolean {
    return this.#awaits instanceof Set ? this.#awaits.size === 0 : this.#awaits === undefined;
  }

  #addAwait(bridge: UnreadPromise): void {
    if (this.#awaits === undefined) this.#awaits = bridge;
    else if (this.#awaits instanceof Set) this.#awaits.add(bridge);
    else this.#awaits = new Set([this.#awaits, bridge]);
  }

  #removeAwait(bridge: UnreadPromise): void {
    if (this.#awaits === bridge) this.#awaits = undefined;
    else if (this.#awaits instanceof Set) this.#awaits.delete(bridge);
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
      this.#addAwait(bridge);
      this.#countOutside();
      bridge.frame = this;
      bridge.listen();
      this.#deliver(bridge);
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
    this.#addAwait(turn);
    this.#countOutside();
    this._loop._enqueue(turn);
  }

  /** Delivers a pending request to cancel at this await: the awaited future is cancelled, as in a coroutine. */
  #deliver(bridge: PromiseBridge): void {
    const part = this._part;
    if (!takePendingCancel(part)) return;
    if (this._loop.getDebug()) seams.debug?.noteDeliveryAt(part, bridge.future);
    if (bridge.future.cancel(part._cancelReason)) return;
    bridge.reject(part._makeCancelledError());
  }

  /**
   * @internal An await is over. A request to cancel may have come when its future was done already. If the future was
   * cancelled, that delivers the request. If it has a result the request waits for the next await: an item that was taken
   * from a queue must not be lost.
   */
  _awaitOver(bridge: UnreadPromise): void {
    this.#removeAwait(bridge);
    this.#countOutside();
    if (bridge.isCancelled) takePendingCancel(this._part);
  }
}
