import { AsyncFrame } from './async-frame.ts';
import { AwaitedTurn } from './awaited-turn.ts';
import { takePendingCancel } from './cancel-task.ts';
import type { Coroutine } from './coroutine.ts';
import { asyncCaller, getEventLoop } from './current.ts';
import type { Marked } from './driven.ts';
import { isExit } from './exits.ts';
import { Future } from './future.ts';
import type { LibraryCoroutine } from './library-coroutine.ts';
import { PartOfTask } from './part-of-task.ts';
import { settleAwait } from './promise-bridge.ts';
import { isAwait } from './read-then.ts';
import { seams } from './seams.ts';

export type OnFulfilled = ((value: unknown) => unknown) | null | undefined;
export type OnRejected = ((reason: unknown) => unknown) | null | undefined;

/** Returns the future of the result that an earlier `await` asked for. */
function awaitedBefore({ _runBy }: Marked): Future<unknown> | undefined {
  return _runBy instanceof AwaitedTurn
    ? _runBy.future
    : _runBy instanceof Future
      ? _runBy
      : undefined;
}

/**
 * The `then` of the library's coroutines. It runs the coroutine that an async function awaits: as a part of that function's
 * task, or, outside of any task, as a new task.
 */
export function thenOfCoroutine(
  this: LibraryCoroutine<unknown>,
  onFulfilled?: OnFulfilled,
  onRejected?: OnRejected,
): Promise<unknown> {
  const before = awaitedBefore(this);
  if (before !== undefined) return before.then(onFulfilled, onRejected);
  const caller = asyncCaller();
  if (!(caller instanceof AsyncFrame) || caller.done() || !isAwait(onFulfilled)) {
    const task = getEventLoop().createTask(this as unknown as Coroutine<unknown>);
    this._runBy = task;
    return task.then(onFulfilled, onRejected);
  }
  const own = caller._part;
  if (!isExit(this) && takePendingCancel(own)) {
    if (own._loop.getDebug()) seams.debug?.noteDeliveryAt(own, this);
    this.return(undefined);
    const cancelled = new Future<unknown>(undefined, own._loop);
    cancelled._abandonWith(own._makeCancelledError());
    this._runBy = cancelled;
    return Promise.reject(cancelled._makeCancelledError()).then(onFulfilled, onRejected);
  }
  const part = new PartOfTask(this as unknown as Coroutine<unknown>, caller);
  this._runBy = part;
  part.begin();
  const promise =
    typeof onRejected === 'function'
      ? settleAwait(part, onFulfilled, onRejected)
      : part.then(onFulfilled, onRejected);
  if (part._loop.getDebug()) seams.debug?.passAwait(this, part);
  return promise;
}

/**
 * Returns the async function that awaits a new coroutine, if the await need not be a part of its task: no request to cancel is
 * to be delivered, and debug mode is off.
 */
export function plainAwaiter(
  coroutine: Marked,
  onFulfilled: OnFulfilled,
  onRejected: OnRejected,
): AsyncFrame | undefined {
  if (coroutine._runBy !== null || typeof onRejected !== 'function') return undefined;
  const caller = asyncCaller();
  if (!(caller instanceof AsyncFrame) || !caller._awaitsPlainly) return undefined;
  return isAwait(onFulfilled) ? caller : undefined;
}
