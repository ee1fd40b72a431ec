import { awaitable } from '../core/awaitable.ts';
import { checkOptionalTime, checkOptions } from '../core/checks.ts';
import type { AwaitableCoroutine, Coroutine } from '../core/coroutine.ts';
import { getEventLoop } from '../core/current.ts';
import { unexpected } from '../core/expected.ts';
import { hasFailed } from '../core/foreign-future.ts';
import type { Future } from '../core/future.ts';
import { isFuture } from '../core/is-future.ts';
import { PlainTimer } from '../core/plain-timer.ts';
import type { FuturesOf, Missing } from '../core/type-messages.ts';
import { hold, letGo } from '../core/unretrieved.ts';
import { type Listening, leaveAll, whenDone } from '../core/when-done.ts';
import { inputsOf } from './inputs.ts';

/** `wait()` returns when one future is done: finished, failed or cancelled. Follows `asyncio.FIRST_COMPLETED`. */
export const FIRST_COMPLETED = 'FIRST_COMPLETED';
/** `wait()` returns when one future failed, or all are done. A cancelled future did not fail. Follows `asyncio.FIRST_EXCEPTION`. */
export const FIRST_EXCEPTION = 'FIRST_EXCEPTION';
/** `wait()` returns when all futures are done. Follows `asyncio.ALL_COMPLETED`. */
export const ALL_COMPLETED = 'ALL_COMPLETED';

/** The condition on which `wait()` returns, if its time is not up before. */
export type ReturnWhen = typeof FIRST_COMPLETED | typeof FIRST_EXCEPTION | typeof ALL_COMPLETED;

/** Options of {@link wait}. */
export interface WaitOptions {
  /** The longest time to wait, in ms. When it is up, nothing is thrown and nothing is cancelled. */
  timeout?: number | null | undefined;
  /** The condition on which to return. Default: `ALL_COMPLETED`. */
  returnWhen?: ReturnWhen | undefined;
}

/** The futures given to `wait()`, in the order given, each in one of the two sets. */
export interface WaitResult<F> {
  /** The futures that are finished, failed or cancelled. */
  readonly done: Set<F>;
  /** The futures that are pending. */
  readonly pending: Set<F>;
}

function futureIn(input: unknown): Future<unknown> {
  if (isFuture(input)) return input;
  throw unexpected('wait', 'futures or tasks', input);
}

function release(waiter: Future<void>): void {
  if (!waiter.done()) waiter.setResult();
}

const waiting = awaitable(function* (
  futures: ReadonlySet<Future<unknown>>,
  timeout: number | null | undefined,
  returnWhen: ReturnWhen,
): Coroutine<WaitResult<Future<unknown>>> {
  const loop = getEventLoop();
  const waiter = loop.createFuture<void>();
  let timer: PlainTimer | undefined;
  let unfinished = futures.size;

  const held: Future<unknown>[] = [];
  const settled = (future: Future<unknown>): void => {
    unfinished--;
    let isFailed = true;
    try {
      // The methods of a future may be code of the program. One that throws counts as failed.
      isFailed = hasFailed(future);
      if (isFailed) {
        hold(future);
        held.push(future);
      }
    } finally {
      if (
        unfinished === 0 ||
        returnWhen === FIRST_COMPLETED ||
        (returnWhen === FIRST_EXCEPTION && isFailed)
      ) {
        timer?.cancel();
        release(waiter);
      }
    }
  };

  waiter._purpose = {
    _kind: 'wait',
    _of: futures,
    toString: () => `wait() for ${unfinished} of ${futures.size} futures`,
  };
  const listening: Listening[] = [];
  try {
    if (typeof timeout === 'number') {
      timer = new PlainTimer(loop, loop.time() + timeout, { _fire: () => release(waiter) });
    }
    for (const future of futures) listening.push(whenDone(future, settled, waiter));
    yield* waiter;
  } finally {
    timer?.cancel();
    leaveAll(listening);
    for (const future of held) letGo(future);
  }
  const done = new Set<Future<unknown>>();
  const pending = new Set<Future<unknown>>();
  for (const future of futures) (future.done() ? done : pending).add(future);
  return { done, pending };
});

/**
 * Waits until the futures are done, or the first of them is, or a time has passed. Returns the futures that are done and
 * those that are pending. Throws none of their exceptions, and cancels none of them, not even when it is cancelled itself.
 *
 * @param futures - Futures and tasks; not coroutines, as the program would not know their tasks.
 * @param options - `timeout`: the longest time, in ms; `returnWhen`: `FIRST_COMPLETED`, `FIRST_EXCEPTION` (the first that fails; a cancelled
 *   one does not count) or `ALL_COMPLETED`.
 * @returns `{ done, pending }`: two sets.
 * @throws RangeError when there are none, `returnWhen` is something else, or the timeout is NaN; TypeError when they are
 *   not futures, or the timeout is not a number.
 *
 * @example
 * ```ts
 * import { createTask, FIRST_COMPLETED, run, sleep, wait } from 'skein';
 *
 * await run(async () => {
 *   const tasks = [createTask(sleep(1, 'fast')), createTask(sleep(1000, 'slow'))];
 *   const { done, pending } = await wait(tasks, { returnWhen: FIRST_COMPLETED });
 *   for (const task of pending) task.cancel();
 *   return [...done].map((task) => task.result());
 * }); // => ['fast']
 * await run(function* () {
 *   const { done } = yield* wait([createTask(sleep(1))], { timeout: 1000 });
 *   return done.size;
 * }); // => 1
 * ```
 *
 * Follows `asyncio.wait()`; differs in that the result is an object.
 */
export function wait<
  F extends Future<unknown>,
  Elements = Missing,
  Iterator = Missing,
  Suspended = Missing,
  Loop = Missing,
  Whole = never,
  Other = never,
>(
  futures: FuturesOf<Iterable<F>, Elements, Iterator, Suspended, Loop, Whole, Other>,
  options: WaitOptions = {},
): AwaitableCoroutine<WaitResult<F>> {
  checkOptions('wait', options, ['timeout', 'returnWhen']);
  const { timeout, returnWhen = ALL_COMPLETED } = options;
  const set = new Set<Future<unknown>>(inputsOf('wait', futures as Iterable<F>, futureIn));
  if (set.size === 0) throw new RangeError('`wait()` expected at least one future, but got none.');
  if (![FIRST_COMPLETED, FIRST_EXCEPTION, ALL_COMPLETED].includes(returnWhen)) {
    throw unexpected(
      'wait',
      '`returnWhen` to be FIRST_COMPLETED, FIRST_EXCEPTION or ALL_COMPLETED',
      returnWhen,
      RangeError,
    );
  }
  checkOptionalTime('wait', 'a timeout', timeout);
  return waiting(set, timeout, returnWhen) as AwaitableCoroutine<WaitResult<F>>;
}
