import type { Future } from './future.ts';
import { stepOfComparison } from './identity.ts';
import { iteratedWrongly } from './misuse.ts';
import { suspension } from './suspension.ts';

/** The end of an iteration that nothing waits in. */
export const ended: IteratorReturnResult<undefined> = { done: true, value: undefined };

/**
 * The result of a second step of a pending future, though nothing waits for it: a test compares the future with itself.
 *
 * @throws Error when it is anything else: a spread, or a `for` loop.
 */
export function steppedAgain<F>(future: F & Future<unknown>): IteratorResult<F, never> {
  const step = stepOfComparison(future);
  if (step === undefined) throw iteratedWrongly(future);
  if (step === 'value') return suspension as unknown as IteratorResult<F, never>;
  if (step === 'last end') suspension.value = undefined;
  return ended as IteratorReturnResult<never>;
}
