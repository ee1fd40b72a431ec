import { awaitable as awaitableCoroutine } from '../core/awaitable.ts';
import { checkOptionalTime } from '../core/checks.ts';
import type { Awaitable, AwaitableCoroutine, Coroutine } from '../core/coroutine.ts';
import { currentTask, getEventLoop } from '../core/current.ts';
import { asExit } from '../core/exits.ts';
import { textOf } from '../core/foreign-future.ts';
import type { Future } from '../core/future.ts';
import { tryCancel } from '../core/pass-cancel.ts';
import { seams } from '../core/seams.ts';
import { nestedText } from '../core/text.ts';
import type { AwaitableOf, Missing } from '../core/type-messages.ts';
import { whenDone } from '../core/when-done.ts';
import { CancelledError, TimeoutError } from '../errors.ts';
import { ensureFuture, yieldableOf } from '../interop/ensure-future.ts';
import { timeoutOf, workText } from './timeout.ts';

function* cancelAndWait(future: Future<unknown>): Coroutine<void> {
  const waiter = asExit(getEventLoop().createFuture<void>());
  waiter._purpose = {
    toString: () => `${nestedText(() => textOf(future))}, which was cancelled`,
  };
  const release = (): void => {
    if (!waiter.done()) waiter.setResult();
  };
  const listening = whenDone(future, release, waiter);
  try {
    tryCancel(future, undefined);
    yield* waiter;
  } finally {
    listening.leave();
  }
}

/** Waits for 0 ms: returns the result if the awaitable is done, else cancels it. A coroutine is not even started. */
function* alreadyDone(awaitable: Awaitable<unknown>): Coroutine<unknown> {
  const future = ensureFuture(awaitable);
  if (future.done()) return future.result();
  yield* cancelAndWait(future);
  try {
    return future.result();
  } catch (error) {
    if (!(error instanceof CancelledError)) throw error;
    const late = new TimeoutError(
      `\`waitFor()\` was given no time to wait: it expected ${workText(future)} to be done, in task '${currentTask()?.getName()}'.`,
      { cause: error },
    );
    seams.stacks?.leaveOutLibrary(late);
    throw late;
  }
}

const waitingFor = awaitableCoroutine(function* (
  awaitable: Coroutine<unknown> | Future<unknown>,
  ms: number | null | undefined,
): Coroutine<unknown> {
  if (typeof ms === 'number' && ms <= 0) return yield* alreadyDone(awaitable);
  // A coroutine runs as a part of this task: no new task is made of it.
  const body = function* (): Coroutine<unknown> {
    return yield* awaitable;
  };
  return yield* timeoutOf(ms, body, awaitable);
});

/** Of a call with too few arguments, the compiler shows this text. */
export function waitFor(
  awaitable: 'A time in ms was expected too. Write `waitFor(work(), 1000)`, or `waitFor(work(), null)` for ever.',
): never;
/**
 * Waits for an awaitable, for at most `ms`; then cancels it, waits until it has ended, and throws a
 * {@link TimeoutError}. If it returns a result instead of stopping, that is returned.
 *
 * @param awaitable - A coroutine, future, task or promise. A promise cannot be stopped: it is merely left. To stop an async
 *   function, write `timeout(ms, work)`.
 * @param ms - The longest time, in ms; null or undefined: for ever. 0 or less: only if it is done already.
 * @returns The result of the awaitable.
 * @throws TimeoutError when the time was up; what the awaitable throws. At once: TypeError when it cannot be awaited, or
 *   `ms` is not a number; RangeError when `ms` is NaN.
 *
 * @example
 * ```ts
 * import { run, sleep, waitFor } from 'skein';
 *
 * await run(async () => {
 *   return await waitFor(sleep(60_000), 5);
 * }); // throws TimeoutError: The deadline of 5 ms passed before what `waitFor()` awaits was done, in task …
 * await run(function* () {
 *   return yield* waitFor(sleep(5, 'tea'), 60_000);
 * }); // => 'tea'
 * ```
 *
 * Follows `asyncio.wait_for()`; differs in the unit.
 */
export function waitFor<T, Yielded = Missing, Way = Missing, List = Missing, Other = never>(
  awaitable: AwaitableOf<'waitFor', T, Yielded, Way, List, Other>,
  ms: number | null | undefined,
): AwaitableCoroutine<T>;
export function waitFor(awaitable: unknown, ms?: number | null): Coroutine<unknown> {
  checkOptionalTime('waitFor', 'a timeout', ms);
  return waitingFor(yieldableOf(awaitable as Awaitable<unknown>, 'waitFor'), ms);
}
