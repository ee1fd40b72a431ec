import { type Coroutine, isCoroutine, isPromiseLike } from '../core/coroutine.ts';
import type { EventLoop } from '../core/event-loop.ts';
import type { Future } from '../core/future.ts';
import { isFuture } from '../core/is-future.ts';
import { takeSuspension } from '../core/suspension.ts';
import { describe } from '../core/text.ts';
import { ensureFuture } from '../interop/ensure-future.ts';

function notList(name: string, got: unknown): TypeError {
  return new TypeError(
    `\`${name}()\` expected a list of awaitables, but got ${describe(got)}. Write \`${name}([task])\`.`,
  );
}

/** Tells whether a coroutine that waits yielded this: a bare `yield`, or a future that is being awaited. */
function waits(yielded: unknown): boolean {
  return yielded === undefined || takeSuspension(yielded);
}

/**
 * Returns the list that a combinator was given.
 *
 * A single awaitable in the place of a list is an error, though futures and coroutines can be iterated too. A generator of
 * tasks and a coroutine look alike until the first value is yielded: a coroutine yields a future that is being awaited.
 */
export function inputsOf<A>(name: string, awaitables: Iterable<A>): A[] {
  const isList =
    typeof awaitables === 'object' &&
    awaitables !== null &&
    Symbol.iterator in awaitables &&
    !isFuture(awaitables) &&
    !isPromiseLike(awaitables);
  if (!isList) throw notList(name, awaitables);
  if (!isCoroutine(awaitables)) return [...awaitables];
  const inputs: A[] = [];
  for (const input of awaitables as Iterable<A>) {
    if (waits(input)) throw notList(name, awaitables);
    inputs.push(input);
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
    for (const [at, future] of futures.entries()) if (future !== given[at]) future.cancel();
    throw error;
  }
  return futures;
}
