/**
 * The host's async context as fast as Node, Deno and Bun allow. A bundle for a page does without: host.ts has what works
 * everywhere.
 */
import { type AsyncLocal, type AsyncScope, asyncHooks, systemHost, withoutEnter } from './host.ts';

/** Returns the function that captures the current async context. */
export function chooseCapture(): () => AsyncScope | undefined {
  const { AsyncResource, executionAsyncId } = asyncHooks ?? {};
  // Bun has no such ids, and some of its versions warn of that on stderr. Other hosts lack the function.
  if (!AsyncResource || executionAsyncId === undefined || process.versions['bun'] !== undefined) {
    return systemHost.captureScope;
  }
  // Node would take the same id by itself. Passing it halves the cost.
  return () => new AsyncResource('skein', executionAsyncId());
}

/** Makes an async-local value that can be entered, where what is entered is left with the scope. */
export function createEntered<T>(): AsyncLocal<T> | undefined {
  if (asyncHooks === undefined) return undefined;
  const local = new asyncHooks.AsyncLocalStorage<T>();
  return leavesWithScopes(local) ? local : withoutEnter(local);
}

/** Tries whether a scope takes along what was entered in it, and whether nothing of that is left outside. */
function leavesWithScopes(local: AsyncLocal<unknown>): boolean {
  const capture = systemHost.captureScope;
  let inner: AsyncScope | undefined;
  capture()?.runInAsyncScope(() => {
    local.enterWith?.('entered');
    inner = capture();
  }, undefined);
  const isLeft = local.getStore() === undefined;
  if (!isLeft) local.enterWith?.(undefined);
  return isLeft && inner?.runInAsyncScope(() => local.getStore(), undefined) === 'entered';
}
