import { cancelAll } from '../core/cancel-all.ts';
import { cancelledError } from '../core/cancelled-error.ts';
import { checkFlag, checkOptions } from '../core/checks.ts';
import {
  type Awaitable,
  type Coroutine,
  isCoroutine,
  isPromiseLike,
  type ResultOf,
} from '../core/coroutine.ts';
import { getEventLoop } from '../core/current.ts';
import { isDriven } from '../core/driven.ts';
import { advised } from '../core/expected.ts';
import {
  belongsTo,
  cancelledErrorOf,
  hasFailed,
  loopOf,
  retrieveFrom,
  textOf,
  wasCancelled,
} from '../core/foreign-future.ts';
import { Future } from '../core/future.ts';
import { FINISHED } from '../core/future-state.ts';
import { isFuture } from '../core/is-future.ts';
import { type CancelTargets, passCancel, takesRequests } from '../core/pass-cancel.ts';
import { listText } from '../core/text.ts';
import type { AwaitablesOf, Missing } from '../core/type-messages.ts';
import { hold } from '../core/unretrieved.ts';
import { Listener, type Listening, leaveAll, notWhenDone, whenDone } from '../core/when-done.ts';
import { ofOtherLoop } from '../interop/ensure-future.ts';
import { awaitablesOf } from './inputs.ts';

/** The results of a list of awaitables: a tuple for a tuple. */
export type Results<Awaitables extends readonly unknown[]> = {
  -readonly [Index in keyof Awaitables]: ResultOf<Awaitables[Index]>;
};

/**
 * The results of a list of awaitables, with failures in the place of results, as `returnExceptions` gives them. A thrown
 * value that is not an Error is listed too, though the type says Error: `unknown` would hide the types of the results.
 */
export type Outcomes<Awaitables extends readonly unknown[]> = {
  -readonly [Index in keyof Awaitables]: ResultOf<Awaitables[Index]> | Error;
};

/** A list, or another iterable of awaitables, which has no length. */
type GatherInputs<List, Elements, Length, Iterator, Suspended, Yielded, Way, Whole, Other> =
  | AwaitablesOf<
      'gather',
      [Length] extends [Missing] ? Iterable<Elements> : List,
      Elements,
      Iterator,
      Suspended,
      Yielded,
      Way,
      Whole,
      Other
    >
  | (Length extends never ? { readonly length: Length } | List : never);

type Gathered<List extends readonly unknown[], Elements, Length, Exceptions> = [Length] extends [
  Missing,
]
  ? [Exceptions] extends [false | undefined]
    ? ResultOf<Elements>[]
    : (ResultOf<Elements> | Error)[]
  : [Exceptions] extends [false | undefined]
    ? Results<List>
    : Outcomes<List>;

/** Options of {@link gather}. */
export interface GatherOptions {
  /** Puts exceptions and cancellations among the results, instead of failing with the first. Default: false. */
  returnExceptions?: boolean | undefined;
}

/** The future of `gather()`. Cancelling it cancels the children; once they are done, it fails with a CancelledError. */
export class GatheringFuture extends Future<unknown[]> {
  static {
    takesRequests(this.prototype);
  }

  cancelRequested = false;
  readonly children: readonly Future<unknown>[];

  constructor(children: readonly Future<unknown>[]) {
    super({ loop: loopOf(children[0] as Future<unknown>) });
    this.children = children;
  }

  override cancel(reason?: unknown): boolean {
    if (this.done()) return false;
    return passCancel(this, reason);
  }

  /** @internal */
  override _passesCancelTo(): CancelTargets | undefined {
    if (this.done() || this.cancel !== GatheringFuture.prototype.cancel) return undefined;
    return {
      futures: this.children,
      taken: () => {
        this.cancelRequested = true;
      },
    };
  }

  get lastChild(): Future<unknown> {
    return this.children.at(-1) as Future<unknown>;
  }

  /** @internal */
  override _shortText(): string {
    const pending = this.children.filter((child) => !child.done());
    return `gather() of ${listText(pending, textOf)}`;
  }

  override toString(): string {
    const text = super.toString();
    return this.done() ? text : text.replace('pending', `pending in ${this._shortText()}`);
  }
}

function outcome(this: GatheringFuture, child: Future<unknown>): unknown {
  if (wasCancelled(child) && child instanceof Future) {
    // A new error: the child gives its own error once, to the task that awaits it.
    return cancelledError(child._cancelReason, this._loop.getDebug());
  }
  try {
    return child.result();
  } catch (exception) {
    return exception;
  }
}

/** Returns a function that finds the first place of an input, which may be given several times. */
function firstPlaces(inputs: readonly unknown[]): (input: unknown) => number {
  let places: Map<unknown, number> | undefined;
  return (input) => {
    if (places === undefined) {
      places = new Map();
      for (let at = inputs.length - 1; at >= 0; at--) places.set(inputs[at], at);
    }
    return places.get(input) as number;
  };
}

/** Returns a function that starts the next input and puts it into `children`. One that is given several times is started once. */
function starterOf(
  inputs: readonly (Coroutine<unknown> | Future<unknown>)[],
  children: Future<unknown>[],
): () => Future<unknown> {
  const firstPlaceOf = firstPlaces(inputs);
  const first = inputs[0] as Coroutine<unknown> | Future<unknown>;
  const loop = isFuture(first) ? loopOf(first) : getEventLoop();
  const start = (at: number): Future<unknown> => {
    const yieldable = inputs[at] as Coroutine<unknown> | Future<unknown>;
    if (isFuture(yieldable)) {
      if (belongsTo(yieldable, loop)) return yieldable;
      throw ofOtherLoop(yieldable);
    }
    const before = isDriven(yieldable) ? children[firstPlaceOf(yieldable)] : undefined;
    return before ?? loop.createTask(yieldable);
  };
  let next = 0;
  return () => {
    const child = start(next);
    children[next++] = child;
    return child;
  };
}

/**
 * Runs awaitables concurrently, and returns a future of the list of their results, in the order given. An awaitable that is
 * given twice runs once.
 *
 * The future fails at once with the first failure (a cancelled child is one). The other children go on, and their failures
 * are not reported; use `taskGroup()` to have them cancelled. Cancelling the future cancels all children.
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
 * await run(async () => {
 *   const [name, age] = await gather([sleep(2, 'ada'), sleep(1, 36)]);
 *   return `${name} ${age}`;
 * }); // => 'ada 36'
 * await run(function* () {
 *   return yield* gather([sleep(2, 'ada'), sleep(1, 36)]);
 * }); // => ['ada', 36]
 * ```
 *
 * Follows `asyncio.gather()`; differs in that the awaitables are given as a list.
 */
export function gather<
  const List extends readonly unknown[],
  Elements = Missing,
  Length = Missing,
  Iterator = Missing,
  Suspended = Missing,
  Yielded = Missing,
  Way = Missing,
  Whole = never,
  Other = never,
  Exceptions extends boolean | undefined = false,
>(
  awaitables: GatherInputs<List, Elements, Length, Iterator, Suspended, Yielded, Way, Whole, Other>,
  options?: { returnExceptions?: Exceptions | undefined },
): Future<Gathered<List, Elements, Length, Exceptions>>;
export function gather(awaitables: unknown, options: GatherOptions = {}): Future<unknown> {
  if (isFuture(options) || isCoroutine(options) || isPromiseLike(options)) {
    throw new TypeError(
      advised('`gather()` expected one list of awaitables, but got them one by one.', 'list'),
    );
  }
  checkOptions('gather', options, ['returnExceptions']);
  const { returnExceptions = false } = options;
  checkFlag('gather', '`returnExceptions`', returnExceptions);
  const inputs = awaitablesOf('gather', awaitables as Iterable<Awaitable<unknown>>);
  if (inputs.length === 0) {
    const empty = getEventLoop().createFuture<unknown[]>();
    empty.setResult([]);
    return empty;
  }
  // Lists of their final length: lists that grow would double what they take.
  const children = new Array<Future<unknown>>(inputs.length);
  const startNext = starterOf(inputs, children);
  const early: Future<unknown>[] = [];
  // Futures of this library are left by the function `settled`. A list of listeners would keep each of them alive until the
  // last child is done.
  const listeningToForeign: Listening[] = [];
  let outer: GatheringFuture | undefined;
  let unfinished = inputs.length;

  const owner = { _awaited: () => (outer === undefined ? [] : [outer]) };
  // Called without the child if that finished.
  const settled = (child?: Future<unknown>): void => {
    unfinished--;
    try {
      take(child);
    } catch (error) {
      // A method of a child threw, which a subclass or another library may have written.
      if (outer === undefined || outer.done()) throw error;
      outer._fail(error);
    }
  };
  const take = (child?: Future<unknown>): void => {
    if (outer === undefined || outer.done()) {
      // Done before the listener was removed.
      if (child !== undefined) retrieveFrom(child);
    } else if (child !== undefined && !returnExceptions && failLike(outer, child)) {
      for (const each of outer.children) notWhenDone(each, settled);
      leaveAll(listeningToForeign);
      for (const each of outer.children) ignoreFailure(each);
    } else if (unfinished === 0) {
      // The gathering was cancelled: it fails with the error of its last child in the list, as in asyncio.
      if (outer.cancelRequested) {
        for (const each of outer.children) retrieveFrom(each);
        outer.setException(cancelledErrorOf(outer.lastChild));
      } else outer.setResult(outer.children.map(outcome, outer));
    } else if (child !== undefined && hasFailed(child)) {
      // Retrieved with the others, when all are done.
      hold(child);
    }
  };

  const shared = new Listener(undefined, settled, owner);

  try {
    for (let at = 0; at < inputs.length; at++) {
      const child = startNext();
      // Listens before the next child is made: that one may be eager, and settle this one or listen to it too.
      if (child._state === FINISHED) unfinished--;
      else if (child.done()) early.push(child);
      else if (!shared.share(child)) {
        const listening = whenDone(child, settled, owner);
        if (!(listening instanceof Listener)) listeningToForeign.push(listening);
      }
    }
    outer = new GatheringFuture(children);
  } catch (error) {
    // There is nothing to await: the tasks that were made are cancelled, and what was given is as it was.
    for (const each of children) notWhenDone(each, settled);
    leaveAll(listeningToForeign);
    cancelAll(children.filter((each, at) => each !== undefined && each !== inputs[at]));
    throw error;
  }
  if (unfinished === 0) take();
  for (const child of early) settled(child);
  return outer;
}

const ignored = new WeakSet<Future<unknown>>();

/**
 * Has a later failure not reported: the task that gathered got the first. One listener for all that ever gathered it, as it
 * may outlive many of them.
 */
function ignoreFailure(child: Future<unknown>): void {
  if (child.done() || ignored.has(child)) return;
  ignored.add(child);
  whenDone(child, retrieveFrom);
}

/** Fails `outer` as `child` failed or was cancelled. Returns false if the child has a result. */
function failLike(outer: Future<unknown>, child: Future<unknown>): boolean {
  try {
    child.result();
    return false;
  } catch (exception) {
    outer._fail(exception);
    return true;
  }
}
