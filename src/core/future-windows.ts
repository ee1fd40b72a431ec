/** Futures that the program may still take, and whose failures therefore are not lost: those of `map()` and `mapConcurrent()`. */
import type { Future } from './future.ts';
import { FAILED } from './future-state.ts';
import { seams } from './seams.ts';

/** Futures that the program may still take: those that failed are not told. It lives as long as its owner refers to it. */
export type FutureWindow = Iterable<Future<unknown>>;

const windows = new Set<WeakRef<FutureWindow>>();
const collected = new FinalizationRegistry<WeakRef<FutureWindow>>((window) =>
  windows.delete(window),
);

/** Keeps the failures of futures in `window` from being told. */
export function keep(window: FutureWindow): void {
  seams.untaken = untaken;
  const weakly = new WeakRef(window);
  windows.add(weakly);
  collected.register(window, weakly);
}

/** A future of the program may throw when it is looked at. The failures of others are told all the same. */
function hasFailed(future: Future<unknown>): boolean {
  try {
    return future._state === FAILED;
  } catch {
    return false;
  }
}

/** Returns the failed futures of all windows. */
export function untaken(): Set<Future<unknown>> {
  const failed = new Set<Future<unknown>>();
  for (const window of windows) {
    for (const future of window.deref() ?? []) {
      if (hasFailed(future)) failed.add(future);
    }
  }
  return failed;
}
