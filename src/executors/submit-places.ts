import { setStackLimit } from '../core/stack-limit.ts';

/** So many stacks are taken in so many ms. */
const limit = 64;
const span = 50;
const depth = 8;

let taken = 0;
let since = 0;

/**
 * Notes where a job is submitted, to be put below the worker's stack if it fails. As a stack costs several microseconds,
 * more than a small job, a program that submits by the thousand gets only the first few.
 *
 * @param above - The function whose callers are wanted.
 * @param now - The time, on the clock of `performance.now()`.
 */
export function submitPlace(
  above: (...args: never[]) => unknown,
  now: number,
): { readonly stack?: string } | undefined {
  if (taken >= limit && now - since < span) return undefined;
  if (Error.captureStackTrace === undefined) return undefined;
  if (taken >= limit) taken = 0;
  if (taken++ === 0) since = now;
  const place = {};
  const before = setStackLimit(depth);
  Error.captureStackTrace(place, above);
  setStackLimit(before);
  return place;
}
