import { isCoroutine, isPromiseLike } from '../../core/coroutine.ts';

/** Refuses a check that returned a promise or a coroutine: nothing would wait for it, and the schedule would pass. */
export function refuseLater(returned: unknown): void {
  if (isPromiseLike(returned)) void Promise.resolve(returned).catch(() => {});
  else if (!isCoroutine(returned)) return;
  throw new TypeError(
    'A check at the end expected to be done when it returns, but it returned a promise or a coroutine. Await what it needs in main, before that ends.',
  );
}
