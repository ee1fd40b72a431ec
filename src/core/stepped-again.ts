import type { Future } from './future.ts';
import { iteratedWrongly } from './misuse.ts';
import { seams } from './seams.ts';

/** The end of an iteration that nothing waits in. */
export const ended: IteratorReturnResult<undefined> = { done: true, value: undefined };

/**
 * The result of a second step of a pending future, though nothing waits for it: a test compares the future with itself.
 *
 * @throws Error when it is anything else: a spread, or a `for` loop.
 */
export function steppedAgain<F>(future: F & Future<unknown>): IteratorResult<F, never> {
  const step = seams.identity?.steppedAgain(future);
  if (step === undefined) throw iteratedWrongly(future);
  return step;
}

/** Tells whether a test compares the future, and asks it for a step. */
export function isCompared(future: Future<unknown>): boolean {
  return seams.identity?.isCompared(future) === true;
}
