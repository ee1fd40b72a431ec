import { awaitable } from '../core/awaitable.ts';
import type { AwaitableCoroutine, Coroutine } from '../core/coroutine.ts';
import type { Missing } from '../core/type-messages.ts';
import { Children } from './children.ts';
import { type Checked, type StartedResult, someStartablesIn } from './startable.ts';
import type { AnyInput, IterableOf, StartablesOf } from './startable-messages.ts';

const firstResult = awaitable(function* (inputs: readonly Checked[]): Coroutine<unknown> {
  const errors = new Array<unknown>(inputs.length);
  return yield* new Children<unknown>('any', inputs, Number.POSITIVE_INFINITY, {
    settled(child, place) {
      try {
        return { value: child.result() };
      } catch (error) {
        errors[place] = error;
        return undefined;
      }
    },
    repeated: (place, first) => {
      errors[place] = errors[first];
    },
    ended(): never {
      throw new AggregateError(errors, `All ${errors.length} inputs of \`any()\` failed.`);
    },
  }).run();
});

/**
 * Runs several things at once. The first that has a result decides, and those that fail before are passed over. The others are
 * cancelled and awaited: nothing runs on. For a head start for each, see `staggeredRace()`.
 *
 * @param inputs - As for `all()`, a list of at least one. See there what is cancelled, and what is reported.
 * @returns The first result.
 * @throws AggregateError when all failed, with their errors in the order given; CancelledError when the caller was cancelled. At
 *   once: TypeError when the list is empty, or an input can be neither awaited nor called.
 *
 * @example
 * ```ts
 * import { any, run, sleep } from 'skein';
 *
 * const fails = async () => { throw new RangeError('too far'); };
 * await run(async () => await any([fails, sleep(1, 'near')])); // => 'near'
 * await run(function* () {
 *   return yield* any([fails, fails]);
 * }); // throws AggregateError: All 2 inputs of `any()` failed.
 * ```
 *
 * asyncio has no counterpart. `any()` of Python tells whether one of the items of a list is true, as `list.some(Boolean)` does.
 */
export function any<
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
    'any',
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
export function any(inputs: unknown, ...more: unknown[]): Coroutine<unknown> {
  return firstResult(someStartablesIn('any', inputs, more[0]));
}
