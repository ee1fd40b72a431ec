import type { Future } from './future.ts';

/**
 * What the `next()` of a pending future answers: always this one object, as the task that makes the step reads it at once.
 * `value` is that future until the task has taken it. This tells `yield* future` from `yield future`, and from something
 * that iterates futures and cannot wait.
 */
export const suspension: { readonly done: false; value: Future<unknown> | undefined } = {
  done: false,
  value: undefined,
};

/** Futures whose place in there another took: coroutines that a program steps by hand are several at a time. */
const displaced = new WeakSet<Future<unknown>>();

/** Notes that `future`, which is pending, is being awaited; answers false if it is already, by the same iteration. */
export function suspendOn(future: Future<unknown>): boolean {
  const before = suspension.value;
  if (before === future) return false;
  if (before !== undefined) displaced.add(before);
  suspension.value = future;
  return true;
}

/** Tells whether `yielded` is a future that is being awaited; the next time it is not. */
export function takeSuspension(yielded: unknown): yielded is Future<unknown> {
  if (yielded === suspension.value) {
    suspension.value = undefined;
    return true;
  }
  return displaced.delete(yielded as Future<unknown>);
}

/**
 * How many awaits found something done since the loop last looked. They do not suspend, so a step may make any number of
 * them: they count as steps when it comes to giving the host a turn.
 */
export const readyAwaits: { count: number } = { count: 0 };
