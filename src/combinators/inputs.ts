import { cancelAll } from '../core/cancel-all.ts';
import { iteratorOf } from '../core/checks.ts';
import { type Awaitable, type Coroutine, isCoroutine, isPromiseLike } from '../core/coroutine.ts';
import type { EventLoop } from '../core/event-loop.ts';
import { unexpected } from '../core/expected.ts';
import type { Future } from '../core/future.ts';
import { isFuture } from '../core/is-future.ts';
import { takeSuspension } from '../core/suspension.ts';
import { ensureFuture, yieldableOf } from '../interop/ensure-future.ts';

function notList(name: string, got: unknown): TypeError {
  return unexpected(name, 'a list of awaitables', got);
}

const iterateArray = Array.prototype[Symbol.iterator];

/** Tells whether a coroutine that waits yielded this: a bare `yield`, or a future that is being awaited. */
function waits(yielded: unknown): boolean {
  return yielded === undefined || takeSuspension(yielded);
}

/**
 * Returns the list that a combinator was given, each input as `take` returns it. `take` refuses a wrong input as soon as it
 * comes, so that it is found in an endless list too.
 *
 * A single awaitable in the place of a list is an error, though futures and coroutines can be iterated too. A generator of
 * tasks and a coroutine look alike until the first value is yielded: a coroutine yields a future that is being awaited. A
 * coroutine that never waits is found by its result: a generator of tasks returns nothing.
 */
export function inputsOf<A, B>(name: string, awaitables: Iterable<A>, take: (input: A) => B): B[] {
  const isList =
    typeof awaitables === 'object' &&
    awaitables !== null &&
    Symbol.iterator in awaitables &&
    !isFuture(awaitables) &&
    !isPromiseLike(awaitables);
  if (!isList) throw notList(name, awaitables);
  if (isCoroutine(awaitables)) return inputsOfGenerator(name, awaitables as Generator<A>, take);
  const inputs: B[] = [];
  if (Array.isArray(awaitables) && awaitables[Symbol.iterator] === iterateArray) {
    // The iterator of an array makes an object for each input. The length is asked for each time, as that iterator does.
    for (let at = 0; at < awaitables.length; at++) inputs.push(take(awaitables[at] as A));
  } else {
    const iterator = iteratorOf(awaitables, () => notList(name, awaitables));
    for (const input of { [Symbol.iterator]: () => iterator }) inputs.push(take(input));
  }
  return inputs;
}

/**
 * Runs what was given: a future stands for itself, a coroutine becomes a task.
 *
 * @throws RangeError for a future of another loop, before anything is started; what a task factory throws. What was started
 *   is cancelled then.
 */
export function startAll<T>(
  given: readonly (Coroutine<T> | Future<T>)[],
  loop: EventLoop,
): Future<T>[] {
  for (const each of given) if (isFuture(each)) ensureFuture(each, { loop });
  const futures: Future<T>[] = [];
  try {
    for (const each of given) futures.push(ensureFuture(each, { loop }));
  } catch (error) {
    cancelStarted(futures, given);
    throw error;
  }
  return futures;
}

/** Cancels the tasks that `startAll()` made of what was given. */
export function cancelStarted(
  futures: readonly Future<unknown>[],
  given: readonly unknown[],
): void {
  cancelAll(futures.filter((future, at) => future !== given[at]));
}

function inputsOfGenerator<A, B>(
  name: string,
  generator: Generator<A>,
  take: (input: A) => B,
): B[] {
  const inputs: B[] = [];
  let returned: unknown;
  for (const input of withResult(generator, (result) => (returned = result))) {
    if (waits(input)) throw notList(name, generator);
    inputs.push(take(input));
  }
  if (returned !== undefined) throw notList(name, generator);
  return inputs;
}

/** Yields what a generator yields, and calls `onResult` with what it returns. */
function* withResult<A>(
  generator: Generator<A>,
  onResult: (result: unknown) => void,
): Generator<A> {
  onResult(yield* generator);
}

/**
 * Returns a list of awaitables, each as something that can be awaited with `yield*`. All are checked before the first is
 * started: a mistake starts none. A promise that is given twice becomes one future.
 */
export function awaitablesOf(
  name: string,
  awaitables: Iterable<Awaitable<unknown>>,
): (Coroutine<unknown> | Future<unknown>)[] {
  const wrapped = new Map<unknown, Coroutine<unknown> | Future<unknown>>();
  return inputsOf(name, awaitables, (input) => {
    const before = wrapped.size > 0 ? wrapped.get(input) : undefined;
    if (before !== undefined) return before;
    const yieldable = yieldableOf(input, name);
    // Futures and coroutines stay as they are.
    if (yieldable !== input) wrapped.set(input, yieldable);
    return yieldable;
  });
}
