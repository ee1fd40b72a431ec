import '../core/register-tasks.ts';
import { checkOptions, iteratorOf } from '../core/checks.ts';
import {
  type Awaitable,
  type Coroutine,
  isCoroutine,
  isPromiseLike,
  type Yieldable,
} from '../core/coroutine.ts';
import { getEventLoop } from '../core/current.ts';
import type { EventLoop } from '../core/event-loop.ts';
import { unexpected } from '../core/expected.ts';
import { belongsTo } from '../core/foreign-future.ts';
import type { Future } from '../core/future.ts';
import { loopIn } from '../core/future-options.ts';
import { inside } from '../core/inside.ts';
import { isFuture } from '../core/is-future.ts';
import type { AwaitableOf, Missing } from '../core/type-messages.ts';
import { fromPromise } from './from-promise.ts';

function* awaitObject<T>(object: Yieldable<T>, name: string): Coroutine<T> {
  const iterator = iteratorOf(object, () => notAwaitable(name, object));
  return yield* { [Symbol.iterator]: () => iterator };
}

/** Tells whether it can be iterated, and is not one of the host's lists. */
export function isYieldable(value: unknown): value is Yieldable<unknown> {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value) || value instanceof Map || value instanceof Set) return false;
  return typeof (value as Partial<Yieldable<unknown>>)[Symbol.iterator] === 'function';
}

/**
 * Returns what a coroutine can `yield*` to wait for `awaitable`: the awaitable itself, or the future of a promise. `name`:
 * the function that was called, for the error.
 *
 * @throws TypeError when it cannot be awaited.
 */
export function yieldableOf<T>(awaitable: Awaitable<T>, name: string): Coroutine<T> | Future<T> {
  if (isFuture(awaitable)) return awaitable as Future<T>;
  if (isCoroutine(awaitable)) return awaitable as Coroutine<T>;
  if (isPromiseLike(awaitable)) return fromPromise(awaitable) as Future<T>;
  if (isYieldable(awaitable)) return awaitObject(awaitable as Yieldable<T>, name);
  throw notAwaitable(name, awaitable);
}

function notAwaitable(name: string, got: unknown): TypeError {
  return unexpected(name, 'a coroutine, a future or a promise', got);
}

/**
 * Returns the future of anything that can be awaited: a future or task is returned as it is; a coroutine, or an object
 * that can be awaited with `yield*`, is run as a task; a promise is wrapped, see `fromPromise()`.
 *
 * @param awaitable - A future, task, coroutine or promise.
 * @param options - `loop`: the loop to run it on, by default `getEventLoop()`.
 * @returns The future; `awaitable` itself if it is one.
 * @throws TypeError for anything else, and for a `loop` that is none; RangeError for a future of another loop than the one
 *   given; Error when the loop is closed.
 *
 * @example
 * ```ts
 * import { ensureFuture, run, sleep } from 'skein';
 *
 * const tea = ensureFuture(sleep(5, 'tea'));
 * ensureFuture(tea) === tea; // => true
 * await tea; // => 'tea'
 * await run(function* () {
 *   return yield* ensureFuture(Promise.resolve('coffee'));
 * }); // => 'coffee'
 * ```
 *
 * Follows `asyncio.ensure_future()`; differs in that promises are taken too.
 */
export function ensureFuture<T, Yielded = Missing, Way = Missing, List = Missing, Other = never>(
  awaitable: AwaitableOf<'ensureFuture', T, Yielded, Way, List, Other>,
  options: { loop?: EventLoop | undefined } = {},
): Future<T> {
  checkOptions('ensureFuture', options, ['loop']);
  const given = loopIn('ensureFuture', options);
  const loop = given ?? getEventLoop();
  const future = futureOf(awaitable as Awaitable<T>, 'ensureFuture', loop);
  if (given !== undefined && !belongsTo(future, loop)) {
    throw ofOtherLoop(future);
  }
  return future;
}

/** @returns RangeError for a future that is awaited together with those of another loop. */
export function ofOtherLoop(future: Future<unknown>): RangeError {
  return new RangeError(
    `\`ensureFuture()\` expected a future of the given event loop, but ${future} belongs to another.`,
  );
}

/** Returns the future of what can be awaited, for the function `name`. */
export function futureOf<T>(
  awaitable: Awaitable<T>,
  name: string,
  loop: EventLoop = getEventLoop(),
): Future<T> {
  const yieldable = inside(loop, () => yieldableOf(awaitable, name));
  return isFuture(yieldable) ? yieldable : loop.createTask(yieldable);
}
