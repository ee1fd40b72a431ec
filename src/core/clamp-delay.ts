/** The longest delay of a host timer, in ms. With a longer one `setTimeout` fires at once. */
export const longestDelayMs: number = 2 ** 31 - 1;

/** Sums and differences of times are wrong by less than this. */
const roundingErrorMs = 1e-4;

/** Kept, as a job may replace it in its worker. */
const { ceil } = Math;

/** The delay to give a host timer: in its range, and rounded up, as the host cuts fractions off and would fire too early. */
export function clampDelay(ms: number): number {
  if (ms >= longestDelayMs) return longestDelayMs;
  return ms > roundingErrorMs ? ceil(ms - roundingErrorMs) : 0;
}
