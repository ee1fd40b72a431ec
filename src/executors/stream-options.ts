import { describe } from '../core/text.ts';
import type { SubmitOptions } from './crossing/submit-options.ts';

/** How one stream is to be treated. `timeout` is a limit for all of it, the time that it waits for its consumer included. */
export interface StreamOptions<Progress = unknown>
  extends Omit<SubmitOptions<Progress>, 'idempotent' | 'retries'> {
  /**
   * How many items the function may be ahead of those that were taken; then it is paused, at its `yield`. Default: 64,
   * enough for items to travel together. Take less when items are large.
   */
  bufferSize?: number | undefined;
}

export const defaultBufferSize = 64;

/** @throws TypeError or RangeError when it is no number of items. `Infinity` is one. */
export function checkBufferSize(size: unknown): void {
  if (typeof size !== 'number') {
    throw new TypeError(
      `\`streamWith()\` expected \`bufferSize\` to be a number, but got ${describe(size)}.`,
    );
  }
  if (!(size >= 1) || (!Number.isInteger(size) && size !== Number.POSITIVE_INFINITY)) {
    throw new RangeError(
      `\`streamWith()\` expected \`bufferSize\` to be a whole number of at least 1, but got ${describe(size)}.`,
    );
  }
}
