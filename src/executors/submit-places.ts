/** How many stacks are taken in one turn of the host. */
const limit = 64;
const depth = 8;

let taken = 0;

/**
 * Notes where a job is submitted, to be put below the worker's stack if it fails. As a stack costs several microseconds,
 * more than a small job, a program that submits by the thousand gets only the first few of each turn.
 *
 * @param above - The function whose callers are wanted.
 */
export function submitPlace(
  above: (...args: never[]) => unknown,
): { readonly stack?: string } | undefined {
  if (taken >= limit || Error.captureStackTrace === undefined) return undefined;
  if (taken++ === 0) setTimeout(reset, 0);
  const place = {};
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = depth;
  Error.captureStackTrace(place, above);
  Error.stackTraceLimit = before;
  return place;
}

function reset(): void {
  taken = 0;
}
