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

/**
 * How many awaits found something done since the loop last looked. They do not suspend, so a step may make any number of
 * them: they count as steps when it comes to giving the host a turn.
 */
export const readyAwaits: { count: number } = { count: 0 };
