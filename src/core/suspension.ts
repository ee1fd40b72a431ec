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

/** Notes that the pending `future` is being awaited. Returns false if its last note was not taken: nothing waits for it. */
export function suspendOn(future: Future<unknown>): boolean {
  const before = suspension.value;
  if (before === future) return false;
  if (before !== undefined) displaced.add(before);
  suspension.value = future;
  return true;
}

/** Takes the note: tells whether `yielded` is a future that is being awaited. A second call returns false. */
export function takeSuspension(yielded: unknown): yielded is Future<unknown> {
  if (yielded === suspension.value) {
    suspension.value = undefined;
    return true;
  }
  return displaced.delete(yielded as Future<unknown>);
}

/**
 * `count`: the awaits since the last iteration that found their future done. Such an await does not suspend, so one step may
 * make any number of them. They count as steps when the loop decides to give the host a turn.
 */
export const readyAwaits: { count: number } = { count: 0 };
