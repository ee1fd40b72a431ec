import type { Future } from '../core/future.ts';

/** How something ended, as `Promise.allSettled()` and `map(…, { settled: true })` tell it. */
export type Settled<T> =
  | { readonly status: 'fulfilled'; readonly value: T }
  | { readonly status: 'rejected'; readonly reason: unknown };

/** Returns how a future that is done has ended. */
export function settledOf<T>(future: Future<T>): Settled<T> {
  try {
    return { status: 'fulfilled', value: future.result() };
  } catch (reason) {
    return { status: 'rejected', reason };
  }
}
