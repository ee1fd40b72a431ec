import { unexpected } from '../core/expected.ts';

/**
 * Checks a number of things that may run at a time; undefined is allowed.
 *
 * @throws TypeError when it is not a number; RangeError when it is no whole number of at least 1. Infinity is one.
 */
export function checkConcurrency(
  name: string,
  concurrency: unknown,
  option = '`concurrency`',
): void {
  if (concurrency === undefined || concurrency === Number.POSITIVE_INFINITY) return;
  if (Number.isSafeInteger(concurrency) && (concurrency as number) >= 1) return;
  throw unexpected(
    name,
    `${option} to be a whole number of at least 1`,
    concurrency,
    typeof concurrency === 'number' ? RangeError : TypeError,
  );
}
