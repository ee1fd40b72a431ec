/** The longest delay of a host timer, in ms. With a longer one `setTimeout` fires at once. */
export const longestDelayMs: number = 2 ** 31 - 1;

/** Sums and differences of times are wrong by less than this. */
const roundingErrorMs = 1e-4;

/** The delay to give a host timer: in its range, and rounded up, as the host cuts fractions off and would fire too early. */
export function clampDelay(ms: number): number {
  return Math.min(Math.max(Math.ceil(ms - roundingErrorMs), 0), longestDelayMs);
}
