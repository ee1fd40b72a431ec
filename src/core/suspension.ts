import type { Future } from './future.ts';

/**
 * Tells a task which future its coroutine waits for, without an object for each wait:
 *
 * 1. **next**: `yield* future` calls `future.next()`, which notes the future in `suspension.value` and returns `suspension`.
 * 2. **yield**: `yield*` passes that object up, through any number of coroutines, as the result of `coroutine.next()`.
 * 3. **take**: the task reads `value`, and `takeSuspension()` clears the note. The task now waits for the future.
 *
 * `yield future`, without the star, skips step 1: the task finds no note and throws an error into the coroutine. A spread
 * or a `for` loop over a pending future skips step 3: its second `next()` finds its own note, and throws. A program that
 * steps coroutines by hand may make step 1 of a second future before step 3 of the first; `displaced` keeps the first note.
 */
export const suspension: { readonly done: false; value: Future<unknown> | undefined } = {
  done: false,
  value: undefined,
};

/** The futures whose note was replaced by that of another one before it was taken. */
const displaced = new WeakSet<Future<unknown>>();

/** Notes that the pending `future` is being awaited. Returns false if its last note was not taken: nothing waits for it. */
export function suspendOn(future: Future<unknown>): boolean {
  const before = suspension.value;
  if (before === future) return false;
  if (before !== undefined) {
    if (displaced.has(future)) return false;
    displaced.add(before);
  }
  suspension.value = future;
  return true;
}

/** A new `yield*` begins on `future`: a note that was not taken does not count against it. */
export function renewSuspension(future: Future<unknown>): void {
  if (suspension.value === future) suspension.value = undefined;
  else displaced.delete(future);
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
