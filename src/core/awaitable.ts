import { AsyncFrame } from './async-frame.ts';
import { takePendingCancel } from './cancel-task.ts';
import type { AwaitableCoroutine, Coroutine } from './coroutine.ts';
import { asyncCaller, getEventLoop } from './current.ts';
import { differsByIdentity } from './identity.ts';
import { PartOfTask } from './part-of-task.ts';
import { isResolvingFunction, settleAwait } from './promise-bridge.ts';
import { seams } from './seams.ts';
import { watch } from './watch.ts';

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
    if (own._loop.getDebug()) seams.debug?.noteDeliveryAt(own, this);
    this.return(undefined);
    return Promise.reject(own._makeCancelledError()).then(onFulfilled, onRejected);
  }
  const part = new PartOfTask(this, caller);
  part.begin();
  const promise = isResolvingFunction(onRejected)
    ? settleAwait(part, onFulfilled, onRejected)
    : part.then(onFulfilled, onRejected);
  if (part._loop.getDebug()) seams.debug?.passAwait(this, part);
  return promise;
}

function markAwaitable(prototype: object): void {
  Object.defineProperty(prototype, 'then', { value: thenOfCoroutine, writable: true });
  differsByIdentity(prototype);
}

/**
 * Makes the coroutines of a generator function awaitable with `await`, as well as with `yield*`.
 *
 * `then` is added to the function's prototype, so it costs nothing for each coroutine. Debug mode watches the coroutines,
 * see `debug/never-awaited.ts`.
 */
export function awaitable<Args extends unknown[], T>(
  generatorFunction: (...args: Args) => Coroutine<T>,
): (...args: Args) => AwaitableCoroutine<T> {
  markAwaitable(generatorFunction.prototype);
  return (...args) => {
    const coroutine = generatorFunction(...args) as AwaitableCoroutine<T>;
    if (watch.on) seams.debug?.watchCoroutine(coroutine);
    return coroutine;
  };
}

/**
 * Makes the coroutines of generator methods awaitable, as {@link awaitable} does. To be called in a static block of the class,
 * whose methods are declared so that callers see the awaitable type:
 *
 *     wait(): AwaitableCoroutine<true>;
 *     *wait(): Coroutine<true> { … }
 */
export function awaitableMethods<Class extends object>(
  prototype: Class,
  ...names: readonly (keyof Class & string)[]
): void {
  for (const name of names) {
    const method = prototype[name] as (...args: unknown[]) => Coroutine<unknown>;
    markAwaitable(method.prototype);
    // Debug mode names it as a function that was never awaited, so it needs the name.
    const watched = {
      [name](this: Class, ...args: unknown[]): Coroutine<unknown> {
        const coroutine = method.apply(this, args);
        if (watch.on) seams.debug?.watchCoroutine(coroutine);
        return coroutine;
      },
    }[name];
    Object.defineProperty(prototype, name, { value: watched, writable: true, configurable: true });
  }
}
