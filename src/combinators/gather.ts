import type { Awaitable, ResultOf } from '../core/coroutine.ts';
import { getEventLoop } from '../core/current.ts';
import { Future } from '../core/future.ts';
import { whenDone } from '../core/when-done.ts';
import { CancelledError } from '../errors.ts';
import { ensureFuture } from '../interop/ensure-future.ts';
import { inputsOf } from './inputs.ts';

/** The results of a list of awaitables: a tuple for a tuple. */
export type Results<Awaitables extends readonly unknown[]> = {
  -readonly [Index in keyof Awaitables]: ResultOf<Awaitables[Index]>;
};

/** The same, with failures in the place of results. */
export type Outcomes<Awaitables extends readonly unknown[]> = {
  -readonly [Index in keyof Awaitables]: ResultOf<Awaitables[Index]> | Error;
};

export interface GatherOptions {
  /** Puts exceptions and cancellations among the results, instead of failing with the first. Default: false. */
  returnExceptions?: boolean;
}

/** Cancelling it cancels the children; it is done when they are, and then fails with a CancelledError. */
class GatheringFuture extends Future<unknown[]> {
  cancelRequested = false;
  readonly children: readonly Future<unknown>[];

  constructor(children: readonly Future<unknown>[]) {
    super({ loop: (children[0] as Future<unknown>).getLoop() });
    this.children = children;
  }

  override cancel(reason?: unknown): boolean {
    if (this.done()) return false;
    let any = false;
    for (const child of this.children) any = child.cancel(reason) || any;
    if (any) this.cancelRequested = true;
    return any;
  }

  /** @internal */
  override _shortText(): string {
    const pending = this.children.filter((child) => !child.done());
    const some = pending.slice(0, 3).map((child) => child._shortText());
    if (pending.length > some.length) some.push(`${pending.length - some.length} more`);
    return `gather() of ${some.join(', ')}`;
  }
}

function outcome(child: Future<unknown>): unknown {
  // Not its own error: that one is for whoever awaits the child.
  if (child.cancelled()) return new CancelledError(child._cancelReason);
  try {
    return child.result();
  } catch (exception) {
    return exception;
  }
}

function childrenOf(awaitables: Iterable<Awaitable<unknown>>): Map<unknown, Future<unknown>> {
  const children = new Map<unknown, Future<unknown>>();
  let loop: ReturnType<Future<unknown>['getLoop']> | undefined;
  for (const awaitable of awaitables) {
    if (children.has(awaitable)) continue;
    const child = ensureFuture(awaitable, loop === undefined ? {} : { loop });
    loop = child.getLoop();
    children.set(awaitable, child);
  }
  return children;
}

/**
 * Runs awaitables at once; answers a future of the list of their results, in the order given. The same awaitable given
 * twice runs once.
 *
 * The first failure (a cancelled child is one) is the future's, at once: the other children go on, and what they throw
 * is not reported; to have them cancelled use `taskGroup()`. Cancelling the future cancels all children.
 *
 * @param awaitables - Coroutines, futures, tasks, promises. For a tuple the results are a tuple.
 * @param options - `returnExceptions`: failures take the place of results.
 * @throws TypeError when something among them cannot be awaited; RangeError when they belong to different loops.
 *
 * @example
 * ```ts
 * import { gather, run, sleep } from 'skein';
 *
 * await run(function* () {
 *   const [name, age] = yield* gather([sleep(2, 'ada'), sleep(1, 36)]);
 *   return `${name} ${age}`;
 * }); // => 'ada 36'
 * ```
 *
 * Follows `asyncio.gather()`; differs in that the awaitables are given as a list.
 */
export function gather<const Awaitables extends readonly Awaitable<unknown>[]>(
  awaitables: Awaitables,
  options?: { returnExceptions?: false },
): Future<Results<Awaitables>>;
export function gather<const Awaitables extends readonly Awaitable<unknown>[]>(
  awaitables: Awaitables,
  options: GatherOptions,
): Future<Outcomes<Awaitables>>;
export function gather<T>(
  awaitables: Iterable<Awaitable<T>>,
  options?: { returnExceptions?: false },
): Future<T[]>;
export function gather<T>(
  awaitables: Iterable<Awaitable<T>>,
  options: GatherOptions,
): Future<(T | Error)[]>;
export function gather(
  awaitables: Iterable<Awaitable<unknown>>,
  { returnExceptions = false }: GatherOptions = {},
): Future<unknown> {
  const inputs = inputsOf('gather', awaitables);
  if (inputs.length === 0) {
    const empty = getEventLoop().createFuture<unknown[]>();
    empty.setResult([]);
    return empty;
  }
  const byInput = childrenOf(inputs);
  const children = inputs.map((input) => byInput.get(input) as Future<unknown>);
  const outer = new GatheringFuture(children);
  let unfinished = byInput.size;

  const settled = (child: Future<unknown>): void => {
    unfinished--;
    if (outer.done()) {
      // Too late to be told: but whoever gathered saw a failure, so this one is not reported.
      if (!child.cancelled()) child.exception();
      return;
    }
    if (!returnExceptions) {
      if (child.cancelled()) {
        outer.setException(child._makeCancelledError());
        return;
      }
      try {
        child.result();
      } catch (exception) {
        outer._fail(exception);
        return;
      }
    }
    if (unfinished > 0) return;
    if (outer.cancelRequested) outer.setException(child._makeCancelledError());
    else outer.setResult(children.map(outcome));
  };

  const done: Future<unknown>[] = [];
  for (const child of byInput.values()) {
    if (child.done()) done.push(child);
    else whenDone(child, settled);
  }
  for (const child of done) settled(child);
  return outer;
}
