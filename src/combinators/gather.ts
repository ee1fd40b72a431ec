import { cancelledError } from '../core/cancelled-error.ts';
import {
  type Awaitable,
  type Coroutine,
  isCoroutine,
  isPromiseLike,
  type ResultOf,
} from '../core/coroutine.ts';
import { getEventLoop } from '../core/current.ts';
import { isDriven } from '../core/driven.ts';
import type { EventLoop } from '../core/event-loop.ts';
import { Future } from '../core/future.ts';
import { FINISHED } from '../core/future-state.ts';
import { isFuture } from '../core/is-future.ts';
import { whenDone } from '../core/when-done.ts';
import { ensureFuture, yieldableOf } from '../interop/ensure-future.ts';
import { inputsOf } from './inputs.ts';

/** The results of a list of awaitables: a tuple for a tuple. */
export type Results<Awaitables extends readonly unknown[]> = {
  -readonly [Index in keyof Awaitables]: ResultOf<Awaitables[Index]>;
};

/**
 * The same, with failures in the place of results: what `returnExceptions` gives. A thrown value that is no Error stands
 * there as it is, though the type says Error: `unknown` in its place would swallow the types of the results.
 */
export type Outcomes<Awaitables extends readonly unknown[]> = {
  -readonly [Index in keyof Awaitables]: ResultOf<Awaitables[Index]> | Error;
};

/** What can be said to {@link gather}. */
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

  get lastChild(): Future<unknown> {
    return this.children.at(-1) as Future<unknown>;
  }

  /** @internal */
  override _shortText(): string {
    const pending = this.children.filter((child) => !child.done());
    const some = pending.slice(0, 3).map((child) => child._shortText());
    if (pending.length > some.length) some.push(`${pending.length - some.length} more`);
    return `gather() of ${some.join(', ')}`;
  }

  override toString(): string {
    const text = super.toString();
    return this.done() ? text : text.replace('pending', `pending in ${this._shortText()}`);
  }
}

function outcome(this: GatheringFuture, child: Future<unknown>): unknown {
  if (child._state === FINISHED) return child._value;
  // Not its own error: that one is for whoever awaits the child.
  if (child.cancelled()) return cancelledError(child._cancelReason, this._loop.getDebug());
  try {
    return child.result();
  } catch (exception) {
    return exception;
  }
}

type Started = Coroutine<unknown> | Future<unknown>;

/** What can be awaited of each input. All are looked at before the first is started: a mistake starts none. */
function yieldablesOf(inputs: readonly Awaitable<unknown>[]): Started[] {
  const made = new Map<unknown, Started>();
  return inputs.map((input) => {
    const known = made.size > 0 ? made.get(input) : undefined;
    if (known !== undefined) return known;
    const yieldable = yieldableOf(input, 'gather');
    // Futures and coroutines are known by themselves.
    if (yieldable !== input) made.set(input, yieldable);
    return yieldable;
  });
}

/** Starts coroutines, one after the other; one that is given twice once. */
class Children {
  readonly futures: Future<unknown>[] = [];
  readonly #given: readonly Started[];
  readonly #loop: EventLoop;
  #places: Map<Started, number> | undefined;

  constructor(given: readonly Started[]) {
    this.#given = given;
    const first = given[0] as Started;
    this.#loop = isFuture(first) ? first.getLoop() : getEventLoop();
  }

  next(): Future<unknown> {
    const child = this.#start(this.#given[this.futures.length] as Started);
    this.futures.push(child);
    return child;
  }

  #start(given: Started): Future<unknown> {
    if (isFuture(given)) {
      return given.getLoop() === this.#loop ? given : ensureFuture(given, { loop: this.#loop });
    }
    const before = isDriven(given) ? this.futures[this.#firstPlaceOf(given)] : undefined;
    return before ?? this.#loop.createTask(given);
  }

  #firstPlaceOf(given: Started): number {
    if (this.#places === undefined) {
      this.#places = new Map();
      for (let at = this.#given.length - 1; at >= 0; at--) {
        this.#places.set(this.#given[at] as Started, at);
      }
    }
    return this.#places.get(given) as number;
  }
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
 * @returns A future of the list. For an empty list it is done already.
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
export function gather<A extends Awaitable<unknown>>(
  awaitables: Iterable<A>,
  options?: { returnExceptions?: false },
): Future<ResultOf<A>[]>;
export function gather<A extends Awaitable<unknown>>(
  awaitables: Iterable<A>,
  options: GatherOptions,
): Future<(ResultOf<A> | Error)[]>;
export function gather(
  awaitables: Iterable<Awaitable<unknown>>,
  options: GatherOptions = {},
): Future<unknown> {
  if (isFuture(options) || isCoroutine(options) || isPromiseLike(options)) {
    throw new TypeError(
      'gather() expected one list of awaitables, but got them one by one. Write `gather([a, b])`.',
    );
  }
  const { returnExceptions = false } = options;
  const inputs = inputsOf('gather', awaitables);
  if (inputs.length === 0) {
    const empty = getEventLoop().createFuture<unknown[]>();
    empty.setResult([]);
    return empty;
  }
  const children = new Children(yieldablesOf(inputs));
  const early: Future<unknown>[] = [];
  let outer: GatheringFuture | undefined;
  let unfinished = inputs.length;

  const owner = { _awaited: () => (outer === undefined ? [] : [outer]) };
  const settled = (child: Future<unknown>): void => {
    unfinished--;
    if (outer === undefined || outer.done()) {
      // Too late to be told: but whoever gathered saw a failure, so this one is not reported.
      if (!child.cancelled()) child.exception();
    } else if (!returnExceptions && failLike(outer, child)) {
      return;
    } else if (unfinished === 0) {
      // Cancelled itself, it fails as its last child was cancelled, wherever that one stands in the order of endings.
      if (outer.cancelRequested) outer.setException(outer.lastChild._makeCancelledError());
      else outer.setResult(outer.children.map(outcome, outer));
    }
  };

  for (let at = 0; at < inputs.length; at++) {
    const child = children.next();
    // At once, as an eager child made after this one may settle it, or listen to it too.
    if (child._state === FINISHED) unfinished--;
    else if (child.done()) early.push(child);
    else whenDone(child, settled, owner);
  }
  outer = new GatheringFuture(children.futures);
  if (unfinished === 0) outer.setResult(outer.children.map(outcome, outer));
  for (const child of early) settled(child);
  return outer;
}

/** Fails `outer` as `child` did; answers whether that did. A cancelled child is a failure, too. */
function failLike(outer: Future<unknown>, child: Future<unknown>): boolean {
  if (child._state === FINISHED) return false;
  try {
    child.result();
    return false;
  } catch (exception) {
    outer._fail(exception);
    return true;
  }
}
