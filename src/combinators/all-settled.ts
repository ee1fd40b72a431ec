import { awaitable } from '../core/awaitable.ts';
import type { AwaitableCoroutine, Coroutine } from '../core/coroutine.ts';
import type { Missing } from '../core/type-messages.ts';
import { type ConcurrencyOptions, limitIn } from './all.ts';
import { Children } from './children.ts';
import { type Settled, settledOf } from './settled.ts';
import { type Checked, type StartedResult, startablesByName, startablesIn } from './startable.ts';
import type { AnyInputs, NamedResults, NamedStartablesOf } from './startable-messages.ts';

/** The outcomes of inputs: a tuple for a tuple, a record for a record. */
export type AllSettled<Inputs> = {
  -readonly [Key in keyof Inputs]: Settled<StartedResult<Inputs[Key]>>;
};

const ofList = awaitable(function* (
  inputs: readonly Checked[],
  limit: number,
): Coroutine<Settled<unknown>[]> {
  const outcomes = new Array<Settled<unknown>>(inputs.length);
  return yield* new Children<Settled<unknown>[]>('allSettled', inputs, limit, {
    settled(child, place) {
      outcomes[place] = settledOf(child);
      return undefined;
    },
    repeated: (place, first) => {
      outcomes[place] = outcomes[first] as Settled<unknown>;
    },
    ended: () => outcomes,
  }).run();
});

const ofRecord = awaitable(function* (
  inputs: ReadonlyMap<PropertyKey, Checked>,
  limit: number,
): Coroutine<Record<PropertyKey, Settled<unknown>>> {
  const outcomes = yield* ofList([...inputs.values()], limit);
  return Object.fromEntries(
    [...inputs.keys()].map((name, place) => [name, outcomes[place] as Settled<unknown>]),
  );
});

/**
 * Runs several things at once, and returns how each of them ended. A failure stops none of the others.
 *
 * Cancelling the caller cancels all inputs and waits for them, and then throws the CancelledError: the cancellation of the caller is
 * no outcome. An input that was cancelled by other code has the outcome `rejected`, with a CancelledError.
 *
 * @param inputs - As for `all()`: a list or a record.
 * @param options - `concurrency`: as for `all()`.
 * @returns `{ status: 'fulfilled', value }` or `{ status: 'rejected', reason }` for each input: a tuple for a tuple, a record for a
 *   record.
 * @throws CancelledError when the caller was cancelled. At once: as `all()`.
 *
 * @example
 * ```ts
 * import { allSettled, run, sleep } from 'skein';
 *
 * const fails = async () => { throw new RangeError('too far'); };
 * await run(async () => {
 *   const outcomes = await allSettled([sleep(1, 'near'), fails]);
 *   return outcomes.map((each) => (each.status === 'fulfilled' ? each.value : String(each.reason)));
 * }); // => ['near', 'RangeError: too far']
 * await run(function* () {
 *   const { near } = yield* allSettled({ near: sleep(1, 'here') });
 *   return near;
 * }); // => { status: 'fulfilled', value: 'here' }
 * ```
 *
 * asyncio has `gather(…, returnExceptions)`, whose list does not tell an error that was returned from one that was thrown.
 */
export function allSettled<
  const Inputs extends AnyInputs,
  Elements = Missing,
  Length = Missing,
  Iterator = Missing,
  Suspended = Missing,
  Yielded = Missing,
  Given = Missing,
  Way = Missing,
  Other = never,
  Names extends PropertyKey = never,
  Values = Missing,
  Call = Missing,
  Then = Missing,
  RYielded = Missing,
  RGiven = Missing,
  RWay = Missing,
  ROther = never,
>(
  inputs: NamedStartablesOf<
    'allSettled',
    Inputs,
    Elements,
    Length,
    Iterator,
    Suspended,
    Yielded,
    Given,
    Way,
    Other,
    Names,
    Values,
    Call,
    Then,
    RYielded,
    RGiven,
    RWay,
    ROther
  >,
  options?: ConcurrencyOptions,
): AwaitableCoroutine<
  NamedResults<Length, Iterator, AllSettled<Inputs>, Settled<StartedResult<Elements>>>
>;
export function allSettled(inputs: unknown, options: ConcurrencyOptions = {}): Coroutine<unknown> {
  const byName = startablesByName('allSettled', inputs);
  if (byName !== undefined) return ofRecord(byName, limitIn('allSettled', options));
  const list = startablesIn('allSettled', inputs, options);
  return ofList(list, limitIn('allSettled', options));
}
