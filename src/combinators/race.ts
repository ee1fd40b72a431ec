import { awaitable } from '../core/awaitable.ts';
import type { AwaitableCoroutine, Coroutine } from '../core/coroutine.ts';
import type { Missing } from '../core/type-messages.ts';
import { Children, type Decision } from './children.ts';
import { type Checked, type StartedResult, someStartablesIn } from './startable.ts';
import type { AnyInput, IterableOf, StartablesOf } from './startable-messages.ts';

const racing = awaitable(function* (inputs: readonly Checked[]): Coroutine<unknown> {
  return yield* new Children<unknown>('race', inputs, Number.POSITIVE_INFINITY, {
    settled(child): Decision<unknown> {
      try {
        return { value: child.result() };
      } catch (error) {
        return { error };
      }
    },
    repeated: () => {},
    ended: () => undefined,
  }).run();
});

/**
 * Runs several things at once. The first that ends decides, whether it has a result or fails. The others are cancelled and
 * awaited: nothing runs on.
 *
 * @param inputs - As for `all()`, a list of at least one. See there what is cancelled, and what is reported.
 * @returns The result of the first.
 * @throws The error of the first; CancelledError when the caller was cancelled, or the first input was. At once: TypeError when
 *   the list is empty, or an input can be neither awaited nor called.
 *
 * @example
 * ```ts
 * import { race, run, sleep } from 'skein';
 *
 * await run(async () => await race([sleep(60_000, 'slow'), async () => 'fast'])); // => 'fast'
 * await run(function* () {
 *   return yield* race([sleep(60_000, 'slow'), sleep(1, 'fast')]);
 * }); // => 'fast'
 * ```
 *
 * asyncio has `wait(…, FIRST_COMPLETED)`, which leaves the others running.
 */
export function race<
  Input extends AnyInput,
  Elements = Missing,
  Iterator = Missing,
  Suspended = Missing,
  Yielded = Missing,
  Given = Missing,
  Way = Missing,
  Whole = never,
  Other = never,
>(
  inputs: StartablesOf<
    'race',
    IterableOf<Input>,
    Elements,
    Iterator,
    Suspended,
    Yielded,
    Given,
    Way,
    Whole,
    Other
  >,
): AwaitableCoroutine<StartedResult<Input>>;
export function race(inputs: unknown, ...more: unknown[]): Coroutine<unknown> {
  return racing(someStartablesIn('race', inputs, more[0]));
}
