import { futureMarker } from './coroutine.ts';
import type { Future } from './future.ts';

/**
 * Tells whether `value` is a future: one of this library, or any object that follows its protocol.
 *
 * @example
 * ```ts
 * import { Future, isFuture } from 'skein';
 *
 * isFuture(new Future()); // => true
 * isFuture(Promise.resolve()); // => false
 * ```
 *
 * Follows `asyncio.isfuture()`.
 */
export function isFuture(value: unknown): value is Future<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    (value as { [futureMarker]?: unknown })[futureMarker] === true
  );
}
