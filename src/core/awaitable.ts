import { AsyncFrame } from './async-frame.ts';
import { takePendingCancel } from './cancel-task.ts';
import type { AwaitableCoroutine, Coroutine } from './coroutine.ts';
import { asyncCaller, getEventLoop } from './current.ts';
import { watch, watchCoroutine } from './never-awaited.ts';
import { PartOfTask } from './part-of-task.ts';
import { isResolvingFunction, settleAwait } from './promise-bridge.ts';
import { awaitedAt, passAwait } from './suspension-stack.ts';
import { noteDelivery } from './swallowed-cancellation.ts';

/**
 * The `then` of the library's coroutines. It runs the coroutine that an async function awaits: as a part of that function's
 * task, or, outside of any task, as a new task.
 */
export function thenOfCoroutine(
  this: Coroutine<unknown>,
  onFulfilled?: ((value: unknown) => unknown) | null,
  onRejected?: ((reason: unknown) => unknown) | null,
): Promise<unknown> {
  const caller = asyncCaller();
  if (!(caller instanceof AsyncFrame) || caller.done() || !isResolvingFunction(onFulfilled)) {
    return getEventLoop().createTask(this).then(onFulfilled, onRejected);
  }
  const own = caller._part;
  if (takePendingCancel(own)) {
    if (own._loop.getDebug()) noteDelivery(own, awaitedAt(this));
    this.return(undefined);
    return Promise.reject(own._makeCancelledError()).then(onFulfilled, onRejected);
  }
  const part = new PartOfTask(this, caller);
  part.begin();
  const promise = isResolvingFunction(onRejected)
    ? settleAwait(part, onFulfilled, onRejected)
    : part.then(onFulfilled, onRejected);
  if (part._loop.getDebug()) passAwait(this, part);
  return promise;
}

/**
 * Makes the coroutines of a generator function awaitable with `await`, as well as with `yield*`.
 *
 * `then` is added to the function's prototype, so it costs nothing for each coroutine. Debug mode watches the coroutines,
 * see `never-awaited.ts`.
 */
export function awaitable<Args extends unknown[], T>(
  generatorFunction: (...args: Args) => Coroutine<T>,
): (...args: Args) => AwaitableCoroutine<T> {
  Object.defineProperty(generatorFunction.prototype, 'then', {
    value: thenOfCoroutine,
    writable: true,
  });
  return (...args) => {
    const coroutine = generatorFunction(...args) as AwaitableCoroutine<T>;
    if (watch.on) watchCoroutine(coroutine);
    return coroutine;
  };
}
