import { setStackLimit } from '../../core/stack-limit.ts';

/** At most so many stacks are taken in any `spanMs`. */
const limit = 64;
const spanMs = 200;
/** How many frames of a stack are kept. */
const depth = 8;

let taken = 0;
let since = 0;

/**
 * Notes where a job is submitted; if the job fails, that stands below the worker's stack. To take a stack costs several
 * microseconds, more than a small job. A program that submits by the thousand therefore gets only the first few.
 *
 * @param above - The stack begins with the caller of this function.
 * @param now - The time, on the clock of `performance.now()`.
 */
export function submitPlace(
  above: (...args: never[]) => unknown,
  now: number,
): { readonly stack?: string } | undefined {
  if (taken >= limit && now - since < spanMs) return undefined;
  if (Error.captureStackTrace === undefined) return undefined;
  if (taken >= limit) taken = 0;
  if (taken++ === 0) since = now;
  const place = {};
  const before = setStackLimit(depth);
  Error.captureStackTrace(place, above);
  setStackLimit(before);
  return place;
}
