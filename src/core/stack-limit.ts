/**
 * Sets how many frames the stacks of new errors have; returns the limit from before, to be set again.
 *
 * The limit is left alone where it cannot be read or set: after `Object.freeze(Error)`, and under `node --frozen-intrinsics`.
 */
export function setStackLimit(limit: number | undefined): number | undefined {
  let before: number | undefined;
  try {
    before = Error.stackTraceLimit;
    (Error as { stackTraceLimit?: number | undefined }).stackTraceLimit = limit;
  } catch {
    // Errors get as many frames as they would anyway.
  }
  return before;
}
