/**
 * Checks at the end of a schedule (`check`, `env.atEnd()`) have to be done when they return: nothing would wait for a promise, and the
 * schedule would pass whatever came of it.
 */
import { isCoroutine, isPromiseLike } from '../../core/coroutine.ts';
import { isUnfinished } from '../../core/function-kind.ts';
import { describe } from '../../core/text.ts';

/** @throws TypeError for a function that is not done when its call returns. */
export function refuseUnfinished(expected: string, fn: unknown): void {
  if (typeof fn !== 'function' || !isUnfinished(fn)) return;
  throw new TypeError(
    `${expected} a plain function, but got ${describe(fn)}: nothing would wait for it. Await what it needs in main.`,
  );
}

/** @throws TypeError for what a check has returned, if that is a promise or a coroutine. */
export function refuseReturned(returned: unknown): void {
  if (isPromiseLike(returned)) void Promise.resolve(returned).catch(() => {});
  else if (!isCoroutine(returned)) return;
  throw new TypeError(
    'A check at the end expected to be done when it returns, but it returned a promise or a coroutine. Await what it needs in main, before that ends.',
  );
}
