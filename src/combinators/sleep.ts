import { awaitable } from '../core/awaitable.ts';
import { checkTime } from '../core/checks.ts';
import type { AwaitableCoroutine, Coroutine } from '../core/coroutine.ts';
import { getEventLoop } from '../core/current.ts';
import type { Future } from '../core/future.ts';

function wake(future: Future<void>): void {
  if (!future.done()) future.setResult();
}

const sleeping = awaitable(function* (ms: number, value: unknown): Coroutine<unknown> {
  if (ms <= 0) {
    yield;
    return value;
  }
  const loop = getEventLoop();
  const future = loop.createFuture<void>();
  const timer = loop.callLater(ms, wake, future);
  future._detail = timer;
  try {
    yield* future;
  } finally {
    timer.cancel();
  }
  return value;
});

/**
 * Waits for `ms` milliseconds, then returns `value`. A delay of 0 or less gives way for exactly one iteration of the loop.
 *
 * @param ms - How long, in ms.
 * @param value - What it returns.
 * @throws TypeError when `ms` is not a number; RangeError when it is NaN.
 *
 * @example
 * ```ts
 * import { run, sleep } from 'skein';
 *
 * await run(function* () {
 *   return yield* sleep(5, 'awake');
 * }); // => 'awake'
 * ```
 *
 * Follows `asyncio.sleep()`; differs in the unit.
 */
export function sleep(ms: number): AwaitableCoroutine<void>;
export function sleep<T>(ms: number, value: T): AwaitableCoroutine<T>;
export function sleep(ms: number, value?: unknown): AwaitableCoroutine<unknown> {
  checkTime('sleep', 'a delay', ms);
  return sleeping(ms, value);
}
